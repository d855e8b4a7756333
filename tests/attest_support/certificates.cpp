#include "attest_support/certificates.hpp"

#include "pramana/core/check.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>

namespace pramana::made {

namespace {

struct Free {
    void operator()(X509* p) const noexcept { X509_free(p); }
    void operator()(X509_CRL* p) const noexcept { X509_CRL_free(p); }
    void operator()(X509_NAME* p) const noexcept { X509_NAME_free(p); }
    void operator()(X509_EXTENSION* p) const noexcept { X509_EXTENSION_free(p); }
    void operator()(ASN1_STRING* p) const noexcept { ASN1_STRING_free(p); }  // time, number, octets
    void operator()(ASN1_OBJECT* p) const noexcept { ASN1_OBJECT_free(p); }
    void operator()(EVP_MD_CTX* p) const noexcept { EVP_MD_CTX_free(p); }
    void operator()(ECDSA_SIG* p) const noexcept { ECDSA_SIG_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

Owned<X509_NAME> name_of(const std::string& common_name) {
    Owned<X509_NAME> name{X509_NAME_new()};
    const auto add = [&](const char* field, const std::string& value) {
        PRAMANA_CHECK(
            X509_NAME_add_entry_by_txt(name.get(), field, MBSTRING_ASC,
                                       reinterpret_cast<const unsigned char*>(value.data()),
                                       static_cast<int>(value.size()), -1, 0) == 1);
    };
    add("O", "TEST ONLY - NOT A VENDOR");
    add("CN", common_name);
    return name;
}

Owned<ASN1_TIME> time_of(std::uint64_t seconds) {
    return Owned<ASN1_TIME>{ASN1_TIME_set(nullptr, static_cast<std::time_t>(seconds))};
}

Owned<ASN1_INTEGER> number_of(std::uint64_t number) {
    Owned<ASN1_INTEGER> out{ASN1_INTEGER_new()};
    PRAMANA_CHECK(ASN1_INTEGER_set_uint64(out.get(), number) == 1);
    return out;
}

const EVP_MD* digest_of(const Key& key) {
    return EVP_PKEY_get_bits(key.get()) == 256 ? EVP_sha256() : EVP_sha384();
}

Owned<EVP_MD_CTX> signing_context(const Key& key) {
    Owned<EVP_MD_CTX> context{EVP_MD_CTX_new()};
    EVP_PKEY_CTX* parameters = nullptr;
    PRAMANA_CHECK(
        EVP_DigestSignInit(context.get(), &parameters, digest_of(key), nullptr, key.get()) == 1);
    if (key.is_rsa()) {
        PRAMANA_CHECK(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1);
        PRAMANA_CHECK(EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, 48) == 1);
    }
    return context;
}

void add_worded(X509* target, int nid, const std::string& words) {
    const Owned<X509_EXTENSION> extension{
        X509V3_EXT_conf_nid(nullptr, nullptr, nid, words.c_str())};
    PRAMANA_CHECK(extension && X509_add_ext(target, extension.get(), -1) == 1);
}

Owned<X509_EXTENSION> made_of(const Extension& extension) {
    const Owned<ASN1_OBJECT> oid{OBJ_txt2obj(extension.oid.c_str(), 1)};
    const Owned<ASN1_OCTET_STRING> value{ASN1_OCTET_STRING_new()};
    PRAMANA_CHECK(ASN1_OCTET_STRING_set(value.get(), extension.value.data(),
                                        static_cast<int>(extension.value.size())) == 1);
    return Owned<X509_EXTENSION>{
        X509_EXTENSION_create_by_OBJ(nullptr, oid.get(), extension.critical ? 1 : 0, value.get())};
}

void add_extensions(X509* target, const CertificateOrder& order) {
    const bool authority = order.authority.value_or(false);
    if (order.authority) {
        std::string constraints = authority ? "critical,CA:TRUE" : "critical,CA:FALSE";
        if (order.path_len) constraints += ",pathlen:" + std::to_string(*order.path_len);
        add_worded(target, NID_basic_constraints, constraints);
    }
    std::string usage = order.key_usage;
    if (usage.empty()) usage = authority ? "keyCertSign,cRLSign" : "digitalSignature";
    add_worded(target, NID_key_usage, "critical," + usage);
    for (const Extension& extension : order.extensions)
        PRAMANA_CHECK(X509_add_ext(target, made_of(extension).get(), -1) == 1);
}

template <class Object>
Bytes encoded(const Object* object, int (*write)(const Object*, unsigned char**)) {
    unsigned char* raw = nullptr;
    const int size = write(object, &raw);
    PRAMANA_CHECK(size > 0);
    Bytes out(raw, raw + size);
    OPENSSL_free(raw);
    return out;
}

}  // namespace

Key::Key(evp_pkey_st* key) : key_{key, &EVP_PKEY_free} { PRAMANA_CHECK(key != nullptr); }
Key Key::p384() { return Key{EVP_EC_gen("P-384")}; }
Key Key::p256() { return Key{EVP_EC_gen("P-256")}; }
Key Key::rsa2048() { return Key{EVP_RSA_gen(2048)}; }
bool Key::is_rsa() const { return EVP_PKEY_get_base_id(get()) == EVP_PKEY_RSA; }

Bytes Key::sign(ByteView message) const {
    const Owned<EVP_MD_CTX> context = signing_context(*this);
    std::size_t size = 256;
    Bytes der_form(size);
    PRAMANA_CHECK(
        EVP_DigestSign(context.get(), der_form.data(), &size, message.data(), message.size()) == 1);
    const unsigned char* at = der_form.data();
    const Owned<ECDSA_SIG> parsed{d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size))};
    const int half = EVP_PKEY_get_bits(get()) / 8;
    Bytes out(static_cast<std::size_t>(half) * 2);
    PRAMANA_CHECK(BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), out.data(), half) == half);
    PRAMANA_CHECK(BN_bn2binpad(ECDSA_SIG_get0_s(parsed.get()), out.data() + half, half) == half);
    return out;
}

Bytes Key::point() const {
    Bytes out(256);
    std::size_t size = 0;
    PRAMANA_CHECK(EVP_PKEY_get_octet_string_param(get(), "pub", out.data(), out.size(), &size) ==
                  1);
    return {out.begin() + 1, out.begin() + static_cast<std::ptrdiff_t>(size)};
}

Bytes certificate(const CertificateOrder& order, const Key& subject, const Key& issuer) {
    const Owned<X509> out{X509_new()};
    PRAMANA_CHECK(X509_set_version(out.get(), 2) == 1);
    PRAMANA_CHECK(X509_set_serialNumber(out.get(), number_of(order.serial).get()) == 1);
    PRAMANA_CHECK(X509_set1_notBefore(out.get(), time_of(order.begin).get()) == 1);
    PRAMANA_CHECK(X509_set1_notAfter(out.get(), time_of(order.end).get()) == 1);
    PRAMANA_CHECK(X509_set_subject_name(out.get(), name_of(order.subject).get()) == 1);
    PRAMANA_CHECK(X509_set_issuer_name(out.get(), name_of(order.issuer).get()) == 1);
    PRAMANA_CHECK(X509_set_pubkey(out.get(), subject.get()) == 1);
    add_extensions(out.get(), order);
    const Owned<EVP_MD_CTX> context = signing_context(issuer);
    PRAMANA_CHECK(X509_sign_ctx(out.get(), context.get()) > 0);
    return encoded<X509>(out.get(), i2d_X509);
}

Bytes root(const std::string& common_name, const Key& key) {
    return certificate(
        {.subject = common_name, .issuer = common_name, .serial = 1000, .authority = true}, key,
        key);
}

std::string pem(const std::vector<Bytes>& certificates) {
    std::string out;
    for (const Bytes& raw : certificates) {
        const auto size = static_cast<int>(raw.size());
        std::string text(static_cast<std::size_t>(4 * ((size + 2) / 3) + 1), '\0');
        const int written =
            EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), raw.data(), size);
        text.resize(static_cast<std::size_t>(written));
        out += "-----BEGIN CERTIFICATE-----\n";
        for (std::size_t i = 0; i < text.size(); i += 64) out += text.substr(i, 64) + '\n';
        out += "-----END CERTIFICATE-----\n";
    }
    return out;
}

Bytes revocations(const CrlOrder& order, const Key& issuer) {
    const Owned<X509_CRL> out{X509_CRL_new()};
    PRAMANA_CHECK(X509_CRL_set_version(out.get(), 1) == 1);
    PRAMANA_CHECK(X509_CRL_set_issuer_name(out.get(), name_of(order.issuer).get()) == 1);
    PRAMANA_CHECK(X509_CRL_set1_lastUpdate(out.get(), time_of(order.begin).get()) == 1);
    PRAMANA_CHECK(X509_CRL_set1_nextUpdate(out.get(), time_of(order.end).get()) == 1);
    for (const std::uint64_t serial : order.serials) {
        X509_REVOKED* const entry = X509_REVOKED_new();
        PRAMANA_CHECK(X509_REVOKED_set_serialNumber(entry, number_of(serial).get()) == 1);
        PRAMANA_CHECK(X509_REVOKED_set_revocationDate(entry, time_of(order.begin).get()) == 1);
        PRAMANA_CHECK(X509_CRL_add0_revoked(out.get(), entry) == 1);
    }
    if (order.number)
        PRAMANA_CHECK(X509_CRL_add1_ext_i2d(out.get(), NID_crl_number,
                                            number_of(*order.number).get(), 0, 0) == 1);
    for (const Extension& extension : order.extensions)
        PRAMANA_CHECK(X509_CRL_add_ext(out.get(), made_of(extension).get(), -1) == 1);
    PRAMANA_CHECK(X509_CRL_sort(out.get()) == 1);
    const Owned<EVP_MD_CTX> context = signing_context(issuer);
    PRAMANA_CHECK(X509_CRL_sign_ctx(out.get(), context.get()) > 0);
    return encoded<X509_CRL>(out.get(), i2d_X509_CRL);
}

Bytes der(std::uint8_t tag, ByteView content) {
    Bytes out = {tag};
    if (content.size() >= 0x100) {
        out.push_back(0x82);
        out.push_back(static_cast<std::uint8_t>(content.size() >> 8U));
    } else if (content.size() >= 0x80) {
        out.push_back(0x81);
    }
    out.push_back(static_cast<std::uint8_t>(content.size() & 0xFFU));
    append(out, content);
    return out;
}

Bytes der_number(std::uint32_t value) {
    Bytes content;
    for (unsigned shift = 32; shift > 0; shift -= 8) {
        const auto byte = static_cast<std::uint8_t>(value >> (shift - 8));
        if (!content.empty() || byte != 0 || shift == 8) {
            if (content.empty() && byte >= 0x80) content.push_back(0);
            content.push_back(byte);
        }
    }
    return der(0x02, content);
}

Bytes joined(const std::vector<Bytes>& parts) {
    Bytes out;
    for (const Bytes& part : parts) append(out, part);
    return out;
}

}  // namespace pramana::made
