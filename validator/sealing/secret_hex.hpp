#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/os/secret_bytes.hpp"

#include <optional>

namespace pramana::sealing {

/// core/hex for secrets: the bytes never lie in memory that is not wiped.

/// Reads hex digits of either case without a prefix; empty when it is not hex.
[[nodiscard]] std::optional<SecretBytes> secret_from_hex(ByteView digits);
/// Lower-case digits after `prefix`.
[[nodiscard]] SecretBytes secret_to_hex(std::string_view prefix, const SecretBytes& bytes);

}  // namespace pramana::sealing
