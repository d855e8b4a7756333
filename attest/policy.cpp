#include "pramana/attest/policy.hpp"

#include "policy_section.hpp"

#include <algorithm>

namespace pramana::attest {
namespace {

constexpr std::size_t kPolicyBytesMax = std::size_t{1024} * 1024;
constexpr std::uint64_t kAgeMax = 10ULL * 366 * 86400;

void read_statuses(PolicySection& section, std::set<TcbStatus>& out) {
    std::set<std::string> names;
    if (!section.member("tcb_statuses")) return;
    section.texts("tcb_statuses", names);
    if (names.empty()) return;  // and that was said
    std::set<TcbStatus> read;
    for (const std::string& name : names) {
        const std::optional<TcbStatus> status = tcb_status_of(name);
        if (!status)
            section.problem("tcb_statuses", "knows no status of one of these names");
        else if (*status == TcbStatus::kRevoked || *status == TcbStatus::kNoMatchingLevel)
            section.problem("tcb_statuses", "may not accept Revoked or NoMatchingTcbLevel");
        else
            read.insert(*status);
    }
    if (read.empty()) section.problem("tcb_statuses", "must name at least one status");
    out = std::move(read);
}

void read_fmspcs(PolicySection& section, std::set<std::string>& out) {
    Allowed fmspcs;
    section.allowed("fmspcs_refused", {6}, fmspcs);
    for (const Bytes& fmspc : fmspcs) {
        constexpr std::string_view kDigits = "0123456789abcdef";
        std::string text;
        for (const std::uint8_t byte : fmspc) {
            text += kDigits[byte >> 4U];
            text += kDigits[byte & 15U];
        }
        out.insert(std::move(text));
    }
}

}  // namespace

void read_intel_policy(PolicySection section, IntelPolicy& policy) {
    read_statuses(section, policy.tcb_statuses);
    section.texts("advisories_refused", policy.advisories_refused);
    section.number("tcb_evaluation_data_number_min", 1'000'000,
                   policy.tcb_evaluation_data_number_min);
    section.number("collateral_age_s_max", kAgeMax, policy.collateral_age_s_max);
    read_fmspcs(section, policy.fmspcs_refused);
    section.allowed("platforms", {16}, policy.platforms);
    section.mask("td_attributes_required", policy.td_attributes_required);
    section.mask("td_attributes_allowed", policy.td_attributes_allowed);
    if (((policy.td_attributes_required | policy.td_attributes_allowed) & kTdAttributesNever) != 0)
        section.problem("td_attributes_allowed",
                        "may not hold bits 0 to 7 (debuggable) nor 29 (migratable)");
    section.mask("xfam_required", policy.xfam_required);
    section.mask("xfam_allowed", policy.xfam_allowed);
    const std::pair<std::string_view, Allowed*> registers[] = {
        {"mr_seam", &policy.mr_seam},
        {"mr_td", &policy.mr_td},
        {"mr_config_id", &policy.mr_config_id},
        {"mr_owner", &policy.mr_owner},
        {"mr_owner_config", &policy.mr_owner_config},
        {"rtmr0", &policy.rtmr0},
        {"rtmr1", &policy.rtmr1},
        {"rtmr2", &policy.rtmr2},
        {"rtmr3", &policy.rtmr3},
    };
    for (const auto& [name, values] : registers) section.allowed(name, {48}, *values);
    section.flag("sgx_debug", policy.sgx_debug);
    section.allowed("mr_enclave", {32}, policy.mr_enclave);
    section.allowed("mr_signer", {32}, policy.mr_signer);
    section.number("isv_prod_id", 0xffff, policy.isv_prod_id);
    section.number("isv_svn_min", 0xffff, policy.isv_svn_min);
    section.done();
}

std::set<std::string> Policy::pinned_kinds() const {
    std::set<std::string> kinds;
    const bool machine_alone =
        !intel.platforms.empty() && !intel.pins_td() && !intel.pins_enclave();
    if (intel.pins_td() || machine_alone) kinds.insert("tdx");
    if (intel.pins_enclave() || machine_alone) kinds.insert("sgx");
    if (!amd.measurements.empty() || !amd.host_data.empty() || !amd.id_key_digests.empty() ||
        !amd.author_key_digests.empty() || !amd.chip_ids.empty())
        kinds.insert("sev_snp");
    if (!dstack.app_ids.empty() || !dstack.compose_hashes.empty() || !dstack.instance_ids.empty() ||
        !dstack.key_provider_ids.empty())
        kinds.insert("dstack");
    return kinds;
}

PolicyReading read_policy(std::string_view text) {
    PolicyReading reading;
    if (text.size() > kPolicyBytesMax) {
        reading.problems.push_back({{}, "is larger than 1 MiB"});
        return reading;
    }
    const Result<JsonView> root = read_json(text, 8);
    if (!root) {
        reading.problems.push_back({{}, "is not JSON, or names a member twice"});
        return reading;
    }
    Policy policy;
    PolicySection section{*root, {}, reading.problems};
    const std::optional<JsonView> version = section.member("version");
    const Result<std::uint64_t> number =
        version ? version->whole_number() : Error{Errc::kPolicyInvalid, "attest.policy.version"};
    if (!number || *number != 1) section.problem("version", "must be the number 1");
    section.texts("evidence", policy.evidence);
    for (const std::string& kind : policy.evidence)
        if (std::ranges::find(kPolicyEvidence, kind) == std::end(kPolicyEvidence))
            section.problem("evidence", "knows no kind of one of these names");
    if (const std::optional<JsonView> intel = section.member("intel"))
        read_intel_policy(PolicySection{*intel, "intel", reading.problems}, policy.intel);
    if (auto amd = section.section("amd")) read_amd_policy(std::move(*amd), policy.amd);
    if (auto nvidia = section.section("nvidia"))
        read_nvidia_policy(std::move(*nvidia), policy.nvidia);
    if (auto nras = section.section("nras")) read_nras_policy(std::move(*nras), policy.nras);
    if (auto dstack = section.section("dstack"))
        read_dstack_policy(std::move(*dstack), policy.dstack, policy.dstack_keys);
    if (auto statement = section.section("statement"))
        read_statement_policy(std::move(*statement), policy.statement);
    section.done();
    if (reading.problems.empty()) reading.policy = std::move(policy);
    return reading;
}

}  // namespace pramana::attest
