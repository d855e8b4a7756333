#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/os/secret_bytes.hpp"
#include "pramana/sealing/openpgp.hpp"

namespace pramana::sealing {

/// The content of the one literal packet in the verified packets `bytes[begin, end)`, through at
/// most `compression_depth_max` compressed packets. Signatures, marker and padding packets around
/// it are skipped unread.
///
/// @param sealed_size what `expansion_ratio_max` counts from
/// Errors: kMalformedMessage, kUnsupportedPacket (BZip2), kDecompressionLimit, kTooLarge.
/// Source: RFC 9580 sections 5.6, 5.9 and 10.3.
[[nodiscard]] Result<SecretBytes> literal_content(SecretBytes bytes, std::size_t begin,
                                                  std::size_t end, std::size_t sealed_size,
                                                  const OpenLimits& limits);

}  // namespace pramana::sealing
