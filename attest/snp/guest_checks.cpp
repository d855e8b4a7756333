#include "snp/guest_checks.hpp"

#include "der.hpp"
#include "snp/checks.hpp"

#include "pramana/core/hex.hpp"

#include <algorithm>

namespace pramana::attest {

namespace {

namespace checks = snp_checks;

constexpr unsigned kPolicyKnownBits = 26;  ///< 0..25 are defined (AMD 56860 revision 1.58)
constexpr unsigned kPolicySmtBit = kSnpPolicySmt;

bool all_ones(ByteView bytes) {
    return std::ranges::all_of(bytes, [](std::uint8_t b) { return b == 0xFF; });
}

/// Reads one TCB of the report and compares it with the floor of its line.
std::optional<SnpTcb> judge_floor(const Check& check, const SnpTcbBytes& raw, SnpProductLine line,
                                  const SnpPolicy& policy, VerdictList& verdicts,
                                  const SnpTcb* also_at_least = nullptr) {
    const Result<SnpTcb> tcb = read_snp_tcb(line, raw);
    const auto floor = policy.tcb_floors.find(line);
    std::string expected =
        floor == policy.tcb_floors.end() ? "a TCB" : "at least " + floor->second.text();
    if (also_at_least != nullptr) expected += ", and at least " + also_at_least->text();
    if (!tcb) {
        verdicts.fail(check, expected, "reserved bytes are set: " + to_hex(raw.view()));
        return std::nullopt;
    }
    const bool reaches = floor == policy.tcb_floors.end() || tcb->reaches(floor->second);
    const bool claims = also_at_least == nullptr || tcb->reaches(*also_at_least);
    verdicts.decide(check, reaches && claims, expected, tcb->text());
    return *tcb;
}

void judge_policy_bits(const SnpReport& report, const SnpPolicy& policy, VerdictList& verdicts) {
    const auto state = [&](unsigned bit) { return report.policy_bit(bit) ? "set" : "clear"; };
    verdicts.decide(checks::kPolicyDebug,
                    policy.debug_allowed || !report.policy_bit(kSnpPolicyDebug),
                    policy.debug_allowed ? "any" : "clear", state(kSnpPolicyDebug));
    const bool no_agent = all_ones(report.report_id_ma.view()) || report.report_id_ma.is_zero();
    const bool no_migration = !report.policy_bit(kSnpPolicyMigrationAgent) && no_agent;
    verdicts.decide(checks::kPolicyMigration, policy.migration_agent_allowed || no_migration,
                    policy.migration_agent_allowed ? "any" : "clear, and no agent",
                    std::string{state(kSnpPolicyMigrationAgent)} +
                        (no_agent ? ", no agent" : ", an agent is associated"));
    const bool known = (report.policy >> kPolicyKnownBits) == 0;
    verdicts.decide(checks::kPolicyReserved, known && report.policy_bit(kSnpPolicyAlwaysOne),
                    "bit 17 set, bits 26 to 63 clear", "policy " + to_hex_number(report.policy));
    const bool smt_fits = policy.smt_allowed || !report.policy_bit(kPolicySmtBit);
    const bool socket_fits =
        !policy.single_socket_required || report.policy_bit(kSnpPolicySingleSocket);
    verdicts.decide(checks::kPolicySockets, smt_fits && socket_fits,
                    std::string{policy.smt_allowed ? "SMT any" : "SMT clear"} +
                        (policy.single_socket_required ? ", single socket set" : ", sockets any"),
                    std::string{"SMT "} + state(kPolicySmtBit) + ", single socket " +
                        state(kSnpPolicySingleSocket));
}

void judge_platform(const SnpReport& report, const SnpPolicy& policy, VerdictList& verdicts) {
    const bool done = (report.platform_info >> kSnpPlatformAliasCheck & 1U) != 0;
    if (!policy.alias_check_required)
        verdicts.not_applicable(checks::kPlatformAlias,
                                std::string{"the policy does not ask; "} +
                                    (done ? "the check was made" : "the check was not made"));
    else
        verdicts.decide(checks::kPlatformAlias, done, "the check was made",
                        done ? "the check was made" : "the check was not made");
}

void judge_id_keys(const SnpReport& report, const SnpPolicy& policy, VerdictList& verdicts) {
    const auto holds = [](const std::vector<Bytes>& allowed, ByteView value) {
        return allowed.empty() || std::ranges::any_of(allowed, [&](const Bytes& row) {
                   return same_bytes(row, value);
               });
    };
    if (policy.id_key_digests.empty() && policy.author_key_digests.empty()) {
        verdicts.not_applicable(checks::kIdKey, "the policy pins no signing key");
        return;
    }
    const bool author_fits = policy.author_key_digests.empty() || report.author_key_used();
    verdicts.decide(checks::kIdKey,
                    author_fits && holds(policy.id_key_digests, report.id_key_digest.view()) &&
                        holds(policy.author_key_digests, report.author_key_digest.view()),
                    "keys of the policy",
                    "id key " + to_hex(report.id_key_digest.view()) + ", author key " +
                        (report.author_key_used() ? to_hex(report.author_key_digest.view())
                                                  : std::string{"none"}));
}

}  // namespace

std::string to_hex_number(std::uint64_t value) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    do {
        out.insert(out.begin(), kDigits[value & 0xFU]);
        value >>= 4U;
    } while (value != 0);
    return "0x" + out;
}

void decide_allowed(VerdictList& verdicts, const Check& check, const std::vector<Bytes>& allowed,
                    ByteView value) {
    if (allowed.empty()) {
        verdicts.not_applicable(check, "the policy pins no value; found " + to_hex(value));
        return;
    }
    const bool listed =
        std::ranges::any_of(allowed, [&](const Bytes& row) { return same_bytes(row, value); });
    const std::string expected = allowed.size() == 1
                                     ? to_hex(allowed.front())
                                     : "one of " + std::to_string(allowed.size()) + " values";
    verdicts.decide(check, listed, expected, to_hex(value));
}

void judge_reserved(const SnpReport& report, VerdictList& verdicts) {
    verdicts.decide(checks::kReportReserved, !report.reserved_set_at, "zero",
                    report.reserved_set_at
                        ? "byte " + std::to_string(*report.reserved_set_at) + " is set"
                        : "zero");
}

void judge_tcb(const SnpReport& report, const SnpEndorsement& endorsement, const SnpPolicy& policy,
               VerdictList& verdicts) {
    const SnpProductLine line = endorsement.line;
    const auto reported =
        judge_floor(checks::kTcbReported, report.reported_tcb, line, policy, verdicts);
    verdicts.decide(checks::kEndorsementTcb, reported == endorsement.tcb, endorsement.tcb.text(),
                    reported ? reported->text() : "reserved bytes are set");
    const auto committed =
        judge_floor(checks::kTcbCommitted, report.committed_tcb, line, policy, verdicts);
    judge_floor(checks::kTcbLaunch, report.launch_tcb, line, policy, verdicts);
    if (!reported || !committed) return;
    // What runs cannot be less than what it claims to be, nor than what it was committed to.
    SnpTcb claimed = *reported;
    claimed.fmc = std::max(claimed.fmc, committed->fmc);
    claimed.bootloader = std::max(claimed.bootloader, committed->bootloader);
    claimed.tee = std::max(claimed.tee, committed->tee);
    claimed.snp = std::max(claimed.snp, committed->snp);
    claimed.microcode = std::max(claimed.microcode, committed->microcode);
    if (policy.reported_is_current && report.reported_tcb != report.current_tcb) {
        const Result<SnpTcb> current = read_snp_tcb(line, report.current_tcb);
        verdicts.fail(checks::kTcbCurrent, "as reported: " + reported->text(),
                      current ? current->text() : "reserved bytes are set");
        return;
    }
    judge_floor(checks::kTcbCurrent, report.current_tcb, line, policy, verdicts, &claimed);
}

void judge_guest(const SnpReport& report, const SnpPolicy& policy,
                 const std::optional<ByteView>& report_data, VerdictList& verdicts) {
    judge_policy_bits(report, policy, verdicts);
    judge_platform(report, policy, verdicts);
    verdicts.decide(checks::kVmpl, report.vmpl <= policy.vmpl_max,
                    "at most " + std::to_string(policy.vmpl_max), std::to_string(report.vmpl));
    verdicts.decide(checks::kGuestSvn, report.guest_svn >= policy.guest_svn_min,
                    "at least " + std::to_string(policy.guest_svn_min),
                    std::to_string(report.guest_svn));
    decide_allowed(verdicts, checks::kMeasurement, policy.measurements, report.measurement.view());
    decide_allowed(verdicts, checks::kHostData, policy.host_data, report.host_data.view());
    judge_id_keys(report, policy, verdicts);
    const std::string found = to_hex(report.report_data.view());
    if (report_data)
        verdicts.decide(checks::kReportData, same_bytes(*report_data, report.report_data.view()),
                        to_hex(*report_data), found);
    else
        verdicts.not_applicable(checks::kReportData, "nothing to compare with; found " + found);
}

void add_guest_facts(const SnpReport& report, Appraisal& out) {
    auto& facts = out.facts;
    facts.push_back({"measurement", to_hex(report.measurement.view())});
    facts.push_back({"report_data", to_hex(report.report_data.view())});
    facts.push_back({"host_data", to_hex(report.host_data.view())});
    facts.push_back({"guest_svn", std::to_string(report.guest_svn)});
    facts.push_back({"policy", to_hex_number(report.policy)});
    facts.push_back({"platform_info", to_hex_number(report.platform_info)});
    facts.push_back({"vmpl", std::to_string(report.vmpl)});
    facts.push_back({"current_tcb", to_hex(report.current_tcb.view())});
    facts.push_back({"reported_tcb", to_hex(report.reported_tcb.view())});
    facts.push_back({"committed_tcb", to_hex(report.committed_tcb.view())});
    facts.push_back({"launch_tcb", to_hex(report.launch_tcb.view())});
    facts.push_back({"id_key_digest", to_hex(report.id_key_digest.view())});
    facts.push_back({"author_key_digest", to_hex(report.author_key_digest.view())});
}

}  // namespace pramana::attest
