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

std::string verdict_json(const Verdict& verdict) {
    JsonObject json;
    json.text("name", verdict.check->name).text("outcome", name_of(verdict.outcome));
    if (!verdict.expected.empty()) json.text("expected", verdict.expected);
    if (!verdict.found.empty()) json.text("found", verdict.found);
    if (verdict.outcome == Outcome::kFailed || verdict.outcome == Outcome::kNotReached)
        json.text("meaning", verdict.check->meaning).text("next_step", verdict.check->next_step);
    return json.str();
}

std::string_view mark_of(Outcome outcome) noexcept {
    switch (outcome) {
        case Outcome::kNotReached: return "NOT REACHED";
        case Outcome::kPassed: return "passed";
        case Outcome::kFailed: return "FAILED";
        case Outcome::kNotApplicable: return "-";
    }
    std::abort();
}

void add_verdict_text(std::string& out, const Verdict& verdict) {
    std::string mark{mark_of(verdict.outcome)};
    mark.resize(std::max<std::size_t>(mark.size(), 12), ' ');
    out += mark;
    out += verdict.check->name;
    if (!verdict.found.empty()) out += ": " + verdict.found;
    out += '\n';
    if (verdict.outcome == Outcome::kPassed || verdict.outcome == Outcome::kNotApplicable) return;
    const std::string indent(12, ' ');
    if (!verdict.expected.empty()) out += indent + "expected: " + verdict.expected + '\n';
    out += indent + "meaning: " + std::string{verdict.check->meaning} + '\n';
    out += indent + "to do: " + std::string{verdict.check->next_step} + '\n';
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
    for (const Verdict& verdict : appraisal.verdicts.all()) add_verdict_text(out, verdict);
    out += '\n';
    for (const Fact& fact : appraisal.facts) {
        out += std::string{fact.name} + " = " + fact.value + '\n';
    }
    out += "\nkind: " + std::string{appraisal.kind} + '\n';
    if (appraisal.tcb_status)
        out += "TCB status: " + std::string{name_of(*appraisal.tcb_status)} + '\n';
    for (const std::string& advisory : appraisal.advisories) out += "advisory: " + advisory + '\n';
    if (appraisal.valid_until) out += "valid until: " + time_text(*appraisal.valid_until) + '\n';
    out += appraisal.accepted() ? "ACCEPTED\n" : "NOT ACCEPTED\n";
    return out;
}

}  // namespace pramana::attest
