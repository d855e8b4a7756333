// What comes in over HTTP: service.hpp, function by function.
#include "pipeline_fixture.hpp"

#include "pramana/core/hex.hpp"

namespace pramana::pipeline {
namespace {

TEST_F(PipelineTest, an_upload_is_idempotent) {
    const Upload upload = world.upload(1, "text");
    const ContributionId id = *world.pipeline->admit(upload);
    EXPECT_EQ(*world.pipeline->admit(upload), id);
    EXPECT_EQ(store->jobs().usage_total().count, 1U);
    EXPECT_EQ(store->jobs().contribution(id)->revision, 1U) << "nothing was written";
    EXPECT_EQ(world.pipeline->status(id)->stage, Stage::kReceived);
    EXPECT_EQ(*world.pipeline->blob(hash_of(as_text(upload.sealed))), upload.sealed);
}

TEST_F(PipelineTest, the_contribution_id_is_the_published_hash) {
    const Upload upload = world.upload(1, "text");
    Sha256 hash;
    hash.update("pramana:contribution:1");
    hash.update(World::wallet(1).view());
    hash.update(hash_of(as_text(upload.sealed)).view());
    EXPECT_EQ(to_hex(world.pipeline->admit(upload)->view()), to_hex(hash.finish().view()));
}

struct BadUpload {
    const char* name;
    void (*change)(World&, VerifiedIntent&, Upload&);
    const char* code;
};
const BadUpload kBadUploads[] = {
    {"nothing", [](World&, VerifiedIntent&, Upload&) {}, "ok"},
    {"another_chain", [](World&, VerifiedIntent& i, Upload&) { i.chain_id = 1; },
     "intent_mismatch"},
    {"another_dlp", [](World&, VerifiedIntent& i, Upload&) { i.dlp = filled<Address>(1); },
     "dlp_not_served"},
    {"another_ruleset", [](World&, VerifiedIntent& i, Upload&) { i.ruleset = filled<Hash32>(9); },
     "intent_mismatch"},
    {"another_file", [](World&, VerifiedIntent&, Upload& u) { u.sealed.push_back(0); },
     "hash_mismatch"},
    {"expired",
     [](World& w, VerifiedIntent& i, Upload&) { i.expires_unix_s = w.clock.unix_s() - 1; },
     "intent_expired"},
    {"in_its_last_second",
     [](World& w, VerifiedIntent& i, Upload&) { i.expires_unix_s = w.clock.unix_s(); }, "ok"},
    {"above_the_limit",
     [](World& w, VerifiedIntent&, Upload& u) {
         u.sealed.assign(w.options.sealed_bytes_max + 1, 0);
     },
     "body_too_large"},
};
class BadUploadTest : public PipelineTest, public testing::WithParamInterface<BadUpload> {};
INSTANTIATE_TEST_SUITE_P(Rows, BadUploadTest, testing::ValuesIn(kBadUploads),
                         [](const auto& row) { return std::string{row.param.name}; });
TEST_P(BadUploadTest, is_refused_and_leaves_no_trace) {
    Upload upload = world.upload(1, "text");
    VerifiedIntent intent = world.intent(1, upload.sealed);
    GetParam().change(world, intent, upload);
    upload.envelope = envelope_of(intent, "key");
    EXPECT_EQ(code_of(world.pipeline->admit(upload)), GetParam().code);
    const bool admitted = GetParam().code == std::string_view{"ok"};
    EXPECT_EQ(store->jobs().usage_total().count, admitted ? 1U : 0U);
    EXPECT_EQ(store->blobs().list()->size(), admitted ? 1U : 0U);
}

struct Terms {
    const char* name;
    std::optional<std::uint8_t> of_ruleset, of_intent;
    const char* code;
};
const Terms kTerms[] = {
    {"none_asked", std::nullopt, std::nullopt, "ok"},
    {"none_asked_some_agreed_to", std::nullopt, 1, "ok"},
    {"agreed_to", 1, 1, "ok"},
    {"others_agreed_to", 1, 2, "terms_not_agreed"},
    {"none_agreed_to", 1, std::nullopt, "terms_not_agreed"},
};
class TermsTest : public PipelineTest, public testing::WithParamInterface<Terms> {};
INSTANTIATE_TEST_SUITE_P(Rows, TermsTest, testing::ValuesIn(kTerms),
                         [](const auto& row) { return std::string{row.param.name}; });
TEST_P(TermsTest, are_those_of_the_ruleset) {
    const auto terms = [](std::uint8_t byte) { return filled<Hash32>(byte); };
    if (GetParam().of_ruleset) world.options.dlps[0].terms_sha256 = terms(*GetParam().of_ruleset);
    world.start();
    Upload upload = world.upload(1, "text");
    VerifiedIntent intent = world.intent(1, upload.sealed);
    if (GetParam().of_intent) intent.terms_sha256 = terms(*GetParam().of_intent);
    upload.envelope = envelope_of(intent, key_of_wallet(World::wallet(1)));
    EXPECT_EQ(code_of(world.pipeline->admit(upload)), GetParam().code);
    const bool admitted = GetParam().code == std::string_view{"ok"};
    EXPECT_EQ(store->blobs().list()->size(), admitted ? 1U : 0U);
}

TEST_F(PipelineTest, shows_the_rulesets_that_are_served) {
    world.options.dlps[0].ruleset_text = "{}";
    world.start();
    EXPECT_EQ(as_text(*world.pipeline->ruleset(filled<Hash32>(1))), "{}");
    EXPECT_EQ(code_of(world.pipeline->ruleset(filled<Hash32>(2))), "not_found");
}

TEST_F(PipelineTest, envelopes_are_verified_before_anything_is_stored) {
    Upload upload = world.upload(1, "text");
    upload.envelope = bytes_of("forged");
    EXPECT_EQ(code_of(world.pipeline->admit(upload)), "intent_signature");
    upload.envelope = bytes_of("?");
    EXPECT_EQ(code_of(world.pipeline->admit(upload)), "malformed_envelope");
    upload.envelope.assign(store::kEnvelopeBytesMax + 1, '{');
    EXPECT_EQ(code_of(world.pipeline->admit(upload)), "malformed_envelope");
    EXPECT_TRUE(store->blobs().list()->empty());
}

TEST_F(PipelineTest, a_file_that_the_disk_lost_is_taken_in_again) {
    const Upload upload = world.upload(1, "text");
    const ContributionId id = *world.pipeline->admit(upload);
    ASSERT_TRUE(store->blobs().remove(hash_of(as_text(upload.sealed))));
    world.request_own(1, 1, "text");
    ASSERT_TRUE(world.seen(1));
    world.pipeline->tick();
    ASSERT_EQ(world.outcome(1), "waiting_file");
    EXPECT_EQ(*world.pipeline->admit(upload), id) << "the same bytes, envelope and all";
    world.settle();
    EXPECT_EQ(world.outcome(1), "final");
}

TEST_F(PipelineTest, quotas_hold_for_a_wallet_and_for_all_and_leave_no_blob_behind) {
    world.options.quota = {.wallet_count_max = 2, .total_count_max = 3};
    world.start();
    ASSERT_TRUE(world.pipeline->admit(world.upload(1, "a")));
    ASSERT_TRUE(world.pipeline->admit(world.upload(1, "b")));
    EXPECT_EQ(code_of(world.pipeline->admit(world.upload(1, "c"))), "quota_exceeded");
    ASSERT_TRUE(world.pipeline->admit(world.upload(2, "d")));
    EXPECT_EQ(code_of(world.pipeline->admit(world.upload(3, "e"))), "busy");
    EXPECT_EQ(store->blobs().list()->size(), 3U);
}

TEST_F(PipelineTest, a_store_that_fails_acknowledges_nothing) {
    ASSERT_TRUE(world.pipeline->admit(world.upload(1, "a")));
    store->fail_writes(Errc::kStorageFull);
    EXPECT_EQ(code_of(world.pipeline->admit(world.upload(1, "b"))), "storage_full");
    EXPECT_EQ(code_of(world.seen(1)), "storage_full");
    const Readiness readiness = world.pipeline->readiness();
    EXPECT_FALSE(readiness.ready);
    EXPECT_EQ(readiness.reasons, std::vector<std::string>{"disk_low"});
}

TEST_F(PipelineTest, readiness_names_what_is_missing) {
    EXPECT_TRUE(world.pipeline->readiness().ready);
    world.chain.down = Errc::kRpcUnavailable;
    EXPECT_TRUE(world.pipeline->readiness().ready) << "an answer counts for five seconds";
    world.clock.advance(5);
    EXPECT_EQ(world.pipeline->readiness().reasons, std::vector<std::string>{"chain_unreachable"});
}

TEST_F(PipelineTest, unknown_ids_are_not_found) {
    EXPECT_EQ(code_of(world.pipeline->status(filled<ContributionId>(1))), "not_found");
    EXPECT_EQ(code_of(world.pipeline->job_status(JobId{1})), "not_found");
    EXPECT_EQ(code_of(world.pipeline->blob(filled<Hash32>(1))), "not_found");
    EXPECT_EQ(code_of(world.pipeline->proof_document(filled<Hash32>(1))), "not_found");
}

TEST_F(PipelineTest, tells_the_result_only_once_final) {
    const ContributionId id = *world.pipeline->admit(world.upload(1, "text"));
    world.request_own(1, 1, "text");
    ASSERT_TRUE(world.seen(1));
    const auto untold = [&](Stage stage) {
        const ContributionStatus status = *world.pipeline->status(id);
        EXPECT_EQ(status.stage, stage);
        EXPECT_FALSE(status.result || status.proof_document || status.cause);
        const Hash32 hash = *store->jobs().job(JobId{1})->document;
        EXPECT_EQ(code_of(world.pipeline->proof_document(hash)), "proof_not_final");
    };
    world.pipeline->tick();
    untold(Stage::kSent);
    world.proofs.mine();
    world.clock.advance(1);
    world.pipeline->tick();
    untold(Stage::kIncluded);
    world.settle();
    const ContributionStatus status = *world.pipeline->status(id);
    EXPECT_EQ(status.stage, Stage::kFinal);
    EXPECT_EQ(status.proof_index, 1U);
    EXPECT_TRUE(status.result->key_recovers_to_owner);
    const Bytes document = *world.pipeline->proof_document(*status.proof_document);
    EXPECT_EQ(hash_of(as_text(document)), *status.proof_document);
    const ProofCall& call = world.proofs.calls.at(0);
    EXPECT_EQ(call.metadata, to_hex(status.proof_document->view()));
    EXPECT_EQ(call.proof_url, "https://validator.example/v1/proofs/" + call.metadata);
    EXPECT_EQ(call.score_wad, 100U * 976'562'500'000'000U);
    EXPECT_EQ(call.file_url, world.own_url(1, "text"));
    EXPECT_EQ(call.instruction,
              "pramana:1:31337:0xd0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0:"
              "0101010101010101010101010101010101010101010101010101010101010101");
}

TEST_F(PipelineTest, tells_why_content_is_invalid_only_once_final) {
    const ContributionId id = *world.pipeline->admit(world.upload(1, "?format"));
    world.request_own(1, 1, "?format");
    ASSERT_TRUE(world.seen(1));
    world.pipeline->tick();
    EXPECT_EQ(world.outcome(1), "sent");
    world.settle();
    EXPECT_EQ(world.pipeline->status(id)->result->reasons,
              std::vector<std::string>{"unknown_format"});
}

TEST_F(PipelineTest, a_document_of_a_proof_that_never_came_is_not_told) {
    ASSERT_TRUE(world.pipeline->admit(world.upload(1, "text")));
    world.request_own(1, 1, "text");
    ASSERT_TRUE(world.seen(1));
    world.proofs.refuse = Errc::kFeeCeiling;
    world.pipeline->tick();
    const Hash32 hash = *store->jobs().job(JobId{1})->document;
    EXPECT_EQ(code_of(world.pipeline->proof_document(hash)), "proof_not_final");
    world.chain.jobs[JobId{1}].status = ChainJobStatus::kCanceled;
    world.settle();
    EXPECT_EQ(world.outcome(1), "cancelled");
    EXPECT_EQ(code_of(world.pipeline->proof_document(hash)), "not_found");
}

// ------------------------------------------------------------------------------------------
// RunProof

struct BadDeposit {
    const char* name;
    void (*change)(World&, KeyDeposit&);
    const char* code;
};
const BadDeposit kBadDeposits[] = {
    {"nothing", [](World&, KeyDeposit&) {}, "ok"},
    {"clear_key",
     [](World&, KeyDeposit& d) {
         d.encrypted_key.clear();
         d.clear_key = SecretBytes::copy_of(as_bytes_view(key_of_wallet(World::wallet(1))));
     },
     "ok"},
    {"clear_key_where_tls_ends_outside",
     [](World& w, KeyDeposit& d) {
         w.options.clear_keys_allowed = false;
         w.start();
         d.encrypted_key.clear();
         d.clear_key = SecretBytes::copy_of(as_bytes_view("key"));
     },
     "clear_key_refused"},
    {"no_key", [](World&, KeyDeposit& d) { d.encrypted_key.clear(); }, "bad_request"},
    {"two_keys",
     [](World&, KeyDeposit& d) { d.clear_key = SecretBytes::copy_of(as_bytes_view("key")); },
     "bad_request"},
    {"key_to_another_validator",
     [](World&, KeyDeposit& d) { d.encrypted_key = bytes_of("to-them"); }, "key_not_for_us"},
    {"empty_key", [](World&, KeyDeposit& d) { d.encrypted_key = bytes_of("to-us:"); },
     "malformed_key"},
    {"signature_of_another_wallet",
     [](World&, KeyDeposit& d) {
         d.encrypted_key = bytes_of("to-us:" + key_of_wallet(World::wallet(2)));
     },
     "key_not_owners"},
    {"no_signature", [](World&, KeyDeposit& d) { d.encrypted_key = bytes_of("to-us:password"); },
     "key_not_owners"},
    {"no_signature_but_the_one_whose_copy_lies_on_chain",
     [](World& w, KeyDeposit& d) {
         d.encrypted_key = bytes_of("to-us:password");
         w.chain.permissions[{FileId{1}, filled<Address>(0xD0)}] = "dlp-key|password";
         d.permissions.push_back({filled<Address>(0xD0), Bytes(16, 1), SecretBytes{32}});
     },
     "ok"},
    {"permission_secrets_for_another_account",
     [](World& w, KeyDeposit& d) {
         d.encrypted_key = bytes_of("to-us:password");
         w.chain.permissions[{FileId{1}, filled<Address>(0xD0)}] = "dlp-key|password";
         d.permissions.push_back({filled<Address>(0xD9), Bytes(16, 1), SecretBytes{32}});
     },
     "key_not_owners"},
    {"unknown_job", [](World&, KeyDeposit& d) { d.job = JobId{77}; }, "job_not_open"},
    {"job_of_another_tee",
     [](World& w, KeyDeposit&) { w.chain.jobs[JobId{1}].tee = filled<Address>(9); },
     "job_not_ours"},
    {"canceled_job",
     [](World& w, KeyDeposit&) { w.chain.jobs[JobId{1}].status = ChainJobStatus::kCanceled; },
     "job_not_open"},
    {"another_file_than_the_jobs", [](World&, KeyDeposit& d) { d.file = FileId{2}; },
     "bad_request"},
    {"unknown_file", [](World& w, KeyDeposit&) { w.chain.files.clear(); }, "file_not_found"},
    {"our_instruction",
     [](World& w, KeyDeposit& d) { d.proof_url = w.options.dlps[0].instruction; }, "ok"},
    {"another_instruction", [](World&, KeyDeposit& d) { d.proof_url = "https://image"; },
     "instruction_mismatch"},
    {"fee_too_low", [](World& w, KeyDeposit&) { w.chain.jobs[JobId{1}].bid_wei = wei(1); },
     "fee_too_low"},
    {"silent_node", [](World& w, KeyDeposit&) { w.chain.down = Errc::kRpcUnavailable; },
     "rpc_unavailable"},
    {"oversized_seed", [](World&, KeyDeposit& d) { d.encryption_seed.assign(1025, 'x'); },
     "bad_request"},
};
class BadDepositTest : public PipelineTest, public testing::WithParamInterface<BadDeposit> {};
INSTANTIATE_TEST_SUITE_P(Rows, BadDepositTest, testing::ValuesIn(kBadDeposits),
                         [](const auto& row) { return std::string{row.param.name}; });
TEST_P(BadDepositTest, is_told_why) {
    world.request(1, 1, "https://files.example/1");
    KeyDeposit deposit = World::deposit(1, key_of_wallet(World::wallet(1)));
    GetParam().change(world, deposit);
    EXPECT_EQ(code_of(world.pipeline->deposit_key(std::move(deposit))), GetParam().code);
    const Result<store::JobRecord> job = store->jobs().job(JobId{1});
    const bool kept = job && !job->sealed_key.empty();
    EXPECT_EQ(kept, GetParam().code == std::string_view{"ok"});
}

TEST_F(PipelineTest, job_ids_that_nobody_paid_for_leave_no_trace) {
    for (std::uint64_t id = 1; id < 100; ++id)
        EXPECT_EQ(code_of(world.pipeline->deposit_key(World::deposit(id, "key"))), "job_not_open");
    EXPECT_TRUE(store->jobs().open_jobs()->empty());
    EXPECT_EQ(world.pipeline->tick(), 0U);
}

TEST_F(PipelineTest, the_chain_is_not_asked_about_any_number_of_unannounced_jobs) {
    const auto asked = [this](std::uint64_t job) {
        return code_of(world.pipeline->deposit_key(World::deposit(job, "key")));
    };
    world.request(1, 1, "https://files.example/1");
    std::uint64_t id = 1'000;
    while (id < 2'000 && asked(id) == "job_not_open") ++id;
    EXPECT_EQ(id, 1'256U);
    const std::string key = key_of_wallet(World::wallet(1));
    EXPECT_EQ(code_of(world.pipeline->deposit_key(World::deposit(1, key))), "busy");
    ASSERT_TRUE(world.seen(1));
    EXPECT_EQ(code_of(world.pipeline->deposit_key(World::deposit(1, key))), "ok")
        << "what an event has told is not asked for";
    world.clock.advance(1);
    for (const std::uint64_t end = id + 16; id < end; ++id) EXPECT_EQ(asked(id), "job_not_open");
    EXPECT_EQ(asked(id), "busy");
}

TEST_F(PipelineTest, a_deposit_is_idempotent_and_later_ones_change_nothing) {
    world.request(1, 1, "https://files.example/1");
    world.fetch.pages["https://files.example/1"] = World::sealed(1, "text");
    const std::string key = key_of_wallet(World::wallet(1));
    ASSERT_TRUE(world.pipeline->deposit_key(World::deposit(1, key)));
    ASSERT_TRUE(world.pipeline->deposit_key(World::deposit(1, key)));
    world.pipeline->tick();
    EXPECT_EQ(world.outcome(1), "sent");
    EXPECT_EQ(code_of(world.pipeline->deposit_key(World::deposit(1, key))), "ok");
    EXPECT_EQ(
        code_of(world.pipeline->deposit_key(World::deposit(1, key_of_wallet(World::wallet(2))))),
        "key_not_owners")
        << "nobody else may wait for its proof";
    world.settle();
    EXPECT_EQ(code_of(world.pipeline->deposit_key(World::deposit(1, key))), "job_not_open");
    EXPECT_TRUE(store->jobs().job(JobId{1})->sealed_key.empty()) << "no key outlives its job";
    EXPECT_EQ(world.chain.sent(JobId{1}), 1U);
}

}  // namespace
}  // namespace pramana::pipeline
