#include "pramana/evidence/collateral_keeper.hpp"

#include "collateral_fetch.hpp"
#include "evidence_members.hpp"

#include "pramana/attest/snp.hpp"

#include <algorithm>

namespace pramana::evidence {
namespace {

constexpr std::string_view kLedgerNote = "collateral_ledger";
constexpr std::string_view kCurrentNote = "collateral";

// What makes collateral worth keeping; how good the platform is, is another question.
constexpr std::string_view kIntelNeeded[] = {"intel.pck.root",
                                             "intel.pck.chain",
                                             "intel.crl.root",
                                             "intel.crl.root_dates",
                                             "intel.crl.pck",
                                             "intel.crl.pck_dates",
                                             "intel.tcb_info.signer",
                                             "intel.tcb_info.signer_dates",
                                             "intel.tcb_info.signer_not_revoked",
                                             "intel.tcb_info.signature",
                                             "intel.tcb_info.format",
                                             "intel.tcb_info.match",
                                             "intel.tcb_info.dates",
                                             "intel.qe_identity.signer",
                                             "intel.qe_identity.signer_dates",
                                             "intel.qe_identity.signer_not_revoked",
                                             "intel.qe_identity.signature",
                                             "intel.qe_identity.format",
                                             "intel.qe_identity.match",
                                             "intel.qe_identity.dates"};
constexpr std::string_view kSnpNeeded[] = {
    "snp.endorsement.format", "snp.chain.root",       "snp.chain.links",     "snp.chain.roles",
    "snp.chain.dates",        "snp.chain.revocation", "snp.report.signature"};

bool all_passed(const attest::Appraisal& appraisal, std::span<const std::string_view> names) {
    return std::ranges::all_of(names, [&](std::string_view name) {
        return std::ranges::any_of(appraisal.verdicts.all(), [&](const attest::Verdict& verdict) {
            return verdict.check->name == name && verdict.outcome == attest::Outcome::kPassed;
        });
    });
}

Standing standing_of(const attest::Appraisal& appraisal) {
    Standing standing;
    if (appraisal.tcb_status) standing.tcb_status = attest::name_of(*appraisal.tcb_status);
    if (const attest::Verdict* const failure = appraisal.verdicts.first_failure())
        standing.first_failure = failure->check->name;
    standing.valid_until = appraisal.valid_until;
    return standing;
}

}  // namespace

Status CollateralKeeper::open() {
    const std::lock_guard one_at_a_time{refreshing_};
    const Result<std::optional<Bytes>> ledger = notes_.load(kLedgerNote);
    if (!ledger) return ledger.error();
    if (*ledger) {
        Result<attest::CollateralLedger> read =
            attest::CollateralLedger::from_json(as_text(**ledger));
        if (!read) return read.error();
        ledger_ = *std::move(read);
    }
    const Result<std::optional<Bytes>> kept = notes_.load(kCurrentNote);
    if (!kept) return kept.error();
    const std::lock_guard lock{mutex_};
    if (*kept) current_ = std::string{as_text(**kept)};
    return Done{};
}

template <class Freshness>
Status CollateralKeeper::never_go_back(const Freshness& fresh) {
    attest::CollateralLedger next = ledger_;
    PRAMANA_TRY(next.observe(fresh));
    PRAMANA_TRY(notes_.save(kLedgerNote, as_bytes_view(next.to_json())));
    ledger_ = std::move(next);
    return Done{};
}

Result<std::string> CollateralKeeper::intel(ByteView quote, Standing& standing) {
    const attest::IntelEndorsements none = attest::prepare({}, check_.roots);
    const attest::Appraisal without =
        attest::appraise_intel(quote, *none, check_.now(), {}, std::nullopt);
    const attest::Fact* const fmspc = without.fact("fmspc");
    if (fmspc == nullptr) return Error{Errc::kEvidenceMalformed, "evidence.collateral.fmspc"};
    const Result<bool> platform = is_platform_ca(quote);
    if (!platform) return platform.error();
    const Result<attest::IntelCollateral> fetched =
        fetch_intel(get_, services_, fmspc->value, *platform);
    if (!fetched) return fetched.error();
    const attest::IntelEndorsements endorsements = attest::prepare(*fetched, check_.roots);
    const attest::Appraisal appraisal =
        attest::appraise_intel(quote, *endorsements, check_.now(), {}, std::nullopt);
    const std::optional<attest::IntelFreshness> fresh = attest::freshness_of(*endorsements);
    if (!fresh || !all_passed(appraisal, kIntelNeeded))
        return Error{Errc::kEvidenceRefused, "evidence.collateral.intel"};
    PRAMANA_TRY(never_go_back(*fresh));
    standing = standing_of(appraisal);
    return "\"intel\":" + attest::json_of(*fetched);
}

Result<std::string> CollateralKeeper::amd(ByteView report, ByteView table, Standing& standing) {
    const Result<attest::SnpReport> parsed = attest::parse_snp_report(report);
    if (!parsed) return parsed.error();
    const Result<SnpCertificates> handed_out = read_snp_certificates(table);
    if (!handed_out) return handed_out.error();
    const Result<AmdCollateral> fetched = fetch_amd(get_, services_, *parsed, *handed_out);
    if (!fetched) return fetched.error();
    attest::SnpPolicy any;
    any.product_lines = {attest::SnpProductLine::kMilan, attest::SnpProductLine::kGenoa,
                         attest::SnpProductLine::kTurin};
    any.vlek_allowed = true;
    const attest::Appraisal appraisal = attest::appraise_snp({.report = report,
                                                              .endorsement = fetched->endorsement,
                                                              .authorities = fetched->authorities,
                                                              .revocations = fetched->revocations,
                                                              .report_data = {}},
                                                             check_.roots, any, check_.now());
    if (!all_passed(appraisal, kSnpNeeded))
        return Error{Errc::kEvidenceRefused, "evidence.collateral.amd"};
    const Result<attest::ListFreshness> fresh = attest::freshness_of_list(fetched->revocations);
    if (!fresh) return fresh.error();
    PRAMANA_TRY(never_go_back(*fresh));
    standing = standing_of(appraisal);
    return "\"amd\":" + amd_json(*fetched);
}

Status CollateralKeeper::refresh(std::string_view evidence) {
    const std::lock_guard one_at_a_time{refreshing_};
    const Result<JsonView> object = read_json(evidence);
    if (!object) return Error{Errc::kEvidenceMalformed, "evidence.collateral.evidence"};
    Standing standing;
    Result<std::string> member = Error{Errc::kEvidenceMalformed, "evidence.collateral.evidence"};
    if (object->member("report")) {
        const Result<Bytes> report = hex_member(*object, "report");
        const Result<Bytes> table = hex_member(*object, "certificates");
        if (!report || !table) return member.error();
        member = amd(*report, *table, standing);
    } else {
        const Result<Bytes> quote = hex_member(*object, "quote");
        if (!quote) return quote.error();
        member = intel(*quote, standing);
    }
    if (!member) return member.error();
    const std::string text =
        "{\"fetched_unix_s\":" + std::to_string(check_.now()) + ',' + *member + '}';
    PRAMANA_TRY(notes_.save(kCurrentNote, as_bytes_view(text)));
    const std::lock_guard lock{mutex_};
    current_ = text;
    standing_ = standing;
    return Done{};
}

std::optional<std::string> CollateralKeeper::current() const {
    const std::lock_guard lock{mutex_};
    return current_;
}

std::optional<Standing> CollateralKeeper::standing() const {
    const std::lock_guard lock{mutex_};
    return standing_;
}

}  // namespace pramana::evidence
