#pragma once

#include "pramana/core/bytes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::ownership {

/// rsa-sha1 is refused (RFC 8301 section 3.1).
enum class DkimAlgorithm : std::uint8_t { kRsaSha256, kEd25519Sha256 };
[[nodiscard]] std::string_view name_of(DkimAlgorithm algorithm) noexcept;

/// The value of a DKIM-Signature field (RFC 6376 section 3.5).
struct DkimSignature {
    DkimAlgorithm algorithm = DkimAlgorithm::kRsaSha256;
    bool header_relaxed = false;
    bool body_relaxed = false;
    std::string domain;                    ///< d=, lower-case
    std::string selector;                  ///< s=, lower-case
    std::string identity;                  ///< the domain of i=, lower-case; `domain` or below it
    Bytes signature;                       ///< b=
    Hash32 body_hash;                      ///< bh=
    std::vector<std::string_view> fields;  ///< h=, as written; views into the value
    std::optional<std::uint64_t> signed_unix_s;
    std::optional<std::uint64_t> expires_unix_s;
    /// What is left out of the value when it is hashed: the value of b= (section 3.7).
    std::size_t cut_begin = 0, cut_end = 0;

    [[nodiscard]] bool covers(std::string_view field) const;
};

/// A signature, or the sentence that says why it is refused: a literal.
struct SignatureReading {
    std::optional<DkimSignature> signature;
    std::string_view problem;
};

/// Reads strictly: every required tag, no length limit (l=: what stands behind it is not signed),
/// only algorithms that are not broken. Unknown tags are passed over, as the RFC asks.
[[nodiscard]] SignatureReading read_signature(std::string_view value);

}  // namespace pramana::ownership
