// What is judged before work and before signing: vana-protocol.md section 7, and the price rules of
// docs/operations.md "What a bid has to pay for".
#include "standing.hpp"

#include "price.hpp"

#include "pipeline_fixture.hpp"

namespace pramana::pipeline {
namespace {

// ------------------------------------------------------------------------------------------
// Money

struct BytesRow {
    const char* name;
    std::uint64_t bytes;
    std::uint64_t wei;
};
constexpr std::uint64_t kMiB = 1U << 20U;
// A price of 10 a MiB, and at least 15.
const BytesRow kBytesRows[] = {
    {"nothing", 0, 15},          {"one_byte", 1, 15},       {"one_mib", kMiB, 15},
    {"begun_mib", kMiB + 1, 20}, {"two_mib", 2 * kMiB, 20}, {"begun_third", 2 * kMiB + 1, 30},
};
class WorkPriceTest : public testing::TestWithParam<BytesRow> {
  protected:
    static PriceRules rules() {
        return {.min_bid_wei = wei(15), .min_bid_zero_wei = {}, .work_wei_per_mib = 10};
    }
};
INSTANTIATE_TEST_SUITE_P(Rows, WorkPriceTest, testing::ValuesIn(kBytesRows),
                         [](const auto& row) { return std::string{row.param.name}; });
TEST_P(WorkPriceTest, counts_begun_mib_and_a_flat_minimum) {
    EXPECT_EQ(work_wei(rules(), GetParam().bytes), wei(GetParam().wei));
}
TEST_P(WorkPriceTest, what_a_bid_pays_is_never_more_than_its_work) {
    for (std::uint64_t bid = 0; bid < 45; ++bid) {
        const std::uint64_t paid = paid_bytes(rules(), wei(bid), 4 * kMiB);
        EXPECT_TRUE(paid == 0 || !(wei(bid) < work_wei(rules(), paid))) << bid;
        EXPECT_TRUE(paid == 4 * kMiB || wei(bid) < work_wei(rules(), paid + 1)) << bid;
    }
}

TEST(Price, nothing_overflows_into_a_job_that_looks_paid) {
    Word256 most;
    most.bytes.fill(0xFF);
    EXPECT_EQ(saturating_sum(most, wei(1)), most);
    EXPECT_EQ(saturating_sum(wei(UINT64_MAX), wei(1)).bytes[23], 1) << "carries";
    const PriceRules dear{.min_bid_wei = {},
                          .min_bid_zero_wei = {},
                          .work_wei_per_mib = UINT64_MAX,
                          .proof_gas = 16'777'216,
                          .gas_percent = 10'000};
    EXPECT_TRUE(wei(UINT64_MAX) < gas_wei(dear, UINT64_MAX));
    EXPECT_TRUE(wei(UINT64_MAX) < work_wei(dear, UINT64_MAX));
    EXPECT_EQ(paid_bytes(dear, wei(UINT64_MAX), 8 * kMiB), kMiB);
    EXPECT_EQ(paid_bytes(dear, most, UINT64_MAX), UINT64_MAX);
    PriceRules half_more;
    half_more.gas_percent = 150;
    EXPECT_EQ(gas_wei(half_more, 2), wei(1'800'000));
    PriceRules free;
    free.gas_percent = 0;
    EXPECT_EQ(gas_wei(free, UINT64_MAX), wei(0));
}

// ------------------------------------------------------------------------------------------
// The judgement: one fact is changed, the rest would let the job go on.

struct JudgeRow {
    const char* name;
    void (*change)(ChainStanding&);
    const char*
        seen;  ///< what follows at each moment: "go", "hold <cause>", "end <stage> <cause>"…
    const char* before_fetch;
    const char* before_opening;
    const char* before_signing;
};
using S = ChainStanding;
const JudgeRow kJudgeRows[] = {
    {"nothing", [](S&) {}, "go", "go", "go", "go"},
    {"unknown_job", [](S& s) { s.job.status = ChainJobStatus::kNone; }, "unknown job_not_open",
     "unknown job_not_open", "unknown job_not_open", "unknown job_not_open"},
    {"completed", [](S& s) { s.job.status = ChainJobStatus::kCompleted; }, "end done_by_other",
     "end done_by_other", "end done_by_other", "end done_by_other"},
    {"canceled", [](S& s) { s.job.status = ChainJobStatus::kCanceled; }, "end cancelled",
     "end cancelled", "end cancelled", "end cancelled"},
    {"of_another_worker", [](S& s) { s.job.tee = filled<Address>(1); }, "end refused job_not_ours",
     "end refused job_not_ours", "end refused job_not_ours", "end refused job_not_ours"},
    {"of_another_file", [](S& s) { s.job.file = FileId{9}; }, "go", "anew", "anew",
     "end refused job_not_ours"},
    {"no_file", [](S& s) { s.file.reset(); }, "unknown file_not_found",
     "end refused file_not_found", "end refused file_not_found", "end refused file_not_found"},
    {"another_url", [](S& s) { s.file->url += "x"; }, "go", "end refused file_changed",
     "end refused file_changed", "end refused file_changed"},
    {"another_owner", [](S& s) { s.file->owner = filled<Address>(9); }, "go",
     "end refused file_changed", "end refused file_changed", "end refused file_changed"},
    {"another_pool", [](S& s) { s.dlp->tee_pool = filled<Address>(9); },
     "end refused pool_mismatch", "end refused pool_mismatch", "end refused pool_mismatch",
     "end refused pool_mismatch"},
    {"another_instruction", [](S& s) { s.dlp->proof_instruction += "0"; },
     "end refused instruction_mismatch", "end refused instruction_mismatch",
     "end refused instruction_mismatch", "end refused instruction_mismatch"},
    {"we_are_removed", [](S& s) { s.tee_active = false; }, "go", "hold worker_not_active",
     "hold worker_not_active", "hold worker_not_active"},
    // 130 are bid; the work of 2 MiB is 20, the gas 100.
    {"bid_below_the_work", [](S& s) { s.job.bid_wei = wei(19); }, "go", "end refused fee_too_low",
     "end refused fee_too_low", "hold bid_below_gas"},
    {"bid_of_work_and_gas", [](S& s) { s.job.bid_wei = wei(120); }, "go", "go", "go", "go"},
    {"bid_one_wei_below_both", [](S& s) { s.job.bid_wei = wei(119); }, "go", "hold bid_below_gas",
     "hold bid_below_gas", "go"},
    {"gas_alone_is_dearer", [](S& s) { s.gas_price_wei = 2; }, "go", "hold bid_below_gas",
     "hold bid_below_gas", "hold bid_below_gas"},
    {"a_bad_bid_of_a_removed_worker_ends",
     [](S& s) {
         s.tee_active = false;
         s.job.bid_wei = wei(1);
     },
     "go", "end refused fee_too_low", "end refused fee_too_low", "hold worker_not_active"},
};

std::string text_of(const Judgement& said) {
    const std::string cause =
        said.cause ? " " + std::string{pramana::name_of(*said.cause)} : std::string{};
    switch (said.kind) {
        case Judgement::Kind::kGo: return "go";
        case Judgement::Kind::kHold: return "hold" + cause;
        case Judgement::Kind::kAnew: return "anew";
        case Judgement::Kind::kUnknown: return "unknown" + cause;
        case Judgement::Kind::kEnd:
            return "end " + std::string{name_of(static_cast<Stage>(said.stage))} + cause;
    }
    return "?";
}

class JudgeTest : public testing::TestWithParam<JudgeRow> {};
INSTANTIATE_TEST_SUITE_P(Rows, JudgeTest, testing::ValuesIn(kJudgeRows),
                         [](const auto& row) { return std::string{row.param.name}; });
TEST_P(JudgeTest, follows_at_each_moment) {
    PipelineOptions options;
    options.tee = filled<Address>(0xE0);
    options.tee_pool = filled<Address>(0xB0);
    options.price = {.min_bid_wei = wei(10),
                     .min_bid_zero_wei = {},
                     .work_wei_per_mib = 10,
                     .proof_gas = 100,
                     .gas_percent = 100};
    ServedDlp dlp;
    dlp.instruction = "ours";
    store::JobRecord job;
    job.file = FileId{1};
    job.owner = filled<Address>(1);
    job.url = "https://files.example/1";
    job.sealed_bytes = 2 * kMiB;
    ChainStanding now;
    now.job = {.status = ChainJobStatus::kSubmitted,
               .file = FileId{1},
               .bid_wei = wei(130),
               .payer = {},
               .tee = options.tee};
    now.file = ChainFile{job.owner, job.url};
    now.tee_active = true;
    now.dlp = ChainDlp{dlp.instruction, options.tee_pool, {}};
    now.gas_price_wei = 1;
    GetParam().change(now);
    const auto at = [&](Moment moment) { return text_of(judge(now, job, &dlp, options, moment)); };
    EXPECT_EQ(at(Moment::kSeen), GetParam().seen);
    EXPECT_EQ(at(Moment::kBeforeFetch), GetParam().before_fetch);
    EXPECT_EQ(at(Moment::kBeforeOpening), GetParam().before_opening);
    EXPECT_EQ(at(Moment::kBeforeSigning), GetParam().before_signing);
}

// ------------------------------------------------------------------------------------------
// In the pipeline

TEST_F(PipelineTest, what_a_bid_does_not_pay_is_neither_fetched_nor_opened) {
    world.options.price.proof_gas = 1;
    world.chain.gas_price_wei = 2'000;  // the bid is 1,000
    world.start();
    world.request(1, 1, "https://files.example/1");
    world.fetch.pages["https://files.example/1"] = World::sealed(1, "text");
    ASSERT_TRUE(world.pipeline->deposit_key(World::deposit(1, key_of_wallet(World::wallet(1)))));
    ASSERT_TRUE(world.pipeline->admit(world.upload(2, "other")));
    world.request_own(2, 2, "other");
    ASSERT_TRUE(world.seen(2));
    world.settle();
    EXPECT_EQ(world.outcome(1), "waiting_file bid_below_gas");
    EXPECT_EQ(world.outcome(2), "queued bid_below_gas");
    EXPECT_EQ(world.fetch.fetches, 0);
    EXPECT_EQ(world.opener.decryptions, 0);
    EXPECT_TRUE(world.proofs.calls.empty());

    world.chain.gas_price_wei = 1'000;  // the flat minimum of 100 is not on top of it
    world.settle();
    EXPECT_EQ(world.outcome(1), "final") << "it goes on by itself";
    EXPECT_EQ(world.outcome(2), "final");
}

TEST_F(PipelineTest, a_job_that_never_pays_its_gas_expires) {
    world.options.price.proof_gas = 1;
    world.chain.gas_price_wei = 2'000;
    world.start();
    ASSERT_TRUE(world.pipeline->admit(world.upload(1, "text")));
    world.request_own(1, 1, "text");
    ASSERT_TRUE(world.seen(1));
    world.settle();
    world.clock.advance(86'401);
    world.settle(1);
    EXPECT_EQ(world.outcome(1), "expired bid_below_gas");
}

TEST_F(PipelineTest, a_file_larger_than_what_was_paid_for_is_not_taken_in) {
    world.options.price.work_wei_per_mib = 600;  // the bid of 1,000 pays one MiB
    world.start();
    const std::string url = "https://files.example/1";
    world.request(1, 1, url);
    world.fetch.pages[url] = World::sealed(1, std::string(kMiB, 'x'));
    ASSERT_TRUE(world.pipeline->deposit_key(World::deposit(1, key_of_wallet(World::wallet(1)))));
    world.settle();
    EXPECT_EQ(world.outcome(1), "refused fee_too_low");
    EXPECT_EQ(world.opener.decryptions, 0);
}

TEST_F(PipelineTest, a_copy_that_does_not_pay_for_a_proof_of_nothing_is_refused) {
    world.options.price.min_bid_zero_wei = wei(1'001);
    world.start();
    for (const std::uint8_t w : {std::uint8_t{1}, std::uint8_t{2}}) {
        ASSERT_TRUE(world.pipeline->admit(world.upload(w, "the same text")));
        world.request_own(w, w, "the same text");
        ASSERT_TRUE(world.seen(w));
        world.settle();
    }
    EXPECT_EQ(world.outcome(1), "final");
    EXPECT_EQ(world.outcome(2), "refused zero_score_unpaid");
    EXPECT_EQ(world.proofs.calls.size(), 1U);

    world.request(3, 2, world.own_url(2, "the same text"), 1'001);
    world.chain.files[FileId{3}] = world.chain.files[FileId{2}];
    ASSERT_TRUE(world.seen(3));
    world.settle();
    EXPECT_EQ(world.outcome(3), "final") << "a bid that pays for it gets it";
    EXPECT_EQ(world.job(3).result->pay_1024, 0U);
}

TEST_F(PipelineTest, a_job_that_waits_for_cheaper_gas_does_not_keep_its_place_from_others) {
    ASSERT_TRUE(world.pipeline->admit(world.upload(1, "one")));
    world.request_own(1, 1, "one");
    ASSERT_TRUE(world.seen(1));
    world.score.device_losses = 1;  // placed, and then the device is lost
    world.pipeline->tick();
    ASSERT_EQ(world.outcome(1), "placed device_lost");
    world.chain.jobs[JobId{1}].bid_wei = wei(100);
    world.options.price.proof_gas = 1;
    world.chain.gas_price_wei = 101;
    world.start();
    ASSERT_TRUE(world.pipeline->admit(world.upload(2, "two")));
    world.request_own(2, 2, "two");
    ASSERT_TRUE(world.seen(2));
    world.settle();
    EXPECT_EQ(world.outcome(1), "queued bid_below_gas");
    EXPECT_EQ(world.outcome(2), "final");
}

TEST_F(PipelineTest, the_document_is_bound_to_the_block_at_which_the_proof_was_due) {
    ASSERT_TRUE(world.pipeline->admit(world.upload(1, "text")));
    world.request_own(1, 1, "text");
    ASSERT_TRUE(world.seen(1));
    world.settle();
    EXPECT_EQ(world.evidence.facts_of(JobId{1}).block, world.chain.block);
}

}  // namespace
}  // namespace pramana::pipeline
