#include "chunk/sentences.hpp"

#include "canonical/unicode.hpp"
#include "pramana/core/check.hpp"

#include <array>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace pramana::scoring {
namespace {

using unicode::CharacterClass;

bool is_space(char c) { return c == ' ' || c == '\n'; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

void add_trimmed(std::vector<std::string_view>& out, std::string_view part) {
    if (const std::string_view kept = trimmed(part); !kept.empty()) out.push_back(kept);
}

/// ASCII that ends nothing: neither a stop nor a line end.
struct InsideSentence {
    std::array<bool, 256> byte{};
    InsideSentence() noexcept {
        for (char32_t c = 0; c < 0x80; ++c)
            byte[c] = c != '\n' && unicode::class_of(c) != CharacterClass::kStop;
        for (char32_t c = 0; c < 0x80; ++c)  // behind_inside
            PRAMANA_CHECK(byte[c] != (c == '\n' || c == '.' || c == '!' || c == '?'));
    }
};
const InsideSentence kInsideSentence;

bool inside_sentence(char c) noexcept { return kInsideSentence.byte[static_cast<std::uint8_t>(c)]; }

/// From `at` on, the first byte that is not inside a sentence; the end if there is none.
std::size_t behind_inside(std::string_view text, std::size_t at) noexcept {
#if defined(__SSE2__)
    // What the table says of a stretch: nothing in it is one of these or beyond ASCII.
    for (; at + 16 <= text.size(); at += 16) {
        __m128i bytes;
        std::memcpy(&bytes, text.data() + at, sizeof bytes);
        __m128i other = bytes;  // the highest bit
        for (const char c : {'\n', '.', '!', '?'})
            other = _mm_or_si128(other, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)));
        if (const auto bits = static_cast<unsigned>(_mm_movemask_epi8(other)); bits != 0)
            return at + static_cast<std::size_t>(__builtin_ctz(bits));
    }
#endif
    while (at < text.size() && inside_sentence(text[at])) ++at;
    return at;
}

}  // namespace

std::vector<std::string_view> split_paragraphs(std::string_view canonical) {
    std::vector<std::string_view> out;
    std::size_t begin = 0;
    for (std::size_t at = canonical.find("\n\n"); at != std::string_view::npos;
         at = canonical.find("\n\n", begin)) {
        add_trimmed(out, canonical.substr(begin, at - begin));
        begin = at + 2;
    }
    add_trimmed(out, canonical.substr(begin));
    return out;
}

std::vector<std::string_view> split_sentences(std::string_view paragraph) {
    std::vector<std::string_view> out;
    split_sentences(paragraph, out);
    return out;
}

void split_sentences(std::string_view paragraph, std::vector<std::string_view>& out) {
    out.clear();
    out.reserve(paragraph.size() / 64 + 4);
    std::uint64_t ill_formed = 0;
    std::size_t begin = 0;
    bool stopped = false;    // only closers stand between here and a stop
    bool wide_stop = false;  // a stop that needs no space behind it
    for (std::size_t at = 0; at < paragraph.size();) {
        if (!stopped) {
            at = behind_inside(paragraph, at);
            if (at == paragraph.size()) break;
        }
        const std::size_t here = at;
        const char32_t c = unicode::decode(paragraph, at, ill_formed);
        const CharacterClass kind = unicode::class_of(c);
        const bool space = c == ' ' || c == '\n';
        const bool more = kind == CharacterClass::kStop || kind == CharacterClass::kCloser;
        if (c == '\n' || (stopped && space) || (wide_stop && !more)) {
            add_trimmed(out, paragraph.substr(begin, here - begin));
            begin = here;
            stopped = wide_stop = false;
        }
        if (kind == CharacterClass::kStop) {
            stopped = true;
            wide_stop = wide_stop || c >= 0x3000;
        } else if (kind != CharacterClass::kCloser) {
            stopped = wide_stop = false;
        }
    }
    add_trimmed(out, paragraph.substr(begin));
}

std::vector<std::string_view> split_atoms(std::string_view sentence, std::size_t characters_max) {
    std::vector<std::string_view> out;
    std::uint64_t ill_formed = 0;
    std::size_t begin = 0;
    std::size_t characters = 0;
    for (std::size_t at = 0; at < sentence.size();) {
        const std::size_t here = at;
        const char32_t c = unicode::decode(sentence, at, ill_formed);
        const bool space = c == ' ' || c == '\n';
        if (space || characters == characters_max) {
            add_trimmed(out, sentence.substr(begin, here - begin));
            begin = here;
            characters = 0;
        }
        characters += space ? 0 : 1;
    }
    add_trimmed(out, sentence.substr(begin));
    return out;
}

std::size_t half_of(std::string_view part) {
    std::uint64_t ill_formed = 0;
    std::size_t characters = 0;
    for (std::size_t at = 0; at < part.size(); ++characters)
        static_cast<void>(unicode::decode(part, at, ill_formed));
    std::size_t at = 0;
    for (std::size_t i = 0; i < (characters + 1) / 2; ++i)
        static_cast<void>(unicode::decode(part, at, ill_formed));
    return at;
}

}  // namespace pramana::scoring
