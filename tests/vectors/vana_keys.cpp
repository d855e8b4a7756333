#include "vectors/keys.hpp"
#include "vectors/vana_sealing.hpp"

#include "armor.hpp"
#include "legacy_rsa.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/sealing/file_key.hpp"

namespace pramana::vectors {
namespace {

using Iv = FixedBytes<struct IvTag, kEciesIvSize>;

void check_public_keys(const JsonView& entry, const PublicKey& key, const std::string& prefix) {
    for (const char* const form : {"compressed", "uncompressed"}) {
        const std::string name = prefix + form;
        expect_bytes(name, must(name, parse_public_key(hex(entry, name))).view(), key.view());
    }
}

/// A blob with fixed iv and ephemeral key has to come out again bit for bit.
void check_reproduction(const JsonView& entry, const Bytes& sealed, const PublicKey& recipient) {
    if (!has_member(entry, "ephemeral_private_key")) return;
    const std::string form = text(entry, "shared_x");
    expect(form == "padded32" || form == "unpadded", "unknown shared_x");
    const SigningKey ephemeral = signing_key(entry, "ephemeral_private_key");
    if (has_member(entry, "shared_x_hex"))
        expect_bytes("shared_x_hex", ephemeral.shared_x(recipient).expose(),
                     hex(entry, "shared_x_hex"));
    expect_bytes("the blob made again",
                 ecies_encrypt_fixed(
                     recipient, hex(entry, "plaintext_hex"), fixed<Iv>(entry, "iv_input").bytes,
                     ephemeral, form == "unpadded" ? SharedXForm::kStripped : SharedXForm::kPadded),
                 sealed);
}

void check_ecies_entry(const JsonView& entry) {
    const SigningKey recipient = signing_key(entry, "recipient_private_key");
    const Bytes sealed = hex(entry, "ciphertext_hex");
    const Expectation expectation{entry};
    const Result<SecretBytes> opened = ecies_decrypt(recipient, sealed);
    if (!opened) {
        const Errc code = opened.error().code;
        const bool right = code == Errc::kAuthTagMismatch ||
                           (expectation.begins("reject") && code == Errc::kMalformedKey);
        return expectation.refused(opened.error(), right);
    }
    expectation.succeeded();
    expect_bytes("plaintext_hex", opened->expose(), hex(entry, "plaintext_hex"));
    check_public_keys(entry, recipient.public_key(), "recipient_public_key_");
    Bytes parts;
    for (const char* const part : {"iv", "ephemeral_public_key", "cbc_ciphertext", "mac"})
        append(parts, hex(entry, part));
    expect_bytes("the parts together", parts, sealed);
    check_reproduction(entry, sealed, recipient.public_key());
}

void check_wrapped_key(const JsonView& entry) {
    const std::string key = text(entry, "private_key_armored");
    for (const char* const form : {"encrypted_key_armored", "encrypted_key_on_chain"}) {
        const std::string wrapped = text(entry, form);
        const SecretBytes opened =
            must(form, sealing::open_wrapped_key(as_bytes_view(key), as_bytes_view(wrapped)));
        expect_text(form, as_text(opened.expose()), text(entry, "plaintext_utf8"));
    }
    expect_text("public_key_base64_of_armor", as_text(base64(entry, "public_key_base64_of_armor")),
                text(entry, "public_key_armored"));
}

void check_wallet_signature(const JsonView& entry) {
    const SigningKey wallet = signing_key(entry, "private_key");
    expect_bytes("address", wallet.address().view(), hex(entry, "address"));
    check_public_keys(entry, wallet.public_key(), "public_key_");
    const std::string message = text(entry, "message");
    const Hash32 digest = personal_message_digest(as_bytes_view(message));
    expect_bytes("message_eip191_digest", digest.view(), hex(entry, "message_eip191_digest"));
    const Signature65 signature = fixed<Signature65>(entry, "signature");
    expect_signature(digest, wallet, signature, wallet.address());
    expect(signature.bytes[64] == u64(entry, "v"), "v differs");
    const std::string key = text(entry, "signature");
    static_cast<void>(must(
        "owner", sealing::check_file_key_owner(as_bytes_view(key), wallet.address(), message)));
}

/// The file key as the node gets it: encrypted to it, or in clear.
std::string file_key_of(const JsonView& body, const SigningKey& tee) {
    if (!has_member(body, "encrypted_encryption_key")) return text(body, "encryption_key");
    const SecretBytes opened =
        must("encrypted_encryption_key", ecies_decrypt(tee, hex(body, "encrypted_encryption_key")));
    return std::string{as_text(opened.expose())};
}

void check_permission(const JsonView& permission, const JsonView& root, const std::string& key,
                      bool matches) {
    const PublicKey dlp = signing_key(root, "dlp_private_key").public_key();
    expect_bytes("address", hex(permission, "address"), hex(root, "dlp_address"));
    const PublicKey stated = must("public_key", parse_public_key(hex(permission, "public_key")));
    expect_bytes("public_key", stated.view(), dlp.view());
    const sealing::PermissionSecret secret{fixed<Iv>(permission, "iv").bytes,
                                           SecretBytes::copy_of(hex(permission, "ephemeral_key"))};
    const bool matched = must(
        "permission", sealing::permission_matches(as_bytes_view(key), stated, secret,
                                                  text(root, "on_chain_filePermissions_for_dlp")));
    expect(matched == matches,
           matched ? "the permission matches" : "the permission does not match");
}

void check_runproof_request(const JsonView& entry, const JsonView& root) {
    const JsonView body = member(entry, "body");
    const std::string key = file_key_of(body, signing_key(root, "tee_private_key"));
    if (has_member(entry, "encryption_key"))
        expect_text("encryption_key", key, text(entry, "encryption_key"));
    static_cast<void>(
        must("encryption_seed",
             sealing::signer_of_file_key(as_bytes_view(key), text(body, "encryption_seed"))));
    const bool fails = Expectation{entry}.begins("permission check fails");
    expect(!fails || has_member(body, "validate_permissions"), "there is no permission to check");
    if (!has_member(body, "validate_permissions")) return;
    for (const JsonView& permission : member(body, "validate_permissions").items())
        check_permission(permission, root, key, !fails);
}

}  // namespace

Expectation::Expectation(const JsonView& entry)
    : text_{has_member(entry, "expect") ? text(entry, "expect") : "ok"} {}

void Expectation::succeeded() const {
    expect(allows_success(), "accepted, but expected: " + text_);
}

void Expectation::refused(const Error& error, bool right_reason) const {
    expect(allows_refusal() && right_reason, "refused as " + std::string{name_of(error.code)} +
                                                 " at " + std::string{error.site} +
                                                 ", but expected: " + text_);
}

Bytes base64(const JsonView& object, std::string_view name) {
    const std::string encoded = text(object, name);
    const SecretBytes raw = must(std::string{name}, sealing::from_base64(as_bytes_view(encoded)));
    return Bytes(raw.expose().begin(), raw.expose().end());
}

void check_ecies(const VectorFile& file, Report& report) {
    each_case(file, report, "entries", check_ecies_entry);
}

void check_wrapped_keys(const VectorFile& file, Report& report) {
    each_case(file, report, "entries", check_wrapped_key);
}

void check_oaep_secrets(const VectorFile& file, Report& report) {
    each_case(file, report, "entries", [&](const JsonView& entry) {
        const std::string pem = text(file.root, "private_key_pem");
        const SecretBytes opened = must(
            "secret", sealing::open_oaep_secret(as_bytes_view(pem), hex(entry, "ciphertext_hex")));
        expect_text("plaintext_utf8", as_text(opened.expose()), text(entry, "plaintext_utf8"));
    });
}

void check_refinement_keys(const VectorFile& file, Report& report) {
    each_case(file, report, "entries", [&](const JsonView& entry) {
        const std::string file_key = text(entry, "encryption_key");
        const SecretBytes key =
            must("refinement key", sealing::refinement_key(as_bytes_view(file_key)));
        expect_text("refinement_key", as_text(key.expose()), text(entry, "refinement_key"));
    });
}

void check_wallet_signatures(const VectorFile& file, Report& report) {
    each_case(file, report, "entries", check_wallet_signature);
}

void check_runproof_requests(const VectorFile& file, Report& report) {
    each_case(file, report, "entries",
              [&](const JsonView& entry) { check_runproof_request(entry, file.root); });
}

}  // namespace pramana::vectors
