#include "id_set.hpp"

#include <bit>
#include <random>

namespace pramana::scoring {
namespace {

/// Where a hash lies is drawn anew in each process (multiply-shift: Dietzfelbinger et al., "A
/// reliable randomized algorithm for the closest-pair problem", 1997), so that no file can be
/// written whose ids all want one place. What is in a set does not depend on it.
std::uint64_t odd_factor() {
    std::random_device device;
    return (std::uint64_t{device()} << 32U | device()) | 1U;
}

}  // namespace

std::uint64_t hash_of_id(std::string_view id) noexcept {
    std::uint64_t hash = 0xCBF29CE484222325;  // FNV-1a, and a finish that spreads the last bytes
    for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    hash ^= hash >> 32U;
    hash *= 0xD6E8FEB86659FD93;
    hash ^= hash >> 32U;
    return hash == 0 ? 1 : hash;
}

std::size_t IdSet::place_of(std::uint64_t hash) const noexcept {
    static const std::uint64_t kFactor = odd_factor();
    const std::size_t mask = slots_.size() - 1;
    auto at = static_cast<std::size_t>(hash * kFactor >> (64 - std::bit_width(mask)));
    while (slots_[at] != 0 && slots_[at] != hash) at = (at + 1) & mask;
    return at;
}

bool IdSet::insert(std::uint64_t hash) {
    if ((size_ + 1) * 2 > slots_.size()) {
        SecretVector<std::uint64_t> old(2 * slots_.size());
        old.swap(slots_);
        for (const std::uint64_t kept : old)
            if (kept != 0) slots_[place_of(kept)] = kept;
    }
    std::uint64_t& slot = slots_[place_of(hash)];
    if (slot == hash) return false;
    slot = hash;
    ++size_;
    return true;
}

bool IdSet::contains(std::uint64_t hash) const noexcept { return slots_[place_of(hash)] == hash; }

SecretVector<std::uint64_t> IdSet::hashes() const {
    SecretVector<std::uint64_t> out;
    for (const std::uint64_t hash : slots_)
        if (hash != 0) out.push_back(hash);
    return out;
}

}  // namespace pramana::scoring
