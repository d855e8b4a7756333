#include "made_pki.hpp"

#include "pramana/core/check.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>

namespace pramana::made {

namespace {

using X509Ptr = std::unique_ptr<X509, decltype(&X509_free)>;
using CrlPtr = std::unique_ptr<X509_CRL, decltype(&X509_CRL_free)>;
using ContextPtr = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
using NamePtr = std::unique_ptr<X509_NAME, decltype(&X509_NAME_free)>;
using TimePtr = std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)>;

NamePtr name_of(const std::string& common_name) {
    NamePtr name{X509_NAME_new(), &X509_NAME_free};
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

TimePtr time_of(std::uint64_t seconds) {
    return {ASN1_TIME_set(nullptr, static_cast<std::time_t>(seconds)), &ASN1_TIME_free};
}

ContextPtr signing_context(const Key& key) {
    ContextPtr context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
    EVP_PKEY_CTX* parameters = nullptr;
    PRAMANA_CHECK(
        EVP_DigestSignInit(context.get(), &parameters, EVP_sha384(), nullptr, key.get()) == 1);
    if (key.is_rsa()) {
        PRAMANA_CHECK(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1);
        PRAMANA_CHECK(EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, 48) == 1);
    }
    return context;
}

ExtensionPtr conf_extension(int nid, const std::string& value) {
    return {X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str()), &X509_EXTENSION_free};
}

void add_extension(X509* target, const ExtensionPtr& extension) {
    PRAMANA_CHECK(extension && X509_add_ext(target, extension.get(), -1) == 1);
}

ExtensionPtr raw_extension(const std::string& oid, const Bytes& content) {
    const std::unique_ptr<ASN1_OBJECT, decltype(&ASN1_OBJECT_free)> object{
        OBJ_txt2obj(oid.c_str(), 1), &ASN1_OBJECT_free};
    const std::unique_ptr<ASN1_OCTET_STRING, decltype(&ASN1_OCTET_STRING_free)> value{
        ASN1_OCTET_STRING_new(), &ASN1_OCTET_STRING_free};
    PRAMANA_CHECK(
        ASN1_OCTET_STRING_set(value.get(), content.data(), static_cast<int>(content.size())) == 1);
    return {X509_EXTENSION_create_by_OBJ(nullptr, object.get(), 0, value.get()),
            &X509_EXTENSION_free};
}

void add_extensions(X509* target, const CertificateOrder& order) {
    if (order.authority) {
        std::string constraints = "critical,CA:TRUE";
        if (order.path_len) constraints += ",pathlen:" + std::to_string(*order.path_len);
        add_extension(target, conf_extension(NID_basic_constraints, constraints));
    }
    std::string usage = order.key_usage;
    if (usage.empty()) usage = order.authority ? "keyCertSign,cRLSign" : "digitalSignature";
    add_extension(target, conf_extension(NID_key_usage, "critical," + usage));
    for (const auto& [oid, content] : order.extensions)
        add_extension(target, raw_extension(oid, content));
}

template <class Object, class Write>
Bytes encoded(Object* object, Write write) {
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
    const ContextPtr context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
    PRAMANA_CHECK(EVP_DigestSignInit(context.get(), nullptr, EVP_sha384(), nullptr, get()) == 1);
    std::size_t size = 256;
    Bytes der_form(size);
    PRAMANA_CHECK(
        EVP_DigestSign(context.get(), der_form.data(), &size, message.data(), message.size()) == 1);
    const unsigned char* at = der_form.data();
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> parsed{
        d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)), &ECDSA_SIG_free};
    Bytes out(96);
    PRAMANA_CHECK(BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), out.data(), 48) == 48);
    PRAMANA_CHECK(BN_bn2binpad(ECDSA_SIG_get0_s(parsed.get()), out.data() + 48, 48) == 48);
    return out;
}

Bytes Key::point() const {
    Bytes out(256);
    std::size_t size = 0;
    PRAMANA_CHECK(EVP_PKEY_get_octet_string_param(get(), "pub", out.data(), out.size(), &size) ==
                  1);
    return {out.begin() + 1, out.begin() + static_cast<std::ptrdiff_t>(size)};
}

Bytes certificate(const CertificateOrder& order, const std::string& issuer_name,
                  const Key& issuer) {
    const X509Ptr out{X509_new(), &X509_free};
    PRAMANA_CHECK(X509_set_version(out.get(), 2) == 1);
    PRAMANA_CHECK(ASN1_INTEGER_set_uint64(X509_get_serialNumber(out.get()), order.serial) == 1);
    PRAMANA_CHECK(X509_set1_notBefore(out.get(), time_of(order.begin).get()) == 1);
    PRAMANA_CHECK(X509_set1_notAfter(out.get(), time_of(order.end).get()) == 1);
    PRAMANA_CHECK(X509_set_subject_name(out.get(), name_of(order.common_name).get()) == 1);
    PRAMANA_CHECK(X509_set_issuer_name(out.get(), name_of(issuer_name).get()) == 1);
    PRAMANA_CHECK(X509_set_pubkey(out.get(), order.key.get()) == 1);
    add_extensions(out.get(), order);
    const ContextPtr context = signing_context(issuer);
    PRAMANA_CHECK(X509_sign_ctx(out.get(), context.get()) > 0);
    return encoded(out.get(), [](X509* c, unsigned char** raw) { return i2d_X509(c, raw); });
}

Bytes root(const std::string& common_name, const Key& key) {
    return certificate({.common_name = common_name, .key = key, .authority = true, .serial = 1000},
                       common_name, key);
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

Bytes revocations(const CrlOrder& order, const std::string& issuer_name, const Key& issuer) {
    const CrlPtr out{X509_CRL_new(), &X509_CRL_free};
    PRAMANA_CHECK(X509_CRL_set_version(out.get(), 1) == 1);
    PRAMANA_CHECK(X509_CRL_set_issuer_name(out.get(), name_of(issuer_name).get()) == 1);
    PRAMANA_CHECK(X509_CRL_set1_lastUpdate(out.get(), time_of(order.begin).get()) == 1);
    PRAMANA_CHECK(X509_CRL_set1_nextUpdate(out.get(), time_of(order.end).get()) == 1);
    for (const std::uint64_t serial : order.serials) {
        X509_REVOKED* entry = X509_REVOKED_new();
        const std::unique_ptr<ASN1_INTEGER, decltype(&ASN1_INTEGER_free)> number{
            ASN1_INTEGER_new(), &ASN1_INTEGER_free};
        PRAMANA_CHECK(ASN1_INTEGER_set_uint64(number.get(), serial) == 1);
        PRAMANA_CHECK(X509_REVOKED_set_serialNumber(entry, number.get()) == 1);
        PRAMANA_CHECK(X509_REVOKED_set_revocationDate(entry, time_of(order.begin).get()) == 1);
        PRAMANA_CHECK(X509_CRL_add0_revoked(out.get(), entry) == 1);
    }
    if (order.number) {
        const std::unique_ptr<ASN1_INTEGER, decltype(&ASN1_INTEGER_free)> number{
            ASN1_INTEGER_new(), &ASN1_INTEGER_free};
        PRAMANA_CHECK(ASN1_INTEGER_set(number.get(), *order.number) == 1);
        PRAMANA_CHECK(X509_CRL_add1_ext_i2d(out.get(), NID_crl_number, number.get(), 0, 0) == 1);
    }
    PRAMANA_CHECK(X509_CRL_sort(out.get()) == 1);
    const ContextPtr context = signing_context(issuer);
    PRAMANA_CHECK(X509_CRL_sign_ctx(out.get(), context.get()) > 0);
    return encoded(out.get(),
                   [](X509_CRL* c, unsigned char** raw) { return i2d_X509_CRL(c, raw); });
}

Bytes der(std::uint8_t tag, const Bytes& content) {
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

Bytes der_number(std::uint8_t value) {
    Bytes content;
    if (value >= 0x80) content.push_back(0);
    content.push_back(value);
    return der(0x02, content);
}

Bytes joined(const std::vector<Bytes>& parts) {
    Bytes out;
    for (const Bytes& part : parts) append(out, part);
    return out;
}

}  // namespace pramana::made
