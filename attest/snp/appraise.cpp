#include "pramana/attest/snp.hpp"

#include "chain.hpp"
#include "crl.hpp"
#include "der.hpp"
#include "snp/checks.hpp"
#include "snp/endorsement.hpp"
#include "snp/guest_checks.hpp"

#include "pramana/core/hex.hpp"

#include <algorithm>

namespace pramana::attest {

namespace {

namespace checks = snp_checks;

constexpr std::uint32_t kEcdsaP384Sha384 = 1;

/// What AMD calls the authorities of a product line.
struct Authorities {
    std::string_view root;
    std::string_view for_vcek;
    std::string_view for_vlek;
};
constexpr Authorities authorities_of(SnpProductLine line) {
    switch (line) {
        case SnpProductLine::kMilan: return {"ARK-Milan", "SEV-Milan", "SEV-VLEK-Milan"};
        case SnpProductLine::kGenoa: return {"ARK-Genoa", "SEV-Genoa", "SEV-VLEK-Genoa"};
        case SnpProductLine::kTurin: return {"ARK-Turin", "SEV-Turin", "SEV-VLEK-Turin"};
    }
    std::abort();
}

/// Signing key, intermediate, root. Empty when something does not read; the verdicts say what.
std::vector<Certificate> read_chain(const SnpEvidence& evidence, const PinnedRoots& roots,
                                    VerdictList& verdicts) {
    Result<Certificate> leaf = read_certificate(evidence.endorsement);
    if (!leaf) {
        verdicts.fail(checks::kEndorsementFormat, "a DER certificate", "one that does not read");
        return {};
    }
    Result<std::vector<Certificate>> above = read_pem_chain(evidence.authorities);
    const bool fits = above && above->size() <= 2;
    if (!verdicts.decide(
            checks::kChainFormat, fits, "ASK and, if at all, ARK as PEM",
            above ? std::to_string(above->size()) + " certificates" : "text that does not read"))
        return {};
    std::vector<Certificate> chain;
    chain.push_back(std::move(*leaf));
    for (Certificate& certificate : *above) chain.push_back(std::move(certificate));
    complete_with(chain, roots.amd);
    return chain;
}

void decide_problem(VerdictList& verdicts, const Check& check, const Problem& problem,
                    const std::string& expected) {
    verdicts.decide(check, !problem, expected, problem ? *problem : expected);
}

void judge_roles(const std::vector<Certificate>& chain, const SnpEndorsement& endorsement,
                 VerdictList& verdicts) {
    const Authorities names = authorities_of(endorsement.line);
    const bool vcek = endorsement.key == SnpSigningKey::kVcek;
    const std::string middle{vcek ? names.for_vcek : names.for_vlek};
    const std::string expected = std::string{names.root} + " > " + middle;
    if (chain.size() != 3) {
        verdicts.fail(checks::kChainRoles, expected,
                      "a chain of " + std::to_string(chain.size()) + " certificates");
        return;
    }
    const std::string found =
        std::string{chain[2].common_name} + " > " + std::string{chain[1].common_name};
    verdicts.decide(checks::kChainRoles, found == expected, expected, found);
}

void judge_revocation(const std::vector<Certificate>& chain, const SnpEvidence& evidence,
                      const SnpPolicy& policy, UnixTime now, Appraisal& out) {
    VerdictList& verdicts = out.verdicts;
    const Check& check = checks::kChainRevocation;
    const std::string expected = "a current list of the root, without these certificates";
    if (!evidence.revocations) {
        if (policy.revocation_required)
            verdicts.fail(check, expected, "no revocation list");
        else
            verdicts.not_applicable(check, "no list was sent and the policy asks for none");
        return;
    }
    const Result<Crl> list = read_crl(*evidence.revocations);
    const Certificate& root = chain.back();
    const Problem problem = list ? crl_problem(*list, root) : Problem{"a list that does not read"};
    if (problem) {
        verdicts.fail(check, expected, *problem);
        return;
    }
    if (!list->validity.holds(now)) {
        verdicts.fail(check, expected, "a list that is valid " + text_of(list->validity));
        return;
    }
    for (const Certificate& certificate : chain) {
        if (!same_bytes(certificate.issuer, root.subject) || !list->revokes(certificate.serial))
            continue;
        verdicts.fail(check, expected, std::string{certificate.common_name} + " is revoked");
        return;
    }
    verdicts.pass(check, expected, "list number " + list->number.text());
    verdicts.holds_until(check, list->validity.end);
    out.valid_until = std::min(out.valid_until.value_or(list->validity.end), list->validity.end);
}

void judge_chain(const std::vector<Certificate>& chain, const SnpEvidence& evidence,
                 const PinnedRoots& roots, const SnpPolicy& policy, UnixTime now, Appraisal& out) {
    VerdictList& verdicts = out.verdicts;
    verdicts.decide(checks::kChainRoot, ends_in(chain, roots.amd), "a pinned AMD root key",
                    "\"" + std::string{chain.back().common_name} + "\"");
    decide_problem(verdicts, checks::kChainLinks, links_problem(chain), "every link holds");
    decide_problem(verdicts, checks::kChainDates, dates_problem(chain, now), "every date holds");
    out.valid_until = common_validity(chain).end;
    verdicts.holds_until(checks::kChainDates, *out.valid_until);
    judge_revocation(chain, evidence, policy, now, out);
}

bool judge_signature(const SnpReport& report, const Certificate& leaf, VerdictList& verdicts) {
    const std::string expected = "ECDSA on P-384 with SHA-384 by the certified key";
    std::string found = expected;
    if (report.signature_algorithm != kEcdsaP384Sha384)
        found = "signature algorithm " + std::to_string(report.signature_algorithm);
    else if (!report.signature)
        found = "numbers that are larger than the curve's";
    else if (!leaf.key->verify(SignatureScheme::kEcdsaSha384, report.signed_bytes,
                               report.signature->view()))
        found = "a signature that does not verify";
    return verdicts.decide(checks::kReportSignature, found == expected, expected, found);
}

void judge_key_kind(const SnpReport& report, const SnpEndorsement& endorsement,
                    const SnpPolicy& policy, VerdictList& verdicts) {
    const auto word = [](std::optional<SnpSigningKey> key) -> std::string {
        if (!key) return "a reserved value";
        return *key == SnpSigningKey::kVcek   ? "VCEK"
               : *key == SnpSigningKey::kVlek ? "VLEK"
                                              : "none";
    };
    const bool vlek = endorsement.key == SnpSigningKey::kVlek;
    const bool cloud_known =
        policy.vlek_clouds.empty() || policy.vlek_clouds.contains(endorsement.cloud);
    const std::string certified =
        word(endorsement.key) + (vlek ? " of " + endorsement.cloud : std::string{});
    const bool allowed = !vlek || (policy.vlek_allowed && cloud_known);
    verdicts.decide(checks::kKeyKind, allowed && report.signing_key() == endorsement.key,
                    policy.vlek_allowed ? "VCEK or an allowed VLEK" : "VCEK",
                    "report: " + word(report.signing_key()) + ", certificate: " + certified);
}

void judge_product_line(const SnpReport& report, const SnpEndorsement& endorsement,
                        const SnpPolicy& policy, VerdictList& verdicts) {
    std::string expected;
    for (const SnpProductLine line : policy.product_lines) {
        if (!expected.empty()) expected += " or ";
        expected += name_of(line);
    }
    std::string found = "certificate: " + endorsement.product_name;
    bool agrees = true;
    if (report.cpuid_family) {
        const auto line = snp_product_line_of_cpuid(*report.cpuid_family, *report.cpuid_model);
        agrees = line == endorsement.line;
        found += ", processor: " + (line ? std::string{name_of(*line)} : "of no known line");
    }
    verdicts.decide(checks::kProductLine, agrees && policy.product_lines.contains(endorsement.line),
                    expected, found);
}

/// The chip that the certificate is for: Turin's has 8 bytes, and the report pads them with zeros.
bool same_chip(const SnpReport& report, const Bytes& hardware_id) {
    const ByteView chip = report.chip_id.view();
    const auto rest = chip.subspan(hardware_id.size());
    return same_bytes(chip.first(hardware_id.size()), hardware_id) &&
           std::ranges::all_of(rest, [](std::uint8_t b) { return b == 0; });
}

void judge_chip(const SnpReport& report, const SnpEndorsement& endorsement, const SnpPolicy& policy,
                VerdictList& verdicts) {
    const std::string chip =
        report.chip_id.is_zero() ? "a masked chip id" : to_hex(report.chip_id.view());
    if (endorsement.key == SnpSigningKey::kVlek)
        verdicts.not_applicable(checks::kEndorsementChip, "a VLEK is for no single chip");
    else
        verdicts.decide(checks::kEndorsementChip,
                        !report.chip_id.is_zero() && same_chip(report, endorsement.hardware_id),
                        to_hex(endorsement.hardware_id), chip);
    decide_allowed(verdicts, checks::kChipAllowed, policy.chip_ids, report.chip_id.view());
}

void add_facts(const SnpReport& report, const SnpEndorsement& endorsement, Appraisal& out) {
    auto& facts = out.facts;
    facts.push_back({"product", endorsement.product_name});
    facts.push_back({"report_version", std::to_string(report.version)});
    facts.push_back({"endorsed_by", endorsement.key == SnpSigningKey::kVcek ? "VCEK" : "VLEK"});
    facts.push_back({"chip_id", to_hex(report.chip_id.view())});
    facts.push_back({"endorsed_tcb", endorsement.tcb.text()});
    add_guest_facts(report, out);
}

}  // namespace

Appraisal appraise_snp(const SnpEvidence& evidence, const PinnedRoots& roots,
                       const SnpPolicy& policy, UnixTime now) {
    Appraisal out{.kind = "sev_snp",
                  .verdicts = VerdictList{checks::kTable},
                  .tcb_status = std::nullopt,
                  .advisories = {},
                  .facts = {},
                  .valid_until = std::nullopt};
    VerdictList& verdicts = out.verdicts;
    const Result<SnpReport> report = parse_snp_report(evidence.report);
    if (!verdicts.decide(checks::kReportFormat, report.has_value(),
                         "1184 bytes of report version 2 to 5",
                         report ? "version " + std::to_string(report->version)
                                : std::to_string(evidence.report.size()) + " bytes that do not"))
        return out;
    judge_reserved(*report, verdicts);
    const std::vector<Certificate> chain = read_chain(evidence, roots, verdicts);
    if (chain.empty()) return out;
    judge_chain(chain, evidence, roots, policy, now, out);
    judge_signature(*report, chain.front(), verdicts);
    const Result<SnpEndorsement> endorsement = read_snp_endorsement(chain.front());
    if (!verdicts.decide(
            checks::kEndorsementFormat, endorsement.has_value(),
            "a VCEK or VLEK certificate with AMD's extensions",
            endorsement ? endorsement->product_name : std::string{endorsement.error().site}))
        return out;
    judge_roles(chain, *endorsement, verdicts);
    judge_key_kind(*report, *endorsement, policy, verdicts);
    judge_product_line(*report, *endorsement, policy, verdicts);
    judge_chip(*report, *endorsement, policy, verdicts);
    judge_tcb(*report, *endorsement, policy, verdicts);
    judge_guest(*report, policy, evidence.report_data, verdicts);
    add_facts(*report, *endorsement, out);
    return out;
}

}  // namespace pramana::attest
