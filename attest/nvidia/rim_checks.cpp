#include "nvidia/rim_checks.hpp"

#include "chain.hpp"
#include "nvidia/checks.hpp"
#include "nvidia/ocsp_checks.hpp"

#include <algorithm>
#include <array>

namespace pramana::attest {

namespace {

namespace checks = nvidia_checks;

constexpr std::string_view kNvidiaManufacturer = "5703";  // IANA private enterprise number
constexpr unsigned kNvdec0Index = 35;
constexpr std::uint8_t kSwitchedOff = 0x55;

/// The checks of one manifest.
struct RimChecks {
    const Check* format;
    const Check* chain;
    const Check* signature;
    const Check* ocsp;
    const Check* subject;
    const Check* measurements;
    [[nodiscard]] std::array<const Check*, 6> all() const {
        return {format, chain, signature, ocsp, subject, measurements};
    }
};
constexpr RimChecks kDriver = {&checks::kDriverRimFormat,    &checks::kDriverRimChain,
                               &checks::kDriverRimSignature, &checks::kDriverRimOcsp,
                               &checks::kDriverRimSubject,   &checks::kDriverMatch};
constexpr RimChecks kVbios = {&checks::kVbiosRimFormat,    &checks::kVbiosRimChain,
                              &checks::kVbiosRimSignature, &checks::kVbiosRimOcsp,
                              &checks::kVbiosRimSubject,   &checks::kVbiosMatch};

std::string list_of(const std::vector<unsigned>& indices) {
    std::string out;
    for (const unsigned index : indices) {
        if (!out.empty()) out += ' ';
        out += std::to_string(index);
    }
    return out;
}

/// The chain from the signer to the pinned root, into `chain`; what is wrong with it otherwise.
Problem rim_chain_problem(const Rim& rim, const RimContext& context,
                          std::vector<Certificate>& chain, Window& valid) {
    for (const Bytes& der : rim.certificates) {
        Result<Certificate> certificate = read_certificate(der);
        if (!certificate) return "a certificate that does not read";
        chain.push_back(std::move(*certificate));
    }
    complete_with(chain, context.roots.nvidia_rim);
    if (!ends_in(chain, context.roots.nvidia_rim))
        return "a chain that ends in \"" + std::string{chain.back().common_name} + '"';
    if (Problem problem = links_problem(chain)) return problem;
    const Certificate& signer = chain.front();
    if (signer.is_ca || !signer.key_usage || (*signer.key_usage & kUsageDigitalSignature) == 0)
        return "a signer that is not certified to sign documents";
    if (Problem problem = dates_problem(chain, context.now)) return problem;
    valid = common_validity(chain);
    return std::nullopt;
}

void judge_subject(const Rim& rim, const RimChecks& table, const RimContext& context,
                   const std::optional<std::string>& version, VerdictList& verdicts) {
    const std::string expected = context.identity.chip + " " + version.value_or("of no version");
    const std::string found = rim.product + " " + rim.version;
    const bool ours = rim.manufacturer_id == kNvidiaManufacturer;
    verdicts.decide(*table.subject, version && ours && found == expected, expected,
                    ours ? found : found + " of manufacturer " + rim.manufacturer_id);
}

void judge_measurements(const Rim& rim, const RimChecks& table, const RimContext& context,
                        VerdictList& verdicts) {
    const RimComparison result = compare_with_rim(context.report, rim);
    const std::string expected =
        "all " + std::to_string(rim.active_count()) + " active measurements";
    std::string found = std::to_string(result.compared.size()) + " compared";
    if (!result.skipped.empty()) found += ", skipped: " + list_of(result.skipped);
    found +=
        result.mismatching.empty() ? ", all match" : ", different: " + list_of(result.mismatching);
    verdicts.decide(*table.measurements, result.mismatching.empty() && !result.compared.empty(),
                    expected, found);
}

std::optional<Rim> judge_rim(std::string_view xml, const RimChecks& table,
                             const RimContext& context, const std::optional<std::string>& version,
                             Appraisal& out) {
    VerdictList& verdicts = out.verdicts;
    Result<Rim> rim = parse_rim(xml);
    if (!verdicts.decide(
            *table.format, rim.has_value(), "a signed manifest of NVIDIA's form",
            rim ? "one of " + std::to_string(rim->measurements.size()) + " measurements"
                : std::string{rim.error().site}))
        return std::nullopt;
    Window valid;
    std::vector<Certificate> chain;
    const Problem problem = rim_chain_problem(*rim, context, chain, valid);
    const std::string certified = "a signer certified under NVIDIA's root for manifests";
    verdicts.decide(*table.chain, !problem, certified, problem ? *problem : text_of(valid));
    const Result<bool> verifies = rim_signature_verifies(xml, rim->certificates.front());
    verdicts.decide(
        *table.signature, verifies && *verifies, "a signature of the signer",
        verifies && *verifies ? "a signature of the signer" : "one that does not verify");
    judge_ocsp(*table.ocsp, chain, 0, context.evidence.ocsp, context.policy.ocsp_required,
               context.now, out);
    judge_subject(*rim, table, context, version, verdicts);
    judge_measurements(*rim, table, context, verdicts);
    if (!problem) verdicts.holds_until(*table.chain, valid.end);
    out.valid_until = std::min(out.valid_until.value_or(valid.end), valid.end);
    return std::move(*rim);
}

/// Decides all checks of a manifest that was not sent.
void judge_absent(const RimChecks& table, bool required, const std::string& why,
                  VerdictList& verdicts) {
    for (const Check* check : table.all()) {
        if (!required)
            verdicts.not_applicable(*check, why);
        else if (check == table.format)
            verdicts.fail(*check, "a signed manifest of NVIDIA's form", "no manifest");
    }
}

}  // namespace

RimComparison compare_with_rim(const NvidiaReport& report, const Rim& rim) {
    const std::optional<ByteView> nvdec0 = report.field(NvidiaField::kNvdec0Status);
    const bool nvdec0_off = nvdec0 && nvdec0->size() == 1 && (*nvdec0)[0] == kSwitchedOff;
    RimComparison out;
    for (const RimMeasurement& golden : rim.measurements) {
        if (!golden.active) continue;
        if (golden.index == kNvdec0Index && nvdec0_off) {
            out.skipped.push_back(golden.index);
            continue;
        }
        out.compared.push_back(golden.index);
        const SpdmMeasurement* measured = report.measurement(golden.index + 1);
        const bool matches =
            measured != nullptr &&
            std::ranges::find(golden.alternatives, measured->value) != golden.alternatives.end();
        if (!matches) out.mismatching.push_back(golden.index);
    }
    return out;
}

void judge_rims(const RimContext& context, Appraisal& out) {
    const NvidiaEvidence& evidence = context.evidence;
    const bool required = context.policy.rims_required;
    const bool is_switch = context.identity.device == NvidiaDevice::kSwitch;
    const std::string unasked = "no manifest was sent and the policy asks for none";
    std::optional<Rim> driver;
    std::optional<Rim> vbios;
    if (is_switch)
        judge_absent(kDriver, false, "a switch has no driver of its own", out.verdicts);
    else if (evidence.driver_rim)
        driver = judge_rim(*evidence.driver_rim, kDriver, context,
                           context.report.text(NvidiaField::kDriverVersion), out);
    else
        judge_absent(kDriver, required, unasked, out.verdicts);
    if (evidence.vbios_rim)
        vbios =
            judge_rim(*evidence.vbios_rim, kVbios, context, context.report.vbios_version(), out);
    else
        judge_absent(kVbios, required, unasked, out.verdicts);
    if (!driver || !vbios) {
        if (!required || is_switch)
            out.verdicts.not_applicable(checks::kRimConflict, "there are no two manifests");
        return;
    }
    std::vector<unsigned> both;
    for (const RimMeasurement& one : driver->measurements) {
        const bool claimed = std::ranges::any_of(vbios->measurements, [&](const auto& other) {
            return other.active && other.index == one.index;
        });
        if (one.active && claimed) both.push_back(one.index);
    }
    out.verdicts.decide(checks::kRimConflict, both.empty(), "none in both",
                        both.empty() ? "none in both" : "in both: " + list_of(both));
}

}  // namespace pramana::attest
