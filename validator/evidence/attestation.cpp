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

/// 0 or 32 bytes as lower-case hex.
Result<Bytes> challenge_in(const JsonView& object) {
    const Result<std::string> text = text_member(object, "challenge");
    if (!text) return text.error();
    Result<Bytes> raw = from_hex(*text);
    if (!raw || (!raw->empty() && raw->size() != Hash32::kSize) || to_hex(*raw) != *text)
        return fail("evidence.attestation.challenge");
    return raw;
}

Result<std::int64_t> taken_in(const JsonView& object) {
    const std::optional<JsonView> member = object.member("taken_unix_s");
    const Result<std::uint64_t> time =
        member ? member->whole_number() : fail("evidence.attestation.taken");
    if (!time || *time > INT64_MAX) return fail("evidence.attestation.taken");
    return static_cast<std::int64_t>(*time);
}

template <class T>
Status keep(Result<T> read, T& target) {
    if (!read) return read.error();
    target = *std::move(read);
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

Status AttestationAnswer::check_hashes() const {
    const bool same = statement_sha256 == to_hex(statement_hash(parts.statement).view()) &&
                      gpu_evidence_sha256 == hex_or_empty(parts.gpu_evidence_sha256()) &&
                      report_data == to_hex(parts.report().view());
    if (!same) return Error{Errc::kHashMismatch, "evidence.attestation.hash"};
    return Done{};
}

Result<AttestationAnswer> read_attestation_answer(std::string_view json) {
    if (json.size() > kAttestationBytesMax) return fail("evidence.attestation.size");
    const Result<JsonView> root = read_json(json);
    if (!root) return fail("evidence.attestation.json");
    const Result<std::string> format = text_member(*root, "format");
    if (!format || *format != kAttestationFormat) return fail("evidence.attestation.format");
    AttestationAnswer answer;
    AttestationParts& parts = answer.parts;
    PRAMANA_TRY(keep(raw_member(*root, "statement", JsonKind::kObject), parts.statement));
    PRAMANA_TRY(keep(parse_statement(parts.statement), answer.statement));
    PRAMANA_TRY(keep(challenge_in(*root), parts.challenge));
    PRAMANA_TRY(keep(raw_member(*root, "evidence", JsonKind::kObject), parts.evidence));
    PRAMANA_TRY(keep(object_or_null(*root, "gpu_evidence"), parts.gpu_evidence));
    PRAMANA_TRY(keep(object_or_null(*root, "collateral"), parts.collateral));
    PRAMANA_TRY(keep(raw_member(*root, "key_evidence", JsonKind::kArray), parts.key_evidence));
    PRAMANA_TRY(keep(taken_in(*root), parts.taken_unix_s));
    PRAMANA_TRY(keep(text_member(*root, "statement_sha256"), answer.statement_sha256));
    PRAMANA_TRY(keep(text_member(*root, "gpu_evidence_sha256"), answer.gpu_evidence_sha256));
    PRAMANA_TRY(keep(text_member(*root, "report_data"), answer.report_data));
    return answer;
}

Result<AttestationParts> read_attestation(std::string_view json) {
    Result<AttestationAnswer> answer = read_attestation_answer(json);
    if (!answer) return answer.error();
    PRAMANA_TRY(answer->check_hashes());
    return std::move(answer->parts);
}

}  // namespace pramana::evidence
