#pragma once

#include "chunk/words.hpp"
#include "pramana/core/secret_vector.hpp"

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace pramana::scoring {

using Pieces = SecretVector<std::uint16_t>;

/// Words and word-pieces of text that is still being cut. The buffers keep their size, and Size
/// says how much of them counts: text is written without a question for room at every word, and
/// nothing is set to zero before it is written. What lies behind stays until it is overwritten or
/// the buffers are given back, which wipes them. Thread: one at a time.
class OpenText {
  public:
    struct Size {
        std::size_t pieces = 0;
        std::size_t words = 0;
        std::size_t folded = 0;  ///< bytes
    };
    /// Where the next word and the next piece are written.
    struct Next {
        Word* word;
        char* folded;
        std::uint16_t* piece;
    };

    [[nodiscard]] const Size& size() const noexcept { return size_; }
    [[nodiscard]] std::span<const std::uint16_t> pieces() const noexcept {
        return {pieces_.data(), size_.pieces};
    }
    [[nodiscard]] std::span<const Word> words() const noexcept {
        return {words_.data(), size_.words};
    }
    [[nodiscard]] std::string_view folded() const noexcept {
        return {folded_.data(), size_.folded};
    }

    /// Makes room for so many more of each.
    void reserve(const Size& more) {
        reserve(pieces_, size_.pieces, more.pieces);
        reserve(words_, size_.words, more.words);
        reserve(folded_, size_.folded, more.folded);
    }
    /// Until the next reserve().
    [[nodiscard]] Next next() noexcept {
        return {words_.data() + size_.words, folded_.data() + size_.folded,
                pieces_.data() + size_.pieces};
    }
    /// What was written up to there counts.
    void written(const Next& to) noexcept {
        size_ = {static_cast<std::size_t>(to.piece - pieces_.data()),
                 static_cast<std::size_t>(to.word - words_.data()),
                 static_cast<std::size_t>(to.folded - folded_.data())};
    }
    /// `text_begin` is added to where the words end.
    void append(std::span<const std::uint16_t> pieces, std::span<const Word> words,
                std::string_view folded, std::uint32_t text_begin = 0) {
        reserve({pieces.size(), words.size(), folded.size()});
        const Next at = next();
        copy(pieces.data(), pieces.size(), at.piece);
        copy(words.data(), words.size(), at.word);
        copy(folded.data(), folded.size(), at.folded);
        for (std::size_t i = 0; i < words.size(); ++i) at.word[i].text_end += text_begin;
        written({at.word + words.size(), at.folded + folded.size(), at.piece + pieces.size()});
    }
    void take_back(const Size& to) noexcept { size_ = to; }
    /// What stands behind the first so many comes to the front.
    void drop_first(const Size& first) noexcept {
        size_.pieces = drop_first(pieces_, size_.pieces, first.pieces);
        size_.words = drop_first(words_, size_.words, first.words);
        size_.folded = drop_first(folded_, size_.folded, first.folded);
    }

  private:
    template <class T>
    static void copy(const T* from, std::size_t count, T* to) noexcept {
        if (count > 0) std::memcpy(to, from, count * sizeof(T));
    }
    template <class T>
    static void reserve(SecretVector<T>& values, std::size_t size, std::size_t more) {
        if (values.size() - size >= more) return;
        SecretVector<T> larger(2 * (size + more));
        copy(values.data(), size, larger.data());
        values.swap(larger);
    }
    template <class T>
    static std::size_t drop_first(SecretVector<T>& values, std::size_t size, std::size_t first) {
        const std::size_t rest = size - first;
        if (first > 0 && rest > 0)
            std::memmove(values.data(), values.data() + first, rest * sizeof(T));
        return rest;
    }

    Pieces pieces_;
    SecretVector<Word> words_;
    SecretVector<char> folded_;
    Size size_;
};

}  // namespace pramana::scoring
