#include "pramana/crypto/secp256k1.hpp"

#include "pramana/crypto/keccak.hpp"
#include "pramana/os/decided.hpp"

#include <openssl/rand.h>
#include <secp256k1.h>
#include <secp256k1_ecdh.h>
#include <secp256k1_recovery.h>

#include <memory>

namespace pramana {
namespace {

/// One context for the process, blinded once with fresh randomness (a defence against side
/// channels). Const use of a context is thread-safe (secp256k1.h).
const secp256k1_context* context() {
    struct Destroy {
        void operator()(secp256k1_context* c) const noexcept { secp256k1_context_destroy(c); }
    };
    static const std::unique_ptr<secp256k1_context, Destroy> kContext = [] {
        std::unique_ptr<secp256k1_context, Destroy> made{
            secp256k1_context_create(SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY)};
        std::array<std::uint8_t, 32> seed{};
        PRAMANA_CHECK(made != nullptr &&
                      RAND_bytes(seed.data(), static_cast<int>(seed.size())) == 1);
        PRAMANA_CHECK(secp256k1_context_randomize(made.get(), seed.data()) == 1);
        return made;
    }();
    return kContext.get();
}

PublicKey serialise(const secp256k1_pubkey& parsed) {
    PublicKey key;
    std::size_t length = key.bytes.size();
    PRAMANA_CHECK(secp256k1_ec_pubkey_serialize(context(), key.bytes.data(), &length, &parsed,
                                                SECP256K1_EC_UNCOMPRESSED) == 1);
    return key;
}

secp256k1_pubkey parsed_or_abort(const PublicKey& key) {
    secp256k1_pubkey parsed;
    PRAMANA_CHECK(
        secp256k1_ec_pubkey_parse(context(), &parsed, key.bytes.data(), key.bytes.size()) == 1);
    return parsed;
}

int copy_x(unsigned char* output, const unsigned char* x, const unsigned char* /*y*/,
           void* /*data*/) {
    std::copy_n(x, 32, output);
    return 1;
}

}  // namespace

SigningKey::SigningKey(SecretBytes raw, const PublicKey& public_key)
    : raw_{std::move(raw)}, public_key_{public_key}, address_{address_of(public_key)} {}

SigningKey SigningKey::generate() {
    for (;;) {
        SecretBytes raw{32};
        PRAMANA_CHECK(RAND_priv_bytes(raw.expose_mutable().data(), 32) == 1);
        Result<SigningKey> key = from_bytes(std::move(raw));
        if (key) return std::move(*key);  // misses once in 2^128
    }
}

Result<SigningKey> SigningKey::from_bytes(SecretBytes raw) {
    if (raw.size() != 32) return Error{Errc::kMalformedKey, "crypto.secp256k1.key_length"};
    secp256k1_pubkey parsed;
    if (!decided(secp256k1_ec_pubkey_create(context(), &parsed, raw.expose().data()) == 1))
        return Error{Errc::kMalformedKey, "crypto.secp256k1.key_range"};
    published({parsed.data, sizeof parsed.data});
    return SigningKey{std::move(raw), serialise(parsed)};
}

Signature65 SigningKey::sign(const Hash32& digest) const {
    secp256k1_ecdsa_recoverable_signature signature;
    PRAMANA_CHECK(
        decided(secp256k1_ecdsa_sign_recoverable(context(), &signature, digest.bytes.data(),
                                                 raw_.expose().data(), nullptr, nullptr) == 1));
    published({signature.data, sizeof signature.data});
    Signature65 out;
    int recovery = 0;
    secp256k1_ecdsa_recoverable_signature_serialize_compact(context(), out.bytes.data(), &recovery,
                                                            &signature);
    out.bytes[64] = static_cast<std::uint8_t>(27 + recovery);
    return out;
}

SecretBytes SigningKey::shared_x(const PublicKey& peer) const {
    const secp256k1_pubkey parsed = parsed_or_abort(peer);
    SecretBytes x{32};
    PRAMANA_CHECK(decided(secp256k1_ecdh(context(), x.expose_mutable().data(), &parsed,
                                         raw_.expose().data(), copy_x, nullptr) == 1));
    return x;
}

Result<PublicKey> parse_public_key(ByteView raw) {
    std::array<std::uint8_t, 65> prefixed{0x04};
    if (raw.size() == 64) {
        std::copy(raw.begin(), raw.end(), prefixed.begin() + 1);
        raw = prefixed;
    }
    // libsecp256k1 also reads the hybrid forms 06 and 07; nobody writes them.
    const bool known = (raw.size() == 33 && (raw[0] == 0x02 || raw[0] == 0x03)) ||
                       (raw.size() == 65 && raw[0] == 0x04);
    secp256k1_pubkey parsed;
    if (!known || secp256k1_ec_pubkey_parse(context(), &parsed, raw.data(), raw.size()) != 1)
        return Error{Errc::kMalformedKey, "crypto.secp256k1.public_key"};
    return serialise(parsed);
}

Bytes compressed_key(const PublicKey& key) {
    Bytes out(33);
    out[0] = static_cast<std::uint8_t>(2U | (key.bytes.back() & 1U));
    std::copy_n(key.bytes.begin() + 1, 32, out.begin() + 1);
    return out;
}

Address address_of(const PublicKey& key) noexcept {
    const Hash32 hash = keccak256(key.view().subspan(1));
    Address address;
    std::copy_n(hash.bytes.begin() + 12, 20, address.bytes.begin());
    return address;
}

Result<PublicKey> recover_public_key(const Hash32& digest, const Signature65& signature) {
    const std::uint8_t v = signature.bytes[64];
    const int recovery = v >= 27 ? v - 27 : v;
    if (recovery > 1 || !has_low_s(signature))
        return Error{Errc::kMalformedKey, "crypto.secp256k1.signature"};
    secp256k1_ecdsa_recoverable_signature parsed;
    secp256k1_pubkey key;
    if (secp256k1_ecdsa_recoverable_signature_parse_compact(
            context(), &parsed, signature.bytes.data(), recovery) != 1 ||
        secp256k1_ecdsa_recover(context(), &key, &parsed, digest.bytes.data()) != 1)
        return Error{Errc::kMalformedKey, "crypto.secp256k1.recover"};
    return serialise(key);
}

Result<Address> recover_address(const Hash32& digest, const Signature65& signature) {
    Result<PublicKey> key = recover_public_key(digest, signature);
    if (!key) return key.error();
    return address_of(*key);
}

bool has_low_s(const Signature65& signature) noexcept {
    // n / 2, SEC 2 section 2.4.1.
    static constexpr std::array<std::uint8_t, 32> kHalfOrder = {
        0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4,
        0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0};
    return std::lexicographical_compare_three_way(signature.bytes.begin() + 32,
                                                  signature.bytes.begin() + 64, kHalfOrder.begin(),
                                                  kHalfOrder.end()) <= 0;
}

Hash32 personal_message_digest(ByteView message) {
    const std::string prefix =
        "\x19"
        "Ethereum Signed Message:\n" +
        std::to_string(message.size());
    return keccak256({as_bytes_view(prefix), message});
}

}  // namespace pramana
