#include "quality/word_survey.hpp"

#include "canonical/unicode.hpp"
#include "index/flat_set.hpp"
#include "lexical/windows.hpp"
#include "quality/word_table.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace pramana::scoring {
namespace {

using unicode::CharacterClass;

constexpr std::size_t kVarietyWordsMin = 20;
constexpr std::size_t kCommonWords = 10;
constexpr std::size_t kOrderWords = 64;  // whose pairs are looked at
constexpr std::size_t kRepeatWords = 8, kShortWords = 4;
constexpr std::size_t kWindowsMax = 8192;          // looked at: of more, one of two, four, …
constexpr std::size_t kOrderChunksMax = 2048;      // likewise
constexpr std::uint64_t kRepeatSeed = 0x72657065;  // "repe"
// A word in fewer than one chunk of so many, or up to three times, is a rarer one.
constexpr std::uint32_t kRareShare = 8, kRareCount = 3;

constexpr std::uint16_t bit(CharacterClass c) {
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(c));
}
constexpr std::uint16_t kLetterBits = bit(CharacterClass::kLatin) | bit(CharacterClass::kCyrillic) |
                                      bit(CharacterClass::kGreek) | bit(CharacterClass::kLetter) |
                                      bit(CharacterClass::kUnspaced);
constexpr std::uint16_t kAlphabets =
    bit(CharacterClass::kLatin) | bit(CharacterClass::kCyrillic) | bit(CharacterClass::kGreek);

/// One different word of the contribution.
struct Entry {
    std::uint64_t hash = 0;
    std::uint32_t count = 0;
    std::uint32_t chunk = 0;  ///< the last one that has it, from 1 on; 0: empty
    std::uint32_t near = 0;   ///< occurrences with one before in the same or last chunk
    std::uint32_t number = 0;
    bool odd = false;  ///< odd_letters()
    bool letter = false;
    bool unspaced = false;
};

/// The pass over all words, chunk by chunk.
class Pass {
  public:
    Pass(WordCounts& counts, const QualityRules& rules, std::size_t chunks)
        : counts_{counts}, rules_{rules} {
        while (chunks / order_step_ > kOrderChunksMax) order_step_ *= 2;
    }

    void add(const Chunk& chunk, Language language) {
        ++chunk_;
        add_language(chunk, language);
        // A table is in no language: letters as in none.
        if (!chunk.table.empty()) language = kNoLanguage;
        const bool letters = language != kNotTold && has_letters(language);
        std::string_view folded{chunk.words.folded.data(), chunk.words.folded.size()};
        const bool ordered = (chunk_ - 1) % order_step_ == 0;
        std::size_t different = 0, odd = 0;
        for (const Word& word : chunk.words.words) {
            const std::size_t end = word_end(folded, word);
            Entry& entry = entries_.of(word.hash);
            if (entry.chunk == 0) {
                entry.number = static_cast<std::uint32_t>(entries_.size() - 1);
                entry.unspaced = word.unspaced;
                entry.letter = (word.scripts & kLetterBits) != 0;
                entry.odd = letters && odd_letters(folded.substr(0, end), language);
            }
            folded.remove_prefix(end + 1);
            different += entry.chunk != chunk_ ? 1U : 0U;
            entry.near += entry.chunk != 0 && entry.chunk + 1 >= chunk_ ? 1U : 0U;
            entry.chunk = chunk_;
            ++entry.count;
            odd += entry.odd ? 1U : 0U;
            if (ordered) numbers_.push_back(entry.number);
        }
        add_words(chunk.words.words);
        counts_.odd_words += letters ? odd : 0;
        counts_.letter_words += letters ? chunk.words.words.size() : 0;
        ends_.push_back(numbers_.size());
        if (chunk.words.words.size() < kVarietyWordsMin) return;
        counts_.variety_words += chunk.words.words.size();
        counts_.variety_different += different;
    }

    void finish() {
        std::array<const Entry*, kOrderWords> top{};
        const std::uint32_t rare = std::max(chunk_ / kRareShare, kRareCount + 1);
        std::uint64_t chance = 0;
        for (const Entry& entry : entries_.slots()) {
            if (entry.chunk == 0 || entry.unspaced) continue;
            counts_.lettered_different += entry.letter ? 1U : 0U;
            counts_.lettered += entry.letter ? entry.count : 0U;
            if (entry.letter && entry.count >= 2 && entry.count < rare) {
                counts_.returns += entry.count - 1;
                counts_.near_returns += entry.near;
                chance += std::uint64_t{entry.count} * (entry.count - 1);
            }
            keep(top, entry);
        }
        // Of m places at random in C chunks, one is within a chunk and a half of the next with
        // 3m/2C.
        counts_.chance_returns = chunk_ == 0 ? 0 : chance * 3 / (2 * std::uint64_t{chunk_});
        for (std::size_t i = 0; i < kCommonWords; ++i)
            counts_.commonest += top[i] != nullptr ? top[i]->count : 0;
        count_pairs(top);
    }

  private:
    static void keep(std::array<const Entry*, kOrderWords>& top, const Entry& entry) {
        const auto before = [](const Entry& a, const Entry& b) {  // a total order
            return a.count != b.count ? a.count > b.count : a.number < b.number;
        };
        if (top.back() != nullptr && !before(entry, *top.back())) return;
        top.back() = &entry;
        for (std::size_t i = top.size() - 1; i > 0; --i) {
            if (top[i - 1] != nullptr && !before(*top[i], *top[i - 1])) break;
            std::swap(top[i], top[i - 1]);
        }
    }

    void add_language(const Chunk& chunk, Language language) {
        counts_.characters += chunk.characters;
        if (language == kNotTold) return;
        counts_.told_characters += chunk.characters;
        const bool known = language != kNoLanguage;
        counts_.known_characters += known ? chunk.characters : 0;
        counts_.wanted_characters +=
            fate_of(language, rules_) == OtherLanguage::kCounts ? chunk.characters : 0;
        if (!known || known_languages()[language] != "en") return;
        counts_.pieces += chunk.pieces.size();
        counts_.piece_words += chunk.words.words.size();
    }

    void add_words(const SecretVector<Word>& words) {
        std::uint64_t with_letter = 0, digits = 0, mixed = 0, characters = 0;
        std::uint64_t spaced = 0, spaced_characters = 0;
        for (const Word& word : words) {
            const bool letter = (word.scripts & kLetterBits) != 0;
            const unsigned alphabets = word.scripts & kAlphabets;
            with_letter += letter ? 1U : 0U;
            digits += letter && (word.scripts & bit(CharacterClass::kDigit)) != 0 ? 1U : 0U;
            mixed += (alphabets & (alphabets - 1)) != 0 ? 1U : 0U;  // more than one bit
            characters += word.characters;
            spaced += word.unspaced ? 0U : 1U;
            spaced_characters += word.unspaced ? 0U : word.characters;
        }
        counts_.words += words.size();
        counts_.with_letter += with_letter;
        counts_.digits_and_letters += digits;
        counts_.mixed_scripts += mixed;
        counts_.word_characters += characters;
        counts_.spaced += spaced;
        counts_.spaced_characters += spaced_characters;
    }

    /// The second pass: how often each of the commonest words follows another, and the other it.
    void count_pairs(const std::array<const Entry*, kOrderWords>& top) {
        SecretVector<std::uint8_t> rank(entries_.size(), kOrderWords);
        for (std::size_t i = 0; i < top.size(); ++i)
            if (top[i] != nullptr) rank[top[i]->number] = static_cast<std::uint8_t>(i);
        SecretVector<std::uint32_t> pairs((kOrderWords + 1) * (kOrderWords + 1));
        std::size_t begin = 0;
        for (const std::size_t end : ends_) {
            for (std::size_t i = begin + 1; i < end; ++i)
                ++pairs[rank[numbers_[i - 1]] * (kOrderWords + 1) + rank[numbers_[i]]];
            begin = end;
        }
        // By chance a pair stands either way alike: the square of the difference is then the sum.
        // Below 2^52: there are fewer than 2^26 words.
        std::uint64_t apart = 0, both = 0;
        for (std::size_t a = 0; a < kOrderWords; ++a)
            for (std::size_t b = 0; b < a; ++b) {
                const std::uint64_t one = pairs[a * (kOrderWords + 1) + b];
                const std::uint64_t other = pairs[b * (kOrderWords + 1) + a];
                const std::uint64_t more = one > other ? one - other : other - one;
                apart += more * more;
                both += one + other;
                counts_.order_pairs += (one + other) * (one + other);
            }
        counts_.order = apart > both ? apart - both : 0;
        counts_.order_pairs -= both;
    }

    WordCounts& counts_;
    const QualityRules& rules_;
    WordTable<Entry> entries_;
    SecretVector<std::uint32_t> numbers_;  ///< of each word of the contribution
    std::vector<std::size_t> ends_;        ///< of each chunk, in words
    std::uint32_t chunk_ = 0;
    std::uint32_t order_step_ = 1;  ///< of so many chunks, one's pairs are counted
};

std::size_t windows_in(const Chunk& chunk, std::size_t words) {
    return chunk.words.words.size() - std::min(chunk.words.words.size(), words - 1);
}

/// Windows of four words that stand in the file earlier, and pairs of them that follow each other:
/// windows of eight. Of long files some are looked at, chosen by their hash.
void count_repeated(const std::vector<Chunk>& chunks, WordCounts& counts) {
    std::size_t all = 0;
    for (const Chunk& chunk : chunks) all += windows_in(chunk, kShortWords);
    std::uint64_t mask = 0;
    while (all / (mask + 1) > kWindowsMax) mask = 2 * mask + 1;
    FlatSet seen, seen_long;
    SecretVector<std::uint64_t> words, hashes, kept, kept_long;
    for (const Chunk& chunk : chunks) {
        const std::size_t count = windows_in(chunk, kShortWords);
        words.clear();
        for (const Word& word : chunk.words.words) words.push_back(word.hash);
        hashes.resize(count);
        window_kernels().front().hash(words.data(), count, kShortWords, kRepeatSeed, hashes.data());
        kept.clear();
        kept_long.clear();
        for (std::size_t i = 0; i < count; ++i) {
            if ((hashes[i] & mask) != 0) continue;
            kept.push_back(hashes[i]);
            if (i + kShortWords < count)
                kept_long.push_back(hashes[i] * 3 + hashes[i + kShortWords]);
        }
        seen.insert(kept);
        seen_long.insert(kept_long);
        counts.short_windows += kept.size();
        counts.windows += kept_long.size();
    }
    counts.short_repeated = counts.short_windows - seen.size();
    counts.repeated = counts.windows - seen_long.size();
}

static_assert(kRepeatWords == 2 * kShortWords);

}  // namespace

WordCounts survey_words(const std::vector<Chunk>& chunks, const SecretVector<Language>& languages,
                        const QualityRules& rules) {
    WordCounts counts;
    Pass pass{counts, rules, chunks.size()};
    for (std::size_t i = 0; i < chunks.size(); ++i) pass.add(chunks[i], languages[i]);
    pass.finish();
    count_repeated(chunks, counts);
    return counts;
}

std::uint64_t usual_vocabulary(std::uint64_t words) noexcept {
    // Of 2^6, 2^7, … words; linear between them, and on with the last step beyond.
    constexpr std::array<std::uint64_t, 16> kDifferent = {
        46,    80,    135,   225,   370,    600,    950,    1'500,
        2'300, 3'500, 5'300, 7'900, 11'700, 17'200, 25'000, 36'000};
    constexpr std::size_t kFirst = 6;
    const std::size_t log = static_cast<std::size_t>(std::bit_width(words | 1U)) - 1;
    if (log < kFirst) return words * kDifferent[0] * 16 >> kFirst;
    const std::size_t i = std::min(log - kFirst, kDifferent.size() - 2);
    const std::uint64_t low = std::uint64_t{1} << (i + kFirst);
    return kDifferent[i] * 16 + (words - low) * (kDifferent[i + 1] - kDifferent[i]) * 16 / low;
}

}  // namespace pramana::scoring
