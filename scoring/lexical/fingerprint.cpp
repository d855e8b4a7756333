#include "lexical/fingerprint.hpp"

#include "canonical/unicode.hpp"
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
    out.hashes.reserve(words.folded.size());
    out.ends.reserve(words.folded.size());
    for (const char32_t c : words.folded) {
        out.hashes.push_back(c);
        out.ends.push_back(static_cast<std::uint32_t>(out.ends.size() + 1));
    }
    return out;
}

/// Schleimer, Wilkerson, Aiken 2003, and the two ends.
void winnow(SecretVector<Window>& windows, std::size_t neighbours) {
    if (windows.empty()) return;
    windows.front().kept = windows.back().kept = true;
    for (std::size_t begin = 0; begin + neighbours <= windows.size(); ++begin) {
        std::size_t best = begin;
        for (std::size_t i = begin + 1; i < begin + neighbours; ++i)
            if (windows[i].hash <= windows[best].hash) best = i;
        windows[best].kept = true;
    }
}

SecretVector<Window> windows_of(const Sequence& sequence, std::size_t width, std::uint64_t seed) {
    const std::size_t units = sequence.hashes.size();
    SecretVector<Window> windows;
    width = std::min(width, units);  // shorter than one window: the whole is one
    windows.reserve(units + 1 - width);
    for (std::size_t begin = 0; width > 0 && begin + width <= units; ++begin) {
        std::uint64_t hash = seed + width;
        for (std::size_t i = begin; i < begin + width; ++i) hash = chain(hash, sequence.hashes[i]);
        const std::uint32_t from = begin == 0 ? 0 : sequence.ends[begin - 1];
        const std::uint32_t to = sequence.ends[begin + width - 1];
        windows.push_back(
            {hash, static_cast<std::uint16_t>(from), static_cast<std::uint16_t>(to), false});
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
        const Sequence sequence = sequence_of_words(words);
        out.windows = windows_of(sequence, rules.shingle_words, kShingleSeed);
        out.characters = characters;
    } else {
        const Sequence sequence = sequence_of_characters(words);
        const std::size_t width =
            mostly_unspaced ? rules.gram_characters : rules.gram_characters_spaced;
        out.windows = windows_of(sequence, width, kGramSeed);
        out.characters = static_cast<std::uint32_t>(words.folded.size());
    }
    winnow(out.windows, rules.window);
    return out;
}

SecretVector<std::uint64_t> Fingerprints::kept() const {
    SecretVector<std::uint64_t> hashes;
    hashes.reserve(windows.size());
    for (const Window& window : windows)
        if (window.kept) hashes.push_back(window.hash);
    std::sort(hashes.begin(), hashes.end());
    hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
    return hashes;
}

ExactHash exact_hash(const Words& words) {
    Sha256 hash;
    SecretVector<char> text;
    text.reserve(words.folded.size() + words.words.size());  // ASCII; grows for others
    std::size_t at = 0;
    for (const Word& word : words.words) {
        const std::size_t before = text.size();
        text.resize(before + word.folded_end - at);
        char* to = text.data() + before;
        std::size_t ascii = at;
        for (; ascii < word.folded_end && words.folded[ascii] < 0x80; ++ascii)
            *to++ = static_cast<char>(words.folded[ascii]);
        text.resize(before + ascii - at);
        for (at = ascii; at < word.folded_end; ++at) unicode::append_utf8(text, words.folded[at]);
        text.push_back(' ');
    }
    hash.update(std::string_view{text.data(), text.size()});
    const Hash32 whole = hash.finish();
    ExactHash out;
    std::copy_n(whole.bytes.begin(), ExactHash::kSize, out.bytes.begin());
    return out;
}

SecretVector<std::uint32_t> content_words(const Words& words) {
    SecretVector<std::uint32_t> out;
    out.reserve(words.words.size());
    std::size_t begin = 0;
    for (const Word& word : words.words) {
        if (word.unspaced || word.folded_end - begin >= kContentCharactersMin)
            out.push_back(static_cast<std::uint32_t>(word.hash >> 32U));
        begin = word.folded_end;
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

}  // namespace pramana::scoring
