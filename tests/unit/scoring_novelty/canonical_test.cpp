#include "canonical/canonical.hpp"

#include "canonical/unicode.hpp"
#include "canonical/unicode_tables.hpp"
#include "chunk/words.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace pramana::scoring {
namespace {

std::string canonical(std::string_view text) {
    const CanonicalText out = canonicalize(text);
    return {out.utf8.data(), out.utf8.size()};
}

std::string folded(std::string_view text) {
    const std::string once = canonical(text);
    const Words words = split_words(once);
    std::string out{words.folded.data(), words.folded.size()};
    if (!out.empty()) out.pop_back();
    return out;
}

struct Row {
    std::string_view source;
    std::string_view nfkc;
};
const Row kNormalizationRows[] = {
#include "normalization_rows.inc"
};

/// Nothing in it that canonical text changes beyond NFKC.
bool is_plain(std::string_view text) {
    std::uint64_t ill_formed = 0;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = unicode::decode(text, at, ill_formed);
        const unicode::CharacterClass kind = unicode::class_of(c);
        const unicode::Mapping mapping = unicode::canonical_of(c);
        const bool unified = !mapping.itself && mapping.to.size() == 1 && mapping.to[0] < 0x80;
        if (kind == unicode::CharacterClass::kDrop || kind == unicode::CharacterClass::kSpace ||
            kind == unicode::CharacterClass::kLine || unified)
            return false;
    }
    return true;
}

// NormalizationTest-15.0.0.txt, every 16th row: source and its NFKC.
TEST(Canonical, is_nfkc_as_the_conformance_file_says) {
    std::size_t plain = 0;
    for (const Row& row : kNormalizationRows) {
        EXPECT_EQ(canonical(row.source), canonical(row.nfkc)) << to_hex(as_bytes_view(row.source));
        if (!is_plain(row.nfkc)) continue;
        ++plain;
        EXPECT_EQ(canonical(row.source), row.nfkc) << to_hex(as_bytes_view(row.source));
    }
    EXPECT_GT(plain, 1000U);
}

struct CanonicalRow {
    const char* name;
    std::string_view input;
    std::string_view output;
};
// docs/scoring.md "Canonical text", one row for each sentence of it.
const CanonicalRow kRows[] = {
    {"ascii_stays", "It was the best of times.", "It was the best of times."},
    {"empty", "", ""},
    {"only_white_space", " \t\r\n \xC2\xA0 ", ""},
    {"byte_order_mark_is_dropped", "\xEF\xBB\xBFtext", "text"},
    {"zero_width_characters_are_dropped", "he\xE2\x80\x8Bll\xE2\x80\x8Do", "hello"},
    {"soft_hyphen_is_dropped", "co\xC2\xADoperate", "cooperate"},
    {"bidi_controls_are_dropped",
     "\xE2\x80\xAE"
     "abc"
     "\xE2\x80\xAC",
     "abc"},
    {"tag_characters_are_dropped",
     "a\xF3\xA0\x81\xA1"
     "b",
     "ab"},
    {"controls_are_dropped",
     std::string_view{"a\0b\x01"
                      "c\x7F",
                      6},
     "abc"},
    {"quotes_are_unified", "\xE2\x80\x9Cit\xE2\x80\x99s\xE2\x80\x9D", "\"it's\""},
    {"dashes_are_unified",
     "a\xE2\x80\x94"
     "b\xE2\x88\x92"
     "c",
     "a-b-c"},
    {"spaces_are_unified",
     "a\xC2\xA0\xE2\x80\x83"
     "b\xE3\x80\x80"
     "c",
     "a b c"},
    {"crlf_is_a_line_end", "a\r\nb\rc\nd", "a\nb\nc\nd"},
    {"empty_lines_make_a_paragraph", "a\r\n\r\nb\n \n\n\tc", "a\n\nb\n\nc"},
    {"paragraph_separator",
     "a\xE2\x80\xA9"
     "b\xE2\x80\xA8"
     "c",
     "a\n\nb\nc"},
    {"ligatures_open", "\xEF\xAC\x81re", "fire"},
    {"full_width_becomes_ascii", "\xEF\xBC\xA1\xEF\xBD\x82\xEF\xBC\x91", "Ab1"},
    {"marks_compose", "e\xCC\x81", "\xC3\xA9"},
    {"mark_behind_a_dropped_character_composes", "e\xE2\x80\x8D\xCC\x81", "\xC3\xA9"},
    {"hangul_composes", "\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8", "\xEA\xB0\x81"},
    {"ellipsis_opens", "wait\xE2\x80\xA6", "wait..."},
    {"noncharacter_stays", "a\xEF\xBF\xBF", "a\xEF\xBF\xBF"},
};
class CanonicalTable : public testing::TestWithParam<CanonicalRow> {};
TEST_P(CanonicalTable, follows_the_document) {
    EXPECT_EQ(canonical(GetParam().input), GetParam().output);
}
INSTANTIATE_TEST_SUITE_P(Rows, CanonicalTable, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string{row.param.name}; });

struct IllFormedRow {
    const char* name;
    std::string_view input;
    std::uint64_t count;
};
// Unicode 15.0 section 3.9, table 3-8 and the rows around it: one U+FFFD for each maximal subpart.
const IllFormedRow kIllFormedRows[] = {
    {"table_3_8", "\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64", 6},
    {"overlong", "\xC0\xAF", 2},
    {"overlong_three", "\xE0\x80\xAF", 3},
    {"surrogate", "\xED\xA0\x80", 3},
    {"above_10ffff", "\xF4\x90\x80\x80", 4},
    {"truncated", "abc\xE2\x82", 1},
    {"lone_continuation", "\x80", 1},
    {"fe_ff", "\xFE\xFF", 2},
    {"well_formed", "\xF0\x9F\x98\x80", 0},
};
class IllFormed : public testing::TestWithParam<IllFormedRow> {};
TEST_P(IllFormed, is_replaced_and_counted) {
    const CanonicalText out = canonicalize(GetParam().input);
    EXPECT_EQ(out.ill_formed, GetParam().count);
    std::size_t replacements = 0;
    const std::string_view text{out.utf8.data(), out.utf8.size()};
    for (std::size_t at = text.find("\xEF\xBF\xBD"); at != std::string_view::npos;
         at = text.find("\xEF\xBF\xBD", at + 3))
        ++replacements;
    EXPECT_EQ(replacements, GetParam().count);
}
INSTANTIATE_TEST_SUITE_P(Rows, IllFormed, testing::ValuesIn(kIllFormedRows),
                         [](const auto& row) { return std::string{row.param.name}; });

const CanonicalRow kFoldedRows[] = {
    {"case", "HeLLo World", "hello world"},
    {"sharp_s",
     "Stra\xC3\x9F"
     "e STRASSE",
     "strasse strasse"},
    {"marks_go", "\xC3\xA9t\xC3\xA9 na\xC3\xAFve", "ete naive"},
    {"stacked_marks_go",
     "z\xCC\x80\xCC\x81\xCC\x82"
     "algo",
     "zalgo"},
    {"cyrillic_look_alikes", "\xD1\x80\xD0\xB0y\xD1\x80\xD0\xB0l", "paypal"},
    {"greek_omicron", "g\xCE\xBF\xCE\xBFgle", "google"},
    {"digits_become_ascii", "\xD9\xA3\xD9\xA4 \xE0\xA5\xA8", "34 2"},
    {"digits_are_kept", "l0l 101", "l0l 101"},
    {"apostrophes_join", "don\xE2\x80\x99t can't 'quoted'", "dont cant quoted"},
    {"punctuation_separates", "well-known,thing", "well known thing"},
    {"mathematical_letters", "\xF0\x9D\x90\x87\xF0\x9D\x90\xA2", "hi"},
};
class Folded : public testing::TestWithParam<CanonicalRow> {};
TEST_P(Folded, unifies_what_looks_alike) { EXPECT_EQ(folded(GetParam().input), GetParam().output); }
INSTANTIATE_TEST_SUITE_P(Rows, Folded, testing::ValuesIn(kFoldedRows),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Canonical, of_canonical_text_is_itself) {
    std::mt19937 engine{20240401};
    const auto below = [&engine](std::uint32_t limit) {
        return static_cast<char32_t>(static_cast<std::uint32_t>(engine()) % limit);
    };
    const char32_t kLimits[] = {0x80, 0x3400, 0x3100, 0x20000};
    for (int round = 0; round < 2000; ++round) {
        SecretVector<char> text;
        for (int i = 0; i < 40; ++i) {
            const char32_t kind = below(4);
            char32_t c = below(kLimits[kind]);
            if (kind == 2 && below(2) == 0) c = 0x300 + below(0x70);
            if (c >= 0xD800 && c < 0xE000) c = 0xAC00 + below(11172);
            unicode::append_utf8(text, c);
        }
        const std::string once = canonical({text.data(), text.size()});
        ASSERT_EQ(canonical(once), once) << to_hex(as_bytes_view(once));
    }
}

TEST(Canonical, folding_folded_words_changes_nothing) {
    for (char32_t c = 0x20; c < 0x20000; ++c) {
        if (c >= 0xD800 && c < 0xE000) continue;
        if (!unicode::in_word(unicode::class_of(c)) || !unicode::canonical_of(c).itself) continue;
        const unicode::Mapping once = unicode::folded_of(c);
        for (const std::uint32_t part : once.to) {
            const unicode::Mapping twice = unicode::folded_of(part);
            ASSERT_TRUE(twice.itself)
                << std::hex << static_cast<std::uint32_t>(c) << " -> " << part;
        }
    }
}

TEST(Canonical, marks_beyond_thirty_on_one_base_are_dropped) {
    std::string stacked = "a";
    for (int i = 0; i < 1000; ++i) stacked += "\xCC\xB4";
    EXPECT_EQ(canonical(stacked).size(), 1U + 30U * 2U);
}

TEST(UnicodeTables, have_the_digest_that_rulesets_name) {
    Sha256 hash;
    const auto add = [&hash](const auto* values, std::size_t count) {
        Bytes bytes;
        append_le(bytes, static_cast<std::uint32_t>(count));
        for (std::size_t i = 0; i < count; ++i)
            append_le(bytes, static_cast<std::uint32_t>(values[i]));
        hash.update(bytes);
    };
    using namespace unicode;
    add(kBlockIndex, kBlockIndexSize);
    add(kBlocks, kBlocksSize);
    add(kClasses, kClassesSize);
    add(kCombining, kCombiningSize);
    add(kCanonicalAt, kCanonicalAtSize);
    add(kFoldedAt, kFoldedAtSize);
    add(kSequences, kSequencesSize);
    add(kCompositions, kCompositionsSize);
    EXPECT_EQ(hash.finish(), kSha256);
}

}  // namespace
}  // namespace pramana::scoring
