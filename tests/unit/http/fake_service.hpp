#pragma once

#include "client.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/http/server.hpp"

#include <atomic>
#include <functional>
#include <mutex>

namespace pramana::http::test {

/// A service that remembers what it was asked and answers what the test says. Thread: any.
class FakeService final : public pipeline::ContributionService {
  public:
    std::function<Result<ContributionId>(const pipeline::Upload&)> on_admit;
    std::function<Result<pipeline::ContributionStatus>(const ContributionId&)> on_status;
    std::function<Result<Bytes>(const Hash32&)> on_bytes;
    std::function<Result<Bytes>(const Hash32&)> on_ruleset;
    std::function<Result<Done>(const pipeline::KeyDeposit&)> on_deposit;
    std::function<Result<pipeline::ContributionStatus>(JobId)> on_job_status;
    std::function<Result<std::string>(ByteView)> on_attestation;
    std::function<Result<std::string>(const Hash32&)> on_statement;
    std::function<Result<std::string>(JobId)> on_result;
    pipeline::Readiness ready{true, {}};
    std::atomic<int> calls{0};

    Result<ContributionId> admit(pipeline::Upload upload) override {
        return answer(on_admit, upload);
    }
    Result<pipeline::ContributionStatus> status(const ContributionId& id) override {
        return answer(on_status, id);
    }
    Result<Bytes> blob(const Hash32& hash) override { return answer(on_bytes, hash); }
    Result<Bytes> proof_document(const Hash32& hash) override { return answer(on_bytes, hash); }
    Result<Done> deposit_key(pipeline::KeyDeposit deposit) override {
        return answer(on_deposit, deposit);
    }
    Result<pipeline::ContributionStatus> job_status(JobId job) override {
        return answer(on_job_status, job);
    }
    Result<std::string> recorded_result(JobId job) override { return answer(on_result, job); }
    Result<Bytes> ruleset(const Hash32& hash) override { return answer(on_ruleset, hash); }
    Result<std::string> attestation(ByteView challenge) override {
        return answer(on_attestation, challenge);
    }
    Result<std::string> archived_statement(const Hash32& hash) override {
        return answer(on_statement, hash);
    }
    pipeline::Readiness readiness() override { return ready; }

  private:
    template <class F, class Argument>
    auto answer(const F& function, const Argument& argument) -> decltype(function(argument)) {
        ++calls;
        if (!function) return Error{Errc::kNotFound, "test"};
        return function(argument);
    }
};

inline Settings quick_settings() {
    Settings settings;
    settings.public_base_url = "https://validator.example";
    settings.upload_bytes_max = 1U << 20U;
    settings.bytes_in_flight_max = 4U << 20U;
    settings.worker_threads = 2;
    settings.run_proof_wait = std::chrono::milliseconds{300};
    settings.run_proof_poll = std::chrono::milliseconds{10};
    settings.deadlines.drain = std::chrono::milliseconds{2'000};
    return settings;
}

/// A server on a free port over a FakeService.
class HttpTest : public testing::Test {
  protected:
    void start(Settings settings = quick_settings()) {
        Result<std::unique_ptr<Server>> started = Server::start(std::move(settings), service_);
        ASSERT_TRUE(started);
        server_ = *std::move(started);
    }
    [[nodiscard]] std::uint16_t port() const { return server_->port(); }
    Client::Answer ask(std::string_view request) { return Client{port()}.ask(request); }

    FakeService service_;
    std::unique_ptr<Server> server_;
};

/// The code of a problem document, after checking its form.
inline std::string code_of(const Client::Answer& answer) {
    EXPECT_EQ(answer.field("Content-Type"), "application/problem+json");
    const Result<JsonView> root = read_json(answer.body);
    if (!root) return "(no JSON)";
    for (const char* name : {"type", "title", "detail", "next_step", "instance"})
        EXPECT_TRUE(root->member(name)) << name;
    EXPECT_EQ(*root->member("status")->whole_number(), answer.status);
    return *root->member("code")->text();
}

}  // namespace pramana::http::test
