#include "pramana/attest/collateral_ledger.hpp"
#include "pramana/attest/dstack.hpp"
#include "pramana/attest/evidence_file.hpp"
#include "pramana/core/hex.hpp"

#include <algorithm>
#include <set>

namespace pramana::attest {
namespace {

/// A register as an appraisal of the quote states it; zeros where it states none.
Hash48 register_of(const Appraisal& quote, std::string_view name) {
    const Fact* const fact = quote.fact(name);
    return fact == nullptr ? Hash48{} : fixed_from_hex<Hash48>(fact->value).value_or(Hash48{});
}

Appraisal appraise_log(const EvidenceFile& file, const Endorsements& endorsements,
                       const Appraisal& quote, const DstackPolicy& policy) {
    DstackRegisters registers;
    constexpr std::array<std::string_view, 4> kNames = {"rtmr0", "rtmr1", "rtmr2", "rtmr3"};
    for (std::size_t i = 0; i < kNames.size(); ++i)
        registers.rtmr.at(i) = register_of(quote, kNames.at(i));
    registers.mr_config_id = register_of(quote, "mr_config_id");
    const std::optional<std::string>& compose =
        file.app_compose ? file.app_compose : endorsements.app_compose;
    return appraise_dstack(
        {.event_log = *file.event_log,
         .registers = registers,
         .app_compose = compose ? std::optional<std::string_view>{*compose} : std::nullopt},
        policy);
}

Appraisal appraise_key(const IssuedKeyPart& key, const Bytes& app_id,
                       const DstackKeyPolicy& policy) {
    Appraisal out =
        appraise_dstack_key({.public_key = key.public_key,
                             .purpose = key.purpose,
                             .app_id = app_id,
                             .signature_chain = {key.signature_chain[0], key.signature_chain[1]}},
                            policy);
    out.facts.push_back({"use", key.use});
    return out;
}

/// A manifest as text, and as it reads; a bad one is refused by the checks of what it is put to.
struct KnownRim {
    std::string_view xml;
    std::optional<Rim> rim;
    /// A VBIOS version has five numbers, a driver's two or three.
    [[nodiscard]] bool is_vbios() const {
        return rim && std::ranges::count(rim->version, '.') >= 4;
    }
};

bool matches(const NvidiaReport& report, const Rim& rim) {
    return compare_with_rim(report, rim).mismatching.empty();
}

/// The manifest of this version; of several (chips share a driver's version, boards a VBIOS's) the
/// one that the report measures as. Otherwise any of its kind: the checks then say what it is for.
std::optional<std::string_view> rim_for(const std::vector<KnownRim>& rims, bool vbios,
                                        const std::string& version, const NvidiaReport* report) {
    std::optional<std::string_view> any;
    std::optional<std::string_view> of_version;
    for (const KnownRim& known : rims) {
        if (known.is_vbios() != vbios) continue;
        if (!any) any = known.xml;
        if (!known.rim || known.rim->version != version) continue;
        if (report != nullptr && matches(*report, *known.rim)) return known.xml;
        if (!of_version) of_version = known.xml;
    }
    return of_version ? of_version : any;
}

class GpuParts {
  public:
    GpuParts(const EvidenceFile& file, const Endorsements& endorsements,
             const Expectation& expected) {
        std::vector<KnownRim> rims;
        for (const std::string& xml : endorsements.rims) {
            Result<Rim> rim = parse_rim(xml);
            rims.push_back({xml, rim ? std::optional{*std::move(rim)} : std::nullopt});
        }
        for (const GpuPart& part : file.gpus) {
            const Result<NvidiaReport> report = parse_nvidia_report(part.report);
            const std::string driver =
                report ? report->text(NvidiaField::kDriverVersion).value_or("") : "";
            const std::string vbios = report ? report->vbios_version().value_or("") : std::string{};
            const NvidiaReport* const device = report ? &*report : nullptr;
            NvidiaEvidence one{.report = part.report,
                               .chain = part.chain.empty() ? endorsements.nvidia_chain : part.chain,
                               .nonce = std::nullopt,
                               .driver_rim = rim_for(rims, false, driver, device),
                               .vbios_rim = rim_for(rims, true, vbios, device),
                               .revocations = endorsements.revocations,
                               .ocsp = endorsements.ocsp};
            const std::size_t place = expected.nonces.size() == 1 ? 0 : evidence_.size();
            if (place < expected.nonces.size()) one.nonce = expected.nonces[place];
            evidence_.push_back(one);
        }
    }
    [[nodiscard]] const std::vector<NvidiaEvidence>& evidence() const { return evidence_; }

  private:
    std::vector<NvidiaEvidence> evidence_;
};

void add_cpu(const EvidenceFile& file, const Endorsements& endorsements, const PinnedRoots& roots,
             const Policy& policy, UnixTime now, const Expectation& expected,
             const CollateralLedger* ledger, std::vector<Appraisal>& out) {
    if (file.quote) {
        const IntelEndorsements intel = prepare(endorsements.intel, roots);
        out.push_back(
            appraise_intel(*file.quote, *intel, now, policy.intel, expected.report_data, ledger));
        if (file.event_log)
            out.push_back(appraise_log(file, endorsements, out.back(), policy.dstack));
    }
    if (file.snp_report) {
        SnpEvidence evidence{.report = *file.snp_report,
                             .endorsement = endorsements.snp_endorsement,
                             .authorities = endorsements.snp_authorities,
                             .revocations = std::nullopt,
                             .report_data = std::nullopt};
        if (endorsements.snp_revocations) evidence.revocations = *endorsements.snp_revocations;
        if (expected.report_data) evidence.report_data = *expected.report_data;
        out.push_back(appraise_snp(evidence, roots, policy.amd, now));
    }
}

constexpr Check kKinds{
    "evidence.kinds", "The kinds of evidence are all those that the policy asks for, and no other.",
    "Ask for the whole evidence; a part that is left out, or of another vendor, is not judged by "
    "what the policy pins."};
constexpr Check kLists{
    "evidence.lists_not_older",
    "No revocation list of AMD's or NVIDIA's is older than one that was accepted before.",
    "Fetch current revocation lists; if they are current, somebody set your record ahead."};
constexpr std::array kWholeTable = {kKinds, kLists};

/// The kinds of a guest's or an enclave's evidence; a log stands for the quote that it belongs to.
constexpr std::array<std::string_view, 3> kOfCpu = {"tdx", "sgx", "sev_snp"};

bool has_cpu_evidence(const std::vector<Appraisal>& parts) {
    return std::ranges::any_of(parts, [](const Appraisal& part) {
        return std::ranges::find(kOfCpu, part.kind) != kOfCpu.end();
    });
}

/// Whether each kind that came is one that the policy pins something of: what is pinned of one is
/// not judged on another. Who pins an application wants its log beside every TD's quote.
bool are_pinned(const std::set<std::string>& found, const std::set<std::string>& pinned) {
    const bool application = pinned.contains("dstack");
    const auto fits = [&](std::string_view kind) {
        if (kind == "tdx" && application) return found.contains("dstack");
        return pinned.contains(std::string{kind});
    };
    return std::ranges::all_of(kOfCpu, [&](std::string_view kind) {
        return !found.contains(std::string{kind}) || fits(kind);
    });
}

void judge_kinds(const std::vector<Appraisal>& parts, const Policy& policy,
                 const std::set<std::string>& pinned, VerdictList& verdicts) {
    std::set<std::string> found;
    for (const Appraisal& part : parts)
        if (part.kind != "nvidia_set") found.emplace(part.kind);
    const auto text = [](const std::set<std::string>& kinds) {
        std::string all;
        for (const std::string& kind : kinds) all += (all.empty() ? "" : ", ") + kind;
        return all;
    };
    if (!policy.evidence.empty())
        verdicts.decide(kKinds, found == policy.evidence, text(policy.evidence), text(found));
    else if (!pinned.empty() && has_cpu_evidence(parts))
        verdicts.decide(kKinds, are_pinned(found, pinned),
                        "what the policy pins something of: " + text(pinned), text(found));
    else
        verdicts.not_applicable(kKinds, "the policy asks for no kind; found " + text(found));
}

void judge_lists(const std::vector<ListFreshness>& lists, const CollateralLedger* ledger,
                 VerdictList& verdicts) {
    if (ledger == nullptr)
        return verdicts.not_applicable(kLists, "no record of earlier lists was given");
    if (lists.empty()) return verdicts.not_applicable(kLists, "there are no such lists");
    std::string older;
    for (const ListFreshness& list : lists)
        if (older.empty()) older = ledger->older_than_seen(list).value_or("");
    const std::string expected = "nothing older than seen before";
    verdicts.decide(kLists, older.empty(), expected, older.empty() ? expected : older);
}

/// What is judged of all parts together: whether everything is there that the policy asks for, and
/// nothing that it does not speak of.
Appraisal appraise_whole(const std::vector<Appraisal>& parts, const Policy& policy,
                         const std::vector<ListFreshness>& lists, const CollateralLedger* ledger) {
    Appraisal out{.kind = "evidence",
                  .verdicts = VerdictList{kWholeTable},
                  .tcb_status = std::nullopt,
                  .advisories = {},
                  .facts = {},
                  .valid_until = std::nullopt};
    judge_kinds(parts, policy, policy.pinned_kinds(), out.verdicts);
    judge_lists(lists, ledger, out.verdicts);
    return out;
}

bool decides_something(const Appraisal& appraisal) {
    return std::ranges::any_of(appraisal.verdicts.all(), [](const Verdict& verdict) {
        return verdict.outcome != Outcome::kNotApplicable;
    });
}

}  // namespace

std::vector<Appraisal> appraise_evidence_file(const EvidenceFile& file,
                                              const Endorsements& endorsements,
                                              const PinnedRoots& roots, const Policy& policy,
                                              UnixTime now, const Expectation& expected,
                                              const CollateralLedger* ledger) {
    std::vector<Appraisal> out;
    add_cpu(file, endorsements, roots, policy, now, expected, ledger, out);
    if (!file.keys.empty()) {
        Bytes app_id;
        for (const Appraisal& one : out)
            if (const Fact* const fact = one.kind == "dstack" ? one.fact("app-id") : nullptr)
                app_id = from_hex(fact->value).value_or(Bytes{});
        for (const IssuedKeyPart& key : file.keys)
            out.push_back(appraise_key(key, app_id, policy.dstack_keys));
    }
    // A number of devices that was asked for is judged where none came, too.
    if (!file.gpus.empty() || (expected.devices && !file.nras)) {
        const GpuParts parts{file, endorsements, expected};
        NvidiaSetAppraisal set =
            appraise_nvidia_set(parts.evidence(), expected.devices.value_or(file.gpus.size()),
                                roots, policy.nvidia, now);
        std::ranges::move(set.devices, std::back_inserter(out));
        out.push_back(std::move(set.set));
    }
    if (file.nras) {
        const Bytes nonce = expected.nonces.size() == 1 ? expected.nonces.front() : Bytes{};
        out.push_back(appraise_nras(
            {.answer = *file.nras, .nonce = nonce, .devices = expected.devices.value_or(1)},
            policy.nras, now));
    }
    const std::vector<ListFreshness> lists = ledger == nullptr
                                                 ? std::vector<ListFreshness>{}
                                                 : authentic_lists(file, endorsements, roots);
    Appraisal whole = appraise_whole(out, policy, lists, ledger);
    if (decides_something(whole)) out.push_back(std::move(whole));
    return out;
}

}  // namespace pramana::attest
