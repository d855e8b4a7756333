// Runs everything that touches a private key with the key marked undefined, so that memcheck
// reports each branch and each address that depends on it. `ctime CASE` runs one; tools/ctime runs
// all.

#include "secret_marks.hpp"

#include "pramana/core/bytes.hpp"
#include "pramana/crypto/aead.hpp"
#include "pramana/crypto/ecies.hpp"
#include "pramana/crypto/keccak.hpp"
#include "pramana/keys/key_material.hpp"
#include "pramana/os/decided.hpp"
#include "pramana/os/secret_hex.hpp"

#include <array>
#include <cstdio>
#include <string_view>

namespace pramana {

// In the place of base/os/decided.cpp.
bool decided(bool answer) noexcept {
    ctime::declassify(answer);
    return answer;
}

void published(std::span<const std::uint8_t> bytes) noexcept { ctime::declassify(bytes); }

namespace ctime {
namespace {

/// The private half of `key`, from now on a secret for memcheck.
const SigningKey& secret_of(const SigningKey& key) {
    const std::span<const std::uint8_t> raw = key.expose();
    mark_secret({const_cast<std::uint8_t*>(raw.data()), raw.size()});
    return key;
}

SecretBytes secret_bytes(std::size_t size) {
    SecretBytes out{size};
    random_bytes(out.expose_mutable());
    mark_secret(out);
    return out;
}

/// The control: a table that is indexed by a secret, and a branch on it. Has to be reported.
int leak() {
    static constexpr std::array<std::uint8_t, 4> kTable = {1, 2, 3, 4};
    const SecretBytes secret = secret_bytes(1);
    volatile std::uint8_t sink = kTable.at(secret.expose()[0] & 3U);
    return secret.expose()[0] > 100 ? sink : 0;
}

int sign() {
    const SigningKey key = SigningKey::generate();
    const Signature65 signature = secret_of(key).sign(keccak256("a digest"));
    const Result<Address> signer = recover_address(keccak256("a digest"), signature);
    return signer && *signer == key.address() ? 0 : 1;
}

int make_key() {
    Result<SigningKey> key = SigningKey::from_bytes(secret_bytes(32));
    return key ? 0 : 1;
}

int ecdh() {
    const SigningKey peer = SigningKey::generate();
    const SigningKey key = SigningKey::generate();
    const SecretBytes mine = secret_of(key).shared_x(peer.public_key());
    return mine.size() == 32 ? 0 : 1;
}

int ecies_open() {
    const SigningKey key = SigningKey::generate();
    const Bytes sealed = ecies_encrypt(key.public_key(), as_bytes_view("a file key"));
    const Result<SecretBytes> opened = ecies_decrypt(secret_of(key), sealed);
    if (!opened) return 1;
    declassify(opened->expose());
    return as_text(opened->expose()) == "a file key" ? 0 : 1;
}

int ecies_refuse() {
    const SigningKey key = SigningKey::generate();
    Bytes sealed = ecies_encrypt(key.public_key(), as_bytes_view("a file key"));
    sealed.back() ^= 1U;
    return ecies_decrypt(secret_of(key), sealed) ? 1 : 0;
}

int hkdf() {
    const SecretBytes drawn =
        hkdf_sha256(secret_bytes(32).expose(), {}, as_bytes_view("pramana/v1/signing/0"), 32);
    return drawn.size() == 32 ? 0 : 1;
}

int hmac() {
    Hash32 mac = hmac_sha256(secret_bytes(32).expose(), as_bytes_view("a message"));
    declassify(mac);
    return mac.is_zero() ? 1 : 0;
}

int seal_and_open() {
    const SealingKey key{secret_bytes(32)};
    const SecretBytes text = secret_bytes(100);
    Bytes sealed = key.seal(text.expose(), as_bytes_view("place"));
    declassify(sealed);
    const Result<SecretBytes> opened = key.open(sealed, as_bytes_view("place"));
    return opened ? 0 : 1;
}

int hex() {
    SecretBytes text = secret_to_hex(secret_bytes(32).expose());
    const Result<SecretBytes> read = secret_from_hex(text.expose());
    return read ? 0 : 1;
}

int compare() {
    const SecretBytes one = secret_bytes(32);
    return decided(equal_secret(one.expose(), one.expose())) ? 0 : 1;
}

int material() {
    keys::KeyMaterial all = keys::new_key_material();
    mark_secret(all.seed);
    mark_secret(all.vault);
    const Result<keys::EpochSecrets> epoch = keys::secrets_of(all, 3, keys::kProductionDomain);
    if (!epoch) return 1;
    return keys::encode(all).empty() ? 1 : 0;
}

struct Case {
    std::string_view name;
    int (*run)();
    /// Branches of libraries on what is decided: they are counted, because libraries do not tell
    /// us.
    unsigned long known_reports = 0;
};
// libsecp256k1 0.2, secp256k1_ecdsa_sign_inner: whether the RFC 6979 nonce is valid (it is not once
// in 2^128), and whether signing succeeded; its own test declassifies both. OpenSSL 3.0, AES-GCM:
// whether the tag fits, after CRYPTO_memcmp.
constexpr unsigned long kNonceAndSuccess = 2;
constexpr unsigned long kTagFits = 1;
constexpr std::array<Case, 12> kCases{{{"leak", leak},
                                       {"sign", sign, kNonceAndSuccess},
                                       {"make_key", make_key},
                                       {"ecdh", ecdh},
                                       {"ecies_open", ecies_open},
                                       {"ecies_refuse", ecies_refuse},
                                       {"hkdf", hkdf},
                                       {"hmac", hmac},
                                       {"seal_and_open", seal_and_open, kTagFits},
                                       {"hex", hex},
                                       {"compare", compare},
                                       {"material", material}}};

}  // namespace
}  // namespace ctime
}  // namespace pramana

int main(int argc, char** argv) {
    using namespace pramana::ctime;
    int failures = 0;
    for (const Case& each : kCases) {
        if (argc > 1 ? each.name != argv[1] : each.name == "leak") continue;
        const unsigned long before = VALGRIND_COUNT_ERRORS;
        const int failed = each.run();
        const unsigned long reported = VALGRIND_COUNT_ERRORS - before;
        const unsigned long known = RUNNING_ON_VALGRIND == 0 ? 0 : each.known_reports;
        std::printf("%-14s %s, %lu reports (%lu known)\n", each.name.data(),
                    failed == 0 ? "right" : "WRONG RESULT", reported, known);
        if (failed != 0 || reported != known) ++failures;
    }
    if (RUNNING_ON_VALGRIND == 0) std::printf("not under valgrind: only results were checked\n");
    return failures == 0 ? 0 : 1;
}
