#include "pramana/keys/key_material.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/crypto/aead.hpp"

#include <algorithm>
#include <array>

namespace pramana::keys {
namespace {

constexpr std::size_t kSecretSize = 32;
constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kImported = 1;
constexpr std::uint8_t kHasSeed = 2;
constexpr std::size_t kHeadSize = 2 + 2 * kSecretSize + 2;
constexpr std::size_t kEntrySize = 4 + 3 * kSecretSize;

SecretBytes random_secret() {
    SecretBytes out{kSecretSize};
    random_bytes(out.expose_mutable());
    return out;
}

SecretBytes piece(std::span<const std::uint8_t> from, std::size_t at) {
    return SecretBytes::copy_of(from.subspan(at, kSecretSize));
}

void put(std::span<std::uint8_t> into, std::size_t at, const SecretBytes& secret) {
    PRAMANA_CHECK(secret.size() == kSecretSize);
    std::ranges::copy(secret.expose(), into.begin() + static_cast<std::ptrdiff_t>(at));
}

EpochSecrets copy_of(const EpochSecrets& from) {
    return {.epoch = from.epoch,
            .signing = SecretBytes::copy_of(from.signing.expose()),
            .encryption = SecretBytes::copy_of(from.encryption.expose()),
            .tls = SecretBytes::copy_of(from.tls.expose())};
}

}  // namespace

std::string_view name_of(Purpose purpose) noexcept {
    constexpr std::array<std::string_view, 5> kNames = {"signing", "encryption", "tls", "storage",
                                                        "sealing"};
    return kNames.at(static_cast<std::size_t>(purpose));
}

std::string key_path(Purpose purpose, std::uint32_t epoch) {
    return "pramana/v1/" + std::string{name_of(purpose)} + '/' + std::to_string(epoch);
}

std::string key_purpose(Purpose purpose) {
    return "pramana-" + std::string{name_of(purpose)} + "-v1";
}

KeyMaterial new_key_material() {
    KeyMaterial out;
    out.seed = random_secret();
    out.vault = random_secret();
    return out;
}

Result<EpochSecrets> secrets_of(const KeyMaterial& material, std::uint32_t epoch,
                                std::string_view domain) {
    const auto listed = std::ranges::find(material.listed, epoch, &EpochSecrets::epoch);
    if (listed != material.listed.end()) return copy_of(*listed);
    if (material.seed.empty()) return Error{Errc::kNotFound, "keys.material.epoch"};
    const auto draw = [&](Purpose purpose) {
        const std::string path = key_path(purpose, epoch);
        return hkdf_sha256(material.seed.expose(), as_bytes_view(domain), as_bytes_view(path),
                           kSecretSize);
    };
    return EpochSecrets{.epoch = epoch,
                        .signing = draw(Purpose::kSigning),
                        .encryption = draw(Purpose::kEncryption),
                        .tls = draw(Purpose::kTls)};
}

SecretBytes encode(const KeyMaterial& material) {
    PRAMANA_CHECK(material.listed.size() <= kListedMax);
    SecretBytes out{kHeadSize + material.listed.size() * kEntrySize};
    const std::span<std::uint8_t> raw = out.expose_mutable();
    raw[0] = kVersion;
    raw[1] = static_cast<std::uint8_t>((material.imported ? kImported : 0U) |
                                       (material.seed.empty() ? 0U : kHasSeed));
    if (!material.seed.empty()) put(raw, 2, material.seed);
    put(raw, 2 + kSecretSize, material.vault);
    store_be(static_cast<std::uint16_t>(material.listed.size()), &raw[2 + 2 * kSecretSize]);
    std::size_t at = kHeadSize;
    for (const EpochSecrets& entry : material.listed) {
        store_be(entry.epoch, &raw[at]);
        put(raw, at + 4, entry.signing);
        put(raw, at + 4 + kSecretSize, entry.encryption);
        put(raw, at + 4 + 2 * kSecretSize, entry.tls);
        at += kEntrySize;
    }
    return out;
}

Result<KeyMaterial> decode_key_material(const SecretBytes& encoded) {
    const std::span<const std::uint8_t> raw = encoded.expose();
    const Error malformed{Errc::kMalformedKey, "keys.material.form"};
    if (raw.size() < kHeadSize || raw[0] != kVersion || raw[1] > (kImported | kHasSeed))
        return malformed;
    const auto count = load_be<std::uint16_t>(&raw[2 + 2 * kSecretSize]);
    if (count > kListedMax || raw.size() != kHeadSize + count * kEntrySize) return malformed;
    KeyMaterial out;
    out.imported = (raw[1] & kImported) != 0;
    const SecretBytes none{kSecretSize};
    if ((raw[1] & kHasSeed) != 0)
        out.seed = piece(raw, 2);
    else if (!equal_secret(raw.subspan(2, kSecretSize), none.expose()))
        return malformed;
    out.vault = piece(raw, 2 + kSecretSize);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t at = kHeadSize + i * kEntrySize;
        EpochSecrets entry{.epoch = load_be<std::uint32_t>(&raw[at]),
                           .signing = piece(raw, at + 4),
                           .encryption = piece(raw, at + 4 + kSecretSize),
                           .tls = piece(raw, at + 4 + 2 * kSecretSize)};
        if (std::ranges::find(out.listed, entry.epoch, &EpochSecrets::epoch) != out.listed.end())
            return malformed;
        out.listed.push_back(std::move(entry));
    }
    if (out.seed.empty() && out.listed.empty()) return malformed;
    return out;
}

}  // namespace pramana::keys
