#include "lexical/fingerprint.hpp"

#include "canonical/unicode.hpp"
#include "lexical/hash_order.hpp"
#include "lexical/windows.hpp"
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
    const std::size_t count = words.words.size();
    out.hashes.resize(count);
    out.ends.resize(count);
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        sum += words.words[i].characters;
        out.hashes[i] = words.words[i].hash;
        out.ends[i] = sum;
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

/// Schleimer, Wilkerson, Aiken 2003, and the two ends.
SecretVector<Window> windows_of(const Sequence& sequence, std::size_t width, std::uint64_t seed,
                                std::size_t neighbours) {
    const std::size_t units = sequence.hashes.size();
    width = std::min(width, units);  // shorter than one window: the whole is one
    if (width == 0) return {};
    const std::size_t count = units + 1 - width;
    const WindowKernel& kernel = window_kernels().front();
    SecretVector<std::uint64_t> hashes(count);
    SecretVector<std::uint8_t> kept(count);
    kernel.hash(sequence.hashes.data(), count, width, seed + width, hashes.data());
    kernel.winnow(hashes.data(), count, neighbours, kept.data());
    kept.front() = kept.back() = 1;
    SecretVector<Window> windows(count);
    std::uint32_t begin = 0;
    for (std::size_t i = 0; i < count; ++i) {
        windows[i] = {hashes[i], static_cast<std::uint16_t>(begin),
                      static_cast<std::uint16_t>(sequence.ends[i + width - 1]), kept[i] != 0};
        begin = sequence.ends[i];
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
        out.windows =
            windows_of(sequence_of_words(words), rules.shingle_words, kShingleSeed, rules.window);
        out.characters = characters;
    } else {
        const std::size_t width =
            mostly_unspaced ? rules.gram_characters : rules.gram_characters_spaced;
        out.windows = windows_of(sequence_of_characters(words), width, kGramSeed, rules.window);
        out.characters = words.folded_characters();
    }
    return out;
}

Fingerprints fingerprint_words(const Words& words, const LexicalRules& rules) {
    Fingerprints out;
    out.characters = words.characters();
    if (words.words.size() < rules.shingle_words) return out;
    out.windows =
        windows_of(sequence_of_words(words), rules.shingle_words, kShingleSeed, rules.window);
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
