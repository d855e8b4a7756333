#include "pramana/sealing/file_key.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/crypto/aead.hpp"
#include "pramana/os/secret_hex.hpp"

namespace pramana::sealing {
namespace {

constexpr std::size_t kSignatureSize = 65;

/// The 65 bytes behind 0x and 130 digits.
Result<SecretBytes> signature_bytes(ByteView key) {
    if (key.size() != 2 + 2 * kSignatureSize || !as_text(key).starts_with("0x"))
        return Error{Errc::kMalformedKey, "sealing.file_key.form"};
    return secret_from_hex(key.subspan(2));
}

}  // namespace

FileKeyForm form_of_file_key(ByteView key) noexcept {
    const std::string_view text = as_text(key);
    const std::string_view lower = "0123456789abcdef";
    if (text.size() == 2 + 2 * kSignatureSize && text.starts_with("0x") &&
        text.substr(2).find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos)
        return FileKeyForm::kSignature;
    if (text.size() == 64 && text.find_first_not_of(lower) == std::string_view::npos)
        return FileKeyForm::kScopeKey;
    return FileKeyForm::kOther;
}

Result<Address> signer_of_file_key(ByteView key, std::string_view message) {
    const Result<SecretBytes> raw = signature_bytes(key);
    if (!raw) return Error{Errc::kMalformedKey, "sealing.file_key.form"};
    Signature65 signature;  // the key itself: wiped before return
    std::copy_n(raw->expose().begin(), kSignatureSize, signature.bytes.begin());
    Result<Address> signer =
        recover_address(personal_message_digest(as_bytes_view(message)), signature);
    wipe(signature.bytes);
    return signer;
}

Status check_file_key_owner(ByteView key, const Address& owner, std::string_view message) {
    if (form_of_file_key(key) != FileKeyForm::kSignature)
        return Error{Errc::kMalformedKey, "sealing.file_key.form"};
    const Result<Address> signer = signer_of_file_key(key, message);
    if (!signer || *signer != owner) return Error{Errc::kKeyNotOwners, "sealing.file_key.owner"};
    return Done{};
}

Result<SecretBytes> refinement_key(ByteView file_key) {
    const Result<SecretBytes> raw = signature_bytes(file_key);
    if (!raw) return Error{Errc::kMalformedKey, "sealing.file_key.refinement"};
    const SecretBytes digits =
        secret_to_hex(hkdf_sha256(raw->expose(), {}, as_bytes_view("query-engine"), 64).expose());
    SecretBytes key{2 + digits.size()};
    std::ranges::copy(as_bytes_view("0x"), key.expose_mutable().begin());
    std::ranges::copy(digits.expose(), key.expose_mutable().begin() + 2);
    return key;
}

Result<SecretBytes> scope_key(ByteView master_signature, std::string_view scope) {
    const Result<SecretBytes> raw = signature_bytes(master_signature);
    if (!raw) return Error{Errc::kMalformedKey, "sealing.file_key.master"};
    const std::string info = "scope:" + std::string{scope};
    return secret_to_hex(
        hkdf_sha256(raw->expose(), as_bytes_view("vana"), as_bytes_view(info), 32).expose());
}

Result<bool> permission_matches(ByteView file_key, const PublicKey& dlp_key,
                                const PermissionSecret& secret, std::string_view on_chain_hex) {
    const Result<SigningKey> ephemeral =
        SigningKey::from_bytes(SecretBytes::copy_of(secret.ephemeral_key.expose()));
    if (!ephemeral) return ephemeral.error();
    const Result<Bytes> on_chain = from_hex(on_chain_hex);
    if (!on_chain || file_key.empty() || file_key.size() > kFileKeyBytesMax) return false;
    for (const SharedXForm form : {SharedXForm::kPadded, SharedXForm::kStripped})
        if (equal_secret(ecies_encrypt_fixed(dlp_key, file_key, secret.iv, *ephemeral, form),
                         *on_chain))
            return true;
    return false;
}

}  // namespace pramana::sealing
