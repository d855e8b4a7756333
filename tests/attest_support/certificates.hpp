#pragma once

#include "pramana/core/bytes.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

struct evp_pkey_st;

/// Keys, certificates, lists and signatures made for tests with OpenSSL's own writers, under roots
/// that no build trusts. Every name's organisation is "TEST ONLY - NOT A VENDOR"; nothing here is
/// linked into a program that people run.
namespace pramana::made {

/// A private key. Copies share it.
class Key {
  public:
    [[nodiscard]] static Key p384();
    [[nodiscard]] static Key p256();
    [[nodiscard]] static Key rsa2048();
    [[nodiscard]] evp_pkey_st* get() const noexcept { return key_.get(); }
    [[nodiscard]] bool is_rsa() const;
    /// ECDSA, with SHA-256 by a P-256 key and with SHA-384 by a P-384 key: r || s.
    [[nodiscard]] Bytes sign(ByteView message) const;
    /// x || y.
    [[nodiscard]] Bytes point() const;

  private:
    explicit Key(evp_pkey_st* key);
    std::shared_ptr<evp_pkey_st> key_;
};

inline constexpr std::uint64_t kNow = 1'790'000'000;  ///< 2026-09-21
inline constexpr std::uint64_t kYear = 31'536'000;

struct Extension {
    std::string oid;  ///< "1.2.3"
    Bytes value;      ///< the content of the OCTET STRING
    bool critical = false;
};

struct CertificateOrder {
    std::string subject;  ///< common name
    std::string issuer;   ///< common name
    std::uint64_t serial = 1;
    std::uint64_t begin = kNow - kYear;
    std::uint64_t end = kNow + kYear;
    std::optional<bool> authority = {};  ///< of the basic constraints; nothing: there are none
    std::optional<int> path_len = {};
    /// OpenSSL's words; empty: keyCertSign and cRLSign of an authority, else digitalSignature.
    std::string key_usage = {};
    std::vector<Extension> extensions = {};
};

/// DER, signed with the digest of the issuer's curve, or with SHA-384 and PSS by an RSA key.
[[nodiscard]] Bytes certificate(const CertificateOrder& order, const Key& subject,
                                const Key& issuer);
/// Self-signed.
[[nodiscard]] Bytes root(const std::string& common_name, const Key& key);
[[nodiscard]] std::string pem(const std::vector<Bytes>& certificates);

struct CrlOrder {
    std::string issuer = {};
    std::vector<std::uint64_t> serials = {};
    std::uint64_t begin = kNow - 86'400;
    std::uint64_t end = kNow + 86'400;
    std::optional<std::uint64_t> number = 7;  ///< nothing: the list has none
    std::vector<Extension> extensions = {};
};
[[nodiscard]] Bytes revocations(const CrlOrder& order, const Key& issuer);

/// DER of one value: tag, length, content.
[[nodiscard]] Bytes der(std::uint8_t tag, ByteView content);
[[nodiscard]] Bytes der_number(std::uint32_t value);
[[nodiscard]] Bytes joined(const std::vector<Bytes>& parts);

}  // namespace pramana::made
