#pragma once

#include "pramana/core/result.hpp"
#include "pramana/os/secret_bytes.hpp"

#include <span>

namespace pramana {

/// The bytes that hexadecimal digits of either case stand for, without 0x. Neither a branch nor an
/// address depends on a digit. Errors: kMalformedKey (an odd number of digits, or another
/// character).
[[nodiscard]] Result<SecretBytes> secret_from_hex(std::span<const std::uint8_t> digits);

/// Lower-case digits, two for each byte; no branch and no address depends on a byte.
[[nodiscard]] SecretBytes secret_to_hex(std::span<const std::uint8_t> bytes);

}  // namespace pramana
