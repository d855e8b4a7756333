#include "quality/rules.hpp"

#include <algorithm>
#include <array>

namespace pramana::scoring {
namespace {

constexpr Q16 kNoEnd = 0xFFFFFFFF;
constexpr std::size_t kCommonWordsMin = 100;
constexpr std::size_t kOrderPairsMin = 100;
constexpr std::size_t kReturnsMin = 100;
// With fewer phrases that come again, in thousandths, text needs fewer topics: verse and sayings
// have few of either, text made by a chain of words has the phrases alone.
constexpr std::uint32_t kPhrasesFew = 120;
constexpr std::size_t kVocabularyWordsMin = 100;
constexpr std::size_t kLinesMin = 8;
constexpr std::size_t kWindowsMin = 64;

struct Range {  // in thousandths; kNone: no bound
    std::uint32_t zero_low, one_low, one_high, zero_high;
};
constexpr std::uint32_t kNone = 0xFFFFFFFF;
constexpr Q16 of_thousandths(std::uint32_t value) {
    return value == kNone ? kNoEnd : static_cast<Q16>(std::uint64_t{value} * kQ16One / 1000);
}
constexpr Range at_least(std::uint32_t zero, std::uint32_t one) {
    return {zero, one, kNone, kNone};
}
constexpr Range at_most(std::uint32_t one, std::uint32_t zero) { return {0, 0, one, zero}; }
constexpr Range between(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
    return {a, b, c, d};
}
constexpr Range kFree = {0, 0, kNone, kNone};

struct Rule {
    std::string_view key;
    Reason reason;
    std::array<Range, kQualityProfiles> ranges;  // prose, chat, table, posts, history
    [[nodiscard]] Knots knots(std::size_t profile) const {
        const Range& r = ranges[profile];
        return {of_thousandths(r.zero_low), of_thousandths(r.one_low), of_thousandths(r.one_high),
                of_thousandths(r.zero_high)};
    }
};

constexpr std::array<Range, kQualityProfiles> all(Range range) {
    return {range, range, range, range, range};
}

// In the order of Feature. docs/scoring.md "Quality" names the source of each.
const std::array<Rule, kFeaturesAll - 1>& rules() {
    static const std::array<Rule, kFeaturesAll - 1> kRules = {{
#include "quality/rules_table.inc"
    }};
    return kRules;
}

constexpr std::array<std::string_view, kQualityProfiles> kProfileNames = {"prose", "chat", "table",
                                                                          "posts", "history"};
constexpr Reason kPersonal = {"personal_data",
                              "The text holds many addresses or numbers of persons."};
constexpr Reason kRefused = {"language_not_wanted",
                             "Too much of the text is in a language that is not wanted."};

void set_phrases(Features& out) {
    const Features::Value topics = out[Feature::kTopics], again = out[Feature::kShortRepeats];
    if (!topics.applies || !again.applies) return;
    constexpr Q16 kFew = of_thousandths(kPhrasesFew);
    out.set(Feature::kPhrases, {topics.value + kFew - std::min(kFew, again.value), true});
}

void set_words(Features& out, const WordCounts& c) {
    const bool spaced = 2 * c.spaced_characters > c.word_characters;
    const auto ratio = [](auto... parts) { return Features::ratio(parts...); };
    out.set(Feature::kLetters, ratio(c.with_letter, c.words));
    out.set(Feature::kWordLength, ratio(c.spaced_characters, c.spaced, spaced));
    out.set(Feature::kWordShare, ratio(c.word_characters, c.characters));
    out.set(Feature::kVariety, ratio(c.variety_different, c.variety_words, spaced));
    out.set(Feature::kCommonWords,
            ratio(c.commonest, c.spaced, spaced && c.spaced >= kCommonWordsMin));
    out.set(Feature::kRepeats, ratio(c.repeated, c.windows, spaced && c.windows >= kWindowsMin));
    out.set(Feature::kShortRepeats,
            ratio(c.short_repeated, c.short_windows, spaced && c.short_windows >= kWindowsMin));
    out.set(Feature::kPiecesPerWord, ratio(c.pieces, c.piece_words, 2 * c.piece_words > c.words));
    out.set(Feature::kMixedScripts, ratio(c.mixed_scripts, c.words));
    out.set(Feature::kDigitWords, ratio(c.digits_and_letters, c.words));
    out.set(Feature::kLanguage, ratio(c.known_characters, c.told_characters));
    out.set(Feature::kOddLetters, ratio(c.odd_words, c.letter_words));
    out.set(Feature::kVocabulary, ratio(c.lettered_different * 16, usual_vocabulary(c.lettered),
                                        spaced && c.lettered >= kVocabularyWordsMin));
    // What is beyond chance of what could be.
    const std::uint64_t beyond =
        c.near_returns > c.chance_returns ? c.near_returns - c.chance_returns : 0;
    out.set(Feature::kTopics, ratio(beyond, c.returns - std::min(c.returns, c.chance_returns),
                                    spaced && c.returns >= kReturnsMin));
    set_phrases(out);
    out.set(Feature::kWordOrder,
            ratio(c.order, c.order_pairs, spaced && c.order_pairs >= kOrderPairsMin));
}

void set_lines(Features& out, const LineSurvey::Counts& c, std::uint64_t words,
               std::uint64_t characters) {
    const auto ratio = [](auto... parts) { return Features::ratio(parts...); };
    const bool lines = c.lines >= kLinesMin;
    out.set(Feature::kMojibake, ratio(c.mojibake, characters));
    out.set(Feature::kRepeatedLines, ratio(c.repeated_bytes, c.bytes));
    out.set(Feature::kLineEnds, ratio(c.ends, c.lines, lines));
    out.set(Feature::kBulletLines, ratio(c.bullets, c.lines, lines));
    out.set(Feature::kEllipsisLines, ratio(c.ellipsis_ends, c.lines, lines));
    out.set(Feature::kSymbols, ratio(c.symbols, words));
    out.set(Feature::kLinks, ratio(c.link_bytes, c.bytes));
    out.set(Feature::kCapitals, ratio(c.capitals, c.bytes));
    out.set(Feature::kPersonalData, ratio(c.personal.all(), words));
}

bool refused(const WordCounts& words, const QualityRules& rules) {
    const auto refuses = static_cast<std::uint32_t>(OtherLanguage::kRefused);
    return (rules.other_languages == refuses || rules.unknown_languages == refuses) &&
           words.wanted_characters * kQ16One < words.told_characters * rules.language_share_min_q16;
}

}  // namespace

void QualitySurvey::add(const Record& record, const CanonicalText& canonical) {
    lines_.add(record, {canonical.utf8.data(), canonical.utf8.size()});
    ill_formed_ += canonical.ill_formed;
}

QualitySurvey::Judged QualitySurvey::finish(const Document& document,
                                            const std::vector<Chunk>& chunks,
                                            const SecretVector<Language>& languages) const {
    const WordCounts words = survey_words(chunks, languages, rules_);
    Judged out;
    set_words(out.features, words);
    set_lines(out.features, lines_.counts(), words.words, words.characters);
    out.features.set(Feature::kIllFormed, Features::ratio(ill_formed_, words.characters));
    out.profile = profile_of(document, rules_);
    out.quality = judge_rules(out.features, out.profile, rules_);
    if (refused(words, rules_)) {
        out.quality.value = 0;
        out.quality.reasons.insert(out.quality.reasons.begin(), kRefused);
    }
    return out;
}

Profile profile_of(const Document& document, const QualityRules& rules) noexcept {
    if (rules.profile > 0) return static_cast<Profile>(rules.profile - 1);
    if (document.format == Format::kBrowsingHistory) return Profile::kHistory;
    std::array<std::size_t, kQualityProfiles> bytes{};
    std::size_t every = 0;
    for (const Record& record : document.records) {
        Profile part = Profile::kProse;
        if (record.role == Role::kUser || record.role == Role::kAssistant) part = Profile::kChat;
        if (record.role == Role::kRow) part = Profile::kTable;
        if (record.role == Role::kPost) part = Profile::kPosts;
        bytes[static_cast<std::size_t>(part)] += record.text.size();
        every += record.text.size();
    }
    for (const Profile profile : {Profile::kChat, Profile::kTable, Profile::kPosts})
        if (2 * bytes[static_cast<std::size_t>(profile)] > every) return profile;
    return Profile::kProse;
}

Quality judge_rules(const Features& features, Profile profile, const QualityRules& policy) {
    constexpr auto kLanguageAt = static_cast<std::size_t>(Feature::kLanguage);
    const bool unknown_counts =
        policy.unknown_languages == static_cast<std::uint32_t>(OtherLanguage::kCounts);
    Quality quality;
    bool any = false;
    std::vector<std::pair<Q16, std::size_t>> low;
    for (std::size_t i = 0; i < rules().size(); ++i) {
        if (!features.values[i].applies || (i == kLanguageAt && unknown_counts)) continue;
        const Rule& rule = rules()[i];
        const Q16 points =
            rule.knots(static_cast<std::size_t>(profile)).at(features.values[i].value);
        quality.value = any ? std::min(quality.value, points) : points;
        any = true;
        if (points < kQ16One / 2) low.emplace_back(points, i);
    }
    // What weighs most first: a score has room for few reasons.
    std::sort(low.begin(), low.end());
    for (const auto& [points, i] : low) quality.reasons.push_back(rules()[i].reason);
    const Features::Value personal = features[Feature::kPersonalData];
    const std::uint64_t least = policy.personal_data_per_1000;
    if (least > 0 && personal.applies && std::uint64_t{personal.value} * 1000 >= least * kQ16One)
        quality.reasons.push_back(kPersonal);
    return quality;
}

std::string quality_rules_text() {
    std::array<std::size_t, kQualityProfiles> profiles{};
    for (std::size_t p = 0; p < profiles.size(); ++p) profiles[p] = p;
    std::sort(profiles.begin(), profiles.end(),
              [](std::size_t a, std::size_t b) { return kProfileNames[a] < kProfileNames[b]; });
    std::vector<const Rule*> sorted;
    for (const Rule& rule : rules()) sorted.push_back(&rule);
    std::sort(sorted.begin(), sorted.end(),
              [](const Rule* a, const Rule* b) { return a->key < b->key; });
    std::string out;
    for (const std::size_t profile : profiles) {
        out.append(out.empty() ? "{\"" : ",\"").append(kProfileNames[profile]).append("\":{");
        bool first = true;
        for (const Rule* rule : sorted) {
            const Knots k = rule->knots(profile);
            out.append(first ? "\"" : ",\"").append(rule->key).append("\":[");
            out += std::to_string(k.zero_low) + ',' + std::to_string(k.one_low) + ',' +
                   std::to_string(k.one_high) + ',' + std::to_string(k.zero_high) + ']';
            first = false;
        }
        out += '}';
    }
    return out + '}';
}

}  // namespace pramana::scoring
