#include "pramana/sealing/envelope.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"

#include <functional>

namespace pramana::sealing {
namespace {

constexpr std::uint64_t kVersion = 1;
constexpr std::string_view kKeyLabel = "pramana:key:1";
constexpr std::size_t kEphemeralSize = 32;
constexpr std::size_t kPermissionSize = kEciesIvSize + kEphemeralSize;
constexpr std::size_t kSaltSize = 32;

/// Larger numbers do not survive a JavaScript client (RFC 8259 section 6).
constexpr std::uint64_t kNumberMax = (std::uint64_t{1} << 53U) - 1;

/// How one member is read; false when it does not fit.
struct Field {
    std::string_view name;
    std::function<bool(const JsonView&)> read;
};

/// Whether `object` has exactly these members, and each could be read. read_json refused
/// duplicates.
bool read_object(const JsonView& object, std::initializer_list<Field> fields) {
    if (object.kind() != JsonKind::kObject || object.members().size() != fields.size())
        return false;
    return std::all_of(fields.begin(), fields.end(), [&](const Field& field) {
        const std::optional<JsonView> value = object.member(field.name);
        return value && field.read(*value);
    });
}

/// A reader for hex of exactly F::kSize bytes, with or without 0x.
template <class F>
auto fixed(F& out) {
    return [&out](const JsonView& value) {
        const Result<std::string> text = value.text();
        if (!text) return false;
        const Result<F> bytes = fixed_from_hex<F>(*text);
        if (bytes) out = *bytes;
        return bytes.has_value();
    };
}

auto number(std::uint64_t& out) {
    return [&out](const JsonView& value) {
        const Result<std::uint64_t> whole = value.whole_number();
        if (whole) out = *whole;
        return whole && out <= kNumberMax;
    };
}

auto hex_bytes(Bytes& out) {
    return [&out](const JsonView& value) {
        const Result<std::string> text = value.text();
        if (!text) return false;
        Result<Bytes> bytes = from_hex(*text);
        if (bytes) out = std::move(*bytes);
        return !out.empty();
    };
}

/// An object's text as it stands; whoever asks for it judges what is in it.
auto object_text(std::string& out) {
    return [&out](const JsonView& value) {
        const bool fits =
            value.kind() == JsonKind::kObject && value.raw().size() <= kEnvelopeOwnershipMax;
        if (fits) out = value.raw();
        return fits;
    };
}

bool read_intent(const JsonView& value, Intent& intent) {
    return read_object(value, {{"chain_id", number(intent.chain_id)},
                               {"dlp", fixed(intent.dlp)},
                               {"ruleset", fixed(intent.ruleset)},
                               {"sealed_sha256", fixed(intent.sealed_sha256)},
                               {"terms_sha256", fixed(intent.terms_sha256)},
                               {"expires_unix_s", number(intent.expires_unix_s)},
                               {"wallet", fixed(intent.wallet)}});
}

std::string quoted(std::string_view name, const std::string& value) {
    return "\"" + std::string{name} + "\":\"" + value + "\"";
}

std::string numbered(std::string_view name, std::uint64_t value) {
    return "\"" + std::string{name} + "\":" + std::to_string(value);
}

/// The part of the key's plaintext that must be right before anything is believed.
Bytes bound_head(const Intent& intent) {
    Bytes head;
    append(head, kKeyLabel);
    append(head, intent_digest(intent).view());
    return head;
}

}  // namespace

Result<Envelope> parse_envelope(ByteView json) {
    if (json.size() > kEnvelopeBytesMax)
        return Error{Errc::kMalformedEnvelope, "sealing.envelope.length"};
    const Result<JsonView> root = read_json(as_text(json), 2);
    if (!root) return Error{Errc::kMalformedEnvelope, "sealing.envelope.json"};
    Envelope envelope;
    std::uint64_t version = 0;
    const auto intent = [&](const JsonView& value) { return read_intent(value, envelope.intent); };
    const Field version_field{"version", number(version)};
    const Field intent_field{"intent", intent};
    const Field signature{"intent_signature", fixed(envelope.intent_signature)};
    const Field key{"key", hex_bytes(envelope.sealed_key)};
    const Field ownership{"ownership", object_text(envelope.ownership)};
    const bool read =
        root->member("ownership")
            ? read_object(*root, {version_field, intent_field, signature, key, ownership})
            : read_object(*root, {version_field, intent_field, signature, key});
    if (!read) return Error{Errc::kMalformedEnvelope, "sealing.envelope.members"};
    if (version != kVersion) return Error{Errc::kMalformedEnvelope, "sealing.envelope.version"};
    return envelope;
}

std::string write_envelope(const Envelope& envelope) {
    const Intent& intent = envelope.intent;
    return "{" + numbered("version", kVersion) + ",\"intent\":{" +
           numbered("chain_id", intent.chain_id) + "," +
           quoted("dlp", to_hex0x(intent.dlp.view())) + "," +
           quoted("ruleset", to_hex(intent.ruleset.view())) + "," +
           quoted("sealed_sha256", to_hex(intent.sealed_sha256.view())) + "," +
           quoted("terms_sha256", to_hex(intent.terms_sha256.view())) + "," +
           numbered("expires_unix_s", intent.expires_unix_s) + "," +
           quoted("wallet", to_hex0x(intent.wallet.view())) + "}," +
           quoted("intent_signature", to_hex0x(envelope.intent_signature.view())) + "," +
           quoted("key", to_hex(envelope.sealed_key)) +
           (envelope.ownership.empty() ? "" : ",\"ownership\":" + envelope.ownership) + "}";
}

Result<Bytes> seal_file_key(const PublicKey& validator, const Intent& intent,
                            const FileKeyBundle& bundle) {
    const std::size_t length = bundle.file_key.size();
    const bool permission = bundle.permission.has_value();
    if (length == 0 || length > kFileKeyBytesMax)
        return Error{Errc::kMalformedKey, "sealing.envelope.key_length"};
    if (permission && bundle.permission->ephemeral_key.size() != kEphemeralSize)
        return Error{Errc::kMalformedKey, "sealing.envelope.ephemeral_length"};
    if (bundle.ownership_salt && bundle.ownership_salt->size() != kSaltSize)
        return Error{Errc::kMalformedKey, "sealing.envelope.salt_length"};
    const Bytes head = bound_head(intent);
    SecretBytes plain{head.size() + 2 + length + (permission ? kPermissionSize : 0) +
                      (bundle.ownership_salt ? kSaltSize : 0)};
    const std::span<std::uint8_t> out = plain.expose_mutable();
    auto at = std::copy(head.begin(), head.end(), out.begin());
    store_be(static_cast<std::uint16_t>(length), &*at);
    const std::span<const std::uint8_t> key = bundle.file_key.expose();
    at = std::copy(key.begin(), key.end(), at + 2);
    if (permission) {
        at = std::copy(bundle.permission->iv.begin(), bundle.permission->iv.end(), at);
        const ByteView ephemeral = bundle.permission->ephemeral_key.expose();
        at = std::copy(ephemeral.begin(), ephemeral.end(), at);
    }
    if (bundle.ownership_salt) std::ranges::copy(bundle.ownership_salt->expose(), at);
    return ecies_encrypt(validator, plain.expose());
}

Result<FileKeyBundle> open_file_key(const SigningKey& validator, const Intent& intent,
                                    ByteView sealed_key) {
    const Result<SecretBytes> plain = ecies_decrypt(validator, sealed_key);
    if (!plain) return Error{Errc::kKeyNotForUs, "sealing.envelope.key"};
    const Bytes head = bound_head(intent);
    ByteView rest = plain->expose();
    if (rest.size() < head.size() + 2 || as_text(rest.first(kKeyLabel.size())) != kKeyLabel)
        return Error{Errc::kMalformedEnvelope, "sealing.envelope.key_layout"};
    if (!equal_secret(rest.first(head.size()), head))
        return Error{Errc::kIntentMismatch, "sealing.envelope.key_intent"};
    rest = rest.subspan(head.size());
    const std::size_t length = load_be<std::uint16_t>(rest.data());
    rest = rest.subspan(2);
    if (length == 0 || length > kFileKeyBytesMax || rest.size() < length)
        return Error{Errc::kMalformedEnvelope, "sealing.envelope.key_layout"};
    FileKeyBundle bundle{SecretBytes::copy_of(rest.first(length)), std::nullopt};
    rest = rest.subspan(length);  // what else there is shows in its length: 0, 32, 48 or 80
    if (rest.size() >= kPermissionSize) {
        PermissionSecret& secret = bundle.permission.emplace();
        std::copy_n(rest.data(), kEciesIvSize, secret.iv.begin());
        secret.ephemeral_key = SecretBytes::copy_of(rest.subspan(kEciesIvSize, kEphemeralSize));
        rest = rest.subspan(kPermissionSize);
    }
    if (rest.size() == kSaltSize) bundle.ownership_salt = SecretBytes::copy_of(rest);
    if (!rest.empty() && !bundle.ownership_salt)
        return Error{Errc::kMalformedEnvelope, "sealing.envelope.key_layout"};
    return bundle;
}

}  // namespace pramana::sealing
