#include "pramana/scoring/ruleset.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace pramana::scoring {
namespace {

RulesetValues sample() {
    RulesetValues values;
    values.name = "sample-1";
    values.unicode_sha256.bytes.fill(0xAA);
    values.model_sha256.bytes.fill(0xBB);
    return values;
}

TEST(Ruleset, has_one_text_form) {
    const Result<Ruleset> ruleset = Ruleset::make(sample());
    ASSERT_TRUE(ruleset);
    const std::string text = ruleset->canonical_text();
    EXPECT_TRUE(text.starts_with(
        R"({"chunk":{"boundary_modulus":32,"boundary_pieces_min":128,"boundary_words":8,)"
        R"("characters_max":2048,"chunks_max":262144,"pieces_max":192,"pieces_min":32,)"
        R"("weight_max":1024},"corpus":"own","extract":{"expanded_bytes_max":134217728,)"))
        << text;
    EXPECT_NE(
        text.find(R"("name":"sample-1","pay":{"novel_mass_min":1024,"novel_mass_reference":65536,)"
                  R"("quality_full_q16":45875,"quality_min_q16":19661},"public_texts":{},)"
                  R"("quality":{"chat":{"common_words":[)"),
        std::string::npos)
        << text;
    EXPECT_NE(
        text.find(
            R"("sample":{"characters_max":16777216},)"
            R"("semantic":{"continued_max_q16":26214,"corroborated_dot_min":88000,)"
            R"("corroborated_high":279200,"corroborated_low":247200,"letters_min_q16":45875,)"
            R"("overlap_weight":400000,"overlap_words_added":10,"overlap_words_min":8,)"
            R"("pieces_min":16,"strict_high":150400,"strict_low":140800,)"
            R"("unknown_max_q16":3277},"spec":1,"table":{"alone_characters_min":8,"key_values":4,)"
            R"("repeated_rows_min":3,"repeated_share":4,"rows_max":64,"three_characters_min":16,)"
            R"("two_characters_min":24},)"),
        std::string::npos)
        << text;
    EXPECT_TRUE(text.ends_with("\"unicode_sha256\":\"" + std::string(64, 'a') + "\"}"));
    EXPECT_EQ(text.find(' '), std::string::npos);
    EXPECT_EQ(ruleset->digest(), sha256(text));
}

using Change = std::function<void(RulesetValues&)>;
struct ChangeRow {
    const char* name;
    Change change;
};
const ChangeRow kEveryField[] = {
    {"name", [](auto& v) { v.name = "other"; }},
    {"corpus", [](auto& v) { v.corpus = "shared:news"; }},
    {"unicode", [](auto& v) { v.unicode_sha256.bytes[31] ^= 1; }},
    {"model", [](auto& v) { v.model_sha256.bytes[0] ^= 1; }},
    {"expanded_bytes_max", [](auto& v) { ++v.extract.expanded_bytes_max; }},
    {"expansion_ratio_max", [](auto& v) { ++v.extract.expansion_ratio_max; }},
    {"members_max", [](auto& v) { ++v.extract.members_max; }},
    {"json_depth_max", [](auto& v) { ++v.extract.json_depth_max; }},
    {"records_max", [](auto& v) { ++v.extract.records_max; }},
    {"table_rows_min", [](auto& v) { ++v.extract.table_rows_min; }},
    {"table_cell_words", [](auto& v) { ++v.extract.table_cell_words; }},
    {"pieces_min", [](auto& v) { ++v.chunk.pieces_min; }},
    {"boundary_pieces_min", [](auto& v) { ++v.chunk.boundary_pieces_min; }},
    {"pieces_max", [](auto& v) { ++v.chunk.pieces_max; }},
    {"boundary_words", [](auto& v) { ++v.chunk.boundary_words; }},
    {"boundary_modulus", [](auto& v) { ++v.chunk.boundary_modulus; }},
    {"characters_max", [](auto& v) { ++v.chunk.characters_max; }},
    {"weight_max", [](auto& v) { ++v.chunk.weight_max; }},
    {"chunks_max", [](auto& v) { ++v.chunk.chunks_max; }},
    {"shingle_words", [](auto& v) { ++v.lexical.shingle_words; }},
    {"window", [](auto& v) { ++v.lexical.window; }},
    {"gram_characters", [](auto& v) { ++v.lexical.gram_characters; }},
    {"gram_characters_spaced", [](auto& v) { ++v.lexical.gram_characters_spaced; }},
    {"words_min", [](auto& v) { ++v.lexical.words_min; }},
    {"rows_max", [](auto& v) { ++v.table.rows_max; }},
    {"repeated_rows_min", [](auto& v) { ++v.table.repeated_rows_min; }},
    {"repeated_share", [](auto& v) { ++v.table.repeated_share; }},
    {"key_values", [](auto& v) { ++v.table.key_values; }},
    {"three_characters_min", [](auto& v) { ++v.table.three_characters_min; }},
    {"two_characters_min", [](auto& v) { ++v.table.two_characters_min; }},
    {"alone_characters_min", [](auto& v) { ++v.table.alone_characters_min; }},
    {"strict_low", [](auto& v) { ++v.semantic.strict_low; }},
    {"strict_high", [](auto& v) { ++v.semantic.strict_high; }},
    {"corroborated_low", [](auto& v) { ++v.semantic.corroborated_low; }},
    {"corroborated_high", [](auto& v) { ++v.semantic.corroborated_high; }},
    {"corroborated_dot_min", [](auto& v) { ++v.semantic.corroborated_dot_min; }},
    {"overlap_weight", [](auto& v) { ++v.semantic.overlap_weight; }},
    {"overlap_words_added", [](auto& v) { ++v.semantic.overlap_words_added; }},
    {"overlap_words_min", [](auto& v) { ++v.semantic.overlap_words_min; }},
    {"public_text", [](auto& v) { v.public_texts = {{"bible", {}}}; }},
    {"novelty", [](auto& v) { v.novelty.version = 2; }},
    {"semantic_pieces_min", [](auto& v) { ++v.semantic.pieces_min; }},
    {"unknown_max", [](auto& v) { ++v.semantic.unknown_max_q16; }},
    {"continued_max", [](auto& v) { ++v.semantic.continued_max_q16; }},
    {"letters_min", [](auto& v) { ++v.semantic.letters_min_q16; }},
    {"sample", [](auto& v) { ++v.sample.characters_max; }},
    {"novel_mass_reference", [](auto& v) { ++v.pay.novel_mass_reference; }},
    {"novel_mass_min", [](auto& v) { ++v.pay.novel_mass_min; }},
    {"pay_mode", [](auto& v) { v.pay = {.mode = PayMode::kByShare, .novel_mass_reference = 0}; }},
    {"quality_min", [](auto& v) { ++v.pay.quality_min_q16; }},
    {"quality_full", [](auto& v) { ++v.pay.quality_full_q16; }},
    {"quality_version", [](auto& v) { v.quality.version = kQualityVersion; }},
};
class RulesetField : public ::testing::TestWithParam<ChangeRow> {};
TEST_P(RulesetField, is_part_of_the_digest) {
    RulesetValues changed = sample();
    GetParam().change(changed);
    const Result<Ruleset> before = Ruleset::make(sample()), after = Ruleset::make(changed);
    ASSERT_TRUE(before && after);
    EXPECT_NE(before->digest(), after->digest());
}
INSTANTIATE_TEST_SUITE_P(Rows, RulesetField, ::testing::ValuesIn(kEveryField),
                         [](const auto& row) { return std::string{row.param.name}; });

// The parts that version 1 does not have.
const ChangeRow kNoveltyFields[] = {
    {"sentence_words_min", [](auto& v) { ++v.novelty.sentence_words_min; }},
    {"sentence_characters_min", [](auto& v) { ++v.novelty.sentence_characters_min; }},
    {"numbers_words_min", [](auto& v) { ++v.novelty.numbers_words_min; }},
    {"set_words", [](auto& v) { ++v.novelty.set_words; }},
    {"set_words_min", [](auto& v) { ++v.novelty.set_words_min; }},
    {"set_modulus", [](auto& v) { ++v.novelty.set_modulus; }},
    {"set_low", [](auto& v) { ++v.novelty.set_low_q16; }},
    {"set_high", [](auto& v) { ++v.novelty.set_high_q16; }},
    {"uniqueness_min", [](auto& v) { ++v.novelty.uniqueness_min_q16; }},
};
class RulesetNoveltyField : public ::testing::TestWithParam<ChangeRow> {};
TEST_P(RulesetNoveltyField, is_part_of_the_digest_from_version_two_on) {
    RulesetValues values = sample();
    GetParam().change(values);
    EXPECT_FALSE(Ruleset::make(values));
    values.novelty.version = 2;
    RulesetValues plain = sample();
    plain.novelty.version = 2;
    const Result<Ruleset> before = Ruleset::make(plain), after = Ruleset::make(values);
    ASSERT_TRUE(before && after);
    EXPECT_NE(before->digest(), after->digest());
    // Thresholds go on with the corpus that there is.
    const std::string name{GetParam().name};
    const bool kept = name != "set_low" && name != "set_high" && name != "uniqueness_min";
    EXPECT_EQ(before->entry_digest() != after->entry_digest(), kept);
}
INSTANTIATE_TEST_SUITE_P(Rows, RulesetNoveltyField, ::testing::ValuesIn(kNoveltyFields),
                         [](const auto& row) { return std::string{row.param.name}; });

// Of version 2, whose numbers are in the text.
const ChangeRow kEveryQualityField[] = {
    {"profile", [](auto& v) { v.quality.profile = 2; }},
    {"languages", [](auto& v) { v.quality.languages = {"de", "en"}; }},
    {"other_languages", [](auto& v) { v.quality.other_languages = 2; }},
    {"unknown_languages", [](auto& v) { v.quality.unknown_languages = 0; }},
    {"language_share_min", [](auto& v) { ++v.quality.language_share_min_q16; }},
    {"personal_data_per_1000", [](auto& v) { ++v.quality.personal_data_per_1000; }},
};
class RulesetQualityField : public ::testing::TestWithParam<ChangeRow> {};
TEST_P(RulesetQualityField, is_part_of_the_digest_and_read_back) {
    RulesetValues before = Ruleset::named("default-2")->values();
    RulesetValues changed = before;
    GetParam().change(changed);
    const Result<Ruleset> made = Ruleset::make(changed);
    ASSERT_TRUE(made);
    EXPECT_NE(made->digest(), Ruleset::make(before)->digest());
    const Result<Ruleset> read = Ruleset::parse(made->canonical_text());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->values(), changed);
}
INSTANTIATE_TEST_SUITE_P(Rows, RulesetQualityField, ::testing::ValuesIn(kEveryQualityField),
                         [](const auto& row) { return std::string{row.param.name}; });

const ChangeRow kInvalid[] = {
    {"no_such_novelty", [](auto& v) { v.novelty.version = 3; }},
    {"many_words_of_a_set", [](auto& v) { v.novelty = {.version = 2, .set_words = 17}; }},
    {"sets_of_more_words_than_there_are",
     [](auto& v) { v.novelty = {.version = 2, .set_words = 7}; }},
    {"a_set_of_two_words", [](auto& v) { v.novelty = {.version = 2, .set_words_min = 2}; }},
    {"sets_out_of_order", [](auto& v) { v.novelty = {.version = 2, .set_low_q16 = 60'000}; }},
    {"more_words_than_a_window",
     [](auto& v) { v.novelty = {.version = 2, .numbers_words_min = 9}; }},
    {"sentences_of_nothing", [](auto& v) { v.novelty = {.version = 2, .sentence_words_min = 0}; }},
    {"nothing_paid_at_all",
     [](auto& v) { v.novelty = {.version = 2, .uniqueness_min_q16 = 65'536}; }},
    {"quality_of_the_future", [](auto& v) { v.quality.version = kQualityVersion + 1; }},
    {"quality_profile_without_a_version", [](auto& v) { v.quality.profile = 1; }},
    {"quality_profile",
     [](auto& v) { v.quality = {.version = kQualityVersion, .profile = 6, .languages = {}}; }},
    {"language_unknown",
     [](auto& v) { v.quality = {.version = kQualityVersion, .languages = {"xx"}}; }},
    {"languages_in_another_order",
     [](auto& v) { v.quality = {.version = kQualityVersion, .languages = {"en", "de"}}; }},
    {"language_twice",
     [](auto& v) { v.quality = {.version = kQualityVersion, .languages = {"en", "en"}}; }},
    {"language_fate",
     [](auto& v) {
         v.quality = {.version = kQualityVersion, .languages = {}, .other_languages = 3};
     }},
    {"no_name", [](auto& v) { v.name = ""; }},
    {"name_with_a_quote", [](auto& v) { v.name = "a\"b"; }},
    {"long_name", [](auto& v) { v.name = std::string(33, 'a'); }},
    {"no_corpus", [](auto& v) { v.corpus = ""; }},
    {"another_corpus", [](auto& v) { v.corpus = "public"; }},
    {"shared_without_a_name", [](auto& v) { v.corpus = "shared:"; }},
    {"shared_with_a_quote", [](auto& v) { v.corpus = "shared:a\"b"; }},
    {"shared_with_a_long_name", [](auto& v) { v.corpus = "shared:" + std::string(33, 'a'); }},
    {"another_spec", [](auto& v) { v.spec = 2; }},
    {"chunk_above_the_model", [](auto& v) { v.chunk.pieces_max = 255; }},
    {"chunk_below_a_character",
     [](auto& v) { v.chunk = {.pieces_min = 1, .boundary_pieces_min = 1, .pieces_max = 7}; }},
    {"min_above_boundary", [](auto& v) { v.chunk.pieces_min = 129; }},
    {"boundary_above_max", [](auto& v) { v.chunk.boundary_pieces_min = 193; }},
    {"modulus_zero", [](auto& v) { v.chunk.boundary_modulus = 0; }},
    {"weight_above_characters", [](auto& v) { v.chunk.weight_max = 2049; }},
    {"no_window", [](auto& v) { v.lexical.window = 0; }},
    {"tables_of_one_row", [](auto& v) { v.extract.table_rows_min = 1; }},
    {"many_key_values", [](auto& v) { v.table.key_values = 9; }},
    {"no_rows", [](auto& v) { v.table.rows_max = 0; }},
    {"words_below_shingle", [](auto& v) { v.lexical.words_min = 7; }},
    {"strict_line_falls", [](auto& v) { v.semantic.strict_high = v.semantic.strict_low - 1; }},
    {"corroborated_line_falls",
     [](auto& v) { v.semantic.corroborated_high = v.semantic.corroborated_low - 1; }},
    {"words_against", [](auto& v) { v.semantic.overlap_weight = -1; }},
    {"no_overlap_words", [](auto& v) { v.semantic.overlap_words_min = 0; }},
    {"added_words_without_end", [](auto& v) { v.semantic.overlap_words_added = 65'536; }},
    {"more_than_all_continue", [](auto& v) { v.semantic.continued_max_q16 = 65'537; }},
    {"public_texts_twice", [](auto& v) { v.public_texts = {{"a", {}}, {"a", {}}}; }},
    {"public_texts_unsorted", [](auto& v) { v.public_texts = {{"b", {}}, {"a", {}}}; }},
    {"public_text_without_name", [](auto& v) { v.public_texts = {{"", {}}}; }},
    {"too_many_public_texts",
     [](auto& v) {
         for (char c = 'a'; c < 'r'; ++c) v.public_texts.push_back({std::string(1, c), {}});
     }},
    {"beyond_any_dot", [](auto& v) { v.semantic.strict_high = 384 * 127 * 127 + 1; }},
    {"sample_below_one_chunk", [](auto& v) { v.sample.characters_max = v.chunk.weight_max - 1; }},
    {"by_share_with_a_reference", [](auto& v) { v.pay.mode = PayMode::kByShare; }},
    {"no_such_pay_mode", [](auto& v) { v.pay.mode = PayMode{3}; }},
    {"reference_zero", [](auto& v) { v.pay.novel_mass_reference = 0; }},
    {"quality_line_falls", [](auto& v) { v.pay.quality_full_q16 = v.pay.quality_min_q16; }},
    {"ratio_zero", [](auto& v) { v.extract.expansion_ratio_max = 0; }},
    {"depth_beyond_the_stack", [](auto& v) { v.extract.json_depth_max = 513; }},
};
class RulesetInvalid : public ::testing::TestWithParam<ChangeRow> {};
TEST_P(RulesetInvalid, is_refused) {
    RulesetValues values = sample();
    GetParam().change(values);
    EXPECT_EQ(Ruleset::make(values).error().code, Errc::kRulesetInvalid);
}
INSTANTIATE_TEST_SUITE_P(Rows, RulesetInvalid, ::testing::ValuesIn(kInvalid),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Ruleset, says_how_it_pays_only_by_share) {
    RulesetValues values = Ruleset::named("default-2")->values();
    values.pay = {.mode = PayMode::kByShare, .novel_mass_reference = 0};
    const Result<Ruleset> ruleset = Ruleset::make(values);
    ASSERT_TRUE(ruleset);
    const std::string text = ruleset->canonical_text();
    constexpr std::string_view kPay =
        R"("pay":{"mode":2,"novel_mass_min":1024,"quality_full_q16":45875,"quality_min_q16":19661})";
    ASSERT_NE(text.find(kPay), std::string::npos) << text;
    EXPECT_EQ(Ruleset::parse(text)->values(), values);
    for (
        const std::string_view other :
        {R"("pay":{"mode":1,"novel_mass_min":1024,"quality_full_q16":45875,"quality_min_q16":19661})",
         R"("pay":{"mode":3,"novel_mass_min":1024,"quality_full_q16":45875,"quality_min_q16":19661})",
         R"("pay":{"novel_mass_min":1024,"quality_full_q16":45875,"quality_min_q16":19661})"}) {
        std::string changed = text;
        changed.replace(changed.find(kPay), kPay.size(), other);
        EXPECT_FALSE(Ruleset::parse(changed)) << other;
    }
}

TEST(Ruleset, names_a_shared_corpus_behind_its_own_name) {
    const Result<Ruleset> own = Ruleset::named("default-1");
    const Result<Ruleset> shared = Ruleset::named("default-1+shared:news");
    ASSERT_TRUE(own && shared);
    EXPECT_EQ(own->values().corpus, "own");
    EXPECT_EQ(own->shared_corpus(), "");
    EXPECT_EQ(shared->values().corpus, "shared:news");
    EXPECT_EQ(shared->values().name, "default-1");
    EXPECT_EQ(shared->shared_corpus(), "news");
    EXPECT_NE(own->digest(), shared->digest());
    EXPECT_EQ(own->entry_digest(), shared->entry_digest());
    for (const char* name : {"default-1+own", "default-1+", "default-1+shared:",
                             "default-1+shared:a+b", "default-9+shared:news", "+shared:news"})
        EXPECT_EQ(Ruleset::named(name).error().code, Errc::kRulesetInvalid) << name;
}

struct EntryRow {
    const char* name;
    Change change;
    bool same_entries;
};
const EntryRow kEntryRows[] = {
    {"name", [](auto& v) { v.name = "other"; }, true},
    {"corpus", [](auto& v) { v.corpus = "shared:news"; }, true},
    {"threshold", [](auto& v) { ++v.semantic.strict_high; }, true},
    {"pay", [](auto& v) { ++v.pay.novel_mass_min; }, true},
    {"extract", [](auto& v) { ++v.extract.members_max; }, true},
    {"chunk", [](auto& v) { ++v.chunk.pieces_max; }, false},
    {"lexical", [](auto& v) { ++v.lexical.window; }, false},
    {"model", [](auto& v) { v.model_sha256.bytes[0] ^= 1; }, false},
    {"unicode", [](auto& v) { v.unicode_sha256.bytes[0] ^= 1; }, false},
    {"letters", [](auto& v) { ++v.semantic.letters_min_q16; }, false},
    {"pieces", [](auto& v) { ++v.semantic.pieces_min; }, false},
    {"unknown", [](auto& v) { ++v.semantic.unknown_max_q16; }, false},
    {"continued", [](auto& v) { ++v.semantic.continued_max_q16; }, false},
};
class RulesetEntries : public ::testing::TestWithParam<EntryRow> {};
TEST_P(RulesetEntries, are_the_same_unless_what_makes_them_changes) {
    RulesetValues values = sample();
    GetParam().change(values);
    EXPECT_EQ(Ruleset::make(sample())->entry_digest() == Ruleset::make(values)->entry_digest(),
              GetParam().same_entries);
}
INSTANTIATE_TEST_SUITE_P(Rows, RulesetEntries, ::testing::ValuesIn(kEntryRows),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::scoring
