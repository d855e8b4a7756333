// From a document to a score, with a small model in the place of the real one.
#include "prepare.hpp"

#include "small_model.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pramana::scoring {
namespace {

using testing::document_of;
using testing::embed;
using testing::prose;
using testing::small_model;

Ruleset rules() {
    RulesetValues values;
    values.name = "test-1";
    return *Ruleset::make(values);
}

Prepared prepared_of(std::string_view text) {
    Result<Prepared> prepared = prepare_with(small_model(), document_of(text), rules(), {});
    EXPECT_TRUE(prepared);
    return *std::move(prepared);
}

TEST(Prepare, then_score_pays_what_is_new_and_nothing_for_a_copy) {
    Corpus corpus{Hash32{}, 0};
    const Prepared first = prepared_of(prose(1, 30));
    const Score alone = *corpus.score(first, rules());
    EXPECT_GT(alone.uniqueness, kQ16One * 9 / 10);
    EXPECT_GT(alone.pay_1024, 0U);
    EXPECT_EQ(alone.chunks, first.chunks());
    ASSERT_TRUE(corpus.append(first.corpus_entry()));

    std::string disguised =
        prose(1, 30);  // other case, look-alikes, line ends and zero-width characters
    for (std::size_t at = disguised.find('a'); at != std::string::npos;
         at = disguised.find('a', at + 2))
        disguised.replace(at, 1, "\xD0\xB0");
    disguised.insert(disguised.find(' '), "\xE2\x80\x8B");
    const Score copy = *corpus.score(prepared_of(disguised), rules());
    EXPECT_EQ(copy.novel_mass, 0U);
    EXPECT_EQ(copy.pay_1024, 0U);
    ASSERT_FALSE(copy.reasons.empty());
    EXPECT_EQ(copy.reasons[0].code, "exact_copy");

    const Score other = *corpus.score(prepared_of(prose(2, 30)), rules());
    EXPECT_GT(other.uniqueness, kQ16One * 9 / 10);
}

TEST(Prepare, finds_passages_that_were_cut_elsewhere) {
    Corpus corpus{Hash32{}, 0};
    ASSERT_TRUE(corpus.append(prepared_of(prose(1, 20)).corpus_entry()));
    const std::string shifted = prose(9, 1).substr(0, 100) + ". " + prose(1, 20).substr(37);
    const Score score = *corpus.score(prepared_of(shifted), rules());
    EXPECT_LT(score.uniqueness, kQ16One / 10);
}

TEST(Prepare, is_the_same_however_the_work_is_spread) {
    const auto by_one = [](std::size_t count, const auto& work) {
        for (std::size_t i = count; i-- > 0;) work(i, i + 1);
    };
    const Document document = document_of(prose(4, 12));
    const Prepared whole = *prepare_with(small_model(), document, rules(), {});
    const Prepared spread = *prepare_with(small_model(), document, rules(), by_one);
    EXPECT_EQ(whole.corpus_entry(), spread.corpus_entry());
    EXPECT_EQ(whole.steps(), spread.steps());
}

// A table first, which is not embedded, then prose: the halves of the work are halves of the prose.
TEST(Prepare, spreads_the_pieces_to_embed_evenly) {
    std::string text;
    for (int i = 0; i < 3000; ++i) text += std::to_string(i * 7919) + " | ";
    text += "\n\n" + prose(6, 60);
    std::vector<std::size_t> pieces;
    TextModel model = small_model();
    model.embed = [&](const TokenBatch& batch, std::span<std::int8_t> codes) {
        pieces.back() += batch.ids.size();
        embed(batch, codes);
    };
    const auto by_halves = [&](std::size_t count, const auto& work) {
        for (const std::size_t half : {0U, 1U}) {
            pieces.push_back(0);
            work(count * half / 2, count * (half + 1) / 2);
        }
    };
    ASSERT_TRUE(prepare_with(model, document_of(text), rules(), by_halves));
    ASSERT_EQ(pieces.size(), 2U);
    EXPECT_GT(pieces[0], 2000U);
    EXPECT_NEAR(static_cast<double>(pieces[0]), static_cast<double>(pieces[1]), 500.0);
}

bool has_codes(const Prepared& prepared) {
    const auto& codes = prepared.state().codes;
    return std::any_of(codes.begin(), codes.end(), [](std::int8_t code) { return code != 0; });
}

TEST(Prepare, leaves_meaning_alone_where_the_model_has_none) {
    std::string table, foreign;
    for (int i = 0; i < 400; ++i) {
        table += std::to_string(i * 7919) + " | x" + std::to_string(i) + " ; ";
        foreign += "ab? word" + std::string(1, static_cast<char>('a' + i % 26)) + " ";
    }
    for (const std::string& text : {table, foreign, std::string{"too short to mean anything"}}) {
        const Prepared prepared = prepared_of(text);
        EXPECT_FALSE(has_codes(prepared)) << text.substr(0, 40);
        ASSERT_FALSE(prepared.state().reasons.empty());
        EXPECT_EQ(prepared.state().reasons.back().code, "meaning_not_compared");
    }
    EXPECT_TRUE(has_codes(prepared_of(prose(1, 2))));
}

// Pieces with an odd number go on with a word: of one chunk as many as the ruleset allows, or one
// in 65,536 more.
TEST(Prepare, leaves_meaning_alone_where_too_many_pieces_continue_a_word) {
    TextModel model = small_model();
    model.continues = [](std::uint16_t piece) { return piece % 2 == 1; };
    const Document document = document_of(prose(1, 1));
    RulesetValues values = rules().values();
    values.chunk.boundary_modulus = 65'536;
    Pieces pieces = pieces_of_chunk(model, document, values, 0);
    const auto odd = static_cast<std::uint32_t>(
        std::count_if(pieces.begin(), pieces.end(), [](auto piece) { return piece % 2 == 1; }));
    const auto all = static_cast<std::uint32_t>(pieces.size());
    ASSERT_GT(odd, 0U);
    ASSERT_TRUE(pieces_of_chunk(model, document, values, 1).empty());
    const std::uint32_t share = (odd * kQ16One + all - 1) / all;
    for (const bool allowed : {true, false}) {
        values.semantic.continued_max_q16 = allowed ? share : share - 1;
        const Prepared prepared = *prepare_with(model, document, *Ruleset::make(values), {});
        EXPECT_EQ(has_codes(prepared), allowed);
    }
}

TEST(Prepare, refuses_what_cannot_be_scored) {
    const auto code_of = [](const Document& document, const RulesetValues& values) {
        return prepare_with(small_model(), document, *Ruleset::make(values), {}).error().code;
    };
    RulesetValues values = rules().values();
    EXPECT_EQ(code_of(document_of(" \n\xE2\x80\x8B"), values), Errc::kTooFewTokens);
    EXPECT_EQ(code_of(Document{}, values), Errc::kTooFewTokens);
    values.chunk.chunks_max = 3;
    EXPECT_EQ(code_of(document_of(prose(1, 10)), values), Errc::kTooLarge);
    values.model_sha256.bytes[0] = 1;
    EXPECT_EQ(code_of(document_of("text"), values), Errc::kModelMismatch);
}

TEST(Prepare, binds_a_contribution_to_its_ruleset) {
    RulesetValues values = rules().values();
    ++values.pay.novel_mass_min;
    const Corpus corpus{Hash32{}, 0};
    EXPECT_EQ(corpus.score(prepared_of(prose(1, 2)), *Ruleset::make(values)).error().code,
              Errc::kRulesetInvalid);
}

}  // namespace
}  // namespace pramana::scoring
