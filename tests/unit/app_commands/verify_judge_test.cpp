#include "commands/verify_judge.hpp"

#include "pramana/chain/proof_digest.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"

#include <gmock/gmock.h>

#include <functional>

namespace pramana::app {
namespace {

/// A proof that is right in everything, and its parts, so that a row can spoil one of them. The
/// proof is made from the parts after that: what a row changes is what was signed.
struct World {
    SigningKey tee = SigningKey::generate();
    chain::BindingDocument document;
    VerifyFacts facts;
    chain::ProofData content;  ///< metadata and url are filled in where they are empty
    std::function<void(VerifyFacts&)> at_last = [](VerifyFacts&) {};

    World() {
        facts.at.chain_id = 31337;
        facts.at.file = FileId{3};
        facts.at.proof_index = 1;
        facts.at.data_registry.bytes[19] = 0xa1;
        facts.at.tee_pool.bytes[19] = 0xa2;
        facts.at.dlp.bytes[19] = 0xa3;
        facts.file = chain::RegistryFile{};
        facts.file->owner.bytes[19] = 0xa4;
        facts.file->url = "https://tee.example/v1/blobs/1";
        facts.dlp_pool = facts.at.tee_pool;
        facts.signer_is_tee = true;
        facts.job = chain::TeeJob{};
        facts.job->file = facts.at.file;
        facts.job->status = chain::JobStatus::kCompleted;
        document.chain_id = 31337;
        document.dlp = facts.at.dlp;
        document.tee_pool = facts.at.tee_pool;
        document.data_registry = facts.at.data_registry;
        document.file = facts.at.file;
        document.job = JobId{5};
        document.file_url = facts.file->url;
        document.ciphertext_sha256 = sha256("sealed");
        document.ruleset_digest = sha256("ruleset");
        document.score.pay_1024 = 700;
        facts.sealed_sha256 = document.ciphertext_sha256;
        facts.statement_hash = document.statement_hash;
        content.score = chain::to_word(chain::score_wad_of_pay(700));
        content.instruction = "pramana:1:31337:" + to_hex0x(facts.at.dlp.view()) + ':' +
                              to_hex(document.ruleset_digest.view());
        facts.dlp_instruction = content.instruction;
    }

    VerifyFacts made() {
        const std::string text = *chain::to_canonical_json(document);
        const std::string digest = to_hex(sha256(text).view());
        facts.document.bytes = Bytes{text.begin(), text.end()};
        if (content.metadata.empty()) content.metadata = digest;
        if (content.proof_url.empty())
            content.proof_url = "https://tee.example/v1/proofs/" + content.metadata;
        facts.proof = chain::sign_proof(facts.file->url, content, tee);
        at_last(facts);
        return facts;
    }
};

std::vector<std::string> names_of(const std::vector<Check>& checks, Verdict verdict) {
    std::vector<std::string> names;
    for (const Check& check : checks)
        if (check.verdict == verdict) names.emplace_back(check.name);
    return names;
}

TEST(Judge, a_true_proof_passes_every_check) {
    const std::vector<Check> checks = judge(World{}.made());
    EXPECT_THAT(names_of(checks, Verdict::kFailed), testing::IsEmpty());
    EXPECT_EQ(names_of(checks, Verdict::kOk).size(), 25U);
    EXPECT_THAT(names_of(checks, Verdict::kNote), testing::ElementsAre("statement"));
}

TEST(Judge, a_sample_is_held_against_the_block_of_its_job) {
    const auto failed = [](const std::optional<Hash32>& found) {
        World world;
        world.document.sample = chain::SeedBlock{.block_number = 7, .block_hash = sha256("block")};
        world.facts.submission_block = found;
        return names_of(judge(world.made()), Verdict::kFailed);
    };
    EXPECT_THAT(failed(sha256("block")), testing::IsEmpty());
    EXPECT_THAT(failed(sha256("other")), testing::ElementsAre("sample_seed"));
    EXPECT_THAT(failed(std::nullopt), testing::ElementsAre("sample_seed"));
}

struct Lie {
    const char* name;
    void (*tell)(World&);
    std::vector<std::string> failed;
};
void at_last(World& world, std::function<void(VerifyFacts&)> change) {
    world.at_last = std::move(change);
}
// At least one row for each check; docs/formats.md "Binding document", vana-protocol.md 1.8.
const Lie kLies[] = {
    {"no_file",
     [](World& w) { at_last(w, [](VerifyFacts& f) { f.file.reset(); }); },
     {"file_exists"}},
    {"no_proof",
     [](World& w) { at_last(w, [](VerifyFacts& f) { f.proof.reset(); }); },
     {"proof_exists"}},
    {"short_signature",
     [](World& w) { at_last(w, [](VerifyFacts& f) { f.proof->signature.pop_back(); }); },
     {"signature"}},
    {"stranger", [](World& w) { w.facts.signer_is_tee = false; }, {"signer_is_tee"}},
    {"other_pool", [](World& w) { w.facts.dlp_pool.bytes[0] = 1; }, {"dlp_pool"}},
    {"old_instruction", [](World& w) { w.facts.dlp_instruction += 'x'; }, {"instruction"}},
    {"instruction_of_another_chain",
     [](World& w) {
         w.content.instruction.replace(10, 5, "00001");
         w.facts.dlp_instruction = w.content.instruction;
     },
     {"instruction_form", "document_ruleset"}},
    {"instruction_of_another_dlp",
     [](World& w) {
         w.content.instruction[20] = 'f';
         w.facts.dlp_instruction = w.content.instruction;
     },
     {"instruction_form"}},
    {"score_above_one",
     [](World& w) { w.content.score = chain::to_word(1025 * 976'562'500'000'000); },
     {"score_range", "document_score"}},
    {"score_beyond_64_bits",
     [](World& w) { w.content.score.bytes[0] = 1; },
     {"score_range", "score_steps", "document_score"}},
    {"score_between_steps",
     [](World& w) { w.content.score = chain::to_word(chain::score_wad_of_pay(700) + 1); },
     {"score_steps", "document_score"}},
    {"metadata_of_another_form",
     [](World& w) { w.content.metadata = "{}"; },
     {"metadata", "proof_url", "document_hash"}},
    {"url_of_another_document",
     [](World& w) { w.content.proof_url = "https://tee.example/v1/proofs/0"; },
     {"proof_url"}},
    {"no_document",
     [](World& w) {
         at_last(w, [](VerifyFacts& f) { f.document = {.bytes = {}, .problem = "timeout"}; });
     },
     {"document_read"}},
    {"altered_document",
     [](World& w) { at_last(w, [](VerifyFacts& f) { f.document.bytes->push_back(' '); }); },
     {"document_hash", "document_form"}},
    {"document_of_another_chain", [](World& w) { w.document.chain_id = 1; }, {"document_chain"}},
    {"document_of_another_registry",
     [](World& w) { w.document.data_registry.bytes[0] = 1; },
     {"document_registry"}},
    {"document_of_another_pool",
     [](World& w) { w.document.tee_pool.bytes[0] = 1; },
     {"document_pool"}},
    {"document_of_another_dlp", [](World& w) { w.document.dlp.bytes[0] = 1; }, {"document_dlp"}},
    {"document_of_another_file", [](World& w) { w.document.file = FileId{4}; }, {"document_file"}},
    {"document_of_another_url", [](World& w) { w.document.file_url += 'x'; }, {"document_url"}},
    {"unknown_job",
     [](World& w) { w.facts.job = chain::TeeJob{}; },
     {"job_of_file", "job_completed"}},
    {"job_of_another_file", [](World& w) { w.facts.job->file = FileId{4}; }, {"job_of_file"}},
    {"cancelled_job",
     [](World& w) { w.facts.job->status = chain::JobStatus::kCanceled; },
     {"job_completed"}},
    {"document_of_another_ruleset",
     [](World& w) { w.document.ruleset_digest.bytes[0] ^= 1; },
     {"document_ruleset"}},
    {"document_with_another_pay",
     [](World& w) { w.document.score.pay_1024 = 701; },
     {"document_score"}},
    {"document_with_a_pay_above_one",
     [](World& w) {
         w.document.score.pay_1024 = 1025;
         w.content.score = chain::to_word(1025 * 976'562'500'000'000);
     },
     {"score_range", "document_score"}},
    {"another_sealed_file",
     [](World& w) { w.facts.sealed_sha256 = sha256("other"); },
     {"sealed_hash"}},
};
class JudgeLie : public testing::TestWithParam<Lie> {};
TEST_P(JudgeLie, is_named_by_its_check) {
    World world;
    GetParam().tell(world);
    EXPECT_EQ(names_of(judge(world.made()), Verdict::kFailed), GetParam().failed);
}
INSTANTIATE_TEST_SUITE_P(Lies, JudgeLie, testing::ValuesIn(kLies),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Judge, what_a_proof_need_not_have_is_only_noted) {
    World world;
    world.facts.sealed_sha256.reset();
    world.facts.sealed_problem = "fetch_failed";
    world.facts.statement_hash.reset();
    const std::vector<Check> checks = judge(world.made());
    EXPECT_THAT(names_of(checks, Verdict::kFailed), testing::IsEmpty());
    EXPECT_THAT(names_of(checks, Verdict::kNote), testing::ElementsAre("sealed_hash", "statement"));
}

TEST(Judge, a_score_of_zero_is_a_proof) {
    World world;
    world.content.score = {};
    world.document.score.pay_1024 = 0;
    EXPECT_THAT(names_of(judge(world.made()), Verdict::kFailed), testing::IsEmpty());
}

}  // namespace
}  // namespace pramana::app
