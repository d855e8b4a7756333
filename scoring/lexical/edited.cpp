#include "lexical/edited.hpp"

#include "canonical/unicode.hpp"

#include <algorithm>

namespace pramana::scoring {
namespace {

constexpr std::uint64_t kSentenceSeed = 0x73656E74;  // "sent"
constexpr std::uint64_t kNumbersSeed = 0x6E756D62;   // "numb"
constexpr std::uint64_t kSetSeed = 0x77736574;       // "wset"
constexpr std::uint64_t kAnyNumber = 0x23;           // '#'
constexpr std::uint64_t kOne = 65'536;               // Q16

bool is_number(const Word& word) noexcept {
    return word.scripts == 1U << static_cast<unsigned>(unicode::CharacterClass::kDigit);
}

/// Weighing characters before each word, and of all.
SecretVector<std::uint16_t> begins_of(const Words& words) {
    SecretVector<std::uint16_t> begins(words.words.size() + 1);
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < words.words.size(); ++i) {
        begins[i] = static_cast<std::uint16_t>(sum);
        sum += words.words[i].characters;
    }
    begins.back() = static_cast<std::uint16_t>(sum);
    return begins;
}

/// Windows of one chunk in the order of their begin.
class Edited {
  public:
    Edited(const Words& words, const NoveltyRules& rules)
        : words_{words.words}, begins_{begins_of(words)}, rules_{rules} {}

    void add_sentence(std::uint32_t begin, std::uint32_t end) {
        if (end - begin < rules_.sentence_words_min ||
            begins_[end] - begins_[begin] < static_cast<int>(rules_.sentence_characters_min))
            return;
        std::uint64_t hash = kSentenceSeed;
        for (std::uint32_t word = begin; word < end; ++word) hash = chain(hash, words_[word].hash);
        windows_.push_back({hash, begins_[begin], begins_[end], true});
    }

    /// `plain` are the windows of all `width` words in a row, in order.
    void add_numbered(const SecretVector<Window>& plain, std::size_t width) {
        std::size_t numbers = 0;
        for (std::size_t word = 0; word < words_.size(); ++word) {
            numbers += is_number(words_[word]) ? 1U : 0U;
            if (word + 1 < width) continue;
            const std::size_t first = word + 1 - width;
            if (numbers > 0 && width - numbers >= rules_.numbers_words_min)
                windows_.push_back({numbered(first, width), begins_[first], begins_[first + width],
                                    plain[first].kept});
            numbers -= is_number(words_[first]) ? 1U : 0U;
        }
    }

    /// Puts them among the others, behind those with the same begin.
    void put_into(SecretVector<Window>& others) {
        if (windows_.empty()) return;
        SecretVector<Window> all(others.size() + windows_.size());
        std::merge(others.begin(), others.end(), windows_.begin(), windows_.end(), all.begin(),
                   [](const Window& a, const Window& b) { return a.begin < b.begin; });
        others = std::move(all);
        windows_.clear();
    }

  private:
    [[nodiscard]] std::uint64_t numbered(std::size_t first, std::size_t width) const {
        std::uint64_t hash = kNumbersSeed;
        for (std::size_t i = first; i < first + width; ++i)
            hash = chain(hash, is_number(words_[i]) ? kAnyNumber : words_[i].hash);
        return hash;
    }

    const SecretVector<Word>& words_;
    SecretVector<std::uint16_t> begins_;
    const NoveltyRules& rules_;
    SecretVector<Window> windows_;
};

}  // namespace

void add_edited(const Chunk& chunk, const LexicalRules& lexical, const NoveltyRules& rules,
                Fingerprints& prints) {
    if (prints.by_characters) return;
    Edited edited{chunk.words, rules};
    if (chunk.table.empty()) {
        // A chunk of at least a window: fingerprint() takes shorter ones by characters.
        edited.add_numbered(prints.windows, lexical.shingle_words);
        edited.put_into(prints.windows);
        for (const Stretch& sentence : chunk.sentences)
            edited.add_sentence(sentence.begin, sentence.end);
    } else {
        std::uint32_t begin = 0;
        for (const std::uint32_t end : chunk.table.value_ends) {
            edited.add_sentence(begin, end);
            begin = end;
        }
    }
    edited.put_into(prints.windows);
}

SecretVector<std::uint64_t> word_sets(std::span<const std::uint32_t> content,
                                      const NoveltyRules& rules) {
    SecretVector<std::uint64_t> out;
    if (content.size() < rules.set_words_min) return out;
    const std::size_t count = std::min<std::size_t>(content.size(), rules.set_words);
    for (std::size_t a = 0; a < count; ++a)
        for (std::size_t b = a + 1; b < count; ++b)
            for (std::size_t c = b + 1; c < count; ++c) {
                const std::uint64_t set =
                    chain(chain(chain(kSetSeed, content[a]), content[b]), content[c]);
                if ((set >> 32U) % rules.set_modulus == 0) out.push_back(set);
            }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

std::uint32_t set_share(std::size_t known, std::size_t sets, const NoveltyRules& rules) {
    if (sets == 0) return 0;
    const std::uint64_t share = known * kOne / sets;
    if (share >= rules.set_high_q16) return kOne;
    if (share <= rules.set_low_q16) return 0;
    return static_cast<std::uint32_t>((share - rules.set_low_q16) * kOne /
                                      (rules.set_high_q16 - rules.set_low_q16));
}

}  // namespace pramana::scoring
