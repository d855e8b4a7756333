#include "chunk/chunker.hpp"

#include "canonical/unicode.hpp"
#include "chunk/sentences.hpp"
#include "lexical/scratch.hpp"
#include "lexical/windows.hpp"
#include "pramana/core/check.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace pramana::scoring {
namespace {

constexpr std::uint64_t kBoundarySeed = 0x626F7264;  // "bord"
constexpr std::uint64_t kValueSeed = 0x76616C75;     // "valu"
/// Sentences up to here are tokenised whole; longer ones by atoms at once.
constexpr std::size_t kSentenceBytesMax = 2048;
constexpr std::size_t kAtomCharactersMax = 128;

/// 1 in each byte that is `c`.
constexpr std::uint64_t bytes_that_are(char c, std::uint64_t eight) noexcept {
    constexpr std::uint64_t kLow = 0x7F7F7F7F7F7F7F7F;
    const std::uint64_t other = eight ^ static_cast<std::uint8_t>(c) * 0x0101010101010101ULL;
    return ~(((other & kLow) + kLow) | other | kLow) >> 7U;
}

/// Without white space, so that a sentence counts as much as its atoms.
std::uint32_t count_characters(std::string_view text) {
    constexpr std::uint64_t kOnes = 0x0101010101010101;
    std::size_t others = 0;  // spaces, line ends, and all bytes of a sequence but the first
    std::size_t at = 0;
#if defined(__SSE2__)
    while (at + 16 <= text.size()) {
        __m128i counts = _mm_setzero_si128();  // of each of 16 bytes, up to 255
        const std::size_t end = std::min(text.size() - 15, at + std::size_t{16} * 255);
        for (; at < end; at += 16) {
            __m128i bytes;
            std::memcpy(&bytes, text.data() + at, sizeof bytes);
            const __m128i space = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(' ')),
                                               _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')));
            // Signed: 0x80 to 0xBF are the lowest.
            const __m128i follows = _mm_cmplt_epi8(bytes, _mm_set1_epi8(static_cast<char>(0xC0)));
            counts = _mm_sub_epi8(counts, _mm_or_si128(space, follows));
        }
        const __m128i sums = _mm_sad_epu8(counts, _mm_setzero_si128());
        others += static_cast<std::size_t>(_mm_cvtsi128_si32(sums)) +
                  static_cast<std::size_t>(_mm_extract_epi16(sums, 4));
    }
#endif
    for (; at < text.size(); at += 8) {
        std::uint64_t eight = 0;  // behind the end: zeros, none of those
        std::memcpy(&eight, text.data() + at, std::min<std::size_t>(8, text.size() - at));
        const std::uint64_t follows = (eight >> 7U) & ~(eight >> 6U) & kOnes;
        const std::uint64_t space = bytes_that_are(' ', eight) | bytes_that_are('\n', eight);
        others += ((follows | space) * kOnes) >> 56U;
    }
    return static_cast<std::uint32_t>(text.size() - others);
}

/// A vector copies one by one where the allocator is not the standard one: of small values, zeros
/// and a copy at once are sooner.
template <class T>
SecretVector<T> copy_of(const T* from, std::size_t size) {
    if constexpr (sizeof(T) > 4) return SecretVector<T>(from, from + size);
    SecretVector<T> to(size);
    if (size > 0) std::memcpy(to.data(), from, size * sizeof(T));
    return to;
}

/// Beyond so many bytes of other characters in 64, a text is not mostly ASCII.
constexpr std::ptrdiff_t kOthersMax = 8;

/// Where a word ends that has to be looked at character by character, with its neighbours up to
/// white space; of text that is not mostly ASCII, the end.
std::size_t slow_end(std::string_view text, std::size_t at) {
    const std::string_view near = text.substr(at, 64);
    const auto others = std::count_if(near.begin(), near.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0x80U) != 0;
    });
    return others > kOthersMax ? text.size() : std::min(text.find(' ', at), text.size());
}

}  // namespace

std::uint64_t value_hash(std::span<const Word> words, std::uint32_t begin, std::uint32_t end) {
    std::uint64_t hash = kValueSeed;
    for (std::uint32_t word = begin; word < end; ++word) hash = chain(hash, words[word].hash);
    return hash;
}

Chunker::Chunker(const ChunkRules& rules, EncodeText encode, std::uint32_t rows_max,
                 EncodeWords words)
    : rules_{rules}, encode_{std::move(encode)}, rows_max_{rows_max}, pass_{std::move(words)} {}

void Chunker::add(std::string_view canonical) {
    if (!table_.empty()) close();
    for (const std::string_view paragraph : split_paragraphs(canonical)) add_paragraph(paragraph);
}

std::vector<Chunk> Chunker::finish() && {
    close();
    return std::move(chunks_);
}

void Chunker::add_row(std::string_view canonical) {
    const std::uint32_t characters = count_characters(canonical);
    if (characters == 0) return;
    if (table_.empty() || table_.row_ends.size() == rows_max_) close();
    const bool small = canonical.size() <= kSentenceBytesMax && fits(0, characters);
    slow_pieces_.clear();
    if (small) encode_(canonical, slow_pieces_);
    if (!small || !fits(slow_pieces_.size(), characters)) {
        add(canonical);
        close();
        return;
    }
    if (!fits(open_.size().pieces + slow_pieces_.size(), characters_ + characters)) close();
    characters_ += characters;
    open_.append(slow_pieces_, {}, {});
    for (std::size_t begin = 0; begin < canonical.size();) {
        const std::size_t end = std::min(canonical.find('\n', begin), canonical.size());
        const std::size_t words_before = open_.size().words;
        slow_words_.clear();
        append_words(canonical.substr(begin, end - begin), known_, slow_words_);
        open_.append({}, slow_words_.words, slow_words_.view());
        if (open_.size().words > words_before)
            table_.value_ends.push_back(static_cast<std::uint32_t>(open_.size().words));
        begin = end + 1;
    }
    table_.row_ends.push_back(static_cast<std::uint32_t>(table_.value_ends.size()));
}

/// A value that stands in several rows of the chunk says something once.
std::uint32_t Chunker::weight_of_rows() const {
    SecretSet<std::uint64_t> seen;
    std::uint32_t weight = 0, begin = 0;
    for (const std::uint32_t end : table_.value_ends) {
        if (seen.insert(value_hash(open_.words(), begin, end)).second)
            for (const Word& word : open_.words().subspan(begin, end - begin))
                weight += word.characters;
        begin = end;
    }
    return weight;
}

void Chunker::add_paragraph(std::string_view paragraph) {
    split_sentences(paragraph, parts_);
    for (const std::string_view sentence : parts_)
        if (!add_whole(sentence)) add_cut(sentence);
    if (open_.size().pieces >= rules_.pieces_min) close();
}

/// False, with nothing added, for a sentence that is cut.
bool Chunker::add_whole(std::string_view sentence) {
    if (sentence.size() > kSentenceBytesMax) return false;
    const End before = end_of_open();
    add_words(sentence);
    const std::size_t pieces = open_.size().pieces - before.pieces;
    const std::uint32_t characters = count_characters(sentence);
    if (pieces >= rules_.boundary_pieces_min || !fits(0, characters)) {
        open_.take_back(before);
        return false;
    }
    std::size_t words_before = before.words;
    if (!fits(open_.size().pieces, characters_ + characters)) {
        close(before);
        words_before = 0;
    }
    sentences_.push_back(
        {static_cast<std::uint32_t>(words_before), static_cast<std::uint32_t>(open_.size().words)});
    characters_ += characters;
    settle(words_before);
    return true;
}

// No look ahead: what follows may be cut away without moving a border (P4).
void Chunker::settle(std::size_t words_before) {
    if (open_.size().pieces >= rules_.boundary_pieces_min &&
        boundary_in(open_.words(), words_before))
        close();
}

void Chunker::add_cut(std::string_view sentence) {
    Atoms atoms;
    for (const std::string_view atom : split_atoms(sentence, kAtomCharactersMax))
        add_atoms(atoms, atom);
    const std::span<const Word> words = atoms.words.words;
    End from, to;  // of the unit that atoms are added to
    for (const End& end : atoms.ends) {
        const bool full = !fits(end.pieces - from.pieces, end.characters - from.characters);
        const std::size_t unit_words = to.words - from.words;
        const bool border = to.pieces - from.pieces >= rules_.boundary_pieces_min &&
                            unit_words > 0 &&
                            boundary_in(words.subspan(from.words, unit_words), unit_words - 1);
        if (full || border) {
            add_unit(atoms, from, to);
            from = to;
        }
        to = end;
    }
    add_unit(atoms, from, to);
}

void Chunker::add_atoms(Atoms& atoms, std::string_view text) {
    const End before = atoms.ends.empty() ? End{} : atoms.ends.back();
    encode_(text, atoms.pieces);
    const std::size_t pieces = atoms.pieces.size() - before.pieces;
    const std::uint32_t characters = count_characters(text);
    const std::size_t half = half_of(text);
    if (fits(pieces, characters) || half == text.size()) {
        PRAMANA_CHECK(fits(pieces, 0));
        append_words(text, known_, atoms.words);
        atoms.ends.push_back(
            {{atoms.pieces.size(), atoms.words.words.size(), atoms.words.folded.size()},
             before.characters + characters});
        return;
    }
    atoms.pieces.resize(before.pieces);
    add_atoms(atoms, text.substr(0, half));
    add_atoms(atoms, text.substr(half));
}

void Chunker::add_unit(const Atoms& atoms, const End& from, const End& to) {
    if (to.characters == from.characters) return;
    const std::uint32_t characters = to.characters - from.characters;
    if (!fits(open_.size().pieces + to.pieces - from.pieces, characters_ + characters)) close();
    const std::size_t words_before = open_.size().words;
    open_.append(std::span{atoms.pieces}.subspan(from.pieces, to.pieces - from.pieces),
                 std::span{atoms.words.words}.subspan(from.words, to.words - from.words),
                 atoms.words.view().substr(from.folded, to.folded - from.folded));
    characters_ += characters;
    settle(words_before);
}

bool Chunker::fits(std::size_t pieces, std::size_t characters) const noexcept {
    return pieces <= rules_.pieces_max && characters <= rules_.characters_max;
}

bool Chunker::boundary_in(std::span<const Word> words, std::size_t from) const noexcept {
    const std::size_t window = rules_.boundary_words;
    const std::size_t last = std::max(from, window - 1);
    if (last >= words.size()) return false;
    const std::size_t begin = last + 1 - window, count = words.size() - last;
    Scratch<std::uint64_t, 256> units(words.size() - begin);
    Scratch<std::uint64_t, 256> hashes(count);
    for (std::size_t i = begin; i < words.size(); ++i) units[i - begin] = words[i].hash;
    window_kernels().front().hash(units.data(), count, window, kBoundarySeed, hashes.data());
    for (std::size_t i = 0; i < count; ++i)
        if ((hashes[i] >> 32U) % rules_.boundary_modulus == 0) return true;
    return false;
}

void Chunker::add_words(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        at = pass_.take(text, at, open_);
        if (at == text.size()) break;
        const std::size_t end = pass_.takes_any() ? slow_end(text, at) : text.size();
        add_slow_words(text.substr(at, end - at), at);
        at = end;
    }
}

void Chunker::add_slow_words(std::string_view text, std::size_t text_begin) {
    slow_pieces_.clear();
    slow_words_.clear();
    encode_(text, slow_pieces_);
    append_words(text, known_, slow_words_);
    open_.append(slow_pieces_, slow_words_.words, slow_words_.view(),
                 static_cast<std::uint32_t>(text_begin));
}

void Chunker::close(const End& end) {
    if (characters_ == 0) return;
    const std::span<const Word> words = open_.words().first(end.words);
    std::uint32_t weight = 0;
    if (!table_.empty())
        weight = weight_of_rows();
    else
        for (const Word& word : words) weight += word.characters;
    chunks_.push_back(
        {copy_of(open_.pieces().data(), end.pieces),
         {copy_of(open_.folded().data(), end.folded), copy_of(words.data(), end.words)},
         characters_,
         std::min(weight, rules_.weight_max),
         std::exchange(table_, {}),
         copy_of(sentences_.data(), sentences_.size())});
    open_.drop_first(end);
    sentences_.clear();
    characters_ = 0;
}

}  // namespace pramana::scoring
