#include "tokenize/ascii_words.hpp"

#include "pramana/core/check.hpp"

#include <bit>

namespace pramana::scoring {
namespace {

bool is_run(std::string_view word) noexcept {
    if (word.empty() || word.size() > 16) return false;
    char padded[16] = {};
    std::memcpy(padded, word.data(), word.size());
    return ascii_run_reference(padded).size == word.size();
}

ShortWord short_word(std::string_view word) noexcept {
    ShortWord out{};
    std::memcpy(out.data(), word.data(), word.size());
    return out;
}

}  // namespace

AsciiWords::AsciiWords(const std::vector<std::string_view>& vocabulary)
    : slots_(std::bit_ceil(2 * vocabulary.size() + 2)), mask_{slots_.size() - 1} {
    PRAMANA_CHECK(vocabulary.size() < kNone);
    for (std::size_t id = 0; id < vocabulary.size(); ++id) {
        if (!is_run(vocabulary[id])) continue;
        const ShortWord word = short_word(vocabulary[id]);
        std::size_t at = slot_of(word);
        while (slots_[at].id != kNone && slots_[at].word != word) at = (at + 1) & mask_;
        slots_[at] = {word, static_cast<std::uint16_t>(id)};
    }
}

std::array<AsciiKind, 256> ascii_kinds(const FoldTable& table) {
    std::array<AsciiKind, 256> kinds{};
    kinds.fill(AsciiKind::kOther);
    for (std::uint8_t c = 0; c < 0x80; ++c) {
        const FoldTable::Entry entry = table.find(c);
        char alone[16] = {static_cast<char>(c)};
        const AsciiRun run = ascii_run_reference(alone);
        const bool one = entry.kind() == FoldTable::Kind::kOne && !entry.mark();
        const bool letter = one && !entry.punctuation();
        PRAMANA_CHECK((run.size == 1) == letter);
        const auto lower = static_cast<char>(entry.code_point());
        PRAMANA_CHECK(!letter || run.word == short_word({&lower, 1}));
        if (letter) kinds[c] = AsciiKind::kWord;
        if (one && entry.punctuation() && entry.code_point() == c && c != '[')
            kinds[c] = AsciiKind::kPunctuation;
        if (entry.kind() == FoldTable::Kind::kSpace) kinds[c] = AsciiKind::kSpace;
    }
    return kinds;
}

}  // namespace pramana::scoring
