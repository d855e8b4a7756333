// Which language a text is in, and what a ruleset makes of it. The texts were written for this test
// but the filler, which is that of typesetters.
#include "quality/language.hpp"

#include "canonical/canonical.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pramana::scoring {
namespace {

Chunk chunk_of(std::string_view text) {
    const CanonicalText canonical = canonicalize(text);
    const auto one_a_word = [](std::string_view, Pieces& out) { out.push_back(1); };
    Chunker chunker{{}, one_a_word};
    chunker.add({canonical.utf8.data(), canonical.utf8.size()});
    return std::move(std::move(chunker).finish().at(0));
}
std::string code_of(Language language) {
    if (language == kNoLanguage) return "none";
    return language == kNotTold ? "not told" : std::string{known_languages()[language]};
}

struct LanguageRow {
    const char* name;
    std::string_view text, code;
};
const LanguageRow kRows[] = {
    {"english", "When she left he always found one orange that was hidden in the boot.", "en"},
    {"english_question", "how do I stop my bread from sticking to the basket every time?", "en"},
    {"german", "Als sie wieder gegangen war, fand er immer eine Orange, die im Stiefel lag.", "de"},
    {"french", "Quand elle est partie, il a trouvé une orange qui était dans la botte.", "fr"},
    {"spanish", "Cuando ella se fue, él encontró una naranja que estaba en la bota.", "es"},
    {"italian", "Quando se ne andò, trovò sempre una arancia che era nascosta nello stivale.",
     "it"},
    {"portuguese", "Quando ela foi embora, ele sempre achava uma laranja que não era dele.", "pt"},
    {"dutch", "Toen zij weer weg was, vond hij altijd een sinaasappel die in de laars zat.", "nl"},
    {"swedish", "När hon hade gått hittade han en apelsin som inte var hans och som låg i skon.",
     "sv"},
    {"finnish", "Kun hän oli lähtenyt, mies löysi aina appelsiinin, joka ei ollut hänen.", "fi"},
    {"polish", "Kiedy odeszła, zawsze znajdował w bucie pomarańczę, która nie była jego.", "pl"},
    {"russian", "Когда она ушла, он всегда находил апельсин, который был в сапоге.", "ru"},
    {"greek", "Όταν έφυγε, εκείνος βρήκε ένα πορτοκάλι που ήταν μέσα στην μπότα του.", "el"},
    {"japanese", "彼女が帰ったあと、彼はいつも長靴の中にオレンジを見つけました。", "ja"},
    {"chinese", "她离开以后，他总是在靴子里找到一个橙子，这是她留下来的。", "zh"},
    {"filler",
     "Lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut "
     "labore et dolore magna aliqua",
     "none"},
    {"random_letters", "qxv zzkpt wrqf hjk vbnm ploi qwez xcvt mnbq rtyp zxqw", "none"},
    {"too_few_words", "orange in a boot", "not told"},
    {"code", "if (a[i] != b[j]) { x += (y << 2) | (z & 0xff); } else { --k; } ++m; p->q = {};",
     "not told"},
};
class LanguageOf : public ::testing::TestWithParam<LanguageRow> {};
TEST_P(LanguageOf, is_told) {
    EXPECT_EQ(code_of(language_of(chunk_of(GetParam().text))), GetParam().code);
}
INSTANTIATE_TEST_SUITE_P(Rows, LanguageOf, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Languages, are_ascending_and_have_two_letters) {
    const auto codes = known_languages();
    ASSERT_GE(codes.size(), 30U);
    for (std::size_t i = 0; i < codes.size(); ++i) {
        EXPECT_EQ(codes[i].size(), 2U);
        EXPECT_TRUE(i == 0 || codes[i - 1] < codes[i]);
    }
}

Language place_of(std::string_view code) {
    const auto codes = known_languages();
    return static_cast<Language>(std::find(codes.begin(), codes.end(), code) - codes.begin());
}

struct LettersRow {
    const char* name;
    std::string_view word, language;
    bool odd;
};
const LettersRow kLetters[] = {
    {"a_word", "strength", "en", false},
    {"another_languages", "przez", "en", true},
    {"its_own", "przez", "pl", false},
    {"keys_in_a_row", "asdfghjk", "en", true},
    {"one_letter_changed", "strxngth", "en", true},
    {"digits", "x86", "en", false},
    {"other_letters", "\xD0\xB6\xD0\xB6\xD0\xB6", "ru", false},
};
class OddLetters : public ::testing::TestWithParam<LettersRow> {};
TEST_P(OddLetters, are_those_that_the_language_does_not_have) {
    EXPECT_EQ(odd_letters(GetParam().word, place_of(GetParam().language)), GetParam().odd);
}
INSTANTIATE_TEST_SUITE_P(Rows, OddLetters, ::testing::ValuesIn(kLetters),
                         [](const auto& row) { return std::string{row.param.name}; });

struct PolicyRow {
    const char* name;
    QualityRules rules;
    std::string_view text;
    bool weighs;
};
const std::string_view kGerman = kRows[2].text;
const std::string_view kFiller = kRows[15].text;
const PolicyRow kPolicies[] = {
    {"version_1_knows_no_languages", {}, kFiller, true},
    {"any_known_language", {.version = 2, .languages = {}}, kGerman, true},
    {"no_known_language", {.version = 2, .languages = {}}, kFiller, false},
    {"no_known_language_but_paid",
     {.version = 2, .languages = {}, .unknown_languages = 0},
     kFiller,
     true},
    {"not_wanted_but_paid", {.version = 2, .languages = {"en"}}, kGerman, true},
    {"not_wanted", {.version = 2, .languages = {"en"}, .other_languages = 1}, kGerman, false},
    {"wanted", {.version = 2, .languages = {"de", "en"}, .other_languages = 1}, kGerman, true},
    {"not_told", {.version = 2, .languages = {"en"}, .other_languages = 1}, kRows[18].text, true},
};
class LanguagePolicy : public ::testing::TestWithParam<PolicyRow> {};
TEST_P(LanguagePolicy, takes_the_weight_of_what_is_not_wanted) {
    std::vector<Chunk> chunks;
    chunks.push_back(chunk_of(GetParam().text));
    const std::uint32_t before = chunks[0].weight;
    weigh_languages(chunks, languages_of(chunks), GetParam().rules);
    EXPECT_EQ(chunks[0].weight, GetParam().weighs ? before : 0U);
    EXPECT_GT(before, 0U);
}
INSTANTIATE_TEST_SUITE_P(Rows, LanguagePolicy, ::testing::ValuesIn(kPolicies),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::scoring
