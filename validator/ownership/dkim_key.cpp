#include "dkim_key.hpp"

#include "dkim_tags.hpp"
#include "pramana/core/base64.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>

namespace pramana::ownership {
namespace {

constexpr int kRsaBitsMin = 1024;  // RFC 8301 section 3.2
constexpr int kRsaBitsMax = 8192;
constexpr std::size_t kEd25519Bytes = 32;
constexpr BN_ULONG kExponentMin = 3;

struct Free {
    void operator()(EVP_PKEY_CTX* p) const noexcept { EVP_PKEY_CTX_free(p); }
    void operator()(EVP_MD_CTX* p) const noexcept { EVP_MD_CTX_free(p); }
    void operator()(BIGNUM* p) const noexcept { BN_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;
using Key = std::shared_ptr<EVP_PKEY>;

Key owned(EVP_PKEY* key) { return Key{key, EVP_PKEY_free}; }

/// A SubjectPublicKeyInfo, as everybody publishes, or the bare RSAPublicKey that the RFC's grammar
/// names; the whole of `der`, and an RSA key within the bounds.
Key read_rsa(ByteView der) {
    const unsigned char* at = der.data();
    const auto size = static_cast<long>(der.size());
    Key key = owned(d2i_PUBKEY(nullptr, &at, size));
    if (!key) {
        at = der.data();
        key = owned(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, size));
    }
    if (!key || at != der.data() + der.size() || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA)
        return nullptr;
    const int bits = EVP_PKEY_get_bits(key.get());
    BIGNUM* raw = nullptr;
    if (EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_RSA_E, &raw) != 1) return nullptr;
    const Owned<BIGNUM> exponent{raw};
    const bool fits = bits >= kRsaBitsMin && bits <= kRsaBitsMax && BN_is_odd(raw) == 1 &&
                      BN_num_bits(raw) <= 64 && BN_get_word(raw) >= kExponentMin;
    return fits ? key : nullptr;
}

bool lists(std::string_view list, std::string_view wanted) {
    const std::vector<std::string_view> parts = split_list(list, ':');
    return std::ranges::find(parts, wanted) != parts.end();
}

bool verify_rsa(EVP_PKEY* key, const Hash32& digest, ByteView signature) {
    const Owned<EVP_PKEY_CTX> context{EVP_PKEY_CTX_new(key, nullptr)};
    return context && EVP_PKEY_verify_init(context.get()) == 1 &&
           EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1 &&
           EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) == 1 &&
           EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.bytes.data(),
                           digest.bytes.size()) == 1;
}

/// Ed25519 itself over the digest (RFC 8463 section 3): not Ed25519ph.
bool verify_ed25519(EVP_PKEY* key, const Hash32& digest, ByteView signature) {
    const Owned<EVP_MD_CTX> context{EVP_MD_CTX_new()};
    return context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
           EVP_DigestVerify(context.get(), signature.data(), signature.size(), digest.bytes.data(),
                            digest.bytes.size()) == 1;
}

}  // namespace

bool DkimKey::verify(const Hash32& digest, ByteView signature) const {
    switch (algorithm_) {
        case DkimAlgorithm::kRsaSha256: return verify_rsa(key_.get(), digest, signature);
        case DkimAlgorithm::kEd25519Sha256: return verify_ed25519(key_.get(), digest, signature);
    }
    std::abort();
}

KeyReading read_key(std::string_view record) {
    const std::optional<std::vector<Tag>> tags = read_tags(record);
    if (!tags) return {std::nullopt, "not a list of tags, or a tag twice"};
    const Tag* const version = find_tag(*tags, "v");
    if (version != nullptr && (version != tags->data() || version->value != "DKIM1"))
        return {std::nullopt, "a version that is not DKIM1 or does not stand first"};
    if (find_tag(*tags, "h") != nullptr && !lists(value_or(*tags, "h", {}), "sha256"))
        return {std::nullopt, "a key that is not for SHA-256"};
    const std::string_view services = value_or(*tags, "s", "*");
    if (!lists(services, "*") && !lists(services, "email"))
        return {std::nullopt, "a key that is not for mail"};
    const std::string_view flags = value_or(*tags, "t", {});
    if (lists(flags, "y")) return {std::nullopt, "a key for tests (t=y)"};
    const Tag* const written = find_tag(*tags, "p");
    if (written == nullptr) return {std::nullopt, "no key"};
    if (written->value.empty()) return {std::nullopt, "a revoked key (empty p=)"};
    const std::optional<Bytes> raw = base64_decode(written->value, Base64::kWithLines);
    if (!raw) return {std::nullopt, "a key that is no base64"};
    DkimKey key;
    key.identity_is_domain_ = lists(flags, "s");
    const std::string_view kind = value_or(*tags, "k", "rsa");
    if (kind == "rsa") {
        key.key_ = read_rsa(*raw);
    } else if (kind == "ed25519" && raw->size() == kEd25519Bytes) {
        key.algorithm_ = DkimAlgorithm::kEd25519Sha256;
        key.key_ =
            owned(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw->data(), raw->size()));
    }
    if (!key.key_) return {std::nullopt, "no RSA key of 1024 to 8192 bits and no Ed25519 key"};
    key.bits_ = static_cast<std::uint32_t>(EVP_PKEY_get_bits(key.key_.get()));
    return {std::move(key), {}};
}

}  // namespace pramana::ownership
