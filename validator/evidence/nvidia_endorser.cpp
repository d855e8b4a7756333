#include "pramana/evidence/nvidia_endorser.hpp"

#include "pramana/attest/nvidia.hpp"
#include "pramana/attest/ocsp.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/os/log.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace pramana::evidence {
namespace {

constexpr std::string_view kLedgerNote = "nvidia_ledger";
constexpr std::string_view kManifestNote = "nvidia_rim ";
constexpr std::string_view kListNote = "nvidia_list ";
constexpr std::size_t kListBytesMax = std::size_t{4} << 20U;
constexpr std::size_t kNamePartMax = 32;
constexpr std::string_view kRootList = "l1-root.crl";
constexpr std::size_t kFirstIssued = 1;  ///< below the boot ROM the device makes its certificates

// A genuine device said what names its manifests…
constexpr std::string_view kDeviceNeeded[] = {"nvidia.chain.root", "nvidia.chain.links",
                                              "nvidia.chain.dates", "nvidia.chain.roles",
                                              "nvidia.report.signature"};
// …and these are they. Whether the device measures as they say is the gate's question.
constexpr std::string_view kEndorsementsNeeded[] = {
    "nvidia.chain.revocation",     "nvidia.driver_rim.format",   "nvidia.driver_rim.chain",
    "nvidia.driver_rim.signature", "nvidia.driver_rim.subject",  "nvidia.vbios_rim.format",
    "nvidia.vbios_rim.chain",      "nvidia.vbios_rim.signature", "nvidia.vbios_rim.subject"};

Error malformed(std::string_view site) { return Error{Errc::kEvidenceMalformed, site}; }

bool all_passed(const attest::Appraisal& appraisal, std::span<const std::string_view> names) {
    return std::ranges::all_of(names, [&](std::string_view name) {
        const bool passed =
            std::ranges::any_of(appraisal.verdicts.all(), [&](const attest::Verdict& verdict) {
                return verdict.check->name == name && verdict.outcome == attest::Outcome::kPassed;
            });
        if (!passed) log::warn("evidence.nvidia.not_endorsed", {log::Field::vetted("check", name)});
        return passed;
    });
}

/// Everything that a report may say is allowed here: it is judged by the gate.
attest::NvidiaPolicy any_device() {
    attest::NvidiaPolicy policy;
    policy.devices = {attest::NvidiaDevice::kHopperGpu, attest::NvidiaDevice::kBlackwellGpu};
    policy.modes = {attest::NvidiaMode::kSingle, attest::NvidiaMode::kMulti,
                    attest::NvidiaMode::kProtectedPcie, attest::NvidiaMode::kUnstated};
    policy.nonce_required = false;
    policy.fwid_required = false;
    policy.rims_required = false;
    policy.revocation_required = false;
    return policy;
}

/// Whether a text may stand in a name that becomes a part of a URL.
bool is_name_part(std::string_view text) {
    return !text.empty() && text.size() <= kNamePartMax && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               c == '.' || c == '-';
    });
}

std::string lower_case(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

/// {"id": …, "rim": base64, …}
Result<Bytes> manifest_in(ByteView body, std::string_view name) {
    const Result<JsonView> root = read_json(as_text(body), 4);
    const std::optional<JsonView> id = root ? root->member("id") : std::nullopt;
    const std::optional<JsonView> rim = root ? root->member("rim") : std::nullopt;
    if (!id || !rim) return malformed("evidence.nvidia.rim.json");
    const Result<std::string> named = id->text();
    const Result<std::string> base64 = rim->text();
    if (!named || *named != name || !base64) return malformed("evidence.nvidia.rim.id");
    if (base64->empty() || base64->size() % 4 != 0) return malformed("evidence.nvidia.rim.base64");
    Bytes raw(base64->size() / 4 * 3);
    if (::EVP_DecodeBlock(raw.data(), reinterpret_cast<const unsigned char*>(base64->data()),
                          static_cast<int>(base64->size())) != static_cast<int>(raw.size()))
        return malformed("evidence.nvidia.rim.base64");
    const std::size_t padding = base64->size() - 1 - base64->find_last_not_of('=');
    if (padding > 2) return malformed("evidence.nvidia.rim.base64");
    raw.resize(raw.size() - padding);
    return raw;
}

std::string note(std::string_view kind, const std::string& name) {
    return std::string{kind} + name;
}

/// docs/formats.md "Attestation", `collateral`, `nvidia`.
std::string collateral_json(const std::map<std::string, std::string>& rims,
                            const GpuEndorsements& endorsements) {
    JsonObject by_id;
    for (const auto& [id, xml] : rims) by_id.text(id, xml);
    const auto hex_of = [](const std::vector<Bytes>& documents) {
        std::vector<std::string> hex;
        hex.reserve(documents.size());
        for (const Bytes& der : documents) hex.push_back(to_hex(der));
        return hex;
    };
    return JsonObject{}
        .raw("rims", by_id.str())
        .texts("revocations", hex_of(endorsements.revocations))
        .texts("ocsp", hex_of(endorsements.ocsp))
        .str();
}

/// Adds each certificate of a chain with its issuer, from `first` on; the root may be left out.
void add_subjects(std::vector<Bytes> chain, std::size_t first, const std::vector<Bytes>& roots,
                  std::vector<OcspSubject>& out) {
    if (chain.empty() || roots.empty()) return;
    if (std::ranges::find(roots, chain.back()) == roots.end()) chain.push_back(roots.front());
    for (std::size_t i = first; i + 1 < chain.size(); ++i) {
        OcspSubject subject{.certificate = chain[i], .issuer = chain[i + 1]};
        if (std::ranges::find(out, subject) == out.end()) out.push_back(std::move(subject));
    }
}

}  // namespace

Status NvidiaEndorser::open() {
    const Result<std::optional<Bytes>> kept = parts_.notes.load(kLedgerNote);
    if (!kept) return kept.error();
    if (!*kept) return Done{};
    Result<attest::CollateralLedger> read = attest::CollateralLedger::from_json(as_text(**kept));
    if (!read) return read.error();
    ledger_ = *std::move(read);
    return Done{};
}

Result<NvidiaEndorser::Wanted> NvidiaEndorser::wanted_of(const GpuReport& device) const {
    const attest::Appraisal appraisal =
        attest::appraise_nvidia({.report = device.report,
                                 .chain = device.chain,
                                 .nonce = {},
                                 .driver_rim = {},
                                 .vbios_rim = {},
                                 .revocations = {}},
                                parts_.check.roots, any_device(), parts_.check.now());
    if (!all_passed(appraisal, kDeviceNeeded))
        return Error{Errc::kEvidenceRefused, "evidence.nvidia.device"};
    const Result<attest::NvidiaReport> report = attest::parse_nvidia_report(device.report);
    PRAMANA_CHECK(report.has_value());
    const attest::Fact* const chip = appraisal.fact("chip");
    PRAMANA_CHECK(chip != nullptr);
    using attest::NvidiaField;
    const auto field = [&](NvidiaField name) { return report->text(name).value_or(""); };
    const std::string driver = field(NvidiaField::kDriverVersion);
    std::string vbios = report->vbios_version().value_or("");
    std::erase(vbios, '.');
    const std::string parts[] = {chip->value,
                                 driver,
                                 field(NvidiaField::kProject),
                                 field(NvidiaField::kProjectSku),
                                 field(NvidiaField::kChipSku),
                                 vbios};
    if (!std::ranges::all_of(parts, is_name_part)) return malformed("evidence.nvidia.names");
    const bool hopper =
        appraisal.fact("device")->value == name_of(attest::NvidiaDevice::kHopperGpu);
    return Wanted{
        .driver_rim = (hopper ? "NV_GPU_DRIVER_" : "NV_GPU_CC_DRIVER_") + parts[0] + '_' + driver,
        .vbios_rim = "NV_GPU_VBIOS_" + parts[2] + '_' + parts[3] + '_' + parts[4] + '_' + parts[5],
        .lists = {std::string{kRootList}, "l2-" + lower_case(parts[0]) + ".crl"}};
}

Result<Bytes> NvidiaEndorser::manifest(const std::string& name, Documents& fetched) const {
    if (const auto now = fetched.find(name); now != fetched.end()) return now->second;
    Result<std::optional<Bytes>> kept = parts_.notes.load(note(kManifestNote, name));
    if (!kept) return kept.error();
    if (*kept) return **std::move(kept);
    if (!parts_.get) return Error{Errc::kEvidenceRefused, "evidence.nvidia.not_fetched"};
    const Result<CollateralReply> reply =
        parts_.get(parts_.services.nvidia_rim + '/' + name, 2 * attest::kRimBytesMax);
    if (!reply) return reply.error();
    Result<Bytes> rim = manifest_in(reply->body, name);
    if (rim) fetched[name] = *rim;
    return rim;
}

Result<Bytes> NvidiaEndorser::list(const std::string& name, Documents& fetched) const {
    if (const auto now = fetched.find(name); now != fetched.end()) return now->second;
    Result<std::optional<Bytes>> kept = parts_.notes.load(note(kListNote, name));
    if (!kept) return kept.error();
    const auto at = lists_fetched_.find(name);
    const bool young =
        at != lists_fetched_.end() && parts_.check.now() < at->second + parts_.lists_every_s;
    if (*kept && (young || !parts_.get)) return **std::move(kept);
    if (!parts_.get) return Error{Errc::kEvidenceRefused, "evidence.nvidia.not_fetched"};
    Result<CollateralReply> reply =
        parts_.get(parts_.services.nvidia_crl + '/' + name, kListBytesMax);
    if (!reply) {
        log::warn("evidence.nvidia.list_waits", {{"error", reply.error()}});
        if (*kept) return **std::move(kept);
        return reply.error();
    }
    // Whoever answers may hold a revocation back: authentic or not, it is no step forward.
    const Result<attest::ListFreshness> fresh = attest::freshness_of_list(reply->body);
    if (*kept && fresh && ledger_.older_than_seen(*fresh)) {
        log::warn("evidence.nvidia.list_older", {log::Field::vetted("list", name)});
        return **std::move(kept);
    }
    fetched[name] = reply->body;
    return std::move(reply->body);
}

Status NvidiaEndorser::judge(const GpuReport& device, const Wanted& wanted,
                             const GpuEndorsements& endorsements, std::string_view vbios) const {
    const attest::Appraisal appraisal =
        attest::appraise_nvidia({.report = device.report,
                                 .chain = device.chain,
                                 .nonce = {},
                                 .driver_rim = endorsements.driver_rim,
                                 .vbios_rim = endorsements.vbios_rims.at(std::string{vbios}),
                                 .revocations = endorsements.revocations},
                                parts_.check.roots, any_device(), parts_.check.now());
    if (all_passed(appraisal, kEndorsementsNeeded)) return Done{};
    log::warn("evidence.nvidia.refused", {log::Field::vetted("driver_rim", wanted.driver_rim),
                                          log::Field::vetted("vbios_rim", wanted.vbios_rim)});
    return Error{Errc::kEvidenceRefused, "evidence.nvidia.endorsements"};
}

Status NvidiaEndorser::keep(const Documents& manifests, const Documents& lists) {
    attest::CollateralLedger next = ledger_;
    for (const auto& [name, der] : lists) {
        const Result<attest::ListFreshness> fresh = attest::freshness_of_list(der);
        if (!fresh) return fresh.error();
        PRAMANA_TRY(next.observe(*fresh));
    }
    if (!lists.empty()) PRAMANA_TRY(parts_.notes.save(kLedgerNote, as_bytes_view(next.to_json())));
    ledger_ = std::move(next);
    for (const auto& [name, der] : lists) {
        PRAMANA_TRY(parts_.notes.save(note(kListNote, name), der));
        lists_fetched_[name] = parts_.check.now();
    }
    for (const auto& [name, xml] : manifests)
        PRAMANA_TRY(parts_.notes.save(note(kManifestNote, name), xml));
    return Done{};
}

/// What reads here was judged before: it leads to the roots.
std::vector<Bytes> NvidiaEndorser::ocsp_answers(const GpuEvidence& evidence,
                                                const std::map<std::string, std::string>& rims) {
    std::vector<OcspSubject> subjects;
    for (const GpuReport& device : evidence.devices)
        if (Result<std::vector<Bytes>> chain = attest::certificates_in_pem(device.chain))
            add_subjects(*std::move(chain), kFirstIssued, parts_.check.roots.nvidia_device,
                         subjects);
    for (const auto& [id, xml] : rims)
        if (Result<attest::Rim> rim = attest::parse_rim(xml))
            add_subjects(std::move(rim->certificates), 0, parts_.check.roots.nvidia_rim, subjects);
    return ocsp_.answers(subjects);
}

Result<GpuEndorsements> NvidiaEndorser::endorsements_of(const GpuFacts& facts,
                                                        const GpuEvidence& evidence) {
    GpuEndorsements out;
    std::map<std::string, Bytes> lists;
    Documents new_manifests;
    Documents new_lists;
    std::vector<std::pair<Wanted, std::string>> all;  ///< and the driver's word for the VBIOS
    std::map<std::string, std::string> rims;
    for (const GpuReport& device : evidence.devices) {
        const auto fact = std::ranges::find(facts.devices, device.uuid, &GpuDeviceFacts::uuid);
        if (fact == facts.devices.end()) return malformed("evidence.nvidia.uuid");
        const Result<Wanted> wanted = wanted_of(device);
        if (!wanted) return wanted.error();
        const Result<Bytes> driver = manifest(wanted->driver_rim, new_manifests);
        if (!driver) return driver.error();
        const Result<Bytes> vbios = manifest(wanted->vbios_rim, new_manifests);
        if (!vbios) return vbios.error();
        out.driver_rim = std::string{as_text(*driver)};
        out.vbios_rims[fact->vbios_version] = std::string{as_text(*vbios)};
        rims[wanted->driver_rim] = *out.driver_rim;
        rims[wanted->vbios_rim] = std::string{as_text(*vbios)};
        for (const std::string& name : wanted->lists) {
            Result<Bytes> der = list(name, new_lists);
            if (!der) return der.error();
            lists[name] = *std::move(der);
        }
        all.emplace_back(*wanted, fact->vbios_version);
    }
    for (auto& [name, der] : lists) out.revocations.push_back(std::move(der));
    for (std::size_t i = 0; i < all.size(); ++i)
        PRAMANA_TRY(judge(evidence.devices[i], all[i].first, out, all[i].second));
    PRAMANA_TRY(keep(new_manifests, new_lists));
    out.ocsp = ocsp_answers(evidence, rims);
    collateral_ = collateral_json(rims, out);
    return out;
}

}  // namespace pramana::evidence
