// ContributionRun's steps on chain: registration, payment, waiting, reward.
#include "contribution_run.hpp"
#include "pramana/chain/address.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/core/hex.hpp"

#include <sysexits.h>

#include <cstdio>
#include <thread>

namespace pramana::app {
namespace {

constexpr std::chrono::milliseconds kPollAtFirst{200};
constexpr std::chrono::milliseconds kPollLater{1'000};
constexpr unsigned kPollsAtFirst = 50;
constexpr unsigned kMissesMax = 20;
/// One coin: what a pool, in the words of one node, asks for beyond it is not paid unasked.
constexpr std::uint64_t kFeeUnaskedWeiMax = 1'000'000'000'000'000'000;

/// The first log of this event that `emitter` left in the receipt.
template <class Event>
std::optional<Event> event_in(const chain_rpc::Receipt& receipt, const Address& emitter) {
    for (const chain_rpc::LogEntry& entry : receipt.logs) {
        if (entry.log.address != emitter) continue;
        if (const Result<Event> event = Event::decode(entry.log)) return *event;
    }
    return std::nullopt;
}

Failure no_event(std::string_view event, const chain_rpc::Receipt& receipt) {
    return failure_of(Error{Errc::kMalformedChainData, "app.contribute.event"},
                      "no " + std::string{event} + " in " + to_hex0x(receipt.tx_hash.view()));
}

/// "received → queued → …", written as it happens.
class StageTrail {
  public:
    void reached(const std::string& stage) {
        if (stage == last_) return;
        const std::string text = (last_.empty() ? "" : " → ") + printable(stage, 32);
        std::fputs(text.c_str(), stderr);
        last_ = stage;
    }
    ~StageTrail() {
        if (!last_.empty()) std::fputc('\n', stderr);
    }

  private:
    std::string last_;
};

}  // namespace

ContributionRun::Step ContributionRun::register_file() {
    TransactionSender sender{*chain_.reader, wallet_, deadline_};
    // An earlier run may have sent it: what is pending must be mined before the registry is asked.
    if (Outcome<std::uint64_t> settled = sender.settle(); !settled) return settled.failure();
    const Result<Bytes> returned =
        call_view(*chain_.reader, registry_, chain::data_registry::file_id_by_url(blob_url_));
    const Result<std::uint64_t> known = returned ? chain::decode_u64(*returned) : returned.error();
    if (!known) return chain_failure(known.error(), "DataRegistry", registry_);
    if (*known != 0) {
        file_ = FileId{*known};
        const Result<chain::RegistryFile> file = chain_.reader->file(file_);
        if (!file) return chain_failure(file.error(), "DataRegistry", registry_);
        if (file->owner != wallet_.address())
            return failure_of(Errc::kConflict,
                              "Somebody else registered the URL of this upload: " +
                                  chain::to_checksum(file->owner) + '.',
                              "Run this again with --fresh, which seals the file anew.");
        say_("registered before as file " + std::to_string(*known));
        return Done{};
    }
    const chain::Permission permission{order_.dlp, permission_hex_};
    Outcome<chain_rpc::Receipt> receipt =
        sender.send({registry_,
                     chain::data_registry::add_file_with_permissions(blob_url_, wallet_.address(),
                                                                     {&permission, 1}),
                     {}});
    if (!receipt) return receipt.failure();
    const std::optional<chain::FileAdded> added = event_in<chain::FileAdded>(*receipt, registry_);
    if (!added) return no_event("FileAdded", *receipt);
    file_ = added->file;
    say_("registered as file " + std::to_string(number(file_)) + " (tx " +
         to_hex0x(receipt->tx_hash.view()) + ")");
    return Done{};
}

/// A job that is already paid for; cancelled ones do not count.
Outcome<std::optional<JobId>> ContributionRun::find_job() {
    const Result<Bytes> returned =
        call_view(*chain_.reader, pool_, chain::tee_pool::file_job_ids(file_));
    const Result<std::vector<JobId>> ids =
        returned ? chain::tee_pool::decode_job_ids(*returned) : returned.error();
    if (!ids) return chain_failure(ids.error(), "TeePool", pool_);
    std::optional<JobId> foreign;
    for (auto id = ids->rbegin(); id != ids->rend(); ++id) {
        const Result<chain::TeeJob> job = chain_.reader->job(*id);
        if (!job) return chain_failure(job.error(), "TeePool", pool_);
        if (job->status == chain::JobStatus::kCanceled) continue;
        if (job->tee == validator_address_) return std::optional{*id};
        if (job->status == chain::JobStatus::kSubmitted) foreign = *id;
    }
    if (foreign)
        return failure_of(Errc::kJobNotOurs,
                          "Job " + std::to_string(number(*foreign)) +
                              " of this file is assigned to another validator.",
                          "Cancel the job after the pool's delay and run this again, or send the "
                          "file to that validator.");
    return std::optional<JobId>{};
}

/// What the job will be paid with; the validator names the least that it works for.
ContributionRun::Step ContributionRun::agree_on_fee() {
    fee_wei_ = order_.fee_wei.value_or(Word256{});
    if (!order_.fee_wei) {
        const Result<Word256> asked = chain_.reader->tee_fee();
        if (!asked) return chain_failure(asked.error(), "TeePool", pool_);
        fee_wei_ = *asked;
        if (fee_wei_ > chain::to_word(kFeeUnaskedWeiMax)) {
            Failure failure = failure_of(
                Errc::kFeeCeiling, "The pool asks for a fee of " + coins_of(fee_wei_) + '.',
                "A fee of more than 1 is paid only where you say so: compare it with what the "
                "pool's operator publishes, then run this again with --fee-wei " +
                    chain::to_decimal(fee_wei_) + '.');
            failure.exit_code = EX_DATAERR;
            return failure;
        }
    }
    if (fee_wei_ < min_bid_wei_)
        return failure_of(
            Errc::kFeeTooLow,
            "The validator refuses jobs that pay " + coins_of(fee_wei_) + "; it asks for " +
                coins_of(min_bid_wei_) + '.',
            "Run this again with --fee-wei " + chain::to_decimal(min_bid_wei_) + " or more.");
    return Done{};
}

ContributionRun::Step ContributionRun::request_proof() {
    TransactionSender sender{*chain_.reader, wallet_, deadline_};
    if (Outcome<std::uint64_t> settled = sender.settle(); !settled) return settled.failure();
    Outcome<std::optional<JobId>> paid = find_job();
    if (!paid) return paid.failure();
    if (paid->has_value()) {
        say_("paid before: job " + std::to_string(number(**paid)));
        return Done{};
    }
    if (Step agreed = agree_on_fee(); !agreed) return agreed.failure();
    Outcome<chain_rpc::Receipt> receipt =
        sender.send({pool_, chain::tee_pool::request_contribution_proof(file_), fee_wei_});
    if (!receipt) return receipt.failure();
    const std::optional<chain::JobSubmitted> job = event_in<chain::JobSubmitted>(*receipt, pool_);
    if (!job) return no_event("JobSubmitted", *receipt);
    say_("proof requested: job " + std::to_string(number(job->job)) + ", fee " +
         coins_of(fee_wei_) + " (tx " + to_hex0x(receipt->tx_hash.view()) + ")");
    if (job->tee == validator_address_) return Done{};
    Outcome<std::optional<JobId>> mine = find_job();  // says what to do about a foreign one
    return mine ? Step{Done{}} : Step{mine.failure()};
}

Outcome<StatusView> ContributionRun::wait_for_end() {
    StageTrail trail;
    unsigned misses = 0;
    for (unsigned polls = 0; std::chrono::steady_clock::now() < deadline_; ++polls) {
        Outcome<std::optional<StatusView>> status = validator_->status(id_);
        if (status && status->has_value()) {
            misses = 0;
            trail.reached((*status)->stage);
            if ((*status)->terminal) return **std::move(status);
        } else if (++misses >= kMissesMax) {
            // A validator that restarts is away for a moment; one that forgot is a failure.
            if (!status) return status.failure();
            return failure_of(Error{Errc::kNotFound, "app.contribute.status"},
                              "the validator no longer knows " + to_hex0x(id_.view()));
        }
        std::this_thread::sleep_for(polls < kPollsAtFirst ? kPollAtFirst : kPollLater);
    }
    Failure failure = failure_of(
        Errc::kTimeout, "The proof is not final yet.",
        "Run the same command again: it goes on waiting and pays nothing more. --timeout waits "
        "longer.");
    failure.exit_code = EX_TEMPFAIL;
    return failure;
}

ContributionRun::Step ContributionRun::claim(ContributeResult& result) {
    const StatusView& status = result.status;
    if (!status.file_id || !status.proof_index) return Done{};
    TransactionSender sender{*chain_.reader, wallet_, deadline_};
    Outcome<chain_rpc::Receipt> receipt = sender.send(
        {order_.dlp, chain::dlp::request_reward(FileId{*status.file_id}, *status.proof_index), {}});
    if (!receipt) {
        if (receipt.failure().code != name_of(Errc::kReverted)) return receipt.failure();
        result.reward_refusal =
            status.pay_1024 == 0 ? std::string{"score 0"} : receipt.failure().detail;
        say_("reward none (" + result.reward_refusal + ")");
        return Done{};
    }
    const std::optional<chain::RewardRequested> reward =
        event_in<chain::RewardRequested>(*receipt, order_.dlp);
    if (!reward) return no_event("RewardRequested", *receipt);
    result.reward_wei = reward->reward;
    say_("reward " + coins_of(reward->reward) + " (tx " + to_hex0x(receipt->tx_hash.view()) + ")");
    return Done{};
}

}  // namespace pramana::app
