#include "tokenize/trie.hpp"

#include <algorithm>
#include <numeric>

namespace pramana::scoring {

/// Words [first, last) of the sorted list share `depth` bytes and lie below `state`.
struct WordTrie::Pending {
    State state;
    std::size_t first;
    std::size_t last;
    std::size_t depth;
};

WordTrie::WordTrie(const std::vector<std::string_view>& words) : slots_(256) {
    std::vector<std::uint32_t> order(words.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&words](std::uint32_t a, std::uint32_t b) {
        return words[a] != words[b] ? words[a] < words[b] : a < b;
    });
    slots_[kRoot].parent = kRoot;
    std::vector<Pending> pending{{kRoot, 0, words.size(), 0}};
    for (std::size_t next = 0; next < pending.size(); ++next) {
        Pending at = pending[next];
        for (; at.first < at.last && words[order[at.first]].size() == at.depth; ++at.first)
            slots_[at.state].word = order[at.first];
        const auto byte_of = [&](std::size_t i) {
            return static_cast<std::uint8_t>(words[order[i]][at.depth]);
        };
        std::vector<std::uint8_t> bytes;
        for (std::size_t i = at.first; i < at.last; ++i)
            if (bytes.empty() || bytes.back() != byte_of(i)) bytes.push_back(byte_of(i));
        if (bytes.empty()) continue;
        const std::uint32_t base = place(bytes);
        slots_[at.state].base = base;
        std::size_t begin = at.first;
        for (const std::uint8_t byte : bytes) {
            std::size_t end = begin;
            while (end < at.last && byte_of(end) == byte) ++end;
            slots_[base + byte].parent = at.state;
            pending.push_back({base + byte, begin, end, at.depth + 1});
            begin = end;
        }
    }
    slots_.resize(slots_.size() + 256);  // base + byte is always inside
}

/// A base at which every byte of `bytes` (ascending) finds a free slot. Only children fill the
/// holes from the left; brothers are searched a place further right once the left is crowded, which
/// keeps building linear.
std::uint32_t WordTrie::place(const std::vector<std::uint8_t>& bytes) {
    constexpr std::uint32_t kTriesMax = 32;
    const auto fits = [&](std::uint32_t at) {
        return std::all_of(bytes.begin(), bytes.end(), [&](std::uint8_t byte) {
            return at + byte >= slots_.size() || slots_[at + byte].parent == kFree;
        });
    };
    while (first_free_ < slots_.size() && slots_[first_free_].parent != kFree) ++first_free_;
    const std::uint32_t left = first_free_ - bytes.front();
    const std::uint32_t start = bytes.size() == 1 ? left : std::max(left, crowded_until_);
    std::uint32_t base = start;
    while (!fits(base)) ++base;
    if (bytes.size() > 1 && base - start > kTriesMax) crowded_until_ = base;
    if (base + bytes.back() >= slots_.size()) slots_.resize(base + std::size_t{256} * 4);
    return base;
}

WordTrie::Match WordTrie::longest(State start, std::string_view text) const noexcept {
    Match best;
    State state = start;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const State next = slots_[state].base + static_cast<std::uint8_t>(text[i]);
        if (slots_[next].parent != state) break;
        state = next;
        if (slots_[state].word != kNoWord) best = {slots_[state].word, i + 1};
    }
    return best;
}

bool WordTrie::walk(std::string_view text, State& state) const noexcept {
    state = kRoot;
    for (const char c : text) {
        const State next = slots_[state].base + static_cast<std::uint8_t>(c);
        if (slots_[next].parent != state) return false;
        state = next;
    }
    return true;
}

}  // namespace pramana::scoring
