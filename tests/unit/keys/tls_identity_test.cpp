#include "pramana/keys/tls_identity.hpp"

#include "pramana/core/sha256.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

namespace pramana::keys {
namespace {

struct FreeCertificate {
    void operator()(X509* c) const noexcept { X509_free(c); }
};
struct FreeKey {
    void operator()(EVP_PKEY* k) const noexcept { EVP_PKEY_free(k); }
};

SecretBytes secret(std::uint8_t number) {
    SecretBytes out{32};
    out.expose_mutable()[0] = number;
    return out;
}
CertificateTerms terms(std::string name = "validator.example") {
    return {.dns_name = std::move(name),
            .not_before_unix_s = 1'800'000'000,
            .not_after_unix_s = 1'802'592'000};
}
std::unique_ptr<X509, FreeCertificate> certificate_of(const TlsIdentity& identity) {
    const unsigned char* at = identity.certificate_der.data();
    return std::unique_ptr<X509, FreeCertificate>{
        d2i_X509(nullptr, &at, static_cast<long>(identity.certificate_der.size()))};
}

TEST(TlsIdentity, has_the_same_key_for_the_same_secret) {
    const Result<TlsIdentity> one = make_tls_identity(secret(1), terms());
    const Result<TlsIdentity> again = make_tls_identity(secret(1), terms("other.example"));
    ASSERT_TRUE(one && again);
    EXPECT_EQ(one->spki_sha256, again->spki_sha256);
    EXPECT_TRUE(equal_secret(one->private_key_der.expose(), again->private_key_der.expose()));
    EXPECT_EQ(one->spki_sha256, tls_spki_sha256(secret(1)));
    EXPECT_NE(one->spki_sha256, tls_spki_sha256(secret(2)));
    EXPECT_NE(one->certificate_der, again->certificate_der);
}

TEST(TlsIdentity, signs_its_own_certificate_with_the_key_that_the_statement_names) {
    const Result<TlsIdentity> identity = make_tls_identity(secret(1), terms());
    ASSERT_TRUE(identity);
    const auto certificate = certificate_of(*identity);
    ASSERT_NE(certificate, nullptr);
    const std::unique_ptr<EVP_PKEY, FreeKey> key{X509_get_pubkey(certificate.get())};
    EXPECT_EQ(X509_verify(certificate.get(), key.get()), 1);
    unsigned char* raw = nullptr;
    const int size = i2d_PUBKEY(key.get(), &raw);
    ASSERT_GT(size, 0);
    EXPECT_EQ(sha256(ByteView{raw, static_cast<std::size_t>(size)}), identity->spki_sha256);
    OPENSSL_free(raw);
    const unsigned char* der = identity->private_key_der.expose().data();
    const std::unique_ptr<EVP_PKEY, FreeKey> private_key{
        d2i_AutoPrivateKey(nullptr, &der, static_cast<long>(identity->private_key_der.size()))};
    ASSERT_NE(private_key, nullptr);
    EXPECT_EQ(EVP_PKEY_eq(key.get(), private_key.get()), 1);
    EXPECT_EQ(X509_check_host(certificate.get(), "validator.example", 0, 0, nullptr), 1);
    EXPECT_EQ(X509_check_ca(certificate.get()), 0);
}

TEST(TlsIdentity, names_an_address_as_one) {
    const Result<TlsIdentity> identity = make_tls_identity(secret(1), terms("127.0.0.1"));
    ASSERT_TRUE(identity);
    EXPECT_EQ(X509_check_ip_asc(certificate_of(*identity).get(), "127.0.0.1", 0), 1);
}

struct TermsRow {
    const char* name;
    CertificateTerms terms;
};
const TermsRow kRefused[] = {
    {"a_list_of_names", terms("a.example,DNS:b.example")},
    {"white_space", terms("a b")},
    {"too_long", terms(std::string(254, 'a'))},
    {"ends_before_it_begins", {.dns_name = "a", .not_before_unix_s = 2, .not_after_unix_s = 1}},
};
class RefusedTerms : public testing::TestWithParam<TermsRow> {};
TEST_P(RefusedTerms, make_no_certificate) {
    const Result<TlsIdentity> identity = make_tls_identity(secret(1), GetParam().terms);
    ASSERT_FALSE(identity);
    EXPECT_EQ(identity.error().code, Errc::kBadRequest);
}
INSTANTIATE_TEST_SUITE_P(Rows, RefusedTerms, testing::ValuesIn(kRefused),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::keys
