#include "reading_json.hpp"

#include "pramana/core/json.hpp"

namespace pramana::app {
namespace {

void add(std::string& list, const std::string& item) {
    if (!list.empty()) list += ',';
    list += item;
}

std::string json_of(const scoring::CheckResult& result) {
    const scoring::CheckRule& rule = scoring::rule_of(result.check);
    return JsonObject{}
        .text("format", name_of(result.format))
        .text("code", rule.code)
        .text("expected", rule.expected)
        .number("weight", rule.weight)
        .number("tolerance_milli", rule.tolerance_milli)
        .number("examined", result.examined)
        .number("failed", result.failed)
        .flag("passed", result.passed())
        .str();
}

std::string json_of(const scoring::Authenticity& authenticity) {
    if (authenticity.version == 0) return "null";
    std::string checks;
    for (const scoring::CheckResult& result : authenticity.checks) add(checks, json_of(result));
    return JsonObject{}
        .number("version", authenticity.version)
        .flag("judged", !authenticity.checks.empty())
        .flag("authentic", authenticity.authentic())
        .number("value_q16", authenticity.value_q16())
        .raw("checks", '[' + checks + ']')
        .str();
}

}  // namespace

std::string json_of(const ReadingReport& report) {
    std::string not_read;
    for (std::size_t i = 0; i < scoring::kNotReadReasons; ++i) {
        if (report.notes.not_read[i] == 0) continue;
        const scoring::NotReadText& text = scoring::text_of(static_cast<scoring::NotRead>(i));
        add(not_read, JsonObject{}
                          .text("code", text.code)
                          .text("sentence", text.sentence)
                          .number("count", report.notes.not_read[i])
                          .str());
    }
    return JsonObject{}
        .number("formats_version", report.formats_version)
        .raw("not_read", '[' + not_read + ']')
        .raw("authenticity", json_of(report.authenticity))
        .str();
}

}  // namespace pramana::app
