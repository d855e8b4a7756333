// Which job, which DLP, which file, which key: issue 2, items 6 and 7.
#include "pipeline_fixture.hpp"

namespace pramana::pipeline {
namespace {

// ------------------------------------------------------------------------------------------
// Work starts when the last of key, file and job is there, whichever it is.

enum class Arrival { kUpload, kJobSeen, kKey, kFile };
struct Order {
    const char* name;
    std::vector<Arrival> arrivals;
    std::vector<const char*> stages;  ///< after each arrival; "" = there is no job yet
};
const Order kOrders[] = {
    {"own_upload_then_job", {Arrival::kUpload, Arrival::kJobSeen}, {"", "sent"}},
    {"own_job_then_upload", {Arrival::kJobSeen, Arrival::kUpload}, {"waiting_key", "sent"}},
    {"job_key_file",
     {Arrival::kJobSeen, Arrival::kKey, Arrival::kFile},
     {"waiting_key", "waiting_file", "sent"}},
    {"job_file_key",
     {Arrival::kJobSeen, Arrival::kFile, Arrival::kKey},
     {"waiting_key", "waiting_key", "sent"}},
    {"key_job_file",
     {Arrival::kKey, Arrival::kJobSeen, Arrival::kFile},
     {"waiting_file", "waiting_file", "sent"}},
    {"key_file_job",
     {Arrival::kKey, Arrival::kFile, Arrival::kJobSeen},
     {"waiting_file", "sent", "sent"}},
    {"file_job_key",
     {Arrival::kFile, Arrival::kJobSeen, Arrival::kKey},
     {"", "waiting_key", "sent"}},
    {"file_key_job", {Arrival::kFile, Arrival::kKey, Arrival::kJobSeen}, {"", "sent", "sent"}},
};

class OrderTest : public PipelineTest, public testing::WithParamInterface<Order> {
  protected:
    void arrive(Arrival arrival) {
        switch (arrival) {
            case Arrival::kUpload:
                ASSERT_TRUE(world.pipeline->admit(world.upload(1, "text")));
                break;
            case Arrival::kJobSeen: ASSERT_TRUE(world.seen(1)); break;
            case Arrival::kKey:
                ASSERT_EQ(code_of(world.pipeline->deposit_key(
                              World::deposit(1, key_of_wallet(World::wallet(1))))),
                          "ok");
                break;
            case Arrival::kFile:
                world.fetch.pages["https://files.example/1"] = World::sealed(1, "text");
                break;
        }
    }
};
INSTANTIATE_TEST_SUITE_P(Rows, OrderTest, testing::ValuesIn(kOrders),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST_P(OrderTest, the_last_one_starts_the_work) {
    const Order& order = GetParam();
    const bool own = order.arrivals[0] == Arrival::kUpload || order.arrivals[1] == Arrival::kUpload;
    if (own)
        world.request_own(1, 1, "text");
    else
        world.request(1, 1, "https://files.example/1");
    for (std::size_t i = 0; i < order.arrivals.size(); ++i) {
        arrive(order.arrivals[i]);
        world.clock.advance(60);  // a fetch that failed is tried again
        world.pipeline->tick();
        const Result<ContributionStatus> status = world.pipeline->job_status(JobId{1});
        EXPECT_EQ(status ? name_of(status->stage) : "", order.stages[i]) << i;
    }
    world.settle();
    EXPECT_EQ(world.outcome(1), "final");
    EXPECT_EQ(world.job(1).result->pay_1024, 100U);
    EXPECT_EQ(world.chain.sent(JobId{1}), 1U);
}

// ------------------------------------------------------------------------------------------
// Refused visibly: one fact is changed, everything else would lead to a proof.

struct Refusal {
    const char* name;
    void (*change)(World&);
    const char* outcome;
};
const Refusal kRefusals[] = {
    {"nothing", [](World&) {}, "final"},
    {"another_tee", [](World& w) { w.chain.jobs[JobId{1}].tee = filled<Address>(9); },
     "refused job_not_ours"},
    {"unknown_job", [](World& w) { w.chain.jobs.clear(); }, "refused job_not_open"},
    {"completed_job", [](World& w) { w.chain.jobs[JobId{1}].status = ChainJobStatus::kCompleted; },
     "done_by_other"},
    {"canceled_job", [](World& w) { w.chain.jobs[JobId{1}].status = ChainJobStatus::kCanceled; },
     "cancelled"},
    {"unknown_file", [](World& w) { w.chain.files.clear(); }, "refused file_not_found"},
    {"bid_one_wei_short", [](World& w) { w.chain.jobs[JobId{1}].bid_wei = wei(99); },
     "refused fee_too_low"},
    {"bid_exact", [](World& w) { w.chain.jobs[JobId{1}].bid_wei = wei(100); }, "final"},
    {"bid_of_more_than_64_bits",
     [](World& w) {
         w.chain.jobs[JobId{1}].bid_wei = {};
         w.chain.jobs[JobId{1}].bid_wei.bytes[0] = 1;
     },
     "final"},
    {"no_permission", [](World& w) { w.chain.permissions.clear(); }, "refused dlp_not_served"},
    {"permission_of_a_stranger",
     [](World& w) {
         w.chain.permissions.clear();
         w.chain.permissions[{FileId{1}, filled<Address>(0x77)}] = "key";
     },
     "refused dlp_not_served"},
    {"another_instruction",
     [](World& w) { w.chain.dlps[filled<Address>(0xD0)].proof_instruction += "0"; },
     "refused instruction_mismatch"},
    {"another_pool",
     [](World& w) { w.chain.dlps[filled<Address>(0xD0)].tee_pool = filled<Address>(9); },
     "refused pool_mismatch"},
    {"url_of_more_than_4096_bytes",
     [](World& w) { w.chain.files[FileId{1}].url.assign(4097, 'x'); }, "refused fetch_forbidden"},
};
class RefusalTest : public PipelineTest, public testing::WithParamInterface<Refusal> {};
INSTANTIATE_TEST_SUITE_P(Rows, RefusalTest, testing::ValuesIn(kRefusals),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST_P(RefusalTest, says_why) {
    ASSERT_TRUE(world.pipeline->admit(world.upload(1, "text")));
    world.request_own(1, 1, "text");
    GetParam().change(world);
    ASSERT_TRUE(world.seen(1));
    world.settle(20);
    EXPECT_EQ(world.outcome(1), GetParam().outcome);
}

TEST_F(PipelineTest, a_refused_job_ends_its_contribution_and_the_next_one_opens_it_again) {
    const ContributionId id = *world.pipeline->admit(world.upload(1, "text"));
    world.request(1, 1, world.own_url(1, "text"), 99);
    ASSERT_TRUE(world.seen(1));
    world.settle();
    EXPECT_EQ(world.pipeline->status(id)->stage, Stage::kRefused);
    EXPECT_EQ(world.pipeline->status(id)->cause->code, Errc::kFeeTooLow);
    EXPECT_EQ(store->jobs().usage_total().count, 0U);

    world.request_own(2, 1, "text");
    ASSERT_TRUE(world.seen(2));
    world.settle();
    EXPECT_EQ(world.pipeline->status(id)->stage, Stage::kFinal);
    EXPECT_EQ(world.pipeline->status(id)->job, JobId{2});
}

TEST_F(PipelineTest, a_strangers_cheap_job_does_not_take_the_contribution_from_its_own) {
    const ContributionId id = *world.pipeline->admit(world.upload(1, "text"));
    world.request_own(1, 1, "text");
    ASSERT_TRUE(world.seen(1));
    ASSERT_TRUE(world.pipeline->step_next());  // checked and linked
    world.request(2, 1, world.own_url(1, "text"), 1);
    ASSERT_TRUE(world.seen(2));
    world.settle();
    EXPECT_EQ(world.outcome(2), "refused fee_too_low");
    EXPECT_EQ(world.pipeline->status(id)->job, JobId{1});
    EXPECT_EQ(world.pipeline->status(id)->stage, Stage::kFinal);
}

// ------------------------------------------------------------------------------------------
// Two DLPs hold a permission on the file.

class TwoDlpsTest : public PipelineTest {
  protected:
    void SetUp() override {
        world.serve(second, 2);
        world.start();
        world.request_own(1, 1, "text");
        world.chain.permissions[{FileId{1}, second}] = "dlp-key|x";
    }
    const Address second = filled<Address>(0xD1);
};

TEST_F(TwoDlpsTest, the_intent_names_the_dlp) {
    Upload upload = world.upload(1, "text");
    VerifiedIntent intent = world.intent(1, upload.sealed);
    intent.dlp = second;
    intent.ruleset = world.options.dlps[1].ruleset;
    upload.envelope = envelope_of(intent, key_of_wallet(World::wallet(1)));
    ASSERT_TRUE(world.pipeline->admit(upload));
    ASSERT_TRUE(world.seen(1));
    world.settle();
    EXPECT_EQ(world.outcome(1), "final");
    EXPECT_EQ(world.proofs.calls.at(0).instruction, world.options.dlps[1].instruction);
    EXPECT_EQ(world.proofs.calls.at(0).dlp_id, 2U);
}

TEST_F(TwoDlpsTest, the_deposits_proof_url_names_the_dlp) {
    world.chain.files[FileId{1}].url = "https://files.example/1";
    world.fetch.pages["https://files.example/1"] = World::sealed(1, "text");
    KeyDeposit deposit = World::deposit(1, key_of_wallet(World::wallet(1)));
    deposit.proof_url = world.options.dlps[1].instruction;
    ASSERT_EQ(code_of(world.pipeline->deposit_key(std::move(deposit))), "ok");
    world.settle();
    EXPECT_EQ(world.outcome(1), "final");
    EXPECT_EQ(world.proofs.calls.at(0).dlp_id, 2U);
}

TEST_F(TwoDlpsTest, without_a_name_it_waits_and_a_deposit_is_told_why) {
    world.chain.files[FileId{1}].url = "https://files.example/1";
    ASSERT_TRUE(world.seen(1));
    world.pipeline->tick();
    EXPECT_EQ(world.outcome(1), "waiting_key dlp_ambiguous");
    EXPECT_EQ(
        code_of(world.pipeline->deposit_key(World::deposit(1, key_of_wallet(World::wallet(1))))),
        "dlp_ambiguous");
}

TEST_F(TwoDlpsTest, an_intent_for_neither_is_ambiguous_and_refused) {
    world.serve(filled<Address>(0xD2), 3);
    world.start();
    Upload upload = world.upload(1, "text");
    VerifiedIntent intent = world.intent(1, upload.sealed);
    intent.dlp = filled<Address>(0xD2);
    intent.ruleset = world.options.dlps[2].ruleset;
    upload.envelope = envelope_of(intent, key_of_wallet(World::wallet(1)));
    ASSERT_TRUE(world.pipeline->admit(upload));
    ASSERT_TRUE(world.seen(1));
    world.settle();
    EXPECT_EQ(world.outcome(1), "refused dlp_ambiguous");
}

// ------------------------------------------------------------------------------------------

TEST_F(PipelineTest, an_intent_for_another_dlp_does_not_open_the_file) {
    world.serve(filled<Address>(0xD1), 2);
    world.start();
    Upload upload = world.upload(1, "text");
    VerifiedIntent intent = world.intent(1, upload.sealed);
    intent.dlp = filled<Address>(0xD1);
    intent.ruleset = world.options.dlps[1].ruleset;
    upload.envelope = envelope_of(intent, key_of_wallet(World::wallet(1)));
    ASSERT_TRUE(world.pipeline->admit(upload));
    world.request_own(1, 1, "text");  // permission for the first DLP only
    ASSERT_TRUE(world.seen(1));
    world.settle();
    EXPECT_EQ(world.outcome(1), "waiting_key intent_mismatch");
    EXPECT_EQ(world.opener.decryptions, 0);
}

TEST_F(PipelineTest, an_intent_that_expired_before_the_job_does_not_open_the_file) {
    ASSERT_TRUE(world.pipeline->admit(world.upload(1, "text")));
    world.request_own(1, 1, "text");
    world.clock.advance(3601);
    ASSERT_TRUE(world.seen(1));
    world.pipeline->step_next();
    world.pipeline->step_next();
    EXPECT_EQ(world.outcome(1), "waiting_key intent_expired");
    EXPECT_EQ(world.opener.decryptions, 0);
}

TEST_F(PipelineTest, our_own_delay_does_not_expire_an_intent) {
    ASSERT_TRUE(world.pipeline->admit(world.upload(1, "text")));
    world.request_own(1, 1, "text");
    ASSERT_TRUE(world.seen(1));
    world.chain.down = Errc::kRpcUnavailable;
    world.pipeline->tick();
    world.clock.advance(3601);
    world.chain.down.reset();
    world.start();
    world.settle();
    EXPECT_EQ(world.outcome(1), "final");
}

struct FetchRow {
    const char* name;
    Errc fails;
    const char* outcome;
};
const FetchRow kFetchRows[] = {
    {"private_network", Errc::kFetchForbidden, "refused fetch_forbidden"},
    {"too_large", Errc::kFetchTooLarge, "refused fetch_too_large"},
    {"no_answer_is_tried_until_it_expires", Errc::kFetchFailed, "expired fetch_failed"},
    {"timeout_is_tried_until_it_expires", Errc::kTimeout, "expired timeout"},
};
class FetchTest : public PipelineTest, public testing::WithParamInterface<FetchRow> {};
INSTANTIATE_TEST_SUITE_P(Rows, FetchTest, testing::ValuesIn(kFetchRows),
                         [](const auto& row) { return std::string{row.param.name}; });
TEST_P(FetchTest, ends_visibly) {
    world.request(1, 1, "https://files.example/1");
    ASSERT_TRUE(world.pipeline->deposit_key(World::deposit(1, key_of_wallet(World::wallet(1)))));
    world.fetch.fails = GetParam().fails;
    world.settle(10);
    world.clock.advance(86'400);
    world.settle(1);
    EXPECT_EQ(world.outcome(1), GetParam().outcome);
}

TEST_F(PipelineTest, a_url_that_only_looks_like_ours_is_fetched) {
    const std::string url = world.own_url(1, "text") + "?x";
    world.request(1, 1, url);
    world.fetch.pages[url] = World::sealed(1, "text");
    ASSERT_TRUE(world.pipeline->deposit_key(World::deposit(1, key_of_wallet(World::wallet(1)))));
    world.settle();
    EXPECT_EQ(world.outcome(1), "final");
    EXPECT_EQ(world.fetch.fetches, 1);
}

TEST_F(PipelineTest, a_reorg_that_gives_the_job_another_file_starts_it_anew) {
    world.request(1, 1, "https://files.example/1");
    ASSERT_TRUE(world.seen(1));
    world.pipeline->tick();
    EXPECT_EQ(world.outcome(1), "waiting_key");
    ASSERT_TRUE(world.pipeline->admit(world.upload(2, "other")));
    world.request(9, 2, world.own_url(2, "other"));
    world.chain.jobs[JobId{1}].file = FileId{9};
    world.settle();
    EXPECT_EQ(world.outcome(1), "final");
    EXPECT_EQ(world.job(1).file, FileId{9});
}

TEST_F(PipelineTest, a_job_that_is_canceled_while_it_waits_ends) {
    world.request(1, 1, "https://files.example/1");
    ASSERT_TRUE(world.seen(1));
    world.pipeline->tick();
    world.chain.jobs[JobId{1}].status = ChainJobStatus::kCanceled;
    world.clock.advance(31);
    world.pipeline->tick();
    EXPECT_EQ(world.outcome(1), "cancelled");
}

TEST_F(PipelineTest, a_silent_node_delays_and_costs_nothing) {
    ASSERT_TRUE(world.pipeline->admit(world.upload(1, "text")));
    world.request_own(1, 1, "text");
    world.chain.down = Errc::kRpcUnavailable;
    ASSERT_TRUE(world.seen(1));
    for (int i = 0; i < 50; ++i) {
        world.pipeline->tick();
        world.clock.advance(60);
    }
    EXPECT_EQ(world.outcome(1), "received rpc_unavailable");
    world.chain.down.reset();
    world.settle();
    EXPECT_EQ(world.outcome(1), "final");
}

}  // namespace
}  // namespace pramana::pipeline
