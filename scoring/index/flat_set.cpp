#include "index/flat_set.hpp"

#include "chunk/words.hpp"

#include <algorithm>
#include <bit>

namespace pramana::scoring {
namespace {

constexpr std::size_t kSlotsMin = 64;

}  // namespace

std::size_t FlatSet::first_slot_of(std::uint64_t key) const noexcept {
    return mix(key + 0x9E3779B97F4A7C15ULL) & (slots_.size() - 1);
}

std::size_t FlatSet::slot_of(std::uint64_t key) const noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = first_slot_of(key);
    while (slots_[at] != 0 && slots_[at] != key) at = (at + 1) & mask;
    return at;
}

void FlatSet::insert(std::uint64_t key) {
    if (key == 0) {
        has_zero_ = true;
        return;
    }
    if ((count_ + 1) * 10 > slots_.size() * 7) resize(std::max(kSlotsMin, 2 * slots_.size()));
    std::uint64_t& slot = slots_[slot_of(key)];
    if (slot == key) return;
    slot = key;
    ++count_;
}

void FlatSet::insert(std::span<const std::uint64_t> keys) {
    constexpr std::size_t kAhead = 16;  // large sets lie in slow memory
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (i + kAhead < keys.size() && !slots_.empty())
            __builtin_prefetch(slots_.data() + first_slot_of(keys[i + kAhead]), 1);
        insert(keys[i]);
    }
}

void FlatSet::reserve(std::size_t keys) {
    const std::size_t slots = std::bit_ceil(std::max(kSlotsMin, keys * 10 / 7 + 1));
    if (slots > slots_.size()) resize(slots);
}

bool FlatSet::contains(std::uint64_t key) const noexcept {
    if (key == 0) return has_zero_;
    return !slots_.empty() && slots_[slot_of(key)] == key;
}

SecretVector<std::uint64_t> FlatSet::keys() const {
    SecretVector<std::uint64_t> keys;
    keys.reserve(size());
    if (has_zero_) keys.push_back(0);
    for (const std::uint64_t key : slots_)
        if (key != 0) keys.push_back(key);
    return keys;
}

void FlatSet::resize(std::size_t slots) {
    SecretVector<std::uint64_t> old(slots, 0);
    old.swap(slots_);
    for (const std::uint64_t key : old)
        if (key != 0) slots_[slot_of(key)] = key;
}

}  // namespace pramana::scoring
