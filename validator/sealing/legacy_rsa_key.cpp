#include "legacy_rsa_key.hpp"

#include "armor.hpp"
#include "packets.hpp"
#include "pramana/core/endian.hpp"

#include <openssl/evp.h>

namespace pramana::sealing {
namespace {

constexpr std::size_t kKeysMax = 8;
constexpr std::uint8_t kRsaLast = 3;  // 1 both, 2 encrypt only, 3 sign only

Error malformed(std::string_view site) noexcept { return {Errc::kMalformedKey, site}; }

/// The last 8 octets of SHA-1 over 0x99, the length and the public part (section 5.5.4.2).
std::array<std::uint8_t, 8> key_id_of(ByteView public_part) {
    Bytes hashed = {0x99};
    append_be(hashed, static_cast<std::uint16_t>(public_part.size()));
    append(hashed, public_part);
    std::array<std::uint8_t, 20> fingerprint{};
    PRAMANA_CHECK(EVP_Digest(hashed.data(), hashed.size(), fingerprint.data(), nullptr, EVP_sha1(),
                             nullptr) == 1);
    std::array<std::uint8_t, 8> id{};
    std::copy(fingerprint.end() - 8, fingerprint.end(), id.begin());
    return id;
}

Result<LegacyRsaKey> read_key(ByteView body) {
    constexpr std::size_t kFixed = 6;  // version, creation time, algorithm
    if (body.size() < kFixed || body[0] != 4) return malformed("sealing.legacy_key.version");
    if (body[5] == 0 || body[5] > kRsaLast) return malformed("sealing.legacy_key.algorithm");
    ByteView rest = body.subspan(kFixed);
    const ByteView n = take_mpi(rest);
    const ByteView e = take_mpi(rest);
    if (n.empty() || n.size() > 512 || e.empty() || e.size() > 8 || rest.empty())
        return malformed("sealing.legacy_key.public");
    const ByteView public_part = body.first(body.size() - rest.size());
    if (rest[0] != 0) return malformed("sealing.legacy_key.protected");
    rest = rest.subspan(1);
    const ByteView d = take_mpi(rest);
    if (d.empty() || d.size() > n.size()) return malformed("sealing.legacy_key.secret");
    return LegacyRsaKey{key_id_of(public_part), Bytes(n.begin(), n.end()),
                        Bytes(e.begin(), e.end()), SecretBytes::copy_of(d)};
}

}  // namespace

ByteView take_mpi(ByteView& in) noexcept {
    if (in.size() < 2) return {};
    const std::size_t bytes = (std::size_t{load_be<std::uint16_t>(in.data())} + 7) / 8;
    if (in.size() - 2 < bytes) return {};
    const ByteView number = in.subspan(2, bytes);
    in = in.subspan(2 + bytes);
    return number;
}

Result<std::vector<LegacyRsaKey>> read_legacy_rsa_keys(ByteView armored) {
    const Result<SecretBytes> binary = dearmor(armored, "PGP PRIVATE KEY BLOCK");
    if (!binary) return malformed("sealing.legacy_key.armor");
    std::vector<LegacyRsaKey> keys;
    for (PacketReader reader{binary->expose()}; !reader.at_end();) {
        const Result<Packet> packet = reader.next();
        if (!packet) return malformed("sealing.legacy_key.packets");
        if (packet->tag != Tag::kSecretKey && packet->tag != Tag::kSecretSubkey) continue;
        Result<LegacyRsaKey> key = read_key(packet->encoded);
        if (!key) return key.error();
        if (keys.size() == kKeysMax) return malformed("sealing.legacy_key.count");
        keys.push_back(std::move(*key));
    }
    if (keys.empty()) return malformed("sealing.legacy_key.none");
    return keys;
}

}  // namespace pramana::sealing
