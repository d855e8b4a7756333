#include "sealing_adapters.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/os/log.hpp"

#include "score/keyed_hashes.hpp"

namespace pramana::app {
namespace {

Result<sealing::PermissionSecret> to_sealing(const pipeline::PermissionSecret& secret) {
    sealing::PermissionSecret out;
    if (secret.iv.size() != out.iv.size()) return Error{Errc::kMalformedKey, "app.opener.iv"};
    std::copy(secret.iv.begin(), secret.iv.end(), out.iv.begin());
    out.ephemeral_key = SecretBytes::copy_of(secret.ephemeral_key.expose());
    return out;
}

}  // namespace

Result<pipeline::VerifiedIntent> OpenerAdapter::verify_envelope(ByteView envelope) {
    const Result<sealing::Envelope> read = sealing::parse_envelope(envelope);
    if (!read) return read.error();
    const sealing::Intent& intent = read->intent;
    PRAMANA_TRY(sealing::verify_intent(intent, read->intent_signature));
    if (intent.expires_unix_s > INT64_MAX)
        return Error{Errc::kMalformedEnvelope, "app.opener.expires"};
    return pipeline::VerifiedIntent{
        .chain_id = intent.chain_id,
        .dlp = intent.dlp,
        .ruleset = intent.ruleset,
        .sealed_sha256 = intent.sealed_sha256,
        .terms_sha256 = intent.terms_sha256,
        .expires_unix_s = static_cast<std::int64_t>(intent.expires_unix_s),
        .wallet = intent.wallet,
        .digest = sealing::intent_digest(intent)};
}

Result<std::optional<pipeline::OwnershipShown>> OpenerAdapter::ownership(
    const Hash32& ruleset, ByteView envelope, std::optional<std::int64_t> now) {
    Result<std::optional<pipeline::OwnershipShown>> shown = gate_.judge(ruleset, envelope, now);
    if (!shown)  // its place names the check
        log::info("ownership.refused", {{"ruleset", ruleset}, {"error", shown.error()}});
    return shown;
}

Status OpenerAdapter::owned_content(const Hash32& ruleset, ByteView envelope,
                                    const SecretBytes& opened) {
    if (!gate_.asks_for_content(ruleset)) return Done{};
    std::optional<ownership::OpenedContent> content;
    const Result<sealing::FileKeyBundle> bundle = open_bundle(envelope);
    if (bundle && bundle->ownership_salt) {
        content.emplace().sha256 = sha256(opened.expose());
        std::ranges::copy(bundle->ownership_salt->expose(), content->salt.bytes.begin());
    }
    const Status owned = gate_.judge_content(ruleset, envelope, content);
    if (content) {  // together they test a guess of the file
        wipe(content->sha256.bytes);
        wipe(content->salt.bytes);
    }
    if (!owned) log::info("ownership.refused", {{"ruleset", ruleset}, {"error", owned.error()}});
    return owned;
}

Result<sealing::FileKeyBundle> OpenerAdapter::open_bundle(ByteView envelope) const {
    const Result<sealing::Envelope> read = sealing::parse_envelope(envelope);
    if (!read) return read.error();
    Result<sealing::FileKeyBundle> bundle =
        sealing::open_file_key(key_, read->intent, read->sealed_key);
    if (!bundle && previous_ != nullptr)
        bundle = sealing::open_file_key(*previous_, read->intent, read->sealed_key);
    return bundle;
}

Result<pipeline::FileKey> OpenerAdapter::open_envelope(ByteView envelope) {
    Result<sealing::FileKeyBundle> bundle = open_bundle(envelope);
    if (!bundle) return bundle.error();
    pipeline::FileKey key;
    key.key = std::move(bundle->file_key);
    if (bundle->permission) {
        pipeline::PermissionSecret secret;
        secret.iv.assign(bundle->permission->iv.begin(), bundle->permission->iv.end());
        secret.ephemeral_key = std::move(bundle->permission->ephemeral_key);
        key.permission = std::move(secret);
    }
    return key;
}

Result<SecretBytes> OpenerAdapter::open_key(ByteView encrypted_key) {
    Result<SecretBytes> key = ecies_decrypt(key_, encrypted_key);
    if (!key && previous_ != nullptr) key = ecies_decrypt(*previous_, encrypted_key);
    if (!key || key->empty() || key->size() > sealing::kFileKeyBytesMax)
        return Error{Errc::kKeyNotForUs, "app.opener.key"};
    return key;
}

Result<Address> OpenerAdapter::signer_of(const SecretBytes& key, std::string_view message) {
    return sealing::signer_of_file_key(key.expose(),
                                       message.empty() ? sealing::kFileKeyMessage : message);
}

Result<bool> OpenerAdapter::matches_permission(const SecretBytes& key,
                                               const pipeline::PermissionSecret& secret,
                                               std::string_view dlp_public_key,
                                               std::string_view permission_on_chain) {
    const Result<Bytes> raw = from_hex(dlp_public_key);
    if (!raw) return Error{Errc::kMalformedKey, "app.opener.dlp_key"};
    const Result<PublicKey> dlp_key = parse_public_key(*raw);
    if (!dlp_key) return dlp_key.error();
    const Result<sealing::PermissionSecret> with = to_sealing(secret);
    if (!with) return with.error();
    return sealing::permission_matches(key.expose(), *dlp_key, *with, permission_on_chain);
}

pipeline::KeyedHashes OpenerAdapter::keyed_hashes(const SecretBytes& key, FileId file,
                                                  const pipeline::ContentHashes& content) {
    return {.text = keyed_text_hash(key.expose(), file, content.text),
            .trace = scoring::keyed_trace_root(content.leaves, trace_salt(key.expose(), file))};
}

Result<SecretBytes> OpenerAdapter::decrypt(ByteView sealed, const SecretBytes& key) {
    return sealing::open_message(sealed, key.expose(), limits_);
}

}  // namespace pramana::app
