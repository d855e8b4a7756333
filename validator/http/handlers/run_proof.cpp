#include "api.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "run_proof_request.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

namespace pramana::http {
namespace {

using pipeline::ContributionStatus;
using pipeline::Stage;

/// Of one job; each wait holds one of the route's requests for minutes.
constexpr std::size_t kWaitsPerJobMax = 4;

/// One of a job's waits, while it lasts.
class Wait {
  public:
    Wait(std::map<JobId, std::size_t>& waiting, JobId job)
        : waiting_{waiting}, place_{waiting.try_emplace(job).first} {
        ++place_->second;
    }
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;
    ~Wait() {
        if (--place_->second == 0) waiting_.erase(place_);
    }
    [[nodiscard]] bool too_many() const noexcept { return place_->second > kWaitsPerJobMax; }

  private:
    std::map<JobId, std::size_t>& waiting_;
    std::map<JobId, std::size_t>::iterator place_;
};

/// The code that existing clients compare with; ours in capitals where they know none.
std::string client_code(Errc code) {
    if (code == Errc::kJobNotOpen)
        return "INVALID_JOB_STATUS";  // clients take it as "already done"
    if (code == Errc::kTimeout) return "PROOF_SUBMISSION_ERROR";
    std::string text{name_of(code)};
    for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return text;
}

unsigned run_proof_status(Errc code) {
    if (code == Errc::kJobNotOpen) return 409;
    if (code == Errc::kTimeout) return 504;  // the proof is late, not the request
    return status_of(code);
}

Reply success(const ContributionStatus& status, JobId job, FileId file,
              std::string_view public_base_url) {
    JsonObject json;
    json.flag("success", true).number("job_id", number(job)).number("file_id", number(file));
    if (status.proof_index) json.number("proof_index", *status.proof_index);
    if (status.tx_hash) json.text("transaction_hash", to_hex0x(status.tx_hash->view()));
    json.raw("contribution", status_json(status, public_base_url));
    return Reply::json(200, json.str());
}

/// The reply once nothing changes any more, or the proof is in a block; nothing while work goes on.
std::optional<Reply> settled(const Result<ContributionStatus>& status,
                             const pipeline::KeyDeposit& deposit,
                             std::string_view public_base_url) {
    if (!status) {
        if (status.error().code == Errc::kNotFound)
            return std::nullopt;  // the watcher has not seen the job yet
        return run_proof_error(status.error(), "");
    }
    switch (status->stage) {
        case Stage::kIncluded:
        case Stage::kFinal: return success(*status, deposit.job, deposit.file, public_base_url);
        case Stage::kDoneByOther:
        case Stage::kCancelled:
            return run_proof_error(Error{Errc::kJobNotOpen, "http.run_proof"},
                                   status_json(*status, public_base_url));
        case Stage::kRefused:
        case Stage::kExpired:
            return run_proof_error(
                status->cause.value_or(Error{Errc::kJobNotOpen, "http.run_proof"}),
                status_json(*status, public_base_url));
        case Stage::kWaitingKey:  // the key that was just brought did not open the file
            if (!status->cause || blame_of(status->cause->code) != Blame::kSender)
                return std::nullopt;
            return run_proof_error(*status->cause, status_json(*status, public_base_url));
        case Stage::kReceived:
        case Stage::kWaitingFile:
        case Stage::kQueued:
        case Stage::kPlaced:
        case Stage::kProved:
        case Stage::kSigned:
        case Stage::kSent: return std::nullopt;
    }
    std::abort();
}

}  // namespace

Reply run_proof_error(const Error& error, std::string_view details) {
    const std::string_view sentence = sentence_of(error.code);
    JsonObject inner;
    inner.text("code", client_code(error.code)).text("message", sentence);
    JsonObject facts;
    facts.text("code", name_of(error.code)).text("next_step", next_step_of(error.code));
    if (!details.empty()) facts.raw("contribution", details);
    inner.raw("details", facts.str());
    JsonObject outer;
    outer.raw("detail", JsonObject{}.raw("error", inner.str()).str()).text("error", sentence);
    Reply reply = Reply::json(run_proof_status(error.code), outer.str());
    if (reply.status == 503 || reply.status == 504) reply.headers.emplace_back("Retry-After", "5");
    return reply;
}

// POST /RunProof. Brings the key for a job, then waits until the proof is in a block, as existing
// clients expect.
Task<Reply> Api::run_proof(Request request) {
    Result<pipeline::KeyDeposit> read = read_run_proof(as_text(request.body.expose()));
    request.body = SecretBytes{};
    if (!read) co_return run_proof_error(read.error(), "");
    pipeline::KeyDeposit asked;  // what is still needed once the key is gone
    asked.job = read->job;
    asked.file = read->file;
    const Wait wait{waiting_, asked.job};
    if (wait.too_many()) co_return run_proof_error(Error{Errc::kBusy, "http.run_proof"}, "");

    auto store = [&service = context_.service, deposit = *std::move(read)]() mutable {
        return service.deposit_key(std::move(deposit));
    };
    const Status stored = co_await context_.deposits.run(std::move(store));
    if (!stored) co_return run_proof_error(stored.error(), "");

    const auto give_up = std::chrono::steady_clock::now() + context_.settings.run_proof_wait;
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    asio::steady_timer timer{executor};
    std::string last;
    while (true) {
        auto look = [&service = context_.service, job = asked.job] {
            return service.job_status(job);
        };
        const Result<ContributionStatus> status = co_await context_.workers.run(std::move(look));
        std::optional<Reply> reply = settled(status, asked, context_.settings.public_base_url);
        if (reply) co_return *std::move(reply);
        if (status) last = status_json(*status, context_.settings.public_base_url);
        if (context_.draining)
            co_return run_proof_error(Error{Errc::kCancelled, "http.run_proof"}, last);
        if (std::chrono::steady_clock::now() >= give_up)
            co_return run_proof_error(Error{Errc::kTimeout, "http.run_proof"}, last);
        timer.expires_after(context_.settings.run_proof_poll);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

}  // namespace pramana::http
