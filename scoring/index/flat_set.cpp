#include "index/flat_set.hpp"

#include "chunk/words.hpp"

namespace pramana::scoring {

std::size_t FlatSet::slot_of(std::uint64_t key) const noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = mix(key + 0x9E3779B97F4A7C15ULL) & mask;
    while (slots_[at] != 0 && slots_[at] != key) at = (at + 1) & mask;
    return at;
}

void FlatSet::insert(std::uint64_t key) {
    if (key == 0) {
        has_zero_ = true;
        return;
    }
    if ((count_ + 1) * 10 > slots_.size() * 7) grow();
    std::uint64_t& slot = slots_[slot_of(key)];
    if (slot == key) return;
    slot = key;
    ++count_;
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

void FlatSet::grow() {
    SecretVector<std::uint64_t> old(slots_.empty() ? 64 : slots_.size() * 2, 0);
    old.swap(slots_);
    for (const std::uint64_t key : old)
        if (key != 0) slots_[slot_of(key)] = key;
}

}  // namespace pramana::scoring
