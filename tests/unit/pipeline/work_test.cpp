// Opening, scoring, proving, and everything that goes wrong on the way.
#include "pipeline_fixture.hpp"

namespace pramana::pipeline {
namespace {

struct Content {
    const char* name;
    const char* content;
    const char* outcome;
    const char* reason;  ///< of a proof with score 0; "" = no such proof
};
const Content kContents[] = {
    {"unknown_format", "?format", "final", "unknown_format"},
    {"format_not_accepted", "?kind", "final", "format_not_accepted"},
    {"part_missing", "?part", "final", "part_missing"},
    {"not_authentic", "?forged", "final", "not_authentic"},
    {"too_large", "?large", "final", "too_large"},
    {"too_few_tokens", "?short", "final", "too_few_tokens"},
    {"expands_too_much", "!bomb", "final", "decompression_limit"},
    {"altered_is_never_a_verdict", "!altered", "waiting_key auth_tag_mismatch", ""},
    {"not_supported_is_never_a_verdict", "!argon2", "refused unsupported_packet", ""},
    {"scorer_throws_in_preparation", "?throws", "refused internal", ""},
    {"scorer_throws_in_the_search", "?score_throws", "refused internal", ""},
};
class ContentTest : public WorkTest, public testing::WithParamInterface<Content> {};
INSTANTIATE_TEST_SUITE_P(Rows, ContentTest, testing::ValuesIn(kContents),
                         [](const auto& row) { return std::string{row.param.name}; });
TEST_P(ContentTest, never_stops_the_next_contribution) {
    contribute(1, 1, GetParam().content);
    contribute(2, 2, "honest text");
    world.settle(20);
    EXPECT_EQ(world.outcome(1), GetParam().outcome);
    EXPECT_EQ(world.outcome(2), "final");
    EXPECT_EQ(corpus_size(), 1U) << "only what was scored has a place";
    const bool proved = *GetParam().reason != '\0';
    EXPECT_EQ(world.chain.sent(JobId{1}), proved ? 1U : 0U);
    if (!proved) return;
    const ContributionStatus status = world.job(1);
    EXPECT_EQ(status.result->pay_1024, 0U);
    EXPECT_EQ(status.result->reasons, std::vector<std::string>{GetParam().reason});
    const BindingFacts facts = world.evidence.facts_of(JobId{1});
    EXPECT_FALSE(facts.place);
    EXPECT_EQ(facts.previous_root, facts.new_root);
}

TEST_F(WorkTest, an_invalid_contribution_that_does_not_pay_for_its_proof_is_refused) {
    world.options.price.min_bid_zero_wei = wei(1001);
    world.start();
    contribute(1, 1, "?format");
    contribute(2, 2, "?part");
    world.settle();
    EXPECT_EQ(world.outcome(1), "refused unknown_format");
    EXPECT_EQ(world.outcome(2), "refused part_missing");
    EXPECT_EQ(world.chain.sent(JobId{1}), 0U);
}

// An upload that was taken before the ruleset's terms were looked at.
TEST_F(WorkTest, a_job_whose_intent_agrees_to_other_terms_waits_for_the_right_one) {
    ASSERT_TRUE(world.pipeline->admit(world.upload(1, "text")));
    world.options.dlps[0].terms_sha256 = filled<Hash32>(7);
    world.start();
    world.request_own(1, 1, "text");
    ASSERT_TRUE(world.seen(1));
    world.settle();
    EXPECT_EQ(world.outcome(1), "waiting_key terms_not_agreed");
    EXPECT_EQ(world.opener.decryptions, 0) << "and is not opened";

    Upload upload = world.upload(1, "text");
    VerifiedIntent intent = world.intent(1, upload.sealed);
    intent.terms_sha256 = filled<Hash32>(7);
    upload.envelope = envelope_of(intent, key_of_wallet(World::wallet(1)));
    ASSERT_TRUE(world.pipeline->admit(upload)) << "the corrected envelope";
    world.settle();
    EXPECT_EQ(world.outcome(1), "final");
}

TEST_F(WorkTest, a_key_without_an_intent_agrees_to_no_terms) {
    world.options.dlps[0].terms_sha256 = filled<Hash32>(7);
    world.start();
    world.request(1, 1, "https://files.example/1");
    world.fetch.pages["https://files.example/1"] =
        sealed_file(key_of_wallet(World::wallet(1)), "text");
    EXPECT_EQ(
        code_of(world.pipeline->deposit_key(World::deposit(1, key_of_wallet(World::wallet(1))))),
        "terms_not_agreed");
    EXPECT_EQ(world.opener.decryptions, 0);
}

TEST_F(WorkTest, a_wrong_key_waits_for_the_right_one) {
    Upload upload = world.upload(1, "text");
    upload.envelope = envelope_of(world.intent(1, upload.sealed), "password");
    upload.sealed = World::sealed(1, "text");
    ASSERT_TRUE(world.pipeline->admit(upload));
    world.request_own(1, 1, "text");
    ASSERT_TRUE(world.seen(1));
    world.settle();
    EXPECT_EQ(world.outcome(1), "waiting_key wrong_password");
    EXPECT_EQ(world.opener.decryptions, 1) << "a rejected key is not tried again";
    EXPECT_EQ(corpus_size(), 0U);

    ASSERT_TRUE(world.pipeline->admit(world.upload(1, "text"))) << "the corrected envelope";
    world.settle();
    EXPECT_EQ(world.outcome(1), "final");
}

TEST_F(WorkTest, a_wrong_envelope_is_helped_by_run_proof) {
    Upload upload = world.upload(1, "text");
    upload.envelope = envelope_of(world.intent(1, upload.sealed), "foreign");
    ASSERT_TRUE(world.pipeline->admit(upload));
    world.request_own(1, 1, "text");
    ASSERT_TRUE(world.seen(1));
    world.settle();
    EXPECT_EQ(world.outcome(1), "waiting_key key_not_for_us");
    ASSERT_TRUE(world.pipeline->deposit_key(World::deposit(1, key_of_wallet(World::wallet(1)))));
    world.settle();
    EXPECT_EQ(world.outcome(1), "final");
}

TEST_F(WorkTest, a_signature_of_another_wallet_is_refused_before_the_key_derivation) {
    Upload upload = world.upload(1, "text");
    upload.envelope = envelope_of(world.intent(1, upload.sealed), key_of_wallet(World::wallet(2)));
    ASSERT_TRUE(world.pipeline->admit(upload));
    world.request_own(1, 1, "text");
    ASSERT_TRUE(world.seen(1));
    world.settle();
    EXPECT_EQ(world.outcome(1), "waiting_key key_not_owners");
    EXPECT_EQ(world.opener.decryptions, 0);
}

TEST_F(WorkTest, the_result_says_what_the_key_is) {
    const std::string url = "https://files.example/1";
    world.request(1, 1, url);
    world.chain.permissions[{FileId{1}, filled<Address>(0xD0)}] = "dlp-key|password";
    world.fetch.pages[url] = sealed_file("password", "text");
    KeyDeposit deposit = World::deposit(1, "password");
    deposit.permissions.push_back({filled<Address>(0xD0), Bytes(16, 1), SecretBytes{32}});
    ASSERT_TRUE(world.pipeline->deposit_key(std::move(deposit)));
    world.settle();
    ASSERT_EQ(world.outcome(1), "final");
    EXPECT_FALSE(world.job(1).result->key_recovers_to_owner);
    EXPECT_TRUE(world.job(1).result->key_matches_permission);
    EXPECT_EQ(world.evidence.facts_of(JobId{1}).key_matches_permission, true);
}

TEST_F(WorkTest, attempts_with_keys_that_do_not_open_are_bounded) {
    world.request(1, 1, "https://files.example/1");
    world.fetch.pages["https://files.example/1"] = sealed_file("another", "text");
    std::string outcome;
    int deposits = 0;
    for (; deposits < 20 && outcome != "refused wrong_password"; ++deposits) {
        static_cast<void>(
            world.pipeline->deposit_key(World::deposit(1, key_of_wallet(World::wallet(1)))));
        world.settle(1);
        outcome = world.outcome(1);
    }
    EXPECT_EQ(outcome, "refused wrong_password");
    EXPECT_LE(world.opener.decryptions, 8);
    EXPECT_EQ(world.chain.sent(JobId{1}), 0U);
}

TEST_F(WorkTest, a_lost_device_is_tried_again_and_keeps_its_place) {
    world.score.device_losses = 20;
    contribute(1, 1, "first");
    contribute(2, 2, "second");
    world.settle(40);
    EXPECT_EQ(world.outcome(1), "final");
    EXPECT_EQ(world.outcome(2), "final");
    EXPECT_EQ(store->corpus().entry({filled<Hash32>(1), 1}, CorpusPosition{0})->job, JobId{1});
}

// reference scoring.md 3.4: of 100 copies in flight exactly one is new.
TEST_F(WorkTest, of_a_hundred_copies_exactly_one_is_new) {
    for (std::uint8_t i = 1; i <= 100; ++i) contribute(i, i, "the same text");
    world.settle();
    int paid = 0;
    for (std::uint64_t i = 1; i <= 100; ++i) {
        ASSERT_EQ(world.outcome(i), "final");
        paid += world.job(i).result->pay_1024 > 0 ? 1 : 0;
    }
    EXPECT_EQ(paid, 1);
    EXPECT_GT(world.job(1).result->pay_1024, 0U) << "the first of the chain's order";
    EXPECT_EQ(corpus_size(), 100U);
}

TEST_F(WorkTest, of_a_hundred_copies_exactly_one_is_new_with_many_threads) {
    for (std::uint8_t i = 1; i <= 100; ++i) {
        ASSERT_TRUE(world.pipeline->admit(world.upload(i, "the same text")));
        world.request_own(i, i, "the same text");
    }
    {
        const Runner runner{*world.pipeline, 4};
        for (std::uint8_t i = 1; i <= 100; ++i) EXPECT_TRUE(world.seen(i));
        for (int wait = 0; wait < 2000 && corpus_size() < 100; ++wait)
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    ASSERT_EQ(corpus_size(), 100U);
    world.settle();
    int paid = 0;
    for (std::uint64_t i = 1; i <= 100; ++i) {
        ASSERT_EQ(world.outcome(i), "final");
        EXPECT_EQ(world.chain.sent(JobId{i}), 1U);
        paid += world.job(i).result->pay_1024 > 0 ? 1 : 0;
    }
    EXPECT_EQ(paid, 1);
}

/// One text to the first DLP, then the same from another wallet to the second.
class TwoCorporaTest : public WorkTest {
  protected:
    void serve_second(bool shared) {
        world.serve(second, 2);
        if (shared) world.options.dlps[1].corpus = world.options.dlps[0].corpus;
        world.start();
    }
    void contribute_to_second(std::uint64_t job, std::uint8_t wallet, std::string_view content) {
        Upload upload = world.upload(wallet, content);
        VerifiedIntent intent = world.intent(wallet, upload.sealed);
        intent.dlp = second;
        intent.ruleset = world.options.dlps[1].ruleset;
        upload.envelope = envelope_of(intent, key_of_wallet(World::wallet(wallet)));
        ASSERT_TRUE(world.pipeline->admit(upload));
        world.request_own(job, wallet, content);
        world.chain.permissions[{FileId{job}, second}] = "dlp-key|x";
        ASSERT_TRUE(world.seen(job));
    }
    const Address second = filled<Address>(0xD1);
};

TEST_F(TwoCorporaTest, of_two_dlps_say_nothing_about_each_other) {
    serve_second(false);
    contribute(1, 1, "the same text");
    contribute_to_second(2, 2, "the same text");
    world.settle();
    ASSERT_EQ(world.outcome(1), "final");
    ASSERT_EQ(world.outcome(2), "final");
    EXPECT_GT(world.job(1).result->pay_1024, 0U);
    EXPECT_GT(world.job(2).result->pay_1024, 0U);
    EXPECT_EQ(corpus_size(), 1U);
    EXPECT_EQ(world.evidence.facts_of(JobId{2}).place, CorpusPosition{0});
}

TEST_F(TwoCorporaTest, that_are_one_shared_corpus_pay_a_text_once) {
    serve_second(true);
    contribute(1, 1, "the same text");
    contribute_to_second(2, 2, "the same text");
    world.settle();
    ASSERT_EQ(world.outcome(1), "final");
    ASSERT_EQ(world.outcome(2), "final");
    EXPECT_GT(world.job(1).result->pay_1024, 0U);
    EXPECT_EQ(world.job(2).result->pay_1024, 0U);
    EXPECT_EQ(corpus_size(), 2U);
    EXPECT_EQ(world.evidence.facts_of(JobId{2}).previous_root,
              world.evidence.facts_of(JobId{1}).new_root);
}

TEST_F(WorkTest, places_follow_the_job_ids_of_those_that_are_ready) {
    contribute(3, 3, "three");
    contribute(1, 1, "one");
    contribute(2, 2, "two");
    world.settle();
    const store::CorpusKey corpus{filled<Hash32>(1), 1};
    for (std::uint64_t place = 0; place < 3; ++place)
        EXPECT_EQ(store->corpus().entry(corpus, CorpusPosition{place})->job, JobId{place + 1});
}

TEST_F(WorkTest, a_canceled_request_does_not_make_the_next_one_a_copy) {
    const ContributionId id = contribute(1, 1, "text");
    world.proofs.refuse = Errc::kRpcUnavailable;
    world.pipeline->tick();
    EXPECT_EQ(world.outcome(1), "proved rpc_unavailable");
    world.chain.jobs[JobId{1}].status = ChainJobStatus::kCanceled;
    world.proofs.refuse.reset();
    world.settle();
    ASSERT_EQ(world.outcome(1), "cancelled");

    world.chain.jobs[JobId{2}] = world.chain.jobs[JobId{1}];
    world.chain.jobs[JobId{2}].status = ChainJobStatus::kSubmitted;
    ASSERT_TRUE(world.seen(2));
    world.settle();
    EXPECT_EQ(world.outcome(2), "final");
    EXPECT_EQ(world.job(2).result->pay_1024, 100U);
    EXPECT_EQ(world.pipeline->status(id)->job, JobId{2});
    EXPECT_EQ(corpus_size(), 1U);
}

TEST_F(WorkTest, a_second_proof_of_what_is_proved_is_a_copy) {
    const ContributionId id = contribute(1, 1, "text");
    world.settle();
    world.chain.jobs[JobId{2}] = world.chain.jobs[JobId{1}];
    world.chain.jobs[JobId{2}].status = ChainJobStatus::kSubmitted;
    ASSERT_TRUE(world.seen(2));
    world.settle();
    EXPECT_EQ(world.outcome(2), "final");
    EXPECT_EQ(world.job(2).result->pay_1024, 0U);
    EXPECT_EQ(world.pipeline->status(id)->job, JobId{1}) << "the first proof stays the shown one";
}

}  // namespace
}  // namespace pramana::pipeline
