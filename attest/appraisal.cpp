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
    if (verdict.until) json.text("until", time_text(*verdict.until));
    if (stops_acceptance(verdict))
        json.text("meaning", verdict.check->meaning).text("next_step", verdict.check->next_step);
    return json.str();
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

}  // namespace pramana::attest
