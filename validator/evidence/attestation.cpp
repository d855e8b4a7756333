#include "pramana/evidence/attestation.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/core/sha256.hpp"

namespace pramana::evidence {
namespace {

constexpr Error fail(std::string_view site) noexcept {
    return Error{Errc::kEvidenceMalformed, site};
}

/// The hash as hex, or the empty text.
std::string hex_or_empty(const std::optional<Hash32>& hash) {
    return hash ? to_hex(hash->view()) : std::string{};
}

Result<std::string> text_member(const JsonView& object, std::string_view name) {
    const std::optional<JsonView> value = object.member(name);
    if (!value || value->kind() != JsonKind::kString) return fail("evidence.attestation.member");
    return value->text();
}

/// The text of a member of this kind, exactly as sent.
Result<std::string> raw_member(const JsonView& object, std::string_view name, JsonKind kind) {
    const std::optional<JsonView> value = object.member(name);
    if (!value || value->kind() != kind) return fail("evidence.attestation.member");
    return std::string{value->raw()};
}

/// An object, or nothing for null; absent counts as null.
Result<std::optional<std::string>> object_or_null(const JsonView& object, std::string_view name) {
    const std::optional<JsonView> value = object.member(name);
    if (!value || value->kind() == JsonKind::kNull) return std::optional<std::string>{};
    Result<std::string> raw = raw_member(object, name, JsonKind::kObject);
    if (!raw) return raw.error();
    return std::optional{*std::move(raw)};
}

/// What is written as hash of something is its hash.
Status compare(const JsonView& object, std::string_view name, std::string_view computed) {
    const Result<std::string> said = text_member(object, name);
    if (!said) return said.error();
    if (*said != computed) return Error{Errc::kHashMismatch, "evidence.attestation.hash"};
    return Done{};
}

}  // namespace

std::optional<Hash32> AttestationParts::gpu_evidence_sha256() const {
    if (!gpu_evidence) return std::nullopt;
    return sha256(*gpu_evidence);
}

ReportBytes AttestationParts::report() const {
    return report_bytes(statement, challenge, gpu_evidence_sha256());
}

std::string to_json(const AttestationParts& parts) {
    JsonObject json;
    json.text("format", kAttestationFormat)
        .number("taken_unix_s", static_cast<std::uint64_t>(parts.taken_unix_s))
        .text("statement_sha256", to_hex(statement_hash(parts.statement).view()))
        .text("challenge", to_hex(parts.challenge))
        .text("gpu_evidence_sha256", hex_or_empty(parts.gpu_evidence_sha256()))
        .text("report_data", to_hex(parts.report().view()))
        .raw("statement", parts.statement)
        .raw("evidence", parts.evidence)
        .raw("gpu_evidence", parts.gpu_evidence.value_or("null"))
        .raw("key_evidence", parts.key_evidence)
        .raw("collateral", parts.collateral.value_or("null"));
    return json.str();
}

Result<AttestationParts> read_attestation(std::string_view json) {
    if (json.size() > kAttestationBytesMax) return fail("evidence.attestation.size");
    const Result<JsonView> root = read_json(json);
    if (!root) return fail("evidence.attestation.json");
    const Result<std::string> format = text_member(*root, "format");
    if (!format || *format != kAttestationFormat) return fail("evidence.attestation.format");
    AttestationParts parts;
    Result<std::string> statement = raw_member(*root, "statement", JsonKind::kObject);
    if (!statement) return statement.error();
    if (const Result<Statement> read = parse_statement(*statement); !read) return read.error();
    parts.statement = *std::move(statement);
    const Result<std::string> challenge = text_member(*root, "challenge");
    if (!challenge) return challenge.error();
    Result<Bytes> raw = from_hex(*challenge);
    if (!raw || (!raw->empty() && raw->size() != Hash32::kSize) || to_hex(*raw) != *challenge)
        return fail("evidence.attestation.challenge");
    parts.challenge = *std::move(raw);
    Result<std::string> evidence = raw_member(*root, "evidence", JsonKind::kObject);
    if (!evidence) return evidence.error();
    parts.evidence = *std::move(evidence);
    Result<std::optional<std::string>> optional = object_or_null(*root, "gpu_evidence");
    if (!optional) return optional.error();
    parts.gpu_evidence = *std::move(optional);
    optional = object_or_null(*root, "collateral");
    if (!optional) return optional.error();
    parts.collateral = *std::move(optional);
    Result<std::string> keys = raw_member(*root, "key_evidence", JsonKind::kArray);
    if (!keys) return keys.error();
    parts.key_evidence = *std::move(keys);
    const std::optional<JsonView> taken = root->member("taken_unix_s");
    const Result<std::uint64_t> taken_unix_s =
        taken ? taken->whole_number() : fail("evidence.attestation.taken");
    if (!taken_unix_s || *taken_unix_s > INT64_MAX) return fail("evidence.attestation.taken");
    parts.taken_unix_s = static_cast<std::int64_t>(*taken_unix_s);
    PRAMANA_TRY(compare(*root, "statement_sha256", to_hex(statement_hash(parts.statement).view())));
    PRAMANA_TRY(compare(*root, "gpu_evidence_sha256", hex_or_empty(parts.gpu_evidence_sha256())));
    PRAMANA_TRY(compare(*root, "report_data", to_hex(parts.report().view())));
    return parts;
}

}  // namespace pramana::evidence
