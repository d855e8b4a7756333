// Quality from version 2 on: what each feature catches, profiles and the language policy.
#include "quality/rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace pramana::scoring {
namespace {

const QualityRules kRules{.version = kQualityVersion, .languages = {}};

/// A piece for each four letters begun, as the tokenizer does about.
void encode_roughly(std::string_view text, Pieces& out) {
    std::size_t run = 0;
    for (const char c : text) {
        run = c != ' ' && c != '\n' ? run + 1 : 0;
        if (run % 6 == 1) out.push_back(1);
    }
}

QualitySurvey::Judged judged(const Document& document, const QualityRules& rules = kRules) {
    QualitySurvey survey{rules};
    Chunker chunker{{}, encode_roughly};
    for (const Record& record : document.records) {
        const CanonicalText text = canonicalize(record.text.expose());
        survey.add(record, text);
        const std::string_view canonical{text.utf8.data(), text.utf8.size()};
        if (record.role == Role::kRow)
            chunker.add_row(canonical);
        else
            chunker.add(canonical);
    }
    const std::vector<Chunk> chunks = std::move(chunker).finish();
    return survey.finish(document, chunks, languages_of(chunks));
}
Document of_records(const std::vector<std::string>& texts, Role role = Role::kProse) {
    Document document;
    for (const std::string& text : texts)
        document.records.push_back({SecretText{"source"}, role, 0, SecretText{text}});
    return document;
}
bool has(const Quality& quality, std::string_view code) {
    return std::any_of(quality.reasons.begin(), quality.reasons.end(),
                       [&](const Reason& reason) { return reason.code == code; });
}

// Written for this test.
const std::vector<std::string> kProse = {
    "The lighthouse stood on a spit of grey rock that the tide cut off twice a day. Every evening "
    "the keeper climbed the hundred and twelve steps, trimmed the wick, and wrote the weather into "
    "a book whose pages had gone soft with salt.",
    "He liked the hour before dark, when the boats came home in a crooked line and the gulls "
    "argued over whatever the nets had dropped. In winter nobody came for weeks. He read the same "
    "four novels, mended his sweaters badly, and talked to the barometer as if it could be moved.",
    "When his daughter visited she brought oranges and newspapers, and they would sit in the lamp "
    "room with their feet on the warm brass, saying very little, because the sea said most of it "
    "for them. After she left he always found one orange hidden in a boot."};

std::vector<std::string> made(std::size_t paragraphs, const auto& word_at) {
    std::vector<std::string> out;
    std::size_t at = 0;
    for (std::size_t p = 0; p < paragraphs; ++p) {
        out.emplace_back();
        for (std::size_t w = 0; w < 60; ++w)
            out.back() += word_at(at++) + (w % 12 == 11 ? ". " : " ");
    }
    return out;
}
std::vector<std::string> filler() {
    static const std::vector<std::string> words = {
        "lorem",  "ipsum", "dolor",   "sit",     "amet",    "consectetur", "adipiscing",
        "elit",   "sed",   "do",      "eiusmod", "tempor",  "incididunt",  "ut",
        "labore", "et",    "dolore",  "magna",   "aliqua",  "enim",        "minim",
        "veniam", "quis",  "nostrud", "ullamco", "laboris", "nisi",        "commodo"};
    std::mt19937 random{5};
    return made(12, [&](std::size_t) { return words[random() % words.size()]; });
}
std::vector<std::string> keys() {
    std::mt19937 random{6};
    return made(12, [&](std::size_t) {
        std::string word;
        for (std::size_t l = 3 + random() % 5; l > 0; --l) word += "asdfghjkl"[random() % 9];
        return word;
    });
}
std::vector<std::string> times(std::vector<std::string> texts, std::size_t count) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < count; ++i) out.insert(out.end(), texts.begin(), texts.end());
    return out;
}
std::vector<std::string> each(std::vector<std::string> texts, const auto& change) {
    for (std::string& text : texts) text = change(text);
    return texts;
}
std::string capitals(std::string text) {
    for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return text;
}

TEST(QualityRules, give_prose_all) {
    const QualitySurvey::Judged good = judged(of_records(kProse));
    EXPECT_EQ(good.quality.value, kQ16One);
    EXPECT_TRUE(good.quality.reasons.empty());
    EXPECT_EQ(good.profile, Profile::kProse);
}

struct BadRow {
    const char* name;
    std::vector<std::string> texts;
    std::string_view reason;
};
const BadRow kBad[] = {
    {"filler", filler(), "no_known_language"},
    {"few_words_of_a_language", filler(), "odd_vocabulary"},
    {"keys", keys(), "misspelt_words"},
    {"the_same_again", times(kProse, 8), "repeated_lines"},
    {"phrases_again", times(kProse, 8), "one_template"},
    {"links", std::vector<std::string>(9, "look https://www.example.org/a/b/c?d=e&f=g#h here"),
     "mostly_links"},
    {"shouting", each(kProse, capitals), "all_capitals"},
    {"damaged", each(kProse, [](const std::string& s) { return "dÃ©jÃ  vu Ã  l'hÃ´tel " + s; }),
     "damaged_letters"},
    {"number_signs",
     each(kProse,
          [](const std::string& s) {
              std::string out;
              for (const char c : s) out += c == ' ' ? std::string{" #"} : std::string(1, c);
              return out;
          }),
     "many_symbols"},
};
class BadText : public ::testing::TestWithParam<BadRow> {};
TEST_P(BadText, is_worth_less_and_told_why) {
    const Quality quality = judged(of_records(GetParam().texts)).quality;
    EXPECT_LT(quality.value, kQ16One / 2);
    EXPECT_TRUE(has(quality, GetParam().reason))
        << (quality.reasons.empty() ? "no reason" : quality.reasons[0].code);
}
INSTANTIATE_TEST_SUITE_P(Rows, BadText, ::testing::ValuesIn(kBad),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(QualityRules, put_the_worst_feature_first) {
    const Quality quality = judged(of_records(times(kProse, 8))).quality;
    ASSERT_FALSE(quality.reasons.empty());
    EXPECT_TRUE(has(quality, "repeated_lines"));
}

TEST(PersonalData, gives_a_reason_and_no_points) {
    std::vector<std::string> texts = kProse;
    texts[0] += " Write to keeper@example.org or call +44 1632 960961.";
    const QualitySurvey::Judged with = judged(of_records(texts));
    EXPECT_EQ(with.quality.value, kQ16One);
    EXPECT_TRUE(has(with.quality, "personal_data"));
    QualityRules silent = kRules;
    silent.personal_data_per_1000 = 0;
    EXPECT_FALSE(has(judged(of_records(texts), silent).quality, "personal_data"));
}

struct ProfileRow {
    const char* name;
    Role role;
    Format format;
    std::uint32_t asked;
    Profile profile;
};
const ProfileRow kProfileRows[] = {
    {"prose", Role::kProse, Format::kText, 0, Profile::kProse},
    {"turns", Role::kUser, Format::kChatGptExport, 0, Profile::kChat},
    {"rows", Role::kRow, Format::kText, 0, Profile::kTable},
    {"posts", Role::kPost, Format::kXArchive, 0, Profile::kPosts},
    {"visits", Role::kRow, Format::kBrowsingHistory, 0, Profile::kHistory},
    {"asked_for", Role::kRow, Format::kText, 4, Profile::kPosts},
};
class ProfileOf : public ::testing::TestWithParam<ProfileRow> {};
TEST_P(ProfileOf, is_told_by_the_document_or_the_ruleset) {
    Document document = of_records({"some text"}, GetParam().role);
    document.format = GetParam().format;
    QualityRules rules = kRules;
    rules.profile = GetParam().asked;
    EXPECT_EQ(profile_of(document, rules), GetParam().profile);
}
INSTANTIATE_TEST_SUITE_P(Rows, ProfileOf, ::testing::ValuesIn(kProfileRows),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(LanguagePolicy, that_refuses_gives_nothing_below_the_least_share) {
    QualityRules rules = kRules;
    rules.languages = {"de"};
    rules.other_languages = static_cast<std::uint32_t>(OtherLanguage::kRefused);
    const Quality refused = judged(of_records(kProse), rules).quality;
    EXPECT_EQ(refused.value, 0U);
    EXPECT_TRUE(has(refused, "language_not_wanted"));
    rules.languages = {"de", "en"};
    EXPECT_EQ(judged(of_records(kProse), rules).quality.value, kQ16One);
}

// The order of words counts, not only which they are.
TEST(WordOrder, of_shuffled_words_is_that_of_chance) {
    std::vector<std::string> words;
    for (const std::string& text : times(kProse, 6))
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find(' ', at), text.size());
            words.push_back(text.substr(at, end - at));
            at = end + 1;
        }
    const auto order = [](const std::vector<std::string>& from) {
        const Document document =
            of_records(made(from.size() / 60, [&](std::size_t i) { return from[i]; }));
        return judged(document).features[Feature::kWordOrder];
    };
    const Features::Value before = order(words);
    std::shuffle(words.begin(), words.end(), std::mt19937{8});
    const Features::Value after = order(words);
    ASSERT_TRUE(before.applies && after.applies);
    EXPECT_GT(before.value, 3 * after.value);
}

// Words at random, `soon` of 100 of them from the last 100; with `phrases`, one of sixteen words is
// always followed by the same seven.
std::vector<std::string> drawn(unsigned soon, bool phrases) {
    constexpr std::size_t kPool = 2000;
    std::mt19937 random{7};
    const auto word = [](std::size_t i) {
        std::string out;
        for (i += 676; i > 0; i /= 26) out += static_cast<char>('a' + i % 26);
        return out;
    };
    std::vector<std::size_t> used;
    while (used.size() < 12'000) {
        const bool back = used.size() > 100 && random() % 100 < soon;
        const std::size_t next = back ? used[used.size() - 1 - random() % 100] : random() % kPool;
        used.push_back(next);
        for (std::size_t i = 1; phrases && next % 16 == 0 && i < 8; ++i)
            used.push_back((next * 31 + i * 577) % kPool);
    }
    return made(used.size() / 60, [&](std::size_t i) { return word(used[i]); });
}
struct TopicsRow {
    const char* name;
    unsigned soon;
    bool phrases;
    std::vector<std::string_view> reasons;
};
const TopicsRow kTopics[] = {
    {"strewn", 0, false, {"no_topics", "phrases_without_topics"}},
    {"sayings", 8, false, {}},
    {"made_by_a_chain", 8, true, {"phrases_without_topics"}},
    {"about_something", 25, true, {}},
};
class Topics : public ::testing::TestWithParam<TopicsRow> {};
// Few topics are no reason to refuse by themselves: verse and sayings have few. Phrases that come
// again and again beside them are.
TEST_P(Topics, are_asked_for_where_phrases_come_again) {
    const TopicsRow& row = GetParam();
    const QualitySurvey::Judged made = judged(of_records(drawn(row.soon, row.phrases)));
    const auto thousandths = [&](Feature f) { return made.features[f].value * 1000ULL / kQ16One; };
    EXPECT_TRUE(made.features[Feature::kTopics].applies);
    for (const std::string_view reason : {"no_topics", "phrases_without_topics"})
        EXPECT_EQ(has(made.quality, reason), std::ranges::count(row.reasons, reason) > 0)
            << reason << " with topics " << thousandths(Feature::kTopics) << ", phrases "
            << thousandths(Feature::kShortRepeats);
}
INSTANTIATE_TEST_SUITE_P(Rows, Topics, ::testing::ValuesIn(kTopics),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Topics, of_little_text_are_not_told) {
    std::vector<std::string> text = drawn(0, false);
    text.resize(6);
    EXPECT_FALSE(judged(of_records(text)).features[Feature::kTopics].applies);
    EXPECT_FALSE(judged(of_records(text)).features[Feature::kPhrases].applies);
}

TEST(UsualVocabulary, grows_and_ever_more_slowly) {
    std::uint64_t last = 0;
    for (std::uint64_t words = 1; words < (1ULL << 24U); words = words * 5 / 4 + 1) {
        const std::uint64_t now = usual_vocabulary(words);
        EXPECT_GE(now, last) << words;
        EXPECT_LE(now, words * 16) << words;
        last = now;
    }
}

TEST(QualityRulesText, names_every_profile_and_feature_in_order) {
    const std::string text = quality_rules_text();
    for (const std::string_view profile : {"chat", "history", "posts", "prose", "table"})
        EXPECT_NE(text.find('"' + std::string{profile} + "\":{\"bullet_lines\":["),
                  std::string::npos);
    EXPECT_EQ(std::count(text.begin(), text.end(), '['),
              static_cast<std::ptrdiff_t>(kQualityProfiles * (kFeaturesAll - 1)));
}

}  // namespace
}  // namespace pramana::scoring
