#pragma once

#include "pramana/core/secret_vector.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace pramana::scoring {

/// Sorts a few hashes and drops repeated ones. Hashes lie evenly, so their highest bits almost say
/// where they go: they are put there, and neighbours then change places. Where somebody chose
/// words whose hashes lie together, and for many hashes, it is std::sort.
template <class Hash>
void sort_and_unite(SecretVector<Hash>& hashes) {
    constexpr std::size_t kPlaces = 128, kMany = 512, kCrowd = 16;
    constexpr int kShift = std::numeric_limits<Hash>::digits - 7;
    const std::size_t size = hashes.size();
    std::uint16_t begin[kPlaces + 1] = {};
    std::uint16_t crowd = 0;
    if (size <= kMany)
        for (const Hash hash : hashes) crowd = std::max(crowd, ++begin[(hash >> kShift) + 1]);
    if (size > kMany || crowd > kCrowd) {
        std::sort(hashes.begin(), hashes.end());
    } else {
        for (std::size_t place = 1; place < kPlaces; ++place)
            begin[place] = static_cast<std::uint16_t>(begin[place] + begin[place - 1]);
        Hash placed[kMany];
        for (const Hash hash : hashes) placed[begin[hash >> kShift]++] = hash;
        for (std::size_t i = 1; i < size; ++i) {
            const Hash hash = placed[i];
            std::size_t at = i;
            for (; at > 0 && placed[at - 1] > hash; --at) placed[at] = placed[at - 1];
            placed[at] = hash;
        }
        std::copy_n(placed, size, hashes.begin());
        wipe_memory(placed, size * sizeof(Hash));
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < size; ++i) {
        const Hash hash = hashes[i];
        kept -= kept > 0 && hashes[kept - 1] == hash ? 1U : 0U;
        hashes[kept++] = hash;
    }
    hashes.resize(kept);
}

}  // namespace pramana::scoring
