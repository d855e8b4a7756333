#include "pramana/attest/appraisal.hpp"

#include "pramana/core/json.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace pramana::attest {
namespace {

constexpr std::array<std::pair<TcbStatus, std::string_view>, 10> kStatusNames = {{
    {TcbStatus::kUpToDate, "UpToDate"},
    {TcbStatus::kSwHardeningNeeded, "SWHardeningNeeded"},
    {TcbStatus::kConfigurationNeeded, "ConfigurationNeeded"},
    {TcbStatus::kConfigurationAndSwHardeningNeeded, "ConfigurationAndSWHardeningNeeded"},
    {TcbStatus::kOutOfDate, "OutOfDate"},
    {TcbStatus::kOutOfDateConfigurationNeeded, "OutOfDateConfigurationNeeded"},
    {TcbStatus::kRevoked, "Revoked"},
    {TcbStatus::kTdRelaunchAdvised, "TDRelaunchAdvised"},
    {TcbStatus::kTdRelaunchAdvisedConfigurationNeeded, "TDRelaunchAdvisedConfigurationNeeded"},
    {TcbStatus::kNoMatchingLevel, "NoMatchingTcbLevel"},
}};

bool stops_acceptance(const Verdict& verdict) noexcept {
    return verdict.outcome == Outcome::kFailed || verdict.outcome == Outcome::kNotReached;
}

std::string verdict_json(const Verdict& verdict) {
    JsonObject json;
    json.text("name", verdict.check->name).text("outcome", name_of(verdict.outcome));
    if (!verdict.expected.empty()) json.text("expected", verdict.expected);
    if (!verdict.found.empty()) json.text("found", verdict.found);
    if (stops_acceptance(verdict))
        json.text("meaning", verdict.check->meaning).text("next_step", verdict.check->next_step);
    return json.str();
}

std::string_view mark_of(Outcome outcome) noexcept {
    switch (outcome) {
        case Outcome::kNotReached: return "NOT REACHED ";
        case Outcome::kPassed: return "ok          ";
        case Outcome::kFailed: return "FAILED      ";
        case Outcome::kNotApplicable: return "-           ";
    }
    std::abort();
}

constexpr std::string_view kIndent = "            ";

/// What was examined, what was found, and what to do where it is not as it should be.
void add_verdict_text(std::string& out, const Verdict& verdict) {
    const auto line = [&](std::string_view begin, std::string_view text) {
        out += std::string{kIndent} + std::string{begin} + std::string{text} + '\n';
    };
    out += std::string{mark_of(verdict.outcome)} + std::string{verdict.check->meaning} + '\n';
    line(std::string{verdict.check->name} + (verdict.found.empty() ? "" : ": "), verdict.found);
    if (!stops_acceptance(verdict)) return;
    if (verdict.outcome == Outcome::kNotReached) return line("", "what it needs failed before it");
    line("expected: ", verdict.expected);
    line("to do: ", verdict.check->next_step);
}

/// What neither passed nor failed, one line each.
void add_not_applicable_text(std::string& out, const Appraisal& appraisal) {
    out += "\nNot asked for, or not there:\n";
    for (const Verdict& verdict : appraisal.verdicts.all())
        if (verdict.outcome == Outcome::kNotApplicable)
            out += std::string{mark_of(verdict.outcome)} + std::string{verdict.check->name} + ": " +
                   verdict.found + '\n';
}

std::string conclusion_of(const Appraisal& appraisal) {
    if (appraisal.accepted())
        return "ACCEPTED" +
               (appraisal.valid_until ? " until " + time_text(*appraisal.valid_until) : "") + '\n';
    const Verdict* const first = appraisal.verdicts.first_failure();
    return "NOT ACCEPTED" +
           (first == nullptr ? "" : ": " + std::string{first->check->name} + " failed") + '\n';
}

}  // namespace

std::string_view name_of(TcbStatus status) noexcept {
    return kStatusNames[static_cast<std::size_t>(status)].second;
}

std::optional<TcbStatus> tcb_status_of(std::string_view name) noexcept {
    for (const auto& [status, spelled] : kStatusNames)
        if (spelled == name) return status;
    return std::nullopt;
}

const Fact* Appraisal::fact(std::string_view name) const noexcept {
    const auto found =
        std::find_if(facts.begin(), facts.end(), [&](const Fact& f) { return f.name == name; });
    return found == facts.end() ? nullptr : &*found;
}

std::string to_json(const Appraisal& appraisal) {
    JsonObject json;
    json.text("kind", appraisal.kind).flag("accepted", appraisal.accepted());
    if (appraisal.tcb_status) json.text("tcb_status", name_of(*appraisal.tcb_status));
    json.texts("advisories", appraisal.advisories);
    if (appraisal.valid_until) json.text("valid_until", time_text(*appraisal.valid_until));
    JsonObject facts;
    for (const Fact& fact : appraisal.facts) facts.text(fact.name, fact.value);
    json.raw("facts", facts.str());
    std::string checks = "[";
    for (const Verdict& verdict : appraisal.verdicts.all()) {
        if (checks.size() > 1) checks += ',';
        checks += verdict_json(verdict);
    }
    return json.raw("checks", checks + ']').str();
}

std::string to_text(const Appraisal& appraisal) {
    std::string out;
    for (const Verdict& verdict : appraisal.verdicts.all())
        if (verdict.outcome != Outcome::kNotApplicable) add_verdict_text(out, verdict);
    add_not_applicable_text(out, appraisal);
    out += "\nWhat the evidence says:\n";
    for (const Fact& fact : appraisal.facts) {
        std::string name{fact.name};
        name.resize(std::max<std::size_t>(name.size() + 1, 24), ' ');
        out += std::string{kIndent} + name + fact.value + '\n';
    }
    out += "\nkind        " + std::string{appraisal.kind} + '\n';
    if (appraisal.tcb_status)
        out += "TCB status  " + std::string{name_of(*appraisal.tcb_status)} + '\n';
    for (const std::string& advisory : appraisal.advisories)
        out += "advisory    " + advisory + '\n';
    return out + conclusion_of(appraisal);
}

}  // namespace pramana::attest
