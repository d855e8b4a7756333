#include "parity/documents.hpp"

#include "model/parts.hpp"
#include "parity/chance.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/core/sha256.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace pramana::parity {
namespace {

/// What real files have beside words.
constexpr std::array<std::string_view, 12> kOdd{"https://example.org/a?b=1",
                                                "3.14159",
                                                "don't",
                                                "\u00c9t\u00e9",
                                                "\u4e2d\u6587",
                                                "\U0001f600",
                                                "C++20",
                                                "e\u0301\u0302",
                                                "0xdeadbeef",
                                                "(sic)",
                                                "x86-64",
                                                "\u0440\u0430\u0443"};

void append_letters(Chance& chance, std::string& text) {
    const std::uint32_t size = 1 + chance.below(24);
    for (std::uint32_t i = 0; i < size; ++i)
        text += static_cast<char>('a' + static_cast<char>(chance.below(26)));
}

void append_word(const Source& source, Chance& chance, bool begins, std::string& text) {
    const std::uint32_t kind = chance.below(100);
    if (kind < 2) {
        append_letters(chance, text);
    } else if (kind < 5) {
        text += std::to_string(chance.below(1U << chance.below(31)));
    } else if (kind < 8) {
        text += kOdd[chance.below(kOdd.size())];
    } else {
        // A smaller share of the vocabulary each time: frequent words are frequent.
        const std::size_t words = std::max<std::size_t>(1, source.words.size() >> chance.below(9));
        std::string word{source.words[chance.below(words)]};
        if (begins && word[0] >= 'a' && word[0] <= 'z')
            word[0] = static_cast<char>(word[0] - 'a' + 'A');
        text += word;
    }
}

/// A text of at least `words` words.
std::string make_text(const Source& source, std::uint32_t words, Chance& chance) {
    std::string text;
    std::uint32_t sentence_left = 0;
    for (std::uint32_t i = 0; i < words; ++i) {
        const bool begins = sentence_left == 0;
        if (begins) sentence_left = 3 + chance.below(20);
        append_word(source, chance, begins, text);
        --sentence_left;
        text += sentence_left == 0 ? ". " : chance.below(12) == 0 ? ", " : " ";
    }
    return text;
}

/// Most documents are short, so that many fit into a minute; every length up to the limit occurs.
std::uint32_t length_of(std::size_t document, std::uint32_t pieces_max, Chance& chance) {
    const std::uint32_t kind = chance.below(100);
    const std::uint32_t within = kind < 60 ? 20 : kind < 90 ? 60 : kind < 98 ? 128 : pieces_max;
    const std::uint32_t length = chance.below(std::min(within, pieces_max) + 1U);
    if (document % 1024 == 511) return 0;
    return document % 1024 == 1023 ? pieces_max : length;
}

}  // namespace

void Documents::append(std::span<const std::uint16_t> pieces) {
    ids_.insert(ids_.end(), pieces.begin(), pieces.end());
    offsets_.push_back(static_cast<std::uint32_t>(ids_.size()));
}

std::size_t Documents::longest() const {
    std::size_t found = 0;
    for (std::size_t i = 0; i < size(); ++i) found = std::max(found, pieces(i).size());
    return found;
}

Hash32 Documents::digest() const {
    Sha256 hash;
    for (std::size_t i = 0; i < size(); ++i) {
        Bytes bytes;
        append_le(bytes, static_cast<std::uint32_t>(pieces(i).size()));
        for (const std::uint16_t piece : pieces(i)) append_le(bytes, piece);
        hash.update(ByteView{bytes});
    }
    return hash.finish();
}

Source source_of(const scoring::Model& model, const scoring::Tokenizer& tokenizer) {
    Source source{tokenizer, {}, model.parts().positions - 2};
    for (const std::string_view word : model.parts().vocabulary)
        if (!word.starts_with("##") && !word.starts_with("[")) source.words.push_back(word);
    return source;
}

Documents make_documents(const Source& source, std::size_t count, std::uint64_t seed) {
    Chance chance{seed};
    Documents out;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t length = length_of(i, source.pieces_max, chance);
        const auto pieces = source.tokenizer.encode(make_text(source, length, chance));
        out.append(std::span{pieces}.first(std::min<std::size_t>(pieces.size(), length)));
    }
    return out;
}

void append_text(const Source& source, std::string_view text, Documents& out) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find("\n\n"), text.size());
        const auto pieces = source.tokenizer.encode(text.substr(0, end));
        for (std::size_t at = 0; at < pieces.size(); at += source.pieces_max)
            out.append(std::span{pieces}.subspan(
                at, std::min<std::size_t>(source.pieces_max, pieces.size() - at)));
        text.remove_prefix(std::min(end + 2, text.size()));
    }
}

}  // namespace pramana::parity
