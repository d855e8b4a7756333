#include "pramana/attest/nvidia.hpp"

#include "chain.hpp"
#include "crl.hpp"
#include "der.hpp"
#include "nvidia/checks.hpp"
#include "nvidia/device.hpp"
#include "nvidia/ocsp_checks.hpp"
#include "nvidia/rim_checks.hpp"

#include "pramana/core/hex.hpp"

#include <algorithm>

namespace pramana::attest {

namespace {

namespace checks = nvidia_checks;

constexpr std::size_t kCrlsMax = 8;
constexpr std::size_t kAuthoritiesBelowRoot = 2;  ///< the chip's authority and the provisioner
/// The boot ROM's certificate is the first that NVIDIA issued: the device makes its own.
constexpr std::size_t kFirstIssued = 1;

template <class Value>
std::string names_of(const std::set<Value>& values) {
    std::string out;
    for (const Value value : values) {
        if (!out.empty()) out += " or ";
        out += name_of(value);
    }
    return out;
}

void decide_problem(VerdictList& verdicts, const Check& check, const Problem& problem,
                    const std::string& expected) {
    verdicts.decide(check, !problem, expected, problem ? *problem : expected);
}

/// What the lists say of the certificates that `issuer` issued; nullopt when one is current and
/// clean.
Problem revocation_problem(const Certificate& certificate, const Certificate& issuer,
                           std::span<const Bytes> lists, UnixTime now, Window& valid) {
    const std::string name = '"' + std::string{certificate.common_name} + '"';
    Problem last = "no list says anything about " + name;
    for (const Bytes& der : lists.first(std::min(lists.size(), kCrlsMax))) {
        const Result<Crl> list = read_crl(der);
        if (!list) return "a list that does not read";
        if (!same_bytes(list->issuer, issuer.subject)) continue;
        if (Problem problem = crl_problem(*list, issuer)) return problem;
        if (list->revokes(certificate.serial)) return name + " is revoked";
        if (!list->validity.holds(now)) {
            last = "a list that is valid " + text_of(list->validity);
            continue;
        }
        valid.narrow(list->validity);
        return std::nullopt;
    }
    return last;
}

/// NVIDIA publishes lists for what the root and the chip's authority issue; the certificates below
/// are made by the device itself.
void judge_revocation(std::span<const Certificate> chain, const NvidiaEvidence& evidence,
                      const NvidiaPolicy& policy, UnixTime now, Appraisal& out) {
    const Check& check = checks::kChainRevocation;
    if (evidence.revocations.empty() && !policy.revocation_required) {
        out.verdicts.not_applicable(check, "no list was sent and the policy asks for none");
        return;
    }
    const std::string expected = "current lists without the chain's authorities";
    if (chain.size() < kAuthoritiesBelowRoot + 1) {
        out.verdicts.fail(check, expected, "a chain that is too short");
        return;
    }
    Window valid;
    for (std::size_t i = chain.size() - 1 - kAuthoritiesBelowRoot; i + 1 < chain.size(); ++i) {
        const Problem problem =
            revocation_problem(chain[i], chain[i + 1], evidence.revocations, now, valid);
        if (!problem) continue;
        out.verdicts.fail(check, expected, *problem);
        return;
    }
    out.verdicts.pass(check, expected, "valid " + text_of(valid));
    out.verdicts.holds_until(check, valid.end);
    out.valid_until = std::min(out.valid_until.value_or(valid.end), valid.end);
}

void judge_chain(const std::vector<Certificate>& chain, const NvidiaEvidence& evidence,
                 const PinnedRoots& roots, const NvidiaPolicy& policy, UnixTime now,
                 Appraisal& out) {
    VerdictList& verdicts = out.verdicts;
    verdicts.decide(checks::kChainRoot, ends_in(chain, roots.nvidia_device),
                    "NVIDIA's root for devices", '"' + std::string{chain.back().common_name} + '"');
    decide_problem(verdicts, checks::kChainLinks, links_problem(chain), "every link holds");
    decide_problem(verdicts, checks::kChainDates, dates_problem(chain, now), "every date holds");
    out.valid_until = common_validity(chain).end;
    verdicts.holds_until(checks::kChainDates, *out.valid_until);
    judge_revocation(chain, evidence, policy, now, out);
    judge_ocsp(checks::kChainOcsp, chain, kFirstIssued, evidence.ocsp, policy.ocsp_required, now,
               out);
}

void judge_nonce(const NvidiaReport& report, const NvidiaEvidence& evidence,
                 const NvidiaPolicy& policy, VerdictList& verdicts) {
    const std::string found = to_hex(report.request_nonce.view());
    if (evidence.nonce)
        verdicts.decide(checks::kReportNonce,
                        same_bytes(*evidence.nonce, report.request_nonce.view()),
                        to_hex(*evidence.nonce), found);
    else if (policy.nonce_required)
        verdicts.fail(checks::kReportNonce, "a nonce to compare with",
                      "none; in the report " + found);
    else
        verdicts.not_applicable(checks::kReportNonce, "nothing to compare with; found " + found);
}

void judge_device(const NvidiaReport& report, const NvidiaIdentity& identity,
                  const Certificate& leaf, const NvidiaPolicy& policy, VerdictList& verdicts) {
    verdicts.decide(checks::kDeviceKind, policy.devices.contains(identity.device),
                    names_of(policy.devices),
                    identity.chip + ", " + std::string{name_of(identity.device)});
    const std::string serial = to_hex(leaf.serial);
    if (policy.device_serials.empty())
        verdicts.not_applicable(checks::kDeviceAllowed,
                                "the policy pins no device; found " + serial);
    else
        verdicts.decide(checks::kDeviceAllowed, policy.device_serials.contains(serial),
                        "a listed device", serial);
    const std::optional<NvidiaMode> mode = nvidia_mode(report);
    verdicts.decide(checks::kDeviceMode, mode && policy.modes.contains(*mode),
                    names_of(policy.modes),
                    mode ? std::string{name_of(*mode)} : "fields that contradict each other");
}

void judge_fwid(const NvidiaReport& report, const Certificate& leaf, const NvidiaPolicy& policy,
                VerdictList& verdicts) {
    const std::optional<ByteView> stated = report.field(NvidiaField::kFwid);
    const std::optional<Hash48> certified = certified_fwid(leaf);
    const std::string expected =
        certified ? to_hex(certified->view()) : "an id in the device's certificate";
    if (!stated && !policy.fwid_required) {
        verdicts.not_applicable(checks::kFwid,
                                "the report names no firmware and the policy does not ask");
        return;
    }
    verdicts.decide(checks::kFwid, stated && certified && same_bytes(*stated, certified->view()),
                    expected, stated ? to_hex(*stated) : "no id in the report");
}

void judge_version(const Check& check, const std::optional<std::string>& version,
                   const std::set<std::string>& allowed, VerdictList& verdicts) {
    const std::string expected = allowed.empty() ? "a version" : "a version of the policy";
    verdicts.decide(check, version && (allowed.empty() || allowed.contains(*version)), expected,
                    version.value_or("none that reads"));
}

void add_facts(const NvidiaReport& report, const NvidiaIdentity& identity, const Certificate& leaf,
               Appraisal& out) {
    const std::optional<NvidiaMode> mode = nvidia_mode(report);
    const std::optional<ByteView> fwid = report.field(NvidiaField::kFwid);
    out.facts.push_back({"chip", identity.chip});
    out.facts.push_back({"device", std::string{name_of(identity.device)}});
    out.facts.push_back({"device_serial", to_hex(leaf.serial)});
    out.facts.push_back({"device_key", to_hex(leaf.key->point())});
    out.facts.push_back({"nonce", to_hex(report.request_nonce.view())});
    out.facts.push_back({"driver_version", report.text(NvidiaField::kDriverVersion).value_or("")});
    out.facts.push_back({"vbios_version", report.vbios_version().value_or("")});
    out.facts.push_back({"mode", std::string{mode ? name_of(*mode) : ""}});
    if (fwid) out.facts.push_back({"fwid", to_hex(*fwid)});
}

void judge_report(const NvidiaReport& report, std::span<const Certificate> chain,
                  const NvidiaEvidence& evidence, const NvidiaPolicy& policy,
                  VerdictList& verdicts) {
    const bool padding = std::ranges::all_of(report.trailing, [](auto b) { return b == 0; });
    verdicts.decide(checks::kReportTrailing, padding, "nothing but zeros",
                    std::to_string(report.trailing.size()) + (padding ? " zeros" : " other bytes"));
    if (!chain.empty()) {
        const bool verifies = chain.front().key->verify(
            SignatureScheme::kEcdsaSha384, report.signed_bytes, report.signature.view());
        verdicts.decide(checks::kReportSignature, verifies, "a signature of the device",
                        verifies ? "a signature of the device" : "one that does not verify");
    }
    judge_nonce(report, evidence, policy, verdicts);
}

}  // namespace

Appraisal appraise_nvidia(const NvidiaEvidence& evidence, const PinnedRoots& roots,
                          const NvidiaPolicy& policy, UnixTime now) {
    Appraisal out{.kind = "nvidia_gpu",
                  .verdicts = VerdictList{checks::kTable},
                  .tcb_status = std::nullopt,
                  .advisories = {},
                  .facts = {},
                  .valid_until = std::nullopt};
    VerdictList& verdicts = out.verdicts;
    const Result<NvidiaReport> report = parse_nvidia_report(evidence.report);
    if (!verdicts.decide(checks::kReportFormat, report.has_value(),
                         "an SPDM 1.1 request and its measurements",
                         report ? std::to_string(report->measurements.size()) + " measurements"
                                : std::string{report.error().site}))
        return out;
    Result<std::vector<Certificate>> chain = read_pem_chain(evidence.chain);
    if (!verdicts.decide(
            checks::kChainFormat, chain.has_value(), "certificates as PEM",
            chain ? std::to_string(chain->size()) + " certificates" : "text that does not read"))
        return out;
    complete_with(*chain, roots.nvidia_device);
    judge_chain(*chain, evidence, roots, policy, now, out);
    judge_report(*report, *chain, evidence, policy, verdicts);
    const std::optional<NvidiaIdentity> identity = nvidia_identity(*chain);
    if (!verdicts.decide(
            checks::kChainRoles, identity.has_value(),
            "device, boot ROM, provisioner, chip authority, root",
            identity ? identity->chip : "another chain of " + std::to_string(chain->size())))
        return out;
    judge_device(*report, *identity, chain->front(), policy, verdicts);
    judge_fwid(*report, chain->front(), policy, verdicts);
    if (identity->device == NvidiaDevice::kSwitch)
        verdicts.not_applicable(checks::kDriverVersion, "a switch has no driver of its own");
    else
        judge_version(checks::kDriverVersion, report->text(NvidiaField::kDriverVersion),
                      policy.driver_versions, verdicts);
    judge_version(checks::kVbiosVersion, report->vbios_version(), policy.vbios_versions, verdicts);
    judge_rims({*report, *identity, evidence, roots, policy, now}, out);
    add_facts(*report, *identity, chain->front(), out);
    return out;
}

}  // namespace pramana::attest
