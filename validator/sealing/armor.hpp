#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/os/secret_bytes.hpp"

namespace pramana::sealing {

/// Whether the first text in `bytes` is an OpenPGP armor header line. Binary messages begin with a
/// set top bit.
[[nodiscard]] bool is_armored(ByteView bytes) noexcept;

/// Reads "-----BEGIN `kind`-----", armor headers, base64 and the END line; only white space may
/// stand around. The CRC24 line is not checked: RFC 9580 section 6.1 forbids to refuse for it, and
/// integrity is the message's own matter. Errors: kMalformedMessage.
[[nodiscard]] Result<SecretBytes> dearmor(ByteView text, std::string_view kind);

/// Base64 (RFC 4648 section 4) with padding; white space is skipped. Errors: kMalformedMessage.
[[nodiscard]] Result<SecretBytes> from_base64(ByteView text);

}  // namespace pramana::sealing
