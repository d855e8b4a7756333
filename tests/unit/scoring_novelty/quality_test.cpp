#include "quality/quality.hpp"

#include "canonical/canonical.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace pramana::scoring {
namespace {

/// About the fertility of the real tokenizer: a piece for each four letters begun, long runs of
/// consonants cost more.
void encode_roughly(std::string_view text, Pieces& out) {
    std::size_t run = 0, consonants = 0;
    for (const char c : text) {
        const bool letter = c != ' ' && c != '\n';
        run = letter ? run + 1 : 0;
        const bool vowel = std::string_view{"aeiouyAEIOUY"}.find(c) != std::string_view::npos;
        consonants = letter && !vowel ? consonants + 1 : 0;
        if (run % 6 == 1 || (consonants > 3 && letter)) out.push_back(1);
    }
}

Features features_of(std::string_view text) {
    const CanonicalText canonical = canonicalize(text);
    Chunker chunker{{}, encode_roughly};
    chunker.add({canonical.utf8.data(), canonical.utf8.size()});
    return measure(std::move(chunker).finish(), canonical.ill_formed);
}
Quality quality_of(std::string_view text, Profile profile = Profile::kProse) {
    return judge(features_of(text), profile);
}

// Written for this test.
const std::string kProse =
    "The lighthouse stood on a spit of grey rock that the tide cut off twice a day. Every evening "
    "the keeper climbed "
    "the hundred and twelve steps, trimmed the wick, and wrote the weather into a book whose pages "
    "had gone soft with "
    "salt. He liked the hour before dark, when the boats came home in a crooked line and the gulls "
    "argued over "
    "whatever the nets had dropped. In winter nobody came for weeks. He read the same four novels, "
    "mended his "
    "sweaters badly, and talked to the barometer as if it could be persuaded. When his daughter "
    "visited she brought "
    "oranges and newspapers, and they would sit in the lamp room with their feet on the warm "
    "brass, saying very "
    "little, because the sea said most of it for them. After she left he always found one orange "
    "hidden in a boot.";
const std::string kChat =
    "How do I stop my sourdough from sticking to the basket?\n\nDust it with rice flour instead of "
    "wheat flour, because it "
    "does not absorb water as quickly. You can also let the basket dry out completely between "
    "bakes.\n\nok thanks, and "
    "how long should it rest?\n\nAn hour at room temperature is usually enough, or overnight in "
    "the fridge if you want "
    "more flavour.";

std::string repeated(std::string_view text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out.append(text).append(" ");
    return out;
}
std::string random_letters(std::size_t words) {
    std::mt19937 random{21};
    std::string out;
    for (std::size_t w = 0; w < words; ++w) {
        for (std::size_t l = 2 + random() % 8; l > 0; --l)
            out += static_cast<char>('a' + random() % 26);
        out += ' ';
    }
    return out;
}

TEST(Quality, of_good_text_is_full) {
    EXPECT_EQ(quality_of(kProse).value, kQ16One);
    EXPECT_TRUE(quality_of(kProse).reasons.empty());
    EXPECT_EQ(quality_of(kChat, Profile::kChat).value, kQ16One);
}

struct GarbageRow {
    const char* name;
    std::string text;
    std::string_view reason;
};
const GarbageRow kGarbage[] = {
    {"one_word_over_and_over", repeated("buy", 500), "repetitive"},
    {"one_sentence_over_and_over", repeated("this is the very best product of the whole year", 200),
     "repeated_passages"},
    {"random_letters", random_letters(600), "not_language"},
    {"numbers", repeated("12 4711 0.5 99,3 17", 100), "not_words"},
    {"symbols", repeated("a ~~~~~~ ====== {{{{}}}} ###### ||||||", 60), "mostly_symbols"},
    {"one_endless_word", std::string(20'000, 'q'), "odd_words"},
    {"single_letters", repeated("a b c d e f g h i j k l m n o p q r s t u v w x y z", 30),
     "odd_words"},
    {"look_alikes",
     repeated("th\xD0\xB5 qu\xD1\x96"
              "ck br\xD0\xBEwn f\xD0\xBEx jumps ov\xD0\xB5r a l\xD0\xB0zy dog",
              1),
     "mixed_scripts"},
    {"broken_bytes", repeated("some \xFF\xFE text with \xC0 broken \xF5 bytes in it", 1),
     "ill_formed_text"},
};
class Garbage : public ::testing::TestWithParam<GarbageRow> {};
TEST_P(Garbage, has_no_quality_and_a_reason) {
    const Quality quality = quality_of(GetParam().text);
    EXPECT_EQ(quality.value, 0U);
    bool named = false;
    for (const Reason& reason : quality.reasons) named = named || reason.code == GetParam().reason;
    EXPECT_TRUE(named) << (quality.reasons.empty() ? "no reason" : quality.reasons[0].code);
}
INSTANTIATE_TEST_SUITE_P(Rows, Garbage, ::testing::ValuesIn(kGarbage),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Quality, of_a_script_without_spaces_does_not_suffer_from_rules_about_words) {
    // "The weather is good today, we go to the park together", three times with other endings.
    const std::string text =
        "\xE4\xBB\x8A\xE5\xA4\xA9\xE5\xA4\xA9\xE6\xB0\x94\xE5\xBE\x88\xE5\xA5\xBD\xE3\x80\x82\xE6"
        "\x88\x91\xE4\xBB\xAC"
        "\xE4\xB8\x80\xE8\xB5\xB7\xE5\x8E\xBB\xE5\x85\xAC\xE5\x9B\xAD\xE3\x80\x82";
    EXPECT_EQ(quality_of(text).value, kQ16One);
}

struct KnotRow {
    const char* name;
    Q16 value, points;
};
const KnotRow kKnotRows[] = {{"below", 5, 0},
                             {"foot", 10, 0},
                             {"rising", 15, kQ16One / 2},
                             {"top", 20, kQ16One},
                             {"flat", 25, kQ16One},
                             {"edge", 30, kQ16One},
                             {"falling", 35, kQ16One / 2},
                             {"end", 40, 0},
                             {"beyond", 1000, 0}};
class KnotLine : public ::testing::TestWithParam<KnotRow> {};
TEST_P(KnotLine, is_a_trapezoid) {
    const Knots knots{10, 20, 30, 40};
    EXPECT_EQ(knots.at(GetParam().value), GetParam().points);
}
INSTANTIATE_TEST_SUITE_P(Rows, KnotLine, ::testing::ValuesIn(kKnotRows),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Profile, is_chat_when_most_of_the_text_are_turns) {
    Document document;
    document.records.push_back({SecretText{"p"}, Role::kProse, 0, SecretText{"ten letters"}});
    EXPECT_EQ(profile_of(document), Profile::kProse);
    document.records.push_back(
        {SecretText{"t"}, Role::kUser, 0, SecretText{"more than ten letters"}});
    EXPECT_EQ(profile_of(document), Profile::kChat);
}

}  // namespace
}  // namespace pramana::scoring
