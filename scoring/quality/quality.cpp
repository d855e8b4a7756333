#include "quality/quality.hpp"

#include "canonical/unicode.hpp"
#include "index/flat_set.hpp"
#include "lexical/windows.hpp"
#include "quality/word_table.hpp"

#include <algorithm>
#include <array>

namespace pramana::scoring {
namespace {

using unicode::CharacterClass;

constexpr Q16 kNoEnd = 0xFFFFFFFF;
constexpr std::size_t kVarietyWordsMin = 20;
constexpr std::size_t kCommonWordsMin = 100;
constexpr std::size_t kCommonWords = 10;
constexpr std::size_t kRepeatWords = 8;
constexpr std::uint64_t kRepeatSeed = 0x72657065;  // "repe"

constexpr Q16 milli(std::uint32_t thousandths) {
    return static_cast<Q16>(std::uint64_t{thousandths} * kQ16One / 1000);
}

struct Rule {
    std::string_view key;
    Reason reason;
    Knots knots[kProfiles];  // by Profile
};

// Gopher, C4 and FineWeb thresholds (docs/scoring.md "Quality" names each), widened where short
// texts need it.
constexpr Rule kRules[kFeatures] = {
    {"letters",
     {"not_words", "Too few of the words contain letters."},
     {{milli(400), milli(750), kNoEnd, kNoEnd},
      {milli(300), milli(600), kNoEnd, kNoEnd},
      {milli(200), milli(450), kNoEnd, kNoEnd}}},
    {"word_length",
     {"odd_words", "The words are unusually short or long."},
     {{milli(2000), milli(2600), milli(9000), milli(14000)},
      {milli(1800), milli(2400), milli(10000), milli(16000)},
      {milli(1200), milli(1800), milli(12000), milli(20000)}}},
    {"word_share",
     {"mostly_symbols", "Too much of the text is symbols instead of words."},
     {{milli(400), milli(700), kNoEnd, kNoEnd},
      {milli(300), milli(600), kNoEnd, kNoEnd},
      {milli(400), milli(650), kNoEnd, kNoEnd}}},
    {"variety",
     {"repetitive", "The same words are repeated over and over."},
     {{milli(150), milli(400), kNoEnd, kNoEnd},
      {milli(150), milli(350), kNoEnd, kNoEnd},
      {milli(80), milli(250), kNoEnd, kNoEnd}}},
    {"common_words",
     {"not_language", "The text does not use words the way a language does."},
     {{milli(40), milli(100), milli(700), milli(950)},
      {milli(40), milli(90), milli(700), milli(950)},
      {0, 0, milli(700), milli(950)}}},
    {"repeats",
     {"repeated_passages", "Long passages of the file are repeated within it."},
     {{0, 0, milli(200), milli(700)},
      {0, 0, milli(300), milli(800)},
      {0, 0, milli(200), milli(700)}}},
    {"pieces_per_word",
     {"unreadable_words", "The words look like random letters."},
     {{0, 0, milli(2600), milli(4200)},
      {0, 0, milli(2800), milli(4400)},
      {0, 0, milli(3000), milli(4600)}}},
    {"mixed_scripts",
     {"mixed_scripts", "Words mix look-alike letters of different scripts."},
     {{0, 0, milli(20), milli(200)}, {0, 0, milli(20), milli(200)}, {0, 0, milli(20), milli(200)}}},
    {"ill_formed",
     {"ill_formed_text", "Parts of the text are not valid UTF-8."},
     {{0, 0, milli(2), milli(20)}, {0, 0, milli(2), milli(20)}, {0, 0, milli(2), milli(20)}}},
};

constexpr std::uint16_t bit(CharacterClass c) {
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(c));
}
constexpr std::uint16_t kLetterBits = bit(CharacterClass::kLatin) | bit(CharacterClass::kCyrillic) |
                                      bit(CharacterClass::kGreek) | bit(CharacterClass::kLetter) |
                                      bit(CharacterClass::kUnspaced);

bool mixes_scripts(std::uint16_t scripts) {
    const int count = ((scripts & bit(CharacterClass::kLatin)) ? 1 : 0) +
                      ((scripts & bit(CharacterClass::kCyrillic)) ? 1 : 0) +
                      ((scripts & bit(CharacterClass::kGreek)) ? 1 : 0);
    return count > 1;
}

/// How often a word occurs.
struct Occurrence {
    std::uint64_t hash = 0;
    std::uint32_t spaced = 0;  ///< but in scripts without spaces
    std::uint32_t chunk = 0;   ///< the last one that has it, from 1 on; 0: empty
};
using Occurrences = WordTable<Occurrence>;

struct Counts {
    std::uint64_t words = 0, words_with_letter = 0, words_mixed = 0;
    std::uint64_t spaced_words = 0, spaced_characters = 0;
    std::uint64_t word_characters = 0, characters = 0, pieces = 0;
    std::uint64_t variety_words = 0, variety_different = 0;
    std::uint64_t windows = 0;
};

/// `chunk` counts from 1 on.
void count_words(Counts& counts, const SecretVector<Word>& words, std::uint32_t chunk,
                 Occurrences& occurrences) {
    std::size_t different = 0;
    for (const Word& word : words) {
        ++counts.words;
        counts.words_with_letter += (word.scripts & kLetterBits) ? 1U : 0U;
        counts.words_mixed += mixes_scripts(word.scripts) ? 1U : 0U;
        counts.word_characters += word.characters;
        Occurrence& slot = occurrences.of(word.hash);
        different += slot.chunk != chunk ? 1U : 0U;
        slot.chunk = chunk;
        if (word.unspaced) continue;
        ++counts.spaced_words;
        counts.spaced_characters += word.characters;
        ++slot.spaced;
    }
    if (words.size() < kVarietyWordsMin) return;
    counts.variety_words += words.size();
    counts.variety_different += different;
}

std::size_t windows_in(const Chunk& chunk) {
    return chunk.words.words.size() - std::min(chunk.words.words.size(), kRepeatWords - 1);
}

/// Windows of the file that stand in it earlier.
std::uint64_t count_repeated(const std::vector<Chunk>& chunks, std::uint64_t windows) {
    FlatSet seen;
    seen.reserve(windows);
    SecretVector<std::uint64_t> words, hashes;
    for (const Chunk& chunk : chunks) {
        const std::size_t count = windows_in(chunk);
        words.clear();
        for (const Word& word : chunk.words.words) words.push_back(word.hash);
        hashes.resize(count);
        window_kernels().front().hash(words.data(), count, kRepeatWords, kRepeatSeed,
                                      hashes.data());
        seen.insert(hashes);
    }
    return windows - seen.size();
}

std::uint64_t commonest(const Occurrences& occurrences) {
    std::array<std::uint32_t, kCommonWords> top{};  // the smallest first
    for (const Occurrence& slot : occurrences.slots()) {
        if (slot.spaced <= top.front()) continue;
        top.front() = slot.spaced;
        for (std::size_t i = 1; i < top.size() && top[i] < top[i - 1]; ++i)
            std::swap(top[i], top[i - 1]);
    }
    std::uint64_t sum = 0;
    for (const std::uint32_t count : top) sum += count;
    return sum;
}

}  // namespace

Features::Value Features::ratio(std::uint64_t part, std::uint64_t whole, bool applies) {
    if (whole == 0 || !applies) return {};
    return {static_cast<Q16>(std::min<std::uint64_t>(part * kQ16One / whole, kNoEnd - 1)), true};
}

Q16 Knots::at(Q16 value) const noexcept {
    if (value < one_low) {
        if (value <= zero_low) return 0;
        return static_cast<Q16>(std::uint64_t{value - zero_low} * kQ16One / (one_low - zero_low));
    }
    if (value <= one_high) return kQ16One;
    if (value >= zero_high) return 0;
    return static_cast<Q16>(std::uint64_t{zero_high - value} * kQ16One / (zero_high - one_high));
}

Features measure(const std::vector<Chunk>& chunks, std::uint64_t ill_formed) {
    Counts counts;
    Occurrences occurrences;
    std::uint32_t number = 0;
    for (const Chunk& chunk : chunks) {
        counts.characters += chunk.characters;
        counts.pieces += chunk.pieces.size();
        counts.windows += windows_in(chunk);
        count_words(counts, chunk.words.words, ++number, occurrences);
    }
    const bool spaced = 2 * counts.spaced_characters > counts.word_characters;
    Features features;
    const auto set = [&features](Feature f, Features::Value value) { features.set(f, value); };
    const auto ratio = [](auto... parts) { return Features::ratio(parts...); };
    set(Feature::kLetters, ratio(counts.words_with_letter, counts.words));
    set(Feature::kWordLength, ratio(counts.spaced_characters, counts.spaced_words, spaced));
    set(Feature::kWordShare, ratio(counts.word_characters, counts.characters));
    set(Feature::kVariety, ratio(counts.variety_different, counts.variety_words, spaced));
    set(Feature::kCommonWords, ratio(commonest(occurrences), counts.spaced_words,
                                     spaced && counts.spaced_words >= kCommonWordsMin));
    set(Feature::kRepeats, ratio(count_repeated(chunks, counts.windows), counts.windows, spaced));
    set(Feature::kPiecesPerWord, ratio(counts.pieces, counts.words, spaced));
    set(Feature::kMixedScripts, ratio(counts.words_mixed, counts.words));
    set(Feature::kIllFormed, ratio(ill_formed, counts.characters));
    return features;
}

Profile profile_of(const Document& document) noexcept {
    std::size_t turns = 0, rows = 0, all = 0;
    for (const Record& record : document.records) {
        const bool turn = record.role == Role::kUser || record.role == Role::kAssistant;
        all += record.text.size();
        turns += turn ? record.text.size() : 0;
        rows += record.role == Role::kRow ? record.text.size() : 0;
    }
    if (turns * 2 > all) return Profile::kChat;
    return rows * 2 > all ? Profile::kTable : Profile::kProse;
}

Quality judge(const Features& features, Profile profile) {
    Quality quality;
    bool any = false;
    for (std::size_t i = 0; i < kFeatures; ++i) {
        if (!features.values[i].applies) continue;
        const Q16 points =
            kRules[i].knots[static_cast<std::size_t>(profile)].at(features.values[i].value);
        quality.value = any ? std::min(quality.value, points) : points;
        any = true;
        if (points < kQ16One / 2) quality.reasons.push_back(kRules[i].reason);
    }
    return quality;
}

std::string quality_profiles_text() {
    std::string out = "{";
    const std::string_view names[kProfiles] = {"chat", "prose", "table"};
    const Profile profiles[kProfiles] = {Profile::kChat, Profile::kProse, Profile::kTable};
    std::array<const Rule*, kFeatures> sorted{};
    for (std::size_t i = 0; i < kFeatures; ++i) sorted[i] = &kRules[i];
    std::sort(sorted.begin(), sorted.end(),
              [](const Rule* a, const Rule* b) { return a->key < b->key; });
    for (std::size_t p = 0; p < kProfiles; ++p) {
        out.append(p == 0 ? "\"" : ",\"").append(names[p]).append("\":{");
        for (std::size_t i = 0; i < kFeatures; ++i) {
            const Knots& k = sorted[i]->knots[static_cast<std::size_t>(profiles[p])];
            out.append(i == 0 ? "\"" : ",\"").append(sorted[i]->key).append("\":[");
            out += std::to_string(k.zero_low) + ',' + std::to_string(k.one_low) + ',' +
                   std::to_string(k.one_high) + ',' + std::to_string(k.zero_high) + ']';
        }
        out += '}';
    }
    return out + '}';
}

}  // namespace pramana::scoring
