#pragma once

#include "dkim_signature.hpp"

#include <memory>
#include <optional>
#include <string_view>

struct evp_pkey_st;

namespace pramana::ownership {

/// A signer's public key with what its record says of it (RFC 6376 section 3.6.1, RFC 8463
/// section 4). Thread: const, any thread.
class DkimKey {
  public:
    [[nodiscard]] DkimAlgorithm algorithm() const noexcept { return algorithm_; }
    [[nodiscard]] std::uint32_t bits() const noexcept { return bits_; }
    /// t=s: the identity's domain has to be the signing domain itself.
    [[nodiscard]] bool identity_is_domain() const noexcept { return identity_is_domain_; }

    /// Whether `signature` is one of this key over what has this SHA-256.
    [[nodiscard]] bool verify(const Hash32& digest, ByteView signature) const;

  private:
    friend struct KeyReading read_key(std::string_view record);
    std::shared_ptr<evp_pkey_st> key_;
    DkimAlgorithm algorithm_ = DkimAlgorithm::kRsaSha256;
    std::uint32_t bits_ = 0;
    bool identity_is_domain_ = false;
};

/// A key, or the sentence that says why the record has none to rely on: a literal.
struct KeyReading {
    std::optional<DkimKey> key;
    std::string_view problem;
};

/// Reads the text of a record. Refused: another version or service, a hash that is not SHA-256, a
/// key that was revoked (empty p=) or is for tests (t=y: its mails count as not signed), RSA of
/// fewer than 1024 or more than 8192 bits or with an exponent under 3.
[[nodiscard]] KeyReading read_key(std::string_view record);

}  // namespace pramana::ownership
