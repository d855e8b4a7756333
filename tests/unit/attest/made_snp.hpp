#pragma once

#include "attest_support/certificates.hpp"

#include "pramana/attest/snp.hpp"

#include <functional>

namespace pramana::made {

/// What a made report says; the defaults are accepted under made_policy().
struct SnpOrder {
    attest::SnpProductLine line = attest::SnpProductLine::kMilan;
    std::uint32_t version = 3;
    std::uint64_t policy = 0x30000;
    std::uint32_t vmpl = 0;
    std::uint32_t algorithm = 1;
    std::uint64_t platform_info = 0x25;
    std::uint32_t flags = 0;
    std::uint32_t guest_svn = 2;
    attest::SnpTcb current = {0, 4, 0, 24, 213};
    attest::SnpTcb reported = {0, 4, 0, 23, 213};
    attest::SnpTcb committed = {0, 4, 0, 24, 213};
    attest::SnpTcb launch = {0, 4, 0, 24, 213};
    std::optional<std::pair<std::uint8_t, std::uint8_t>> cpuid =
        {};  ///< family, model; else of the line
    bool chip_masked = false;
    bool migration_agent = false;
    /// Changes the report before it is signed, and after.
    std::function<void(Bytes&)> before = {};
    std::function<void(Bytes&)> after = {};

    bool rsa = false;  ///< root and authority have RSA keys and sign with PSS, as AMD's do
    bool vlek = false;
    std::string cloud = "TestCloud";
    std::string product = {};                      ///< of the certificate; else of the line
    std::optional<attest::SnpTcb> certified = {};  ///< else as reported
    std::uint64_t leaf_end = kNow + kYear;
    std::uint64_t authority_serial = 17;
    std::string authority_name = {};  ///< else as AMD calls it
    std::string leaf_name = {};
    bool authority_is_one = true;
    bool wrong_signer = false;  ///< the report is signed by another key
    bool without_chip = false;  ///< the certificate names none
};

/// Evidence and what it borrows from.
struct MadeSnp {
    Bytes report;
    Bytes endorsement;
    std::string authorities;
    std::optional<Bytes> revocations;
    attest::PinnedRoots roots;
    [[nodiscard]] attest::SnpEvidence evidence() const;
};
[[nodiscard]] MadeSnp make_snp(const SnpOrder& order);
/// A list of the made root.
[[nodiscard]] Bytes snp_revocations(attest::SnpProductLine line, const CrlOrder& order);
/// The same list by a key that is not the root's.
[[nodiscard]] Bytes foreign_revocations(attest::SnpProductLine line);
/// The defaults, with Milan allowed.
[[nodiscard]] attest::SnpPolicy snp_policy();

inline constexpr std::uint8_t kChipByte = 0xC1;  ///< of which the chip id consists

}  // namespace pramana::made
