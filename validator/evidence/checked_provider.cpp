#include "evidence_members.hpp"

#include "pramana/attest/dstack.hpp"
#include "pramana/attest/intel.hpp"
#include "pramana/attest/snp.hpp"
#include "pramana/crypto/aead.hpp"
#include "pramana/evidence/snp_certificates.hpp"
#include "pramana/evidence/tee.hpp"
#include "pramana/os/log.hpp"

#include <algorithm>
#include <span>

namespace pramana::evidence {
namespace {

// What is known of evidence without collateral: who signed it and what it is about.
constexpr std::string_view kIntelNeeded[] = {
    "intel.quote.format", "intel.quote.qe_vendor", "intel.pck.root",     "intel.pck.chain",
    "intel.pck.dates",    "intel.pck.extension",   "intel.qe.signature", "intel.qe.binding",
    "intel.td.debug",     "intel.quote.signature", "intel.report_data"};
constexpr std::string_view kSnpNeeded[] = {
    "snp.report.format", "snp.chain.root",       "snp.chain.links",     "snp.chain.roles",
    "snp.chain.dates",   "snp.report.signature", "snp.key.kind",        "snp.endorsement.tcb",
    "snp.policy.debug",  "snp.report_data"};
constexpr std::string_view kSnpNotFailed[] = {"snp.endorsement.chip"};  // a VLEK is for no chip
constexpr std::string_view kDstackNeeded[] = {"dstack.log.format", "dstack.log.digests",
                                              "dstack.replay.boot", "dstack.replay.runtime"};
/// Passed, or not asked for by a policy that pins nothing.
constexpr std::string_view kDstackNotFailed[] = {"dstack.log.types", "dstack.app.id",
                                                 "dstack.compose.hash", "dstack.compose.document",
                                                 "dstack.compose.config_id"};

bool has_outcome(const attest::VerdictList& verdicts, std::string_view name,
                 std::span<const attest::Outcome> good) {
    const auto all = verdicts.all();
    const auto row = std::ranges::find_if(
        all, [&](const attest::Verdict& verdict) { return verdict.check->name == name; });
    PRAMANA_CHECK(row != all.end());
    if (std::ranges::find(good, row->outcome) != good.end()) return true;
    log::error("evidence.not_authentic", {log::Field::vetted("check", row->check->name),
                                          log::Field::vetted("next_step", row->check->next_step)});
    return false;
}

bool all_passed(const attest::Appraisal& appraisal, std::span<const std::string_view> names) {
    constexpr attest::Outcome kGood[] = {attest::Outcome::kPassed};
    return std::ranges::all_of(
        names, [&](std::string_view name) { return has_outcome(appraisal.verdicts, name, kGood); });
}
bool none_failed(const attest::Appraisal& appraisal, std::span<const std::string_view> names) {
    constexpr attest::Outcome kGood[] = {attest::Outcome::kPassed, attest::Outcome::kNotApplicable};
    return std::ranges::all_of(
        names, [&](std::string_view name) { return has_outcome(appraisal.verdicts, name, kGood); });
}

Error refused(std::string_view site) { return Error{Errc::kEvidenceRefused, site}; }

/// The quote, appraised without collateral.
Result<attest::Appraisal> intel_appraisal(const JsonView& evidence, const ReportBytes& report,
                                          const EvidenceCheck& check) {
    const Result<Bytes> quote = hex_member(evidence, "quote");
    if (!quote) return quote.error();
    const attest::IntelEndorsements none = attest::prepare({}, check.roots);
    attest::Appraisal appraisal =
        attest::appraise_intel(*quote, *none, check.now(), {}, report.bytes);
    if (!all_passed(appraisal, kIntelNeeded)) return refused("evidence.check.intel");
    return appraisal;
}

Result<attest::Appraisal> dstack_appraisal(const JsonView& evidence,
                                           const attest::Appraisal& quote) {
    const Result<std::string> event_log = text_member(evidence, "event_log");
    const Result<std::string> compose = text_member(evidence, "app_compose");
    if (!event_log || !compose) return Error{Errc::kEvidenceMalformed, "evidence.check.dstack"};
    const auto register_of = [&](std::string_view name) {
        const attest::Fact* const fact = quote.fact(name);
        return fixed_from_hex<attest::Hash48>(fact == nullptr ? "" : fact->value)
            .value_or(attest::Hash48{});
    };
    attest::DstackEvidence judged{
        .event_log = *event_log,
        .registers = {.rtmr = {register_of("rtmr0"), register_of("rtmr1"), register_of("rtmr2"),
                               register_of("rtmr3")},
                      .mr_config_id = register_of("mr_config_id")},
        .app_compose = {}};
    if (!compose->empty()) judged.app_compose = *compose;
    attest::DstackPolicy policy;
    policy.config_id_required = false;  // older images leave it zero; another value fails
    attest::Appraisal appraisal = attest::appraise_dstack(judged, policy);
    if (!all_passed(appraisal, kDstackNeeded) || !none_failed(appraisal, kDstackNotFailed))
        return refused("evidence.check.dstack");
    return appraisal;
}

Status check_snp(const JsonView& evidence, const ReportBytes& report, const EvidenceCheck& check) {
    const Result<Bytes> raw = hex_member(evidence, "report");
    const Result<Bytes> table = hex_member(evidence, "certificates");
    if (!raw || !table) return Error{Errc::kEvidenceMalformed, "evidence.check.snp"};
    const Result<SnpCertificates> certificates = read_snp_certificates(*table);
    if (!certificates) return certificates.error();
    if (certificates->endorsement.empty()) return refused("evidence.check.snp.no_certificates");
    attest::SnpPolicy policy;
    policy.vlek_allowed = true;  // whether it is wanted is the relying party's policy
    const attest::Appraisal appraisal =
        attest::appraise_snp({.report = *raw,
                              .endorsement = certificates->endorsement,
                              .authorities = certificates->authorities,
                              .revocations = {},
                              .report_data = report.view()},
                             check.roots, policy, check.now());
    if (!all_passed(appraisal, kSnpNeeded) || !none_failed(appraisal, kSnpNotFailed))
        return refused("evidence.check.snp");
    return Done{};
}

class CheckedProvider final : public EvidenceProvider {
  public:
    CheckedProvider(std::unique_ptr<EvidenceProvider> inner, EvidenceCheck check)
        : inner_{std::move(inner)}, check_{std::move(check)} {}
    [[nodiscard]] std::string_view kind() const noexcept override { return inner_->kind(); }

    [[nodiscard]] Result<std::string> quote(const ReportBytes& report) override {
        Result<std::string> evidence = inner_->quote(report);
        if (!evidence) return evidence;
        PRAMANA_TRY(check_authentic(*evidence, report, check_));
        return evidence;
    }

    [[nodiscard]] Result<PlatformFacts> platform() override {
        Result<PlatformFacts> facts = inner_->platform();
        if (!facts || kind() != "dstack_tdx") return facts;
        ReportBytes report;
        random_bytes(report.bytes);
        const Result<std::string> evidence = quote(report);
        if (!evidence) return evidence.error();
        const Result<JsonView> object = read_json(*evidence, kEvidenceDepthMax);
        PRAMANA_CHECK(object.has_value());
        const Result<attest::Appraisal> quoted = intel_appraisal(*object, report, check_);
        if (!quoted) return quoted.error();
        const Result<attest::Appraisal> log = dstack_appraisal(*object, *quoted);
        if (!log) return log.error();
        const attest::Fact* const measured = log->fact("compose-hash");
        const Result<Hash32> compose =
            fixed_from_hex<Hash32>(measured == nullptr ? "" : measured->value);
        if (!compose) return refused("evidence.check.compose");
        if (facts->compose_sha256 && *facts->compose_sha256 != *compose)
            return refused("evidence.check.compose");
        facts->compose_sha256 = *compose;
        return facts;
    }

  private:
    std::unique_ptr<EvidenceProvider> inner_;
    EvidenceCheck check_;
};

}  // namespace

Status check_authentic(std::string_view evidence, const ReportBytes& report,
                       const EvidenceCheck& check) {
    const Result<JsonView> object = read_json(evidence, kEvidenceDepthMax);
    if (!object) return Error{Errc::kEvidenceMalformed, "evidence.check.json"};
    const Result<std::string> kind = text_member(*object, "kind");
    if (!kind) return kind.error();
    if (*kind == "sev_snp") return check_snp(*object, report, check);
    if (*kind != "tdx" && *kind != "dstack_tdx") return refused("evidence.check.kind");
    const Result<attest::Appraisal> quote = intel_appraisal(*object, report, check);
    if (!quote) return quote.error();
    if (quote->kind != "tdx") return refused("evidence.check.kind");
    if (*kind == "tdx") return Done{};
    const Result<attest::Appraisal> log = dstack_appraisal(*object, *quote);
    if (!log) return log.error();
    return Done{};
}

std::unique_ptr<EvidenceProvider> make_checked_provider(std::unique_ptr<EvidenceProvider> inner,
                                                        EvidenceCheck check) {
    return std::make_unique<CheckedProvider>(std::move(inner), std::move(check));
}

}  // namespace pramana::evidence
