#include "pramana/core/base64.hpp"

#include "pramana/attest/evidence_file.hpp"
#include "pramana/attest/nras.hpp"
#include "pramana/attest/snp_report.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"

#include <algorithm>

namespace pramana::attest {
namespace {

constexpr std::size_t kDepthMax = 16;
constexpr std::size_t kKeysMax = 8;
constexpr std::size_t kQuoteBytesMin = 48;  // the header

Error malformed(std::string_view site) { return {Errc::kEvidenceMalformed, site}; }

bool is_space(char c) noexcept { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; }
std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    return text;
}

/// A member as text; nothing: absent or null. An array or object gives its own text.
Result<std::optional<std::string>> text_of(const JsonView& object, std::string_view name) {
    const std::optional<JsonView> value = object.member(name);
    if (!value || value->kind() == JsonKind::kNull) return std::optional<std::string>{};
    if (value->kind() == JsonKind::kArray || value->kind() == JsonKind::kObject)
        return std::optional{std::string{value->raw()}};
    Result<std::string> text = value->text();
    if (!text) return malformed("attest.file.text");
    return std::optional{std::move(*text)};
}

/// Bytes as hex or base64: people and tools write both.
Result<Bytes> decoded(std::string_view text) {
    if (Result<Bytes> bytes = from_hex(text); bytes && !bytes->empty()) return std::move(*bytes);
    std::optional<Bytes> bytes = base64_decode(text, Base64::kWithLines);
    if (!bytes || bytes->empty()) return malformed("attest.file.bytes");
    return std::move(*bytes);
}
Result<Bytes> bytes_of(const JsonView& object, std::string_view name) {
    const Result<std::optional<std::string>> text = text_of(object, name);
    if (!text) return text.error();
    if (!*text) return malformed("attest.file.absent");
    return decoded(**text);
}

/// What the first bytes say.
Status add_bytes(Bytes bytes, EvidenceFile& out) {
    const auto at = [&](std::size_t i) -> unsigned { return i < bytes.size() ? bytes[i] : 256U; };
    if (bytes.size() == kSnpReportSize && at(0) >= 2 && at(0) <= 5 && at(1) == 0 && at(2) == 0 &&
        at(3) == 0) {
        out.form = "an AMD SEV-SNP report";
        out.snp_report = std::move(bytes);
    } else if (at(0) == 0x11 && at(1) == 0xe0) {
        out.form = "an NVIDIA report";
        out.gpus.push_back({.report = std::move(bytes), .chain = {}, .uuid = {}});
    } else if (bytes.size() >= kQuoteBytesMin && at(0) >= 3 && at(0) <= 5 && at(1) == 0 &&
               at(2) <= 3 && at(3) == 0) {
        out.form = "an Intel quote";
        out.quote = std::move(bytes);
    } else {
        return malformed("attest.file.unknown");
    }
    return Done{};
}

/// {"arch","certificate":base64 of PEM,"evidence":base64,"nonce":hex} each, as nvtrust collects.
/// The nonce that the sender states proves nothing and is not read: the caller knows what was
/// asked.
Status add_gpu_list(const JsonView& list, EvidenceFile& out) {
    const std::vector<JsonView> items = list.items();
    if (items.empty() || items.size() > kNrasDevicesMax) return malformed("attest.file.gpus");
    for (const JsonView& item : items) {
        GpuPart part;
        Result<Bytes> report = bytes_of(item, "evidence");
        const Result<Bytes> chain = bytes_of(item, "certificate");
        if (!report || !chain) return malformed("attest.file.gpu");
        part.report = std::move(*report);
        part.chain = as_text(*chain);
        out.gpus.push_back(std::move(part));
    }
    out.form = "reports of NVIDIA devices";
    return Done{};
}

/// {"kind":"nvidia","statement":hex,"freshness":hex,"devices":[{"uuid","report":hex,"chain":PEM}]}
Status add_gpu_evidence(const JsonView& object, EvidenceFile& out) {
    const std::optional<JsonView> devices = object.member("devices");
    const std::vector<JsonView> items = devices ? devices->items() : std::vector<JsonView>{};
    if (items.empty() || items.size() > kNrasDevicesMax) return malformed("attest.file.devices");
    for (const JsonView& item : items) {
        Result<Bytes> report = bytes_of(item, "report");
        Result<std::optional<std::string>> chain = text_of(item, "chain");
        Result<std::optional<std::string>> uuid = text_of(item, "uuid");
        if (!report || !chain || !*chain || !uuid) return malformed("attest.file.device");
        out.gpus.push_back({.report = std::move(*report),
                            .chain = std::move(**chain),
                            .uuid = uuid->value_or("")});
    }
    out.form = "reports of NVIDIA devices";
    return Done{};
}

Status add_quote(const JsonView& object, EvidenceFile& out) {
    Result<Bytes> quote = bytes_of(object, "quote");
    Result<std::optional<std::string>> log = text_of(object, "event_log");
    Result<std::optional<std::string>> compose = text_of(object, "app_compose");
    if (!quote || !log || !compose) return malformed("attest.file.quote");
    out.quote = std::move(*quote);
    out.event_log = std::move(*log);
    if (*compose && !(*compose)->empty()) out.app_compose = std::move(*compose);
    out.form = out.event_log ? "a quote of a dstack guest with its event log" : "an Intel quote";
    return Done{};
}

Result<IssuedKeyPart> issued_key(const JsonView& item) {
    IssuedKeyPart part;
    Result<std::optional<std::string>> use = text_of(item, "use");
    Result<std::optional<std::string>> purpose = text_of(item, "purpose");
    Result<Bytes> key = bytes_of(item, "public_key");
    const std::optional<JsonView> chain = item.member("signature_chain");
    const std::vector<JsonView> links = chain ? chain->items() : std::vector<JsonView>{};
    if (!use || !*use || !purpose || !*purpose || !key || links.size() != 2)
        return malformed("attest.file.key");
    part.use = std::move(**use);
    part.purpose = std::move(**purpose);
    part.public_key = std::move(*key);
    for (std::size_t i = 0; i < links.size(); ++i) {
        const Result<std::string> text = links[i].text();
        Result<Bytes> link = text ? from_hex(*text) : text.error();
        if (!link) return malformed("attest.file.key");
        part.signature_chain.at(i) = std::move(*link);
    }
    return part;
}

/// {"kind":"sev_snp","report":hex,"certificates":hex}, or any report as hex.
Status add_report(const JsonView& object, EvidenceFile& out) {
    Result<Bytes> report = bytes_of(object, "report");
    if (!report) return report.error();
    PRAMANA_TRY(add_bytes(std::move(*report), out));
    Result<std::optional<std::string>> certificates = text_of(object, "certificates");
    if (!certificates) return certificates.error();
    if (!*certificates || (*certificates)->empty()) return Done{};
    if (!out.gpus.empty()) {
        out.gpus.back().chain = **certificates;
        return Done{};
    }
    Result<Bytes> table = decoded(**certificates);
    if (!table) return table.error();
    out.certificates = std::move(*table);
    return Done{};
}

Status add_object(const JsonView& object, EvidenceFile& out) {
    const auto word = [&](std::string_view name) -> std::string {
        const std::optional<JsonView> value = object.member(name);
        return value ? value->text().value_or("") : "";
    };
    const std::string kind = word("kind");
    if (kind == "software") {
        out.form = "development evidence";
        out.development = kind;
        return Done{};
    }
    if (kind == "nvidia") return add_gpu_evidence(object, out);
    if (object.member("quote")) return add_quote(object, out);
    if (object.member("report")) return add_report(object, out);
    if (const std::optional<JsonView> list = object.member("evidence_list"))
        return add_gpu_list(*list, out);
    if (const std::optional<JsonView> answer = object.member("detached_eat")) {
        out.form = "an answer of NVIDIA's attestation";
        out.nras = answer->raw();
        return Done{};
    }
    return malformed("attest.file.unknown");
}

Status add_json(std::string_view text, EvidenceFile& out) {
    const Result<JsonView> root = read_json(text, kDepthMax);
    if (!root) return malformed("attest.file.json");
    if (root->kind() != JsonKind::kArray) return add_object(*root, out);
    const std::vector<JsonView> items = root->items();
    if (!items.empty() && items.front().kind() == JsonKind::kObject)
        return add_gpu_list(*root, out);
    out.form = "an answer of NVIDIA's attestation service";
    out.nras = root->raw();
    return Done{};
}

}  // namespace

Status add_issued_keys(std::string_view json, EvidenceFile& out) {
    const Result<JsonView> list = read_json(json, kDepthMax);
    if (!list || list->kind() != JsonKind::kArray) return malformed("attest.file.keys");
    const std::vector<JsonView> items = list->items();
    if (items.size() > kKeysMax) return malformed("attest.file.keys");
    for (const JsonView& item : items) {
        Result<IssuedKeyPart> key = issued_key(item);
        if (!key) return key.error();
        out.keys.push_back(std::move(*key));
    }
    return Done{};
}

Result<EvidenceFile> read_evidence_file(ByteView content) {
    if (content.size() > kEvidenceFileBytesMax) return malformed("attest.file.size");
    EvidenceFile out;
    const std::string_view text = trimmed(as_text(content));
    if (text.starts_with('{') || text.starts_with('[')) {
        PRAMANA_TRY(add_json(text, out));
        return out;
    }
    const bool printable =
        std::ranges::all_of(text, [](char c) { return (c > ' ' && c < 0x7f) || is_space(c); });
    if (printable && !text.empty()) {
        Result<Bytes> bytes = decoded(text);
        if (!bytes) return bytes.error();
        PRAMANA_TRY(add_bytes(std::move(*bytes), out));
        return out;
    }
    PRAMANA_TRY(add_bytes(Bytes(content.begin(), content.end()), out));
    return out;
}

}  // namespace pramana::attest
