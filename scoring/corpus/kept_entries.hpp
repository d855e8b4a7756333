#pragma once

#include "pramana/core/endian.hpp"
#include "pramana/core/secret_vector.hpp"

namespace pramana::scoring {

/// Entries that are in no index of a segment, one after the other, each behind its length (u32,
/// little-endian): Segment::kept.
inline void append_kept(SecretVector<std::uint8_t>& kept, ByteView entry) {
    std::uint8_t length[4];
    store_le(static_cast<std::uint32_t>(entry.size()), length);
    kept.insert(kept.end(), length, length + sizeof length);
    kept.insert(kept.end(), entry.begin(), entry.end());
}

/// Calls `take` with each entry, in order, while it returns true. False: it did not, or the lengths
/// do not fill the bytes.
template <class Take>
[[nodiscard]] bool each_kept(ByteView kept, const Take& take) {
    while (!kept.empty()) {
        if (kept.size() < 4) return false;
        const std::uint32_t length = load_le<std::uint32_t>(kept.data());
        kept = kept.subspan(4);
        if (length > kept.size() || !take(kept.first(length))) return false;
        kept = kept.subspan(length);
    }
    return true;
}

}  // namespace pramana::scoring
