#pragma once

#include "pramana/attest/appraisal.hpp"
#include "pramana/core/bytes.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

struct evp_pkey_st;

// Makes keys, certificates and revocation lists for tests, with OpenSSL's own writers. Every name
// holds "TEST ONLY"; nothing here is linked into a program that people run.
namespace pramana::attest::testing_support {

class TestKey {
  public:
    /// "P-256" or "P-384".
    explicit TestKey(const char* curve = "P-256");
    [[nodiscard]] Bytes point() const;                     ///< x ‖ y
    [[nodiscard]] Bytes sign_raw(ByteView message) const;  ///< r ‖ s
    [[nodiscard]] evp_pkey_st* get() const noexcept { return key_.get(); }

  private:
    std::shared_ptr<evp_pkey_st> key_;
    std::size_t size_;
};

struct TestExtension {
    std::string oid;  ///< "1.2.3"
    Bytes value;
    bool critical = false;
};

struct CertificateSpec {
    std::string subject;
    std::string issuer;
    std::uint64_t serial = 1;
    UnixTime begin = 0;
    UnixTime end = 0;
    bool ca = false;
    std::optional<int> path_len;
    std::string key_usage;  ///< OpenSSL's words: "critical,keyCertSign,cRLSign"; empty: none
    std::vector<TestExtension> extensions;
};

[[nodiscard]] Bytes make_certificate(const CertificateSpec& spec, const TestKey& subject,
                                     const TestKey& issuer);

struct CrlSpec {
    std::string issuer;
    UnixTime begin = 0;
    UnixTime end = 0;
    std::vector<std::uint64_t> revoked;
    std::uint64_t number = 1;
    std::vector<TestExtension> extensions;
};
[[nodiscard]] Bytes make_crl(const CrlSpec& spec, const TestKey& issuer);

[[nodiscard]] std::string pem_of(ByteView certificate);

}  // namespace pramana::attest::testing_support
