#pragma once

#include <cstdint>
#include <span>

namespace pramana {

/// A yes or no that was computed from a secret and that everybody may learn: whether a key is one,
/// a mac fits, digits are digits. Returns `answer`. The constant-time test (tests/ctime) puts its
/// own definition in the place of this one, and so knows that a branch on it is meant; any other
/// branch on a secret fails there.
[[nodiscard]] bool decided(bool answer) noexcept;

/// Bytes that were computed from a secret and are public from here on: a public key, a signature.
/// Does nothing; the test marks them.
void published(std::span<const std::uint8_t> bytes) noexcept;

}  // namespace pramana
