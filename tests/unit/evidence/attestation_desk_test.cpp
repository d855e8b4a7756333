#include "pramana/evidence/attestation_desk.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "stated.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <new>
#include <thread>

namespace pramana::evidence {
namespace {

class HandClock final : public Clock {
  public:
    [[nodiscard]] std::int64_t unix_s() const override { return 1'800'000'000; }
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override {
        return std::chrono::steady_clock::time_point{std::chrono::milliseconds{now_ms.load()}};
    }
    std::atomic<std::int64_t> now_ms{0};
};

/// Counts its quotes; waits while `held`.
class CountingProvider final : public EvidenceProvider {
  public:
    [[nodiscard]] std::string_view kind() const noexcept override { return "tdx"; }
    [[nodiscard]] Result<std::string> quote(const ReportBytes& report) override {
        ++quotes;
        while (held) std::this_thread::sleep_for(std::chrono::milliseconds{1});
        if (throwing) throw std::bad_alloc{};
        if (failing) return Error{Errc::kBusy, "test"};
        return R"({"kind":"tdx","quote":")" + to_hex(report.view()) + "\"}";
    }
    std::atomic<int> quotes{0};
    std::atomic<bool> held{false};
    std::atomic<bool> failing{false};
    std::atomic<bool> throwing{false};
};

class FakeGpus final : public GpuEvidenceProvider {
  public:
    [[nodiscard]] Result<std::string> collect(const Hash32& statement,
                                              const Hash32& freshness) override {
        if (lost) return Error{Errc::kDeviceLost, "test"};
        return R"({"kind":"nvidia","statement":")" + to_hex(statement.view()) +
               R"(","freshness":")" + to_hex(freshness.view()) + "\"}";
    }
    bool lost = false;
};

Bytes challenge_of(std::uint8_t byte) { return Bytes(32, byte); }
std::string evidence_in(const std::string& answer) {
    return std::string{read_json(answer)->member("evidence")->raw()};
}

class Desk : public testing::Test {
  protected:
    void open(DeskOptions options = {}, GpuEvidenceProvider* gpus = nullptr) {
        desk.emplace(provider, gpus, clock, options);
        Result<AttestationParts> taken = desk->take(*to_canonical_json(stated()), "[]", {});
        ASSERT_TRUE(taken);
        desk->publish(*std::move(taken));
        provider.quotes = 0;
    }
    [[nodiscard]] Errc refusal(ByteView challenge) {
        const Result<std::string> answer = desk->answer(challenge);
        return answer ? Errc::kInternal : answer.error().code;
    }
    HandClock clock;
    CountingProvider provider;
    std::optional<AttestationDesk> desk;
};

TEST_F(Desk, answers_without_a_challenge_from_what_it_has) {
    open();
    const Result<std::string> answer = desk->answer({});
    ASSERT_TRUE(answer);
    EXPECT_TRUE(read_attestation(*answer));
    EXPECT_EQ(provider.quotes, 0);
    desk->set_collateral(R"({"fetched_unix_s":5})");
    EXPECT_NE(desk->answer({})->find(R"("collateral":{"fetched_unix_s":5})"), std::string::npos);
}

TEST_F(Desk, takes_evidence_over_the_challenge_once) {
    open();
    const Result<std::string> first = desk->answer(challenge_of(1));
    ASSERT_TRUE(first);
    const Result<AttestationParts> parts = read_attestation(*first);
    ASSERT_TRUE(parts) << parts.error().site;
    EXPECT_EQ(parts->challenge, challenge_of(1));
    EXPECT_EQ(evidence_in(*first),
              R"({"kind":"tdx","quote":")" + to_hex(parts->report().view()) + "\"}");
    EXPECT_EQ(*desk->answer(challenge_of(1)), *first);
    EXPECT_EQ(provider.quotes, 1);
    EXPECT_TRUE(desk->answer(challenge_of(2)));
    EXPECT_EQ(provider.quotes, 2);
    clock.now_ms = 60'000;
    EXPECT_TRUE(desk->answer(challenge_of(1))) << "an answer of a minute ago is not fresh";
    EXPECT_EQ(provider.quotes, 3);
}

TEST_F(Desk, asks_gpus_and_cpu_about_each_other) {
    FakeGpus gpus;
    open({}, &gpus);
    const Result<AttestationParts> parts = read_attestation(*desk->answer(challenge_of(3)));
    ASSERT_TRUE(parts) << parts.error().site;
    EXPECT_EQ(*parts->gpu_evidence,
              R"({"kind":"nvidia","statement":")" +
                  to_hex(statement_hash(*to_canonical_json(stated())).view()) +
                  R"(","freshness":")" + to_hex(challenge_of(3)) + "\"}");
    EXPECT_EQ(parts->report(),
              report_bytes(parts->statement, challenge_of(3), parts->gpu_evidence_sha256()));
    const Result<AttestationParts> without = read_attestation(*desk->answer({}));
    EXPECT_EQ(without->gpu_evidence->find(to_hex(Bytes(32))), std::string::npos)
        << "without a challenge the freshness is random";
}

TEST_F(Desk, answers_without_gpus_that_give_nothing) {
    FakeGpus gpus;
    gpus.lost = true;
    open({}, &gpus);
    for (const Bytes& challenge : {Bytes{}, challenge_of(3)}) {
        const Result<AttestationParts> parts = read_attestation(*desk->answer(challenge));
        ASSERT_TRUE(parts) << parts.error().site;
        EXPECT_FALSE(parts->gpu_evidence);
    }
    gpus.lost = false;
    EXPECT_TRUE(read_attestation(*desk->answer(challenge_of(4)))->gpu_evidence);
}

TEST_F(Desk, refuses_what_is_no_challenge) {
    open();
    for (const std::size_t size : {1U, 31U, 33U, 64U})
        EXPECT_EQ(refusal(Bytes(size, 1)), Errc::kBadRequest) << size;
    EXPECT_EQ(refusal(Bytes(32)), Errc::kBadRequest) << "zeros mean that there is none";
    desk.emplace(provider, nullptr, clock);
    EXPECT_EQ(refusal({}), Errc::kBusy) << "nothing is published";
}

TEST_F(Desk, makes_only_so_many_quotes_in_a_minute) {
    open({.quotes_per_minute_max = 3});
    for (std::uint8_t i = 1; i <= 3; ++i) EXPECT_TRUE(desk->answer(challenge_of(i)));
    EXPECT_EQ(refusal(challenge_of(4)), Errc::kBusy);
    EXPECT_TRUE(desk->answer(challenge_of(1))) << "what is known costs nothing";
    EXPECT_TRUE(desk->answer({}));
    clock.now_ms = 19'000;
    EXPECT_EQ(refusal(challenge_of(4)), Errc::kBusy);
    clock.now_ms = 20'000;
    EXPECT_TRUE(desk->answer(challenge_of(4)));
    EXPECT_EQ(refusal(challenge_of(5)), Errc::kBusy);
    EXPECT_EQ(provider.quotes, 4);
}

TEST_F(Desk, keeps_a_bounded_number_of_answers) {
    open({.quotes_per_minute_max = 100, .answers_kept_max = 2});
    for (std::uint8_t i = 1; i <= 3; ++i) EXPECT_TRUE(desk->answer(challenge_of(i)));
    EXPECT_TRUE(desk->answer(challenge_of(3)));
    EXPECT_TRUE(desk->answer(challenge_of(2)));
    EXPECT_EQ(provider.quotes, 3);
    EXPECT_TRUE(desk->answer(challenge_of(1)));
    EXPECT_EQ(provider.quotes, 4) << "the oldest was forgotten";
}

TEST_F(Desk, forgets_answers_about_an_older_statement) {
    open();
    EXPECT_TRUE(desk->answer(challenge_of(1)));
    Statement next = stated();
    next.chain_id = 1;
    desk->publish(*desk->take(*to_canonical_json(next), "[]", {}));
    provider.quotes = 0;
    EXPECT_NE(desk->answer(challenge_of(1))->find("\"chain_id\":1,"), std::string::npos);
    EXPECT_EQ(provider.quotes, 1);
}

TEST_F(Desk, lets_a_flood_wait_for_one_quote_and_refuses_the_rest_at_once) {
    open({.quotes_per_minute_max = 1'000, .waiting_max = 2});
    provider.held = true;
    std::atomic<int> answered{0};
    std::atomic<int> busy{0};
    std::vector<std::jthread> callers;
    const auto ask = [&](std::uint8_t byte) {
        const Result<std::string> answer = desk->answer(challenge_of(byte));
        (answer ? answered : busy) += 1;
    };
    callers.emplace_back(ask, std::uint8_t{1});
    while (provider.quotes == 0) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    for (int i = 0; i < 8; ++i) callers.emplace_back(ask, std::uint8_t{1});
    while (busy < 6) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    EXPECT_EQ(answered, 0);
    provider.held = false;
    callers.clear();
    EXPECT_EQ(answered, 3) << "who asked first and the two that waited";
    EXPECT_EQ(busy, 6);
    EXPECT_EQ(provider.quotes, 1);
}

TEST_F(Desk, a_failure_is_not_kept) {
    open();
    provider.failing = true;
    EXPECT_EQ(refusal(challenge_of(1)), Errc::kBusy);
    provider.failing = false;
    EXPECT_TRUE(desk->answer(challenge_of(1)));
}

TEST_F(Desk, a_provider_that_throws_is_asked_again) {
    open({.waiting_max = 0});
    provider.throwing = true;
    EXPECT_THROW(static_cast<void>(desk->answer(challenge_of(1))), std::bad_alloc);
    provider.throwing = false;
    EXPECT_TRUE(desk->answer(challenge_of(2))) << "nobody would get evidence until a restart";
}

}  // namespace
}  // namespace pramana::evidence
