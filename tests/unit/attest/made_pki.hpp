#pragma once

#include "pramana/core/bytes.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

struct evp_pkey_st;

/// Certificates, lists and signatures made for tests, under roots that no build trusts.
namespace pramana::made {

/// A private key. Copies share it.
class Key {
  public:
    [[nodiscard]] static Key p384();
    [[nodiscard]] static Key p256();
    [[nodiscard]] static Key rsa2048();
    [[nodiscard]] evp_pkey_st* get() const noexcept { return key_.get(); }
    [[nodiscard]] bool is_rsa() const;
    /// ECDSA with SHA-384: r || s, 48 bytes each. For P-384 keys.
    [[nodiscard]] Bytes sign(ByteView message) const;
    /// x || y.
    [[nodiscard]] Bytes point() const;

  private:
    explicit Key(evp_pkey_st* key);
    std::shared_ptr<evp_pkey_st> key_;
};

inline constexpr std::uint64_t kNow = 1'790'000'000;  ///< 2026-09-21
inline constexpr std::uint64_t kYear = 31'536'000;

struct CertificateOrder {
    std::string common_name;
    Key key;
    bool authority = false;
    std::optional<int> path_len = {};
    std::uint64_t begin = kNow - kYear;
    std::uint64_t end = kNow + kYear;
    std::uint64_t serial = 1;
    std::string key_usage =
        {};  ///< OpenSSL's words; empty: keyCertSign and cRLSign, or digitalSignature
    /// OID in dots, and the content of the OCTET STRING.
    std::vector<std::pair<std::string, Bytes>> extensions = {};
};

/// DER, signed with SHA-384: ECDSA, or RSA-PSS by an RSA key.
[[nodiscard]] Bytes certificate(const CertificateOrder& order, const std::string& issuer_name,
                                const Key& issuer);
/// Self-signed.
[[nodiscard]] Bytes root(const std::string& common_name, const Key& key);
[[nodiscard]] std::string pem(const std::vector<Bytes>& certificates);

struct CrlOrder {
    std::vector<std::uint64_t> serials = {};
    std::uint64_t begin = kNow - 86'400;
    std::uint64_t end = kNow + 86'400;
    std::optional<long> number = 7;  ///< nothing: the list has none
};
[[nodiscard]] Bytes revocations(const CrlOrder& order, const std::string& issuer_name,
                                const Key& issuer);

/// DER of one value: tag, length, content.
[[nodiscard]] Bytes der(std::uint8_t tag, const Bytes& content);
[[nodiscard]] Bytes der_number(std::uint8_t value);
[[nodiscard]] Bytes joined(const std::vector<Bytes>& parts);

}  // namespace pramana::made
