#include "verify_text.hpp"

#include "failure.hpp"
#include "pramana/core/json.hpp"

#include <algorithm>
#include <array>

namespace pramana::app {
namespace {

using attest::Appraisal;
using attest::Outcome;
using attest::Verdict;

constexpr std::size_t kFailuresShown = 8;
constexpr std::size_t kFoundMax = 8192;
constexpr attest::UnixTime kNever = 253402300799;
constexpr attest::UnixTime kOld_s = 86'400;  // a validator that runs fetches more often

/// What has to be pinned of a kind: one check of each group.
struct Pins {
    std::string_view kind;
    std::array<std::string_view, 2> group;
};
constexpr Pins kPins[] = {
    {"tdx", {"intel.td.mr_td", {}}},
    {"tdx", {"intel.td.rtmr0", {}}},
    {"tdx", {"intel.td.rtmr1", {}}},
    {"tdx", {"intel.td.rtmr2", {}}},
    {"sgx", {"intel.sgx.mr_enclave", "intel.sgx.mr_signer"}},
    {"sev_snp", {"snp.guest.measurement", {}}},
    {"dstack", {"dstack.compose.hash", "dstack.app.id"}},
    {"statement", {"statement.model", {}}},
    {"statement", {"statement.chain_id", {}}},
    {"statement", {"statement.tee_pool", {}}},
    {"statement", {"statement.rulesets", {}}},
};

/// What ties evidence to the one who asks: where it was not compared, a copy passes as well.
constexpr std::string_view kOfNow[] = {"statement.challenge", "intel.report_data",
                                       "snp.report_data", "nvidia.report.nonce"};

bool is_pinned(const Appraisal& part, const Pins& pins) {
    return std::ranges::any_of(part.verdicts.all(), [&](const Verdict& verdict) {
        return verdict.outcome == Outcome::kPassed &&
               std::ranges::find(pins.group, verdict.check->name) != pins.group.end();
    });
}

struct Count {
    std::size_t passed = 0, failed = 0, skipped = 0;
};
Count count_of(const Verification& verification) {
    Count count;
    for (const Appraisal& part : verification.parts) {
        for (const Verdict& verdict : part.verdicts.all()) {
            count.passed += verdict.outcome == Outcome::kPassed ? 1 : 0;
            count.failed += verdict.outcome == Outcome::kFailed ? 1 : 0;
            count.skipped += verdict.outcome == Outcome::kNotReached ? 1 : 0;
        }
    }
    return count;
}

/// What is not pinned of the statement, or of the rest.
std::string undecided(const std::string& what, std::vector<std::string_view> open, bool stated) {
    std::erase_if(open,
                  [&](std::string_view name) { return name.starts_with("statement.") != stated; });
    if (open.empty()) return {};
    std::string out = what + " is NOT decided: no policy pins";
    for (const std::string_view name : open)
        out += (name == open.front() ? " " : ", ") + std::string{name};
    return out + ".\n";
}

std::string accepted_text(const Verification& verification, const Count& count) {
    std::string out = "All " + std::to_string(count.passed) +
                      " checks that apply hold: the hardware is genuine, current and protects what "
                      "runs inside.\n";
    out += undecided("Which program runs inside", verification.not_pinned(), false);
    out += undecided("By which model and rules it works, and for whom,", verification.not_pinned(),
                     true);
    if (!verification.not_compared().empty())
        out +=
            "Whether it is of now is NOT decided: it was compared with no challenge of yours and "
            "may be a copy.\n";
    if (verification.not_pinned().empty()) return out;
    return out +
           "Compare those measurements below with the build that you expect, or make a policy: "
           "`pramana policy new`.\n";
}

std::string refused_text(const Verification& verification, const Count& count) {
    std::string out = std::to_string(count.failed) + " checks failed, " +
                      std::to_string(count.passed) + " hold, " + std::to_string(count.skipped) +
                      " could not be made because of those. Do not rely on this evidence.\n";
    std::size_t shown = 0;
    for (const Appraisal& part : verification.parts) {
        for (const Verdict& verdict : part.verdicts.all()) {
            if (verdict.outcome != Outcome::kFailed || ++shown > kFailuresShown) continue;
            out += "  FAILED   " + std::string{verdict.check->meaning} + "\n           found  " +
                   printable(verdict.found, kFoundMax) + "\n           to do  " +
                   std::string{verdict.check->next_step} + '\n';
        }
    }
    const std::optional<attest::UnixTime>& then = verification.endorsed_at;
    if (then && *then + kOld_s < verification.judged_at)
        out += "What an old answer was worth when its endorsements were fetched (by its own word): "
               "--at " +
               attest::time_text(*then) + '\n';
    if (shown > kFailuresShown)
        out += "  and " + std::to_string(shown - kFailuresShown) + " more, below\n";
    return out;
}

}  // namespace

bool Verification::accepted() const noexcept {
    return !parts.empty() && std::ranges::all_of(parts, &Appraisal::accepted);
}

std::optional<attest::UnixTime> Verification::valid_until() const noexcept {
    std::optional<attest::UnixTime> until;
    for (const Appraisal& part : parts)
        if (part.valid_until)
            until = std::min(until.value_or(*part.valid_until), *part.valid_until);
    return until;
}

std::vector<std::string_view> Verification::not_pinned() const {
    std::vector<std::string_view> open;
    for (const Appraisal& part : parts)
        for (const Pins& pins : kPins)
            if (part.kind == pins.kind && !is_pinned(part, pins)) open.push_back(pins.group[0]);
    return open;
}

std::vector<std::string_view> Verification::not_compared() const {
    std::vector<std::string_view> open;
    for (const Appraisal& part : parts)
        for (const Verdict& verdict : part.verdicts.all())
            if (verdict.outcome == attest::Outcome::kNotApplicable &&
                std::ranges::find(kOfNow, verdict.check->name) != std::end(kOfNow))
                open.push_back(verdict.check->name);
    return open;
}

std::string conclusion_of(const Verification& verification) {
    if (!verification.accepted()) {
        for (const Appraisal& part : verification.parts)
            if (!part.accepted()) return attest::conclusion_of(part);
        return "NOT ACCEPTED: there is no evidence";
    }
    const std::optional<attest::UnixTime> until = verification.valid_until();
    return "ACCEPTED" +
           (until && *until < kNever ? " until " + attest::time_text(*until) : std::string{});
}

std::string text_of(const Verification& verification) {
    const Count count = count_of(verification);
    std::string out = printable(verification.source) + ": " + verification.form +
                      "\njudged as of " + attest::time_text(verification.judged_at) + " by " +
                      (verification.policy ? "the policy " + printable(*verification.policy)
                                           : std::string{"the strict defaults"}) +
                      "\n\n" + conclusion_of(verification) + '\n';
    out += verification.accepted() ? accepted_text(verification, count)
                                   : refused_text(verification, count);
    for (std::size_t i = 0; i < verification.parts.size(); ++i)
        out += "\n===== " + std::to_string(i + 1) + " of " +
               std::to_string(verification.parts.size()) + '\n' +
               attest::to_text(verification.parts[i]);
    if (verification.parts.size() > 1)
        out += "\n===== together\n" + conclusion_of(verification) + '\n';
    return out;
}

std::string json_of(const Verification& verification) {
    JsonObject json;
    json.text("format", "pramana:verification:1")
        .text("source", verification.source)
        .text("form", verification.form)
        .text("judged_at", attest::time_text(verification.judged_at))
        .flag("accepted", verification.accepted());
    if (const std::optional<attest::UnixTime> until = verification.valid_until())
        json.text("valid_until", attest::time_text(*until));
    std::vector<std::string> open;
    for (const std::string_view name : verification.not_pinned()) open.emplace_back(name);
    json.texts("not_pinned", open);
    open.clear();
    for (const std::string_view name : verification.not_compared()) open.emplace_back(name);
    json.texts("not_compared", open);
    std::string parts = "[";
    for (const Appraisal& part : verification.parts)
        parts += (parts.size() > 1 ? "," : "") + attest::to_json(part);
    return json.raw("appraisals", parts + ']').str() + '\n';
}

}  // namespace pramana::app
