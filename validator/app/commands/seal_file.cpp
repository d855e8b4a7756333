#include "seal_file.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/crypto/aead.hpp"
#include "pramana/os/file.hpp"
#include "pramana/sealing/openpgp.hpp"

#include <openssl/sha.h>

#include <cstdlib>

namespace pramana::app {
namespace {

constexpr std::size_t kSealedBytesMax = std::size_t{1} << 30U;
constexpr std::string_view kDigits = "0123456789abcdef";

/// HMAC-SHA-256 under the wallet's key; `use` keeps the uses apart.
Hash32 derive(const SigningKey& wallet, std::string_view use,
              std::initializer_list<ByteView> parts) {
    Bytes message;
    append(message, use);
    for (const ByteView part : parts) append(message, part);
    return hmac_sha256(wallet.expose(), message);
}

}  // namespace

SecretBytes file_key_of(const SigningKey& wallet) {
    Signature65 signature =
        wallet.sign(personal_message_digest(as_bytes_view(sealing::kFileKeyMessage)));
    SecretBytes text{2 + 2 * Signature65::kSize};
    const std::span<std::uint8_t> out = text.expose_mutable();
    out[0] = '0';
    out[1] = 'x';
    for (std::size_t i = 0; i < Signature65::kSize; ++i) {
        out[2 + 2 * i] = static_cast<std::uint8_t>(kDigits[signature.bytes[i] >> 4U]);
        out[3 + 2 * i] = static_cast<std::uint8_t>(kDigits[signature.bytes[i] & 15U]);
    }
    wipe(signature.bytes);
    return text;
}

Result<SealedFile> seal_file(const SecretBytes& opened, const SecretBytes& file_key) {
    Result<Bytes> sealed = sealing::seal_message(opened.expose(), file_key.expose(), {});
    if (!sealed) return sealed.error();
    SealedFile file;
    file.sealed = *std::move(sealed);
    file.sha256 = sha256(file.sealed);
    return file;
}

Result<SealedPermission> seal_permission(const SigningKey& wallet, const SecretBytes& file_key,
                                         const PublicKey& dlp_key, const Address& dlp,
                                         const Hash32& sealed_sha256) {
    SealedPermission made;
    const Hash32 iv = derive(wallet, "pramana:permission:iv:1", {dlp.view(), sealed_sha256.view()});
    std::copy_n(iv.bytes.begin(), kEciesIvSize, made.secret.iv.begin());
    for (std::uint8_t attempt = 0; attempt < UINT8_MAX; ++attempt) {
        Hash32 derived = derive(wallet, "pramana:permission:key:1",
                                {dlp.view(), sealed_sha256.view(), ByteView{&attempt, 1}});
        SecretBytes raw = SecretBytes::copy_of(derived.bytes);
        made.secret.ephemeral_key = SecretBytes::copy_of(derived.bytes);
        wipe(derived.bytes);
        const Result<SigningKey> ephemeral = SigningKey::from_bytes(std::move(raw));
        // Browser builds of eccrypto drop the leading zeros of X: such a key is not used.
        if (!ephemeral || ephemeral->shared_x(dlp_key).expose().front() == 0) continue;
        made.key_hex = to_hex(ecies_encrypt_fixed(dlp_key, file_key.expose(), made.secret.iv,
                                                  *ephemeral, SharedXForm::kPadded));
        return made;
    }
    return Error{Errc::kMalformedKey, "app.permission"};
}

Result<std::string> make_envelope(const SigningKey& wallet, const PublicKey& validator,
                                  const sealing::Intent& intent, sealing::FileKeyBundle bundle,
                                  std::string ownership) {
    Result<Bytes> key = sealing::seal_file_key(validator, intent, bundle);
    if (!key) return key.error();
    sealing::Envelope envelope;
    envelope.intent = intent;
    envelope.intent_signature = sealing::sign_intent(intent, wallet);
    envelope.sealed_key = *std::move(key);
    envelope.ownership = std::move(ownership);
    return sealing::write_envelope(envelope);
}

SealedCopies::SealedCopies(std::filesystem::path directory, const SigningKey& wallet,
                           const ProofInstruction& dlp, const SecretBytes& opened) {
    if (directory.empty()) return;
    Hash32 content;
    ::SHA256(opened.expose().data(), opened.size(), content.bytes.data());
    const Word256 chain_id = [&dlp] {
        Word256 word;
        for (std::size_t i = 0; i < sizeof dlp.chain_id; ++i)
            word.bytes[Word256::kSize - 1 - i] = static_cast<std::uint8_t>(dlp.chain_id >> (8 * i));
        return word;
    }();
    const Hash32 name =
        derive(wallet, "pramana:copy:1",
               {chain_id.view(), dlp.dlp.view(), dlp.ruleset.view(), content.view()});
    wipe(content.bytes);
    std::error_code failed;
    if (std::filesystem::create_directories(directory, failed))
        std::filesystem::permissions(directory, std::filesystem::perms::owner_all, failed);
    const std::string stem = to_hex(name.view().first(16));
    sealed_path_ = directory / (stem + ".sealed");
    finished_path_ = directory / (stem + ".final");
}

std::optional<SealedFile> SealedCopies::unfinished() const {
    if (sealed_path_.empty()) return std::nullopt;
    Result<Bytes> sealed = read_file(sealed_path_, kSealedBytesMax);
    if (!sealed || sealed->empty()) return std::nullopt;
    SealedFile file;
    file.sealed = *std::move(sealed);
    file.sha256 = sha256(file.sealed);
    return file;
}

std::optional<Hash32> SealedCopies::finished() const {
    if (finished_path_.empty()) return std::nullopt;
    const Result<Bytes> raw = read_file(finished_path_, Hash32::kSize);
    const Result<Hash32> hash = raw ? fixed_from_bytes<Hash32>(*raw) : raw.error();
    if (!hash) return std::nullopt;
    return *hash;
}

Status SealedCopies::keep(const SealedFile& file) const {
    if (sealed_path_.empty()) return Done{};
    return write_file_durably(sealed_path_, file.sealed);
}

Status SealedCopies::finish(const Hash32& sealed_sha256) const {
    if (finished_path_.empty()) return Done{};
    PRAMANA_TRY(write_file_durably(finished_path_, sealed_sha256.view()));
    std::error_code ignored;
    std::filesystem::remove(sealed_path_, ignored);
    return Done{};
}

std::filesystem::path default_state_directory() {
    if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state != '\0')
        return std::filesystem::path{state} / "pramana";
    if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
        return std::filesystem::path{home} / ".local" / "state" / "pramana";
    return {};
}

}  // namespace pramana::app
