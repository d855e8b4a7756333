#include "lexical/fingerprint.hpp"

#include "canonical/unicode.hpp"
#include "chunk/windows.hpp"
#include "lexical/hash_order.hpp"
#include "pramana/core/sha256.hpp"

#include <algorithm>

namespace pramana::scoring {
namespace {

constexpr std::uint64_t kShingleSeed = 0x7368696E;  // "shin"
constexpr std::uint64_t kGramSeed = 0x6772616D;     // "gram"
constexpr std::size_t kContentCharactersMin = 4;

/// Text as units that windows slide over: words, or single characters.
struct Sequence {
    SecretVector<std::uint64_t> hashes;
    SecretVector<std::uint32_t> ends;  // weighing characters up to and with each unit
};

Sequence sequence_of_words(const Words& words) {
    Sequence out;
    out.hashes.reserve(words.words.size());
    out.ends.reserve(words.words.size());
    std::uint32_t sum = 0;
    for (const Word& word : words.words) {
        sum += word.characters;
        out.hashes.push_back(word.hash);
        out.ends.push_back(sum);
    }
    return out;
}

Sequence sequence_of_characters(const Words& words) {
    Sequence out;
    const std::uint32_t characters = words.folded_characters();
    out.hashes.reserve(characters);
    out.ends.reserve(characters);
    const std::string_view folded{words.folded.data(), words.folded.size()};
    std::uint64_t ill_formed = 0;
    std::size_t at = 0;
    for (const Word& word : words.words) {
        for (std::uint16_t i = 0; i < word.folded_characters; ++i) {
            out.hashes.push_back(unicode::decode(folded, at, ill_formed));
            out.ends.push_back(static_cast<std::uint32_t>(out.ends.size() + 1));
        }
        ++at;  // the space
    }
    return out;
}

/// Schleimer, Wilkerson, Aiken 2003, and the two ends. Which one is kept is chance: no branches.
void winnow(SecretVector<Window>& windows, std::size_t neighbours) {
    if (windows.empty()) return;
    windows.front().kept = windows.back().kept = true;
    Window* const all = windows.data();
    for (std::size_t begin = 0; begin + neighbours <= windows.size(); ++begin) {
        std::size_t best = begin;
        std::uint64_t smallest = all[begin].hash;
        for (std::size_t i = begin + 1; i < begin + neighbours; ++i) {
            const std::uint64_t hash = all[i].hash;
            const bool smaller = hash <= smallest;
            best = smaller ? i : best;
            smallest = smaller ? hash : smallest;
        }
        all[best].kept = true;
    }
}

SecretVector<Window> windows_of(Sequence sequence, std::size_t width, std::uint64_t seed) {
    const std::size_t units = sequence.hashes.size();
    width = std::min(width, units);  // shorter than one window: the whole is one
    if (width == 0) return {};
    SecretVector<Window> windows(units + 1 - width);
    sequence.hashes.resize(units + kTogether - 1);  // the last windows together run past the end
    const std::uint32_t* ends = sequence.ends.data();
    for (std::size_t first = 0; first < windows.size(); first += kTogether) {
        std::uint64_t hashes[kTogether];
        chain_windows(sequence.hashes.data() + first, width, seed + width, hashes);
        const std::size_t count = std::min(kTogether, windows.size() - first);
        for (std::size_t j = 0; j < count; ++j) {
            const std::size_t begin = first + j;
            windows[begin] = {hashes[j],
                              static_cast<std::uint16_t>(begin == 0 ? 0 : ends[begin - 1]),
                              static_cast<std::uint16_t>(ends[begin + width - 1]), false};
        }
    }
    return windows;
}

}  // namespace

Fingerprints fingerprint(const Words& words, const LexicalRules& rules) {
    std::uint32_t characters = 0, unspaced = 0;
    for (const Word& word : words.words) {
        characters += word.characters;
        unspaced += word.unspaced ? word.characters : 0U;
    }
    const bool mostly_unspaced = 2 * unspaced > characters;
    Fingerprints out;
    out.by_characters = mostly_unspaced || words.words.size() < rules.words_min;
    if (!out.by_characters) {
        out.windows = windows_of(sequence_of_words(words), rules.shingle_words, kShingleSeed);
        out.characters = characters;
    } else {
        const std::size_t width =
            mostly_unspaced ? rules.gram_characters : rules.gram_characters_spaced;
        out.windows = windows_of(sequence_of_characters(words), width, kGramSeed);
        out.characters = words.folded_characters();
    }
    winnow(out.windows, rules.window);
    return out;
}

Fingerprints fingerprint_words(const Words& words, const LexicalRules& rules) {
    Fingerprints out;
    out.characters = words.characters();
    if (words.words.size() < rules.shingle_words) return out;
    out.windows = windows_of(sequence_of_words(words), rules.shingle_words, kShingleSeed);
    winnow(out.windows, rules.window);
    return out;
}

SecretVector<std::uint64_t> Fingerprints::kept() const {
    SecretVector<std::uint64_t> hashes(windows.size());
    std::size_t count = 0;
    for (const Window& window : windows) {
        hashes[count] = window.hash;
        count += window.kept ? 1U : 0U;
    }
    hashes.resize(count);
    sort_and_unite(hashes);
    return hashes;
}

ExactHash exact_hash(const Words& words) {
    Sha256 hash;
    hash.update(std::string_view{words.folded.data(), words.folded.size()});
    const Hash32 whole = hash.finish();
    ExactHash out;
    std::copy_n(whole.bytes.begin(), ExactHash::kSize, out.bytes.begin());
    return out;
}

SecretVector<std::uint32_t> content_words(const Words& words) {
    SecretVector<std::uint32_t> out(words.words.size());
    std::size_t count = 0;
    for (const Word& word : words.words) {
        out[count] = static_cast<std::uint32_t>(word.hash >> 32U);
        count += word.unspaced || word.folded_characters >= kContentCharactersMin ? 1U : 0U;
    }
    out.resize(count);
    sort_and_unite(out);
    return out;
}

}  // namespace pramana::scoring
