#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/os/secret_bytes.hpp"

namespace pramana::sealing {

/// RFC 9580 section 9.4: ZIP is a raw DEFLATE stream (RFC 1951), ZLIB has a header (RFC 1950).
enum class Deflate : std::uint8_t { kZip, kZlib };

/// Expands one stream that fills `compressed` exactly. The library's own memory is wiped too.
/// Errors: kDecompressionLimit (more than `bytes_max`), kMalformedMessage.
[[nodiscard]] Result<SecretBytes> inflate_bounded(Deflate kind, ByteView compressed,
                                                  std::size_t bytes_max);

}  // namespace pramana::sealing
