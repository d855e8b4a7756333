#include "quality/language.hpp"

#include "canonical/unicode.hpp"
#include "pramana/core/check.hpp"
#include "pramana/core/hex.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <memory>

namespace pramana::scoring {
namespace {

struct Table {
    std::string_view code;
    std::uint32_t typical;     ///< what a unit of its text says for it on average, in 1/16
    std::string_view words;    ///< "the 60 of 55": folded, with what each says for it
    std::string_view letters;  ///< base64 of 27^3 bits, little-endian; empty: other letters
};
#include "quality/language_tables.inc"

constexpr std::size_t kLanguages = std::size(kTables);
constexpr std::uint64_t kWordSeed = 0x776F7264;   // as in chunk/words.cpp
constexpr std::size_t kUnitsMin = 8;              // fewer words tell nothing
constexpr std::uint64_t kLettersMinPercent = 70;  // as SemanticRules: below it, code
constexpr std::uint64_t kTypicalPercent = 35;     // of what is typical makes a language
constexpr std::size_t kLetters = 27;              // a to z, and a word's end
constexpr std::size_t kTriples = kLetters * kLetters * kLetters;

using Letters = std::array<std::uint64_t, (kTriples + 63) / 64>;

std::uint64_t hash_of(std::string_view folded) {
    std::uint64_t hash = kWordSeed, ill_formed = 0;
    for (std::size_t at = 0; at < folded.size();)
        hash = chain(hash, unicode::decode(folded, at, ill_formed));
    return hash;
}

std::uint32_t base64_value(char c) {
    if (c >= 'A' && c <= 'Z') return static_cast<std::uint32_t>(c - 'A');
    if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a') + 26;
    if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0') + 52;
    return c == '+' ? 62 : 63;
}

Letters letters_of(std::string_view base64) {
    Letters letters{};
    for (std::size_t i = 0; i < base64.size() && base64[i] != '='; ++i) {
        const std::uint32_t six = base64_value(base64[i]);
        for (std::size_t b = 0; b < 6; ++b) {  // the first bits are the high ones of a byte
            const std::size_t from_start = 6 * i + b;
            const std::size_t bit = from_start / 8 * 8 + (7 - from_start % 8);
            if ((six >> (5 - b)) & 1U && bit < kTriples)
                letters[bit / 64] |= std::uint64_t{1} << (bit % 64);
        }
    }
    return letters;
}

/// English words stand in texts of every language.
std::string_view english_letters() {
    const auto* english = std::find_if(std::begin(kTables), std::end(kTables),
                                       [](const Table& table) { return table.code == "en"; });
    PRAMANA_CHECK(english != std::end(kTables));
    return english->letters;
}

/// The tables by hash: a word's pairs of language and weight stand in a row.
class Index {
  public:
    struct Pair {
        Language language;
        std::uint8_t weight;
    };
    Index() {
        std::vector<std::pair<std::uint64_t, Pair>> all;
        for (std::size_t l = 0; l < kLanguages; ++l)
            add_words(kTables[l].words, static_cast<Language>(l), all);
        std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
            return a.first != b.first ? a.first < b.first : a.second.language < b.second.language;
        });
        for (std::size_t i = 0; i < all.size(); ++i) {
            pairs_.push_back(all[i].second);
            if (i == 0 || all[i].first != all[i - 1].first) place(all[i].first, i);
            ++slots_[slot_of(all[i].first)].count;
        }
        PRAMANA_CHECK(pairs_.size() < kSlots && used_ * 2 < kSlots);
        const Letters english = letters_of(english_letters());
        for (std::size_t l = 0; l < kLanguages; ++l) {
            letters_[l] = letters_of(kTables[l].letters);
            for (std::size_t i = 0; i < any_.size(); ++i) any_[i] |= letters_[l][i];
            for (std::size_t i = 0; i < any_.size(); ++i) letters_[l][i] |= english[i];
        }
    }
    [[nodiscard]] std::span<const Pair> of(std::uint64_t hash) const noexcept {
        if (!((seen_[(hash >> 6U) % kSeen] >> (hash % 64)) & 1U)) return {};
        const Slot& slot = slots_[slot_of(hash)];
        return {pairs_.data() + slot.begin, slot.count};
    }
    [[nodiscard]] const Letters& letters(Language language) const noexcept {
        return language < kLanguages ? letters_[language] : any_;
    }

  private:
    static constexpr std::size_t kSlots = 16'384;
    static constexpr std::size_t kSeen = 1'024;  // words of 64 bits, before the slots are asked
    struct Slot {
        std::uint64_t hash = 0;
        std::uint16_t begin = 0;
        std::uint16_t count = 0;
    };
    static void add_words(std::string_view text, Language language,
                          std::vector<std::pair<std::uint64_t, Pair>>& all) {
        while (!text.empty()) {
            const std::size_t space = text.find(' ');
            const std::size_t end = std::min(text.find(' ', space + 1), text.size());
            std::uint8_t weight = 0;
            std::from_chars(text.data() + space + 1, text.data() + end, weight);
            all.push_back({hash_of(text.substr(0, space)), {language, weight}});
            text.remove_prefix(std::min(end + 1, text.size()));
        }
    }
    [[nodiscard]] std::size_t slot_of(std::uint64_t hash) const noexcept {
        std::size_t at = (hash >> 40U) % kSlots;
        while (slots_[at].count != 0 && slots_[at].hash != hash) at = (at + 1) % kSlots;
        return at;
    }
    void place(std::uint64_t hash, std::size_t begin) {
        slots_[slot_of(hash)] = {hash, static_cast<std::uint16_t>(begin), 0};
        seen_[(hash >> 6U) % kSeen] |= std::uint64_t{1} << (hash % 64);
        ++used_;
    }

    std::vector<Slot> slots_ = std::vector<Slot>(kSlots);
    std::array<std::uint64_t, kSeen> seen_{};
    std::vector<Pair> pairs_;
    std::array<Letters, kLanguages> letters_{};
    Letters any_{};
    std::size_t used_ = 0;
};

const Index& index() {
    static const std::unique_ptr<const Index> tables = std::make_unique<const Index>();
    return *tables;
}

/// What the units of a chunk say for each language.
struct Votes {
    const Index& tables = index();
    std::array<std::uint32_t, kLanguages> says{};
    std::size_t units = 0;
    void add(std::uint64_t hash) noexcept {
        ++units;
        for (const Index::Pair& pair : tables.of(hash)) says[pair.language] += pair.weight;
    }
    /// The characters of the words in scripts without spaces.
    void add_unspaced(const Words& words) noexcept {
        std::string_view folded{words.folded.data(), words.folded.size()};
        std::uint64_t ill_formed = 0;
        for (const Word& word : words.words) {
            const std::size_t end = word_end(folded, word);
            for (std::size_t at = 0; word.unspaced && at < end;)
                add(chain(kWordSeed, unicode::decode(folded, at, ill_formed)));
            folded.remove_prefix(end + 1);
        }
    }
};

bool is_number(const Word& word) {
    return word.scripts == 1U << static_cast<unsigned>(unicode::CharacterClass::kDigit);
}

}  // namespace

std::span<const std::string_view> known_languages() noexcept {
    static const std::array<std::string_view, kLanguages> codes = [] {
        std::array<std::string_view, kLanguages> out;
        std::transform(std::begin(kTables), std::end(kTables), out.begin(),
                       [](const Table& table) { return table.code; });
        return out;
    }();
    return codes;
}

Hash32 language_tables_sha256() {
    const Result<Hash32> digest = fixed_from_hex<Hash32>(kTablesSha256);
    PRAMANA_CHECK(digest);
    return *digest;
}

Language language_of(const Chunk& chunk) noexcept {
    if (!chunk.table.empty()) return kNotTold;
    Votes votes;
    std::uint64_t letters = 0;
    bool unspaced = false;
    for (const Word& word : chunk.words.words) {
        if (is_number(word)) continue;
        letters += word.characters;
        unspaced = unspaced || word.unspaced;
        if (!word.unspaced) votes.add(word.hash);
    }
    if (unspaced) votes.add_unspaced(chunk.words);
    if (votes.units < kUnitsMin || letters * 100 < chunk.characters * kLettersMinPercent)
        return kNotTold;
    const auto best = std::max_element(votes.says.begin(), votes.says.end());  // ties: the first
    const auto language = static_cast<Language>(best - votes.says.begin());
    const std::uint64_t typical = votes.units * kTables[language].typical;
    return std::uint64_t{*best} * 16 * 100 >= typical * kTypicalPercent ? language : kNoLanguage;
}

SecretVector<Language> languages_of(const std::vector<Chunk>& chunks) {
    SecretVector<Language> out;
    out.reserve(chunks.size());
    for (const Chunk& chunk : chunks) out.push_back(language_of(chunk));
    return out;
}

bool has_letters(Language language) noexcept {
    return language == kNoLanguage || (language < kLanguages && !kTables[language].letters.empty());
}

bool odd_letters(std::string_view folded, Language language) noexcept {
    const Letters& letters = index().letters(language);
    std::size_t two = 0;  // the word begins
    const auto odd = [&](std::size_t letter) {
        const std::size_t three = two * kLetters + letter;
        two = three % (kLetters * kLetters);
        return ((letters[three / 64] >> (three % 64)) & 1U) == 0;
    };
    bool found = false;
    std::size_t count = 0;
    for (const char c : folded) {
        if (c < 'a' || c > 'z') return false;
        const auto letter = static_cast<std::size_t>(c - 'a') + 1;
        if (count++ == 0)
            two = letter;
        else
            found = odd(letter) || found;
    }
    return count > 0 && (odd(0) || found);
}

OtherLanguage fate_of(Language language, const QualityRules& rules) noexcept {
    if (language == kNotTold) return OtherLanguage::kCounts;
    if (language == kNoLanguage) return static_cast<OtherLanguage>(rules.unknown_languages);
    const std::string_view code = kTables[language].code;
    const bool wanted = rules.languages.empty() ||
                        std::binary_search(rules.languages.begin(), rules.languages.end(), code);
    return wanted ? OtherLanguage::kCounts : static_cast<OtherLanguage>(rules.other_languages);
}

void weigh_languages(std::vector<Chunk>& chunks, const SecretVector<Language>& languages,
                     const QualityRules& rules) noexcept {
    if (rules.version == 1) return;
    for (std::size_t i = 0; i < chunks.size(); ++i)
        if (fate_of(languages[i], rules) != OtherLanguage::kCounts) chunks[i].weight = 0;
}

}  // namespace pramana::scoring
