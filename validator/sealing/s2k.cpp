#include "s2k.hpp"

#include <openssl/evp.h>

#include <memory>

namespace pramana::sealing {
namespace {

struct HashName {
    std::uint8_t id;
    const char* name;
    std::size_t bytes;
};
// RFC 9580 section 9.5.
constexpr HashName kHashes[] = {
    {1, "MD5", 16},    {2, "SHA1", 20},    {3, "RIPEMD160", 20}, {8, "SHA256", 32},
    {9, "SHA384", 48}, {10, "SHA512", 64}, {11, "SHA224", 28},
};

const HashName* find_hash(std::uint8_t id) noexcept {
    const HashName* const found = std::find_if(std::begin(kHashes), std::end(kHashes),
                                               [id](const HashName& h) { return h.id == id; });
    return found == std::end(kHashes) ? nullptr : found;
}

struct FreeDigest {
    void operator()(EVP_MD* md) const noexcept { EVP_MD_free(md); }
};
struct FreeContext {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

/// salt || password, repeated so that the hash gets long runs: about 16 KiB, at least once.
SecretBytes repeated(ByteView salt, ByteView password, bool many) {
    const std::size_t unit = salt.size() + password.size();
    const std::size_t times = many ? std::max<std::size_t>(1, 16384 / unit) : 1;
    SecretBytes out{unit * times};
    auto at = out.expose_mutable().begin();
    for (std::size_t i = 0; i < times; ++i) {
        at = std::copy(salt.begin(), salt.end(), at);
        at = std::copy(password.begin(), password.end(), at);
    }
    return out;
}

}  // namespace

std::size_t digest_bytes(std::uint8_t hash) noexcept {
    const HashName* const found = find_hash(hash);
    return found == nullptr ? 0 : found->bytes;
}

std::uint64_t s2k_cost(const S2k& s2k, std::size_t key_bytes) noexcept {
    const std::size_t digest = digest_bytes(s2k.hash);
    PRAMANA_CHECK(digest != 0);
    return s2k.count * ((key_bytes + digest - 1) / digest);
}

Result<S2k> read_s2k(ByteView& in) {
    if (in.size() < 2) return Error{Errc::kMalformedMessage, "sealing.s2k.length"};
    const std::uint8_t kind = in[0];
    S2k s2k;
    s2k.hash = in[1];
    if (kind == 4) return Error{Errc::kUnsupportedPacket, "sealing.openpgp.argon2"};
    if (kind != 0 && kind != 1 && kind != 3)
        return Error{Errc::kUnsupportedPacket, "sealing.openpgp.s2k_kind"};
    if (digest_bytes(s2k.hash) == 0)
        return Error{Errc::kUnsupportedPacket, "sealing.openpgp.s2k_hash"};
    s2k.kind = static_cast<S2k::Kind>(kind);
    const std::size_t salt = kind == 0 ? 0 : s2k.salt.size();
    const std::size_t size = 2 + salt + (kind == 3 ? 1 : 0);
    if (in.size() < size) return Error{Errc::kMalformedMessage, "sealing.s2k.length"};
    std::copy_n(in.begin() + 2, salt, s2k.salt.begin());
    if (kind == 3) s2k.count = decode_count(in[size - 1]);
    in = in.subspan(size);
    return s2k;
}

Result<SecretBytes> derive_key(const S2k& s2k, ByteView password, std::size_t key_bytes) {
    const HashName* const hash = find_hash(s2k.hash);
    PRAMANA_CHECK(hash != nullptr && !password.empty());
    const std::unique_ptr<EVP_MD, FreeDigest> digest{EVP_MD_fetch(nullptr, hash->name, nullptr)};
    if (digest == nullptr) return Error{Errc::kUnsupportedPacket, "sealing.openpgp.s2k_hash"};
    const bool salted = s2k.kind != S2k::Kind::kSimple;
    const bool iterated = s2k.kind == S2k::Kind::kIterated;
    const ByteView salt = salted ? ByteView{s2k.salt} : ByteView{};
    const SecretBytes input = repeated(salt, password, iterated);
    // At least one whole salt || password is hashed, whatever the count (section 3.7.1.3).
    const std::uint64_t total = std::max<std::uint64_t>(s2k.count, salt.size() + password.size());
    SecretBytes key{key_bytes};
    SecretBytes block{hash->bytes};
    for (std::size_t done = 0, round = 0; done < key_bytes; ++round) {
        const std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
        PRAMANA_CHECK(context != nullptr &&
                      EVP_DigestInit_ex2(context.get(), digest.get(), nullptr) == 1);
        const Bytes zeros(round, 0);  // each further context is preloaded with one more zero
        PRAMANA_CHECK(EVP_DigestUpdate(context.get(), zeros.data(), zeros.size()) == 1);
        for (std::uint64_t left = total; left > 0;) {
            const std::size_t take = std::min<std::uint64_t>(left, input.size());
            PRAMANA_CHECK(EVP_DigestUpdate(context.get(), input.expose().data(), take) == 1);
            left -= take;
        }
        PRAMANA_CHECK(EVP_DigestFinal_ex(context.get(), block.expose_mutable().data(), nullptr) ==
                      1);
        const std::size_t take = std::min(hash->bytes, key_bytes - done);
        std::copy_n(block.expose().begin(), take,
                    key.expose_mutable().begin() + static_cast<std::ptrdiff_t>(done));
        done += take;
    }
    return key;
}

}  // namespace pramana::sealing
