#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/crypto/secp256k1.hpp"

#include <cstdint>
#include <string>
#include <string_view>

// What a witness read in the DNS: the enclave trusts no resolver. Source: docs/ownership.md "Key
// record". Thread: pure functions.

namespace pramana::ownership {

inline constexpr std::size_t kKeyRecordBytesMax = 4096;
inline constexpr std::size_t kRecordTextMax = 2048;

/// "At `issued_unix_s` <selector>._domainkey.<domain> was this text."
struct KeyRecord {
    std::string domain;    ///< is_domain()
    std::string selector;  ///< is_domain() with one label or more
    std::string record;  ///< the TXT strings joined, printable US-ASCII (RFC 6376 section 3.6.2.2)
    std::uint64_t issued_unix_s = 0;
    std::uint64_t expires_unix_s = 0;  ///< the last second in which it may be relied upon
    friend bool operator==(const KeyRecord&, const KeyRecord&) = default;
};

struct SignedKeyRecord {
    KeyRecord key_record;
    Signature65 signature;
    friend bool operator==(const SignedKeyRecord&, const SignedKeyRecord&) = default;
};

/// Lower-case letters, digits, hyphens and underscores in labels of 1 to 63 characters, at least
/// `labels_min` of them, 253 characters at most (RFC 1035 section 2.3.4).
[[nodiscard]] bool is_domain(std::string_view name, std::size_t labels_min = 2) noexcept;

/// EIP-712, domain {name "Pramana ownership", version "1"}: a fact of the DNS belongs to no chain.
[[nodiscard]] Hash32 key_record_digest(const KeyRecord& record);
[[nodiscard]] SignedKeyRecord sign_key_record(const KeyRecord& record, const SigningKey& witness);

/// The one canonical text.
[[nodiscard]] std::string write_key_record(const SignedKeyRecord& record);
/// Reads what write_key_record() writes and no other text. Errors: kEvidenceMalformed.
[[nodiscard]] Result<SignedKeyRecord> read_key_record(std::string_view text);

}  // namespace pramana::ownership
