#pragma once

#include "tokenize/ascii_words.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace pramana::scoring {

/// A run of 1 to 15 ASCII letters and digits in lower case, or one mark.
struct AsciiToken {
    ShortWord word{};       ///< padded with zeros
    std::uint8_t end = 0;   ///< it ends before this byte
    std::uint8_t size = 0;  ///< 0: a mark, the first byte of `word`
};

/// The tokens of the first bytes of a text. They reveal it.
struct AsciiTokens {
    static constexpr std::size_t kBytesMax = 64;
    std::array<AsciiToken, kBytesMax> tokens;
    std::size_t count = 0;
    std::size_t bytes = 0;  ///< what they and the spaces beside them take; 0: ask byte by byte
};

/// Cuts the first bytes of a text, which is between two words there, into tokens at once: 64 bytes,
/// or up to the first byte that may mean more than itself, or to a run that is not complete or too
/// long before that. Behind what is taken the text is between two words again. Thread: any.
struct TokenKernel {
    std::string_view name;
    /// Words: marks are passed over; bytes beyond ASCII and the apostrophe, which may join, end it.
    void (*words)(const char* text, std::size_t size, AsciiTokens& out);
    /// Word-pieces: marks are tokens; bytes beyond ASCII, controls but the line end, and '[', which
    /// may begin a special text, end it.
    void (*pieces)(const char* text, std::size_t size, AsciiTokens& out);
};

/// The one for this processor; none where asking byte by byte is as fast.
[[nodiscard]] const TokenKernel* token_kernel() noexcept;

/// Whether `pieces` takes a byte for a mark.
[[nodiscard]] constexpr bool is_ascii_mark(std::uint8_t c) noexcept {
    const bool inside = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return c > ' ' && c < 0x7F && c != '[' && !inside;
}

#if defined(PRAMANA_X86)
void word_tokens_avx512(const char* text, std::size_t size, AsciiTokens& out);
void piece_tokens_avx512(const char* text, std::size_t size, AsciiTokens& out);
#endif

}  // namespace pramana::scoring
