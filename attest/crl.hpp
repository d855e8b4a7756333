#pragma once

#include "certificate.hpp"

#include "pramana/attest/list_number.hpp"

namespace pramana::attest {

inline constexpr std::size_t kCrlBytesMax = std::size_t{4} * 1024 * 1024;

/// An X.509 v2 certificate revocation list (RFC 5280 section 5), read strictly. Views into `der`.
struct Crl {
    Crl() = default;
    Crl(Crl&&) noexcept = default;
    Crl& operator=(Crl&&) noexcept = default;
    Crl(const Crl&) = delete;
    Crl& operator=(const Crl&) = delete;
    ~Crl() = default;

    Bytes der;
    ByteView tbs;
    ByteView issuer;  ///< DER Name
    Window validity;  ///< thisUpdate to nextUpdate; both are required
    SignatureScheme scheme = SignatureScheme::kEcdsaSha256;
    ByteView signature;
    ListNumber number;              ///< cRLNumber; 0 when there is none
    std::vector<ByteView> serials;  ///< sorted, big-endian without a sign byte

    [[nodiscard]] bool revokes(ByteView serial) const noexcept;
};

/// Errors: kEvidenceMalformed: also for a delta or partitioned list and any other critical
/// extension, since a list that says less than it seems to would let a revoked certificate pass.
[[nodiscard]] Result<Crl> read_crl(ByteView der);

/// What is wrong with this list as `issuer`'s word, its dates aside; nullopt when nothing is.
[[nodiscard]] std::optional<std::string> crl_problem(const Crl& crl, const Certificate& issuer);

}  // namespace pramana::attest
