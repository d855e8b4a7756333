#include "pramana/evidence/statement.hpp"

#include "pramana/core/check.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/core/utf8.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <map>

namespace pramana::evidence {
namespace {

constexpr std::uint64_t kExactNumberMax = (1ULL << 53U) - 1;  // RFC 7493 section 2.2
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

// A std::map sorts the names, so an object cannot be written in another order.
using Object = std::map<std::string_view, std::string>;

std::string text_of(const Object& object) {
    std::string out = "{";
    for (const auto& [name, value] : object) {
        if (out.size() > 1) out += ',';
        out += json_quoted(name) + ':' + value;
    }
    return out + '}';
}
std::string text_of(std::uint64_t value) {
    const std::string digits = std::to_string(value);
    return value <= kExactNumberMax ? digits : '"' + digits + '"';
}
std::string text_of(bool value) { return value ? "true" : "false"; }
std::string text_of(std::string_view value) { return json_quoted(value); }
std::string text_of(const Hash32& value) { return '"' + to_hex(value.view()) + '"'; }
std::string text_of(const Address& value) { return '"' + to_hex0x(value.view()) + '"'; }
std::string text_of(const PublicKey& value) { return '"' + to_hex0x(value.view()) + '"'; }
std::string text_of(const std::vector<std::string>& values) {
    std::string out = "[";
    for (const std::string& value : values) {
        if (out.size() > 1) out += ',';
        out += text_of(std::string_view{value});
    }
    return out + ']';
}
std::string text_of(const StatedBlock& block);
std::string text_of(const StatedKeys& keys);
template <class T>
std::string text_or_null(const std::optional<T>& value) {
    return value ? text_of(*value) : "null";
}

std::string text_of(const StatedBlock& block) {
    return text_of(
        Object{{"block_hash", text_of(block.hash)}, {"block_number", text_of(block.number)}});
}

std::string text_of(const StatedBuild& build) {
    const std::string_view from = build.compose_sha256 ? "compose" : "self-declared";
    return text_of(Object{{"binary_sha256", text_of(build.binary_sha256)},
                          {"compose_sha256", text_or_null(build.compose_sha256)},
                          {"derived_from", text_of(from)},
                          {"images", text_of(build.images)},
                          {"version", text_of(std::string_view{build.version})}});
}

std::string text_of(const StatedConfig& config) {
    return text_of(Object{{"ca_sha256", text_or_null(config.ca_sha256)},
                          {"endpoints", text_of(config.endpoints)},
                          {"sha256", text_of(config.sha256)}});
}

std::string text_of(const StatedDlp& dlp) {
    return text_of(Object{{"address", text_of(dlp.address)},
                          {"corpus_epoch", text_of(std::uint64_t{dlp.corpus_epoch})},
                          {"corpus_id", text_of(dlp.corpus_id)},
                          {"corpus_root", text_of(dlp.corpus_root)},
                          {"corpus_size", text_of(dlp.corpus_size)},
                          {"dlp_id", text_of(dlp.dlp_id)},
                          {"instruction", text_of(std::string_view{dlp.instruction})},
                          {"registry", text_or_null(dlp.registry)},
                          {"ruleset", text_of(dlp.ruleset)},
                          {"ruleset_name", text_of(std::string_view{dlp.ruleset_name})}});
}

std::string text_of(const StatedKeys& keys) {
    return text_of(Object{{"encryption_key", text_of(keys.encryption)},
                          {"key_epoch", text_of(std::uint64_t{keys.epoch})},
                          {"signing_address", text_of(address_of(keys.signing))},
                          {"signing_key", text_of(keys.signing)}});
}

std::string text_of(const KeyOrigin& origin) {
    std::vector<std::string> recipients;
    for (const Bytes& key : origin.backup_recipients) recipients.push_back(to_hex0x(key));
    return text_of(Object{{"backup_recipients", text_of(recipients)},
                          {"imported", text_of(origin.imported)},
                          {"source", text_of(std::string_view{origin.source})},
                          {"survive_restart", text_of(origin.survive_restart)}});
}

std::string text_of(const UpgradeAuthority& authority) {
    return text_of(Object{{"app_auth", text_or_null(authority.app_auth)},
                          {"owner", text_or_null(authority.owner)},
                          {"timelock_s", text_or_null(authority.timelock_s)}});
}

std::string text_of(const std::vector<StatedDlp>& dlps) {
    std::string out = "[";
    for (const StatedDlp& dlp : dlps) {
        if (out.size() > 1) out += ',';
        out += text_of(dlp);
    }
    return out + ']';
}

std::string text_of(const Statement& statement) {
    const std::optional<UpgradeAuthority>& authority = statement.upgrade_authority;
    return text_of(Object{
        {"anchor", text_or_null(statement.anchor)},
        {"build", text_of(statement.build)},
        {"chain_id", text_of(statement.chain_id)},
        {"config", text_of(statement.config)},
        {"data_registry", text_of(statement.data_registry)},
        {"dlps", text_of(statement.dlps)},
        {"encryption_key", text_of(statement.keys.encryption)},
        {"format", text_of(kStatementFormat)},
        {"key_epoch", text_of(std::uint64_t{statement.keys.epoch})},
        {"key_origin", text_of(statement.key_origin)},
        {"min_bid_wei", text_of(std::string_view{statement.min_bid_wei})},
        {"model", text_of(statement.model)},
        {"previous", text_or_null(statement.previous)},
        {"previous_keys", text_or_null(statement.previous_keys)},
        {"provider", text_of(std::string_view{statement.provider})},
        {"sequence", text_of(statement.sequence)},
        {"signing_address", text_of(address_of(statement.keys.signing))},
        {"signing_key", text_of(statement.keys.signing)},
        {"tee_pool", text_of(statement.tee_pool)},
        {"tls_key_sha256", text_or_null(statement.tls_key_sha256)},
        {"upgrade_authority", authority ? text_of(*authority) : text_of(kNoneKnown)},
        {"upload_bytes_max", text_of(statement.upload_bytes_max)},
    });
}

// What a statement may hold.
bool is_text(std::string_view text) noexcept {
    if (text.size() > kTextBytesMax) return false;
    while (!text.empty()) {
        const std::size_t length = utf8_sequence_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
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
    std::string text = text_of(statement);
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
