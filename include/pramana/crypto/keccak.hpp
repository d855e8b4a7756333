#pragma once

#include "pramana/core/bytes.hpp"

#include <initializer_list>

namespace pramana {

/// Keccak-256 as Ethereum uses it: the Keccak submission's padding (0x01), not FIPS 202's SHA3-256
/// (0x06).
[[nodiscard]] Hash32 keccak256(ByteView bytes) noexcept;
[[nodiscard]] inline Hash32 keccak256(std::string_view text) noexcept {
    return keccak256(as_bytes_view(text));
}
/// Of the concatenation of the parts.
[[nodiscard]] Hash32 keccak256(std::initializer_list<ByteView> parts) noexcept;

}  // namespace pramana
