// Binding documents, replayed: of contributions, and of files that are none.
#include "corpus_id.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/pipeline/public_result.hpp"
#include "pramana/sealing/openpgp.hpp"
#include "recompute/opening.hpp"
#include "replayed.hpp"
#include "score/keyed_hashes.hpp"
#include "score/score_facts.hpp"

#include <algorithm>

namespace pramana::app {
namespace {

using testing::Bench;

const std::string kFileKey(132, 'k');

SecretBytes secret(std::string_view text) { return SecretBytes::copy_of(as_bytes_view(text)); }

/// As the daemon binds it (validator/app/serve/evidence_adapter.cpp).
chain::BindingDocument document_of(const Bench& bench, const ScoredFile& file) {
    const ByteView key = as_bytes_view(kFileKey);
    const pipeline::PublicResult result =
        pipeline::public_result_of(facts_of(file.score), pay_terms_of(bench.ruleset()));
    chain::BindingDocument document;
    document.chain_id = 31337;
    document.file = FileId{7};
    document.ruleset_digest = bench.ruleset().digest();
    document.model_digest = bench.scorer().model_digest;
    document.corpus = {.id = file.at.corpus.id,
                       .epoch = file.at.corpus.epoch,
                       .place = file.at.place,
                       .previous_root = file.at.previous_root,
                       .new_root = file.at.new_root};
    document.score = {.chunks = result.chunks,
                      .novel_mass = result.novel_mass,
                      .uniqueness_milli = result.uniqueness_milli,
                      .quality_milli = result.quality_milli,
                      .pay_1024 = result.pay_1024,
                      .internal_milli = result.internal_milli,
                      .matched_milli = result.matched_milli,
                      .reasons = result.reasons};
    document.keyed_text_hash = keyed_text_hash(key, FileId{7}, file.steps.document.canonical);
    document.keyed_trace_hash =
        scoring::keyed_trace_root(file.steps.leaves(), trace_salt(key, FileId{7}));
    return document;
}

class Recompute : public ::testing::Test {
  protected:
    Recompute() {
        (void)bench_.scored(before_, corpus_);
        file_ = bench_.scored(text_, corpus_);
        document_ = document_of(bench_, file_);
    }

    [[nodiscard]] Findings replayed(const Claim& claim, std::string_view content,
                                    std::string_view key = kFileKey) const {
        const auto corpus = [this](const CorpusPlace& at) -> Outcome<OfflineCorpus> {
            OfflineCorpus made{at.corpus, {}};
            if (at.place > 0) (void)bench_.scored(before_, made);
            return made;
        };
        Outcome<Findings> findings = recompute({.claim = claim,
                                                .file = "text",
                                                .content = secret(content),
                                                .file_key = secret(key),
                                                .owner = std::nullopt,
                                                .corpus = corpus},
                                               bench_.scorer());
        EXPECT_TRUE(static_cast<bool>(findings));
        return *std::move(findings);
    }
    [[nodiscard]] static std::string first_of(const Findings& findings) {
        const FindingRow* const row = findings.first_difference();
        return row == nullptr ? "" : std::string{row->name};
    }

    const Bench bench_;
    const std::string before_ = Bench::prose(1, 300);
    const std::string text_ = Bench::prose(1, 120) + Bench::prose(2, 300);
    OfflineCorpus corpus_{store::CorpusKey{corpus_id_of(31337, Address{}, bench_.ruleset()), 0},
                          {}};
    ScoredFile file_;
    chain::BindingDocument document_;
};

TEST_F(Recompute, gives_the_values_of_an_honest_document) {
    const Findings findings = replayed(document_, text_);
    EXPECT_EQ(first_of(findings), "");
    EXPECT_GT(findings.rows().size(), 15U);
}

TEST_F(Recompute, opens_a_sealed_file) {
    const Bytes sealed = *sealing::seal_message(as_bytes_view(text_), as_bytes_view(kFileKey),
                                                {.s2k_count_byte = sealing::kFastS2kCountByte});
    chain::BindingDocument document = document_;
    document.ciphertext_sha256 = sha256(ByteView{sealed});
    EXPECT_EQ(first_of(replayed(document, as_text(sealed))), "");
    document.ciphertext_sha256 = Hash32{};
    EXPECT_EQ(first_of(replayed(document, as_text(sealed))), "sealed_file");
    Outcome<Findings> wrong = recompute({.claim = document,
                                         .file = "text",
                                         .content = secret(as_text(sealed)),
                                         .file_key = secret("another key"),
                                         .owner = std::nullopt,
                                         .corpus = {}},
                                        bench_.scorer());
    ASSERT_FALSE(static_cast<bool>(wrong));
    EXPECT_EQ(wrong.failure().code, "wrong_password");
}

struct Lie {
    const char* name;
    void (*change)(chain::BindingDocument& document);
};
const Lie kLies[] = {
    {"ruleset", [](auto& d) { d.ruleset_digest = {}; }},
    {"model", [](auto& d) { d.model_digest = {}; }},
    {"extraction",
     [](auto& d) {
         d.corpus.place.reset();
         d.score.reasons = {"unknown_format"};
     }},
    {"keyed_text", [](auto& d) { d.keyed_text_hash = Hash32{}; }},
    {"keyed_trace", [](auto& d) { d.keyed_trace_hash = Hash32{}; }},
    {"chunks", [](auto& d) { ++d.score.chunks; }},
    {"quality_milli", [](auto& d) { ++d.score.quality_milli; }},
    {"corpus_id", [](auto& d) { d.corpus.id = {}; }},
    {"corpus_id", [](auto& d) { d.chain_id = 1; }},
    {"previous_root", [](auto& d) { d.corpus.previous_root = {}; }},
    {"novel_mass", [](auto& d) { d.score.novel_mass += 64; }},
    {"matched_milli", [](auto& d) { d.score.matched_milli += 125; }},
    {"internal_milli", [](auto& d) { ++d.score.internal_milli; }},
    {"uniqueness_milli", [](auto& d) { d.score.uniqueness_milli += 125; }},
    {"pay_1024", [](auto& d) { ++d.score.pay_1024; }},
    {"reasons", [](auto& d) { d.score.reasons.emplace_back("mine"); }},
    {"new_root", [](auto& d) { d.corpus.new_root = {}; }},
};
TEST_F(Recompute, names_every_lie_of_a_document) {
    for (const Lie& lie : kLies) {
        chain::BindingDocument document = document_;
        lie.change(document);
        EXPECT_EQ(first_of(replayed(document, text_)), lie.name);
    }
}

struct NoContribution {
    std::string_view content;
    Errc code;
};
const NoContribution kNoContributions[] = {
    {std::string_view{"\x7f\x45LF\0\1", 6}, Errc::kUnknownFormat},
    {"{\"a\":", Errc::kUnknownFormat},
    {" \n ", Errc::kTooFewTokens},
};
TEST_F(Recompute, knows_what_is_no_contribution) {
    for (const NoContribution& row : kNoContributions) {
        chain::BindingDocument document;
        document.ruleset_digest = bench_.ruleset().digest();
        document.model_digest = bench_.scorer().model_digest;
        document.score.reasons = {std::string{name_of(row.code)}};
        EXPECT_EQ(first_of(replayed(document, row.content)), "");
        EXPECT_EQ(first_of(replayed(document_, row.content)), "extraction");
        document.score.pay_1024 = 1;
        EXPECT_EQ(first_of(replayed(document, row.content)), "pay_1024");
        document.score.reasons = {"decompression_limit"};
        EXPECT_EQ(first_of(replayed(document, row.content)), "extraction");
    }
}

TEST_F(Recompute, says_what_it_was_not_given) {
    Outcome<Findings> findings = recompute({.claim = document_,
                                            .file = "text",
                                            .content = secret(text_),
                                            .file_key = {},
                                            .owner = std::nullopt,
                                            .corpus = {}},
                                           bench_.scorer());
    ASSERT_TRUE(static_cast<bool>(findings));
    EXPECT_EQ(first_of(*findings), "");
    std::vector<std::string_view> unchecked;
    for (const FindingRow& row : findings->rows())
        if (row.finding == Finding::kUnchecked) unchecked.push_back(row.name);
    const std::vector<std::string_view> kExpected{"sealed_file", "keyed_text", "keyed_trace",
                                                  "novelty", "new_root"};
    EXPECT_EQ(unchecked, kExpected);
}

TEST_F(Recompute, fails_where_the_corpus_cannot_be_read) {
    const auto broken = [](const CorpusPlace&) -> Outcome<OfflineCorpus> {
        return failure_of(Error{Errc::kCorpusCorrupt, "test"});
    };
    Outcome<Findings> findings = recompute({.claim = document_,
                                            .file = "text",
                                            .content = secret(text_),
                                            .file_key = {},
                                            .owner = std::nullopt,
                                            .corpus = broken},
                                           bench_.scorer());
    ASSERT_FALSE(static_cast<bool>(findings));
    EXPECT_EQ(findings.failure().code, "corpus_corrupt");
}

// One chunk, shown by who has the key and judged by who has not.
class ChunkDispute : public Recompute {
  protected:
    [[nodiscard]] ChunkOpening shown(std::uint32_t chunk) const {
        return open_chunk(file_.steps, chunk, secret(kFileKey), document_.file);
    }
    [[nodiscard]] std::string judged(const ChunkOpening& opening, std::string_view text) const {
        Outcome<scoring::Document> opened =
            open_document(secret(text), {}, "text", bench_.ruleset().values().extract);
        EXPECT_TRUE(static_cast<bool>(opened));
        return first_of(judge_chunk(document_, opening, *opened, bench_.scorer()));
    }
};

TEST_F(ChunkDispute, is_settled_for_every_honest_chunk) {
    for (std::uint32_t chunk = 0; chunk < file_.steps.chunks.size(); ++chunk)
        EXPECT_EQ(judged(shown(chunk), text_), "") << chunk;
}

TEST_F(ChunkDispute, names_another_text_and_another_proof) {
    const std::string other = text_.substr(0, 40) + "zzz " + text_.substr(40);
    EXPECT_EQ(judged(shown(0), other), "words");
    const auto last = static_cast<std::uint32_t>(file_.steps.chunks.size() - 1);
    EXPECT_EQ(judged(shown(last), text_.substr(0, 300)), "words");
    ChunkOpening bent = shown(1);
    bent.opening.index = 0;
    EXPECT_EQ(judged(bent, text_), "opening");
    bent = shown(1);
    bent.steps.codes = {};
    EXPECT_EQ(judged(bent, text_), "opening");
    bent = open_chunk(file_.steps, 1, secret("another key"), document_.file);
    EXPECT_EQ(judged(bent, text_), "opening");
    bent = shown(1);
    ++bent.opening.leaves;
    EXPECT_EQ(judged(bent, text_), "chunks");
}

TEST_F(ChunkDispute, names_the_operation_of_a_machine_that_was_wrong) {
    scoring::ContentSteps wrong = file_.steps;
    wrong.chunks[2].codes = {};
    document_.keyed_trace_hash = scoring::keyed_trace_root(
        wrong.leaves(), trace_salt(as_bytes_view(kFileKey), document_.file));
    const ChunkOpening opening = open_chunk(wrong, 2, secret(kFileKey), document_.file);
    EXPECT_EQ(judged(opening, text_), "codes");
    EXPECT_EQ(judged(open_chunk(wrong, 1, secret(kFileKey), document_.file), text_), "");
}

TEST_F(ChunkDispute, is_read_as_it_was_written) {
    const std::string text = json_of(shown(1));
    const std::optional<ChunkOpening> read = read_opening(text);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(judged(*read, text_), "");
    for (std::size_t size = 0; size + 1 < text.size(); ++size)
        EXPECT_FALSE(read_opening(std::string_view{text}.substr(0, size))) << size;
}

}  // namespace
}  // namespace pramana::app
