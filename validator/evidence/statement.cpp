#include "pramana/evidence/statement.hpp"

#include "pramana/core/canonical_json.hpp"
#include "pramana/core/check.hpp"
#include "pramana/core/sha256.hpp"

#include <openssl/sha.h>

#include <algorithm>

namespace pramana::evidence {
namespace {

constexpr std::size_t kTextBytesMax = 512;
constexpr std::size_t kDlpsMax = 64;
constexpr std::size_t kImagesMax = 64;
constexpr std::size_t kEndpointsMax = 16;
constexpr std::size_t kRecipientsMax = 16;
constexpr std::size_t kCompressedKeySize = 33;
constexpr std::size_t kDecimalDigitsMax = 78;  // of 2^256
constexpr std::string_view kNoneKnown = "none known";

constexpr Error fail(std::string_view site) noexcept {
    return Error{Errc::kEvidenceMalformed, site};
}

CanonicalObject& put_keys(CanonicalObject& out, const StatedKeys& keys) {
    return out.hex0x("encryption_key", keys.encryption)
        .number("key_epoch", keys.epoch)
        .hex0x("signing_address", address_of(keys.signing))
        .hex0x("signing_key", keys.signing);
}

CanonicalObject written(const StatedBuild& build) {
    return CanonicalObject{}
        .hex("binary_sha256", build.binary_sha256)
        .hex("compose_sha256", build.compose_sha256)
        .text("derived_from", build.compose_sha256 ? "compose" : "self-declared")
        .texts("images", build.images)
        .text("version", build.version);
}

CanonicalObject written(const StatedConfig& config) {
    return CanonicalObject{}
        .hex("ca_sha256", config.ca_sha256)
        .texts("endpoints", config.endpoints)
        .hex("sha256", config.sha256);
}

CanonicalObject written(const StatedDlp& dlp) {
    return CanonicalObject{}
        .hex0x("address", dlp.address)
        .number("corpus_epoch", dlp.corpus_epoch)
        .hex("corpus_id", dlp.corpus_id)
        .hex("corpus_root", dlp.corpus_root)
        .number("corpus_size", dlp.corpus_size)
        .number("dlp_id", dlp.dlp_id)
        .text("instruction", dlp.instruction)
        .hex0x("registry", dlp.registry)
        .hex("ruleset", dlp.ruleset)
        .text("ruleset_name", dlp.ruleset_name);
}

CanonicalObject written(const KeyOrigin& origin) {
    std::vector<std::string> recipients;
    recipients.reserve(origin.backup_recipients.size());
    for (const Bytes& key : origin.backup_recipients) recipients.push_back(to_hex0x(key));
    return CanonicalObject{}
        .texts("backup_recipients", recipients)
        .flag("imported", origin.imported)
        .text("source", origin.source)
        .flag("survive_restart", origin.survive_restart);
}

CanonicalObject written(const UpgradeAuthority& authority) {
    return CanonicalObject{}
        .hex0x("app_auth", authority.app_auth)
        .hex0x("owner", authority.owner)
        .number("timelock_s", authority.timelock_s);
}

CanonicalObject written(const Statement& statement) {
    std::vector<CanonicalObject> dlps;
    dlps.reserve(statement.dlps.size());
    for (const StatedDlp& dlp : statement.dlps) dlps.push_back(written(dlp));
    CanonicalObject out;
    put_keys(out, statement.keys)
        .object("build", written(statement.build))
        .number("chain_id", statement.chain_id)
        .object("config", written(statement.config))
        .hex0x("data_registry", statement.data_registry)
        .objects("dlps", dlps)
        .text("format", kStatementFormat)
        .object("key_origin", written(statement.key_origin))
        .text("min_bid_wei", statement.min_bid_wei)
        .hex("model", statement.model)
        .hex("previous", statement.previous)
        .text("provider", statement.provider)
        .number("sequence", statement.sequence)
        .hex0x("tee_pool", statement.tee_pool)
        .hex("tls_key_sha256", statement.tls_key_sha256)
        .number("upload_bytes_max", statement.upload_bytes_max);
    if (statement.anchor)
        out.object("anchor", CanonicalObject{}
                                 .hex("block_hash", statement.anchor->hash)
                                 .number("block_number", statement.anchor->number));
    else
        out.null("anchor");
    if (statement.previous_keys) {
        CanonicalObject keys;
        out.object("previous_keys", put_keys(keys, *statement.previous_keys));
    } else {
        out.null("previous_keys");
    }
    if (statement.upgrade_authority)
        out.object("upgrade_authority", written(*statement.upgrade_authority));
    else
        out.text("upgrade_authority", kNoneKnown);
    return out;
}

// What a statement may hold.
bool is_text(std::string_view text) noexcept {
    return text.size() <= kTextBytesMax && is_utf8(text);
}

bool are_texts(const std::vector<std::string>& texts, std::size_t count_max) {
    return texts.size() <= count_max &&
           std::ranges::all_of(texts, [](const std::string& text) { return is_text(text); });
}

bool is_decimal(std::string_view text) {
    return !text.empty() && text.size() <= kDecimalDigitsMax &&
           (text == "0" || text.front() != '0') &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_kind(std::string_view text) {
    return !text.empty() && text.size() <= 32 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

/// A point of the curve in the one form that is written.
bool is_key(const PublicKey& key) {
    const Result<PublicKey> read = parse_public_key(key.view());
    return read && *read == key;
}
bool are_keys(const StatedKeys& keys) { return is_key(keys.signing) && is_key(keys.encryption); }

bool is_origin(const KeyOrigin& origin) {
    return is_kind(origin.source) && origin.backup_recipients.size() <= kRecipientsMax &&
           std::ranges::all_of(origin.backup_recipients, [](const Bytes& key) {
               return key.size() == kCompressedKeySize && parse_public_key(key);
           });
}

/// What no reader takes, by its place; nothing: it is a statement.
std::optional<Error> refusal_of(const Statement& statement) {
    if (!is_kind(statement.provider)) return fail("evidence.statement.provider");
    if (!is_text(statement.build.version) || !are_texts(statement.build.images, kImagesMax) ||
        (!statement.build.images.empty() && !statement.build.compose_sha256))
        return fail("evidence.statement.build");
    if (!are_texts(statement.config.endpoints, kEndpointsMax))
        return fail("evidence.statement.config");
    if (statement.dlps.size() > kDlpsMax ||
        !std::ranges::all_of(statement.dlps, [](const StatedDlp& dlp) {
            return is_text(dlp.instruction) && is_text(dlp.ruleset_name);
        }))
        return fail("evidence.statement.dlps");
    if (!are_keys(statement.keys) ||
        (statement.previous_keys && !are_keys(*statement.previous_keys)))
        return fail("evidence.statement.keys");
    if (!is_origin(statement.key_origin)) return fail("evidence.statement.key_origin");
    if (!is_decimal(statement.min_bid_wei)) return fail("evidence.statement.min_bid_wei");
    if (statement.previous.has_value() != (statement.sequence > 0))
        return fail("evidence.statement.previous");
    return std::nullopt;
}

/// The challenge, or zeros where there is none.
Hash32 challenge_word(ByteView challenge) {
    PRAMANA_CHECK(challenge.empty() || challenge.size() == Hash32::kSize);
    Hash32 word;
    std::ranges::copy(challenge, word.bytes.begin());
    return word;
}

}  // namespace

Result<std::string> to_canonical_json(const Statement& statement) {
    if (const std::optional<Error> refused = refusal_of(statement)) return *refused;
    std::string text = written(statement).str();
    if (text.size() > kStatementBytesMax) return fail("evidence.statement.size");
    return text;
}

Hash32 statement_hash(std::string_view canonical_text) { return sha256(canonical_text); }

ReportBytes report_bytes(std::string_view statement_text, ByteView challenge,
                         const std::optional<Hash32>& gpu) {
    Bytes message;
    append(message, "pramana:report:2");
    append(message, challenge_word(challenge).view());
    append(message, gpu.value_or(Hash32{}).view());
    append(message, statement_text);
    ReportBytes report;
    ::SHA512(message.data(), message.size(), report.bytes.data());
    return report;
}

}  // namespace pramana::evidence
