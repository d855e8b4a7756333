#include "vectors/attestation.hpp"

#include "certificate.hpp"

#include "pramana/attest/nvidia.hpp"
#include "pramana/core/hex.hpp"

#include <algorithm>

namespace pramana::vectors {
namespace {

using attest::Appraisal;
using attest::NvidiaField;
using attest::NvidiaReport;

/// What the README's verdicts are about: chain and signature. Manifests and lists did not come with
/// the reports, and one is of a driver that names no firmware.
attest::NvidiaPolicy readme_policy() {
    attest::NvidiaPolicy policy;
    policy.devices = {attest::NvidiaDevice::kHopperGpu, attest::NvidiaDevice::kBlackwellGpu,
                      attest::NvidiaDevice::kSwitch};
    policy.modes = {attest::NvidiaMode::kSingle, attest::NvidiaMode::kMulti,
                    attest::NvidiaMode::kProtectedPcie, attest::NvidiaMode::kUnstated};
    policy.nonce_required = false;
    policy.fwid_required = false;
    policy.rims_required = false;
    policy.revocation_required = false;
    return policy;
}

void expect_field(const JsonView& fields, std::string_view name, const std::string& found) {
    if (!has_member(fields, name)) return;
    const JsonView value = member(fields, name);
    const bool is_text = value.kind() == JsonKind::kString;
    expect_text(std::string{name}, found, is_text ? text(value) : std::string{value.raw()});
}

std::string field_hex(const NvidiaReport& report, NvidiaField type) {
    const auto value = report.field(type);
    return value ? to_hex(*value) : "";
}

void check_opaque(const NvidiaReport& report, const JsonView& fields) {
    expect_field(fields, "driver", report.text(NvidiaField::kDriverVersion).value_or(""));
    expect_field(fields, "vbios", report.vbios_version().value_or(""));
    expect_field(fields, "project", report.text(NvidiaField::kProject).value_or(""));
    expect_field(fields, "project_sku", report.text(NvidiaField::kProjectSku).value_or(""));
    expect_field(fields, "chip_sku", report.text(NvidiaField::kChipSku).value_or(""));
    expect_field(fields, "nvdec0", field_hex(report, NvidiaField::kNvdec0Status));
    expect_field(fields, "feature_flag_le", field_hex(report, NvidiaField::kFeatureFlag));
    expect_field(fields, "opaque_version_le", field_hex(report, NvidiaField::kOpaqueVersion));
    expect_field(fields, "protected_pcie", field_hex(report, NvidiaField::kProtectedPcie));
    expect_field(fields, "fwid", field_hex(report, NvidiaField::kFwid));
    std::size_t length = 0;
    std::vector<std::uint16_t> types;
    for (const attest::NvidiaOpaqueField& field : report.opaque) {
        length += 4 + field.value.size();
        types.push_back(field.type);
    }
    std::ranges::sort(types);
    expect_field(fields, "opaque_length", std::to_string(length));
    if (!has_member(fields, "opaque_fields")) return;
    const std::vector<JsonView> listed = member(fields, "opaque_fields").items();
    expect(listed.size() == types.size(), "another number of opaque fields");
    for (std::size_t i = 0; i < types.size(); ++i)
        expect_text("opaque field", std::to_string(types[i]), listed[i].raw());
}

void check_message(const NvidiaReport& report, const JsonView& fields) {
    expect_field(fields, "request_nonce", to_hex(report.request_nonce.view()));
    expect_field(fields, "response_nonce", to_hex(report.response_nonce.view()));
    expect_field(fields, "slot", std::to_string(report.slot));
    expect_field(fields, "number_of_blocks", std::to_string(report.measurements.size()));
    expect_field(fields, "measurement_record_length",
                 std::to_string(report.measurements.size() * 55));
    expect_field(fields, "len", std::to_string(report.signed_bytes.size() + 96));
    if (!has_member(fields, "measurements")) return;
    for (const JsonView::Member& row : member(fields, "measurements").members()) {
        const auto index = static_cast<unsigned>(std::stoul(row.name));
        const attest::SpdmMeasurement* measured = report.measurement(index + 1);
        expect(measured != nullptr, "no measurement " + row.name);
        expect_text("measurement " + row.name, to_hex(measured->value.view()), text(row.value));
    }
}

void check_chain(const VectorFile& file, const JsonView& item, const JsonView& fields) {
    if (!has_member(fields, "chain_cns")) return;
    const auto chain = must("chain", attest::read_pem_chain(file_text(file, text(item, "chain"))));
    const std::vector<JsonView> names = member(fields, "chain_cns").items();
    expect(names.size() == chain.size(), "another length of the chain");
    for (std::size_t i = 0; i < names.size(); ++i)
        expect_text("common name", chain[i].common_name, text(names[i]));
}

void expect_indices(const std::string& what, const std::vector<unsigned>& found,
                    const JsonView& listed) {
    std::string expected;
    for (const JsonView& index : listed.items()) expected += std::string{index.raw()} + ' ';
    std::string text;
    for (const unsigned index : found) text += std::to_string(index) + ' ';
    expect_text(what, text, expected);
}

void check_rims(const VectorFile& file, const NvidiaReport& report, const JsonView& comparisons) {
    for (const JsonView::Member& row : comparisons.members()) {
        const auto rim = must(row.name, attest::parse_rim(file_text(file, row.name)));
        const attest::RimComparison result = attest::compare_with_rim(report, rim);
        expect_text("RIM version", rim.version, text(row.value, "rim_version"));
        expect_text("active", std::to_string(result.compared.size()),
                    number_text(member(row.value, "active_compared")));
        expect_indices("skipped", result.skipped, member(row.value, "skipped_nvdec0"));
        expect_indices("mismatching", result.mismatching, member(row.value, "mismatching_indices"));
    }
}

attest::Outcome outcome_of(const Appraisal& appraisal, std::string_view check) {
    for (const attest::Verdict& verdict : appraisal.verdicts.all()) {
        if (verdict.check->name == check) return verdict.outcome;
    }
    throw Mismatch{"no check " + std::string{check}};
}

/// `name` is true, false or null, and the check passed, failed or did not apply.
void expect_check(const Appraisal& appraisal, const JsonView& expected, std::string_view name,
                  std::string_view check) {
    const std::optional<JsonView> value = expected.member(name);
    if (!value) return;
    const attest::Outcome wanted = value->kind() == JsonKind::kNull
                                       ? attest::Outcome::kNotApplicable
                                   : value->raw() == "true" ? attest::Outcome::kPassed
                                                            : attest::Outcome::kFailed;
    expect_text(std::string{check}, attest::name_of(outcome_of(appraisal, check)),
                attest::name_of(wanted));
}

void check_report(const VectorFile& file, const JsonView& item) {
    const Bytes report = file_bytes(file, text(item, "report"));
    const std::string chain = file_text(file, text(item, "chain"));
    attest::NvidiaEvidence evidence{.report = report,
                                    .chain = chain,
                                    .nonce = std::nullopt,
                                    .driver_rim = std::nullopt,
                                    .vbios_rim = std::nullopt,
                                    .revocations = {}};
    Bytes nonce;
    if (has_member(item, "fields")) {
        nonce = hex(member(item, "fields"), "request_nonce");
        evidence.nonce = nonce;
    }
    const Appraisal appraisal = attest::appraise_nvidia(evidence, attest::vendor_roots(),
                                                        readme_policy(), u64(item, "verify_time"));
    const JsonView expected = member(item, "expected");
    expect_acceptance(appraisal, text(expected, "strict_policy"));
    expect_check(appraisal, expected, "report_signature_valid", "nvidia.report.signature");
    expect_check(appraisal, expected, "chain_valid_to_pinned_root", "nvidia.chain.root");
    expect_check(appraisal, expected, "chain_valid_to_pinned_root", "nvidia.chain.links");
    expect_check(appraisal, expected, "fwid_matches_leaf", "nvidia.firmware.id");
    if (!has_member(item, "fields")) return;
    const NvidiaReport parsed = must("report", attest::parse_nvidia_report(report));
    expect_field(expected, "trailing_bytes", std::to_string(parsed.trailing.size()));
    check_message(parsed, member(item, "fields"));
    check_opaque(parsed, member(item, "fields"));
    check_chain(file, item, member(item, "fields"));
    if (has_member(item, "rim_comparison"))
        check_rims(file, parsed, member(item, "rim_comparison"));
}

}  // namespace

void add_nvidia_handlers(Suite& attestation) {
    attestation.handlers["nvidia/expected.json"] = [](const VectorFile& file, Report& report) {
        each_element(file, report, [&](const JsonView& item) { check_report(file, item); });
    };
}

}  // namespace pramana::vectors
