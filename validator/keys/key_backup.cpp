#include "pramana/keys/key_backup.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/crypto/aead.hpp"

namespace pramana::keys {
namespace {

constexpr std::string_view kFormat = "pramana:key-backup:1";
constexpr std::size_t kTextBytesMax = std::size_t{64} * 1024;
constexpr std::size_t kMembers = 8;

/// The label in the one form that is sealed with.
std::string label_text(const BackupLabel& label, const PublicKey& ephemeral) {
    JsonObject json;
    json.text("format", kFormat)
        .text("program", label.domain)
        .number("chain_id", label.chain_id)
        .number("epoch", label.epoch)
        .number("made_unix_s", static_cast<std::uint64_t>(label.made_unix_s))
        .text("signing_address", to_hex0x(label.signing_address.view()))
        .text("recipient", to_hex0x(compressed_key(label.recipient)))
        .text("ephemeral", to_hex0x(compressed_key(ephemeral)));
    return json.str();
}

SealingKey backup_key(const SecretBytes& shared_x, std::string_view label) {
    return SealingKey{hkdf_sha256(shared_x.expose(), as_bytes_view(label),
                                  as_bytes_view("pramana:key-backup:key:1"), 32)};
}

struct Parts {
    BackupLabel label;
    PublicKey ephemeral;
    Bytes sealed;
};

Result<std::string> text_of(const JsonView& object, std::string_view name) {
    const std::optional<JsonView> value = object.member(name);
    if (!value) return Error{Errc::kMalformedKey, "keys.backup.member"};
    Result<std::string> text = value->text();
    if (!text) return Error{Errc::kMalformedKey, "keys.backup.member"};
    return text;
}

Result<std::uint64_t> number_of(const JsonView& object, std::string_view name, std::uint64_t most) {
    const std::optional<JsonView> value = object.member(name);
    const Result<std::uint64_t> number =
        value ? value->whole_number() : Error{Errc::kMalformedKey, "keys.backup.member"};
    if (!number || *number > most) return Error{Errc::kMalformedKey, "keys.backup.number"};
    return number;
}

Result<PublicKey> point_of(const JsonView& object, std::string_view name) {
    const Result<std::string> text = text_of(object, name);
    const Result<Bytes> raw = text ? from_hex(*text) : text.error();
    if (!raw || raw->size() != 33) return Error{Errc::kMalformedKey, "keys.backup.point"};
    return parse_public_key(*raw);
}

Result<Parts> split(std::string_view text) {
    const Error malformed{Errc::kMalformedKey, "keys.backup.form"};
    if (text.size() > kTextBytesMax) return malformed;
    const Result<JsonView> json = read_json(text, 2);
    if (!json || json->members().size() != kMembers + 1) return malformed;
    const Result<std::string> format = text_of(*json, "format");
    if (!format || *format != kFormat) return malformed;
    Parts out;
    Result<std::string> program = text_of(*json, "program");
    const Result<std::uint64_t> chain = number_of(*json, "chain_id", UINT64_MAX);
    const Result<std::uint64_t> epoch = number_of(*json, "epoch", UINT32_MAX);
    const Result<std::uint64_t> made = number_of(*json, "made_unix_s", INT64_MAX);
    const Result<std::string> address = text_of(*json, "signing_address");
    const Result<PublicKey> recipient = point_of(*json, "recipient");
    const Result<PublicKey> ephemeral = point_of(*json, "ephemeral");
    const Result<std::string> sealed = text_of(*json, "sealed");
    if (!program || !chain || !epoch || !made || !address || !recipient || !ephemeral || !sealed)
        return malformed;
    const Result<Address> signing = fixed_from_hex<Address>(*address);
    Result<Bytes> raw = from_hex(*sealed);
    if (!signing || !raw) return malformed;
    out.label = {.recipient = *recipient,
                 .signing_address = *signing,
                 .epoch = static_cast<std::uint32_t>(*epoch),
                 .chain_id = *chain,
                 .made_unix_s = static_cast<std::int64_t>(*made),
                 .domain = *std::move(program)};
    out.ephemeral = *ephemeral;
    out.sealed = *std::move(raw);
    return out;
}

}  // namespace

std::string seal_backup(const KeyMaterial& material, const BackupLabel& label) {
    const SigningKey ephemeral = SigningKey::generate();
    const std::string head = label_text(label, ephemeral.public_key());
    const SealingKey key = backup_key(ephemeral.shared_x(label.recipient), head);
    const Bytes sealed = key.seal(encode(material).expose(), as_bytes_view(head));
    return head.substr(0, head.size() - 1) + ",\"sealed\":\"" + to_hex(sealed) + "\"}\n";
}

Result<BackupLabel> read_backup_label(std::string_view text) {
    Result<Parts> parts = split(text);
    if (!parts) return parts.error();
    return std::move(parts->label);
}

Result<KeyMaterial> open_backup(std::string_view text, const SigningKey& recipient,
                                std::string_view domain) {
    const Result<Parts> parts = split(text);
    if (!parts) return parts.error();
    if (parts->label.domain != domain) return Error{Errc::kKeysForeign, "keys.backup.program"};
    if (parts->label.recipient != recipient.public_key())
        return Error{Errc::kKeyNotForUs, "keys.backup.recipient"};
    const std::string head = label_text(parts->label, parts->ephemeral);
    const SealingKey key = backup_key(recipient.shared_x(parts->ephemeral), head);
    const Result<SecretBytes> opened = key.open(parts->sealed, as_bytes_view(head));
    if (!opened) return opened.error();
    Result<KeyMaterial> material = decode_key_material(*opened);
    if (!material) return material.error();
    Result<EpochSecrets> current = secrets_of(*material, parts->label.epoch, domain);
    if (!current) return Error{Errc::kMalformedKey, "keys.backup.epoch"};
    const Result<SigningKey> signing = SigningKey::from_bytes(std::move(current->signing));
    if (!signing) return signing.error();
    if (signing->address() != parts->label.signing_address)
        return Error{Errc::kKeysForeign, "keys.backup.address"};
    return material;
}

}  // namespace pramana::keys
