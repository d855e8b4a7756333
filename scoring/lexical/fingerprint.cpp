#include "lexical/fingerprint.hpp"

#include "canonical/unicode.hpp"
#include "lexical/hash_order.hpp"
#include "lexical/scratch.hpp"
#include "lexical/windows.hpp"
#include "pramana/core/sha256.hpp"

#include <algorithm>
#include <cstring>

namespace pramana::scoring {
namespace {

constexpr std::uint64_t kShingleSeed = 0x7368696E;  // "shin"
constexpr std::uint64_t kGramSeed = 0x6772616D;     // "gram"
constexpr std::size_t kContentCharactersMin = 4;

constexpr std::size_t kUsualUnits = 256;  // of a chunk: no word has less than a word-piece

/// Text as units that windows slide over: words, or single characters.
struct Sequence {
    std::span<const std::uint64_t> hashes;
    std::span<const std::uint32_t> ends;  // weighing characters up to and with each unit
};

/// Schleimer, Wilkerson, Aiken 2003, and the two ends.
SecretVector<Window> windows_of(const Sequence& sequence, std::size_t width, std::uint64_t seed,
                                std::size_t neighbours) {
    const std::size_t units = sequence.hashes.size();
    width = std::min(width, units);  // shorter than one window: the whole is one
    if (width == 0) return {};
    const std::size_t count = units + 1 - width;
    const WindowKernel& kernel = window_kernels().front();
    Scratch<std::uint64_t, kUsualUnits> hashes(count);
    Scratch<std::uint8_t, kUsualUnits> kept(count);
    std::memset(kept.data(), 0, count);
    kernel.hash(sequence.hashes.data(), count, width, seed + width, hashes.data());
    kernel.winnow(hashes.data(), count, neighbours, kept.data());
    kept[0] = kept[count - 1] = 1;
    SecretVector<Window> windows(count);
    std::uint32_t begin = 0;
    for (std::size_t i = 0; i < count; ++i) {
        windows[i] = {hashes[i], static_cast<std::uint16_t>(begin),
                      static_cast<std::uint16_t>(sequence.ends[i + width - 1]), kept[i] != 0};
        begin = sequence.ends[i];
    }
    return windows;
}

SecretVector<Window> windows_of_words(const Words& words, const LexicalRules& rules) {
    const std::size_t count = words.words.size();
    Scratch<std::uint64_t, kUsualUnits> hashes(count);
    Scratch<std::uint32_t, kUsualUnits> ends(count);
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        sum += words.words[i].characters;
        hashes[i] = words.words[i].hash;
        ends[i] = sum;
    }
    return windows_of({{hashes.data(), count}, {ends.data(), count}}, rules.shingle_words,
                      kShingleSeed, rules.window);
}

SecretVector<Window> windows_of_characters(const Words& words, std::size_t width,
                                           std::size_t neighbours) {
    SecretVector<std::uint64_t> hashes;
    SecretVector<std::uint32_t> ends;
    const std::uint32_t characters = words.folded_characters();
    hashes.reserve(characters);
    ends.reserve(characters);
    const std::string_view folded{words.folded.data(), words.folded.size()};
    std::uint64_t ill_formed = 0;
    std::size_t at = 0;
    for (const Word& word : words.words) {
        for (std::uint16_t i = 0; i < word.folded_characters; ++i) {
            hashes.push_back(unicode::decode(folded, at, ill_formed));
            ends.push_back(static_cast<std::uint32_t>(ends.size() + 1));
        }
        ++at;  // the space
    }
    return windows_of({hashes, ends}, width, kGramSeed, neighbours);
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
        out.windows = windows_of_words(words, rules);
        out.characters = characters;
    } else {
        const std::size_t width =
            mostly_unspaced ? rules.gram_characters : rules.gram_characters_spaced;
        out.windows = windows_of_characters(words, width, rules.window);
        out.characters = words.folded_characters();
    }
    return out;
}

Fingerprints fingerprint_words(const Words& words, const LexicalRules& rules) {
    Fingerprints out;
    out.characters = words.characters();
    if (words.words.size() < rules.shingle_words) return out;
    out.windows = windows_of_words(words, rules);
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
