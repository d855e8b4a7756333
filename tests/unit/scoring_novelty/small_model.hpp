#pragma once

#include "index/dot.hpp"
#include "pramana/scoring/tokenizer.hpp"
#include "prepare.hpp"

#include <random>
#include <string>

/// A model of a few lines in the place of the real one, and texts for it.
namespace pramana::scoring::testing {

/// Letters in threes; what ends in a question mark is unknown.
inline void encode(std::string_view text, Pieces& out) {
    std::uint64_t hash = 0;
    std::size_t run = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        const bool end = i == text.size() || text[i] == ' ' || text[i] == '\n';
        if (run > 0 && (end || run == 3)) {
            const bool unknown = (hash & 0xFF) == 0x3F;  // ends in '?'
            out.push_back(unknown ? kPieceUnknown
                                  : static_cast<std::uint16_t>(1000 + mix(hash) % 20'000));
            hash = run = 0;
        }
        if (end) continue;
        hash = hash << 8U | static_cast<unsigned char>(text[i]);
        ++run;
    }
}

/// Equal pieces give equal codes with a dot of 153,600; other pieces give codes that are far apart.
inline void embed(const TokenBatch& batch, std::span<std::int8_t> codes) {
    for (std::size_t text = 0; text < batch.texts(); ++text) {
        std::uint64_t hash = 1;
        for (std::uint32_t i = batch.offsets[text]; i < batch.offsets[text + 1]; ++i)
            hash = chain(hash, batch.ids[i]);
        for (std::size_t k = 0; k < kCodeDim; ++k)
            codes[text * kCodeDim + k] = (mix(hash + k) & 1U) != 0 ? 20 : -20;
    }
}

inline TextModel small_model() { return {Hash32{}, encode, embed}; }

inline std::string prose(std::uint32_t seed, std::size_t paragraphs) {
    const char* kWords[] = {"the",    "of",     "and",    "to",     "in",     "river", "stone",
                            "winter", "letter", "garden", "from",   "under",  "table", "moved",
                            "along",  "every",  "night",  "singer", "market", "window"};
    std::mt19937 random{seed};
    std::string out;
    for (std::size_t p = 0; p < paragraphs; ++p) {
        for (int w = 0; w < 60; ++w) {
            const bool common = random() % 3 == 0;
            std::string word = kWords[random() % (common ? 5 : 20)];
            if (!common) word += static_cast<char>('a' + random() % 26);
            out += word + (w % 12 == 11 ? ". " : " ");
        }
        out += "\n\n";
    }
    return out;
}

inline Document document_of(std::string_view text) {
    Document document;
    document.records.push_back({SecretText{"test"}, Role::kProse, 0, SecretText{text}});
    return document;
}

}  // namespace pramana::scoring::testing
