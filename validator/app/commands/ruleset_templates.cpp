#include "ruleset_templates.hpp"

#include "pramana/core/check.hpp"
#include "pramana/core/json.hpp"

#include <algorithm>
#include <iterator>

namespace pramana::app {
namespace {

struct Template {
    std::string_view profile;
    std::string_view description;
    std::string_view formats;
    std::string_view characters_full;  ///< a year of an ordinary person's
    std::string_view characters_min;
};

// By profile, in the order in which they are listed.
constexpr Template kTemplates[] = {
    {"chat", "Conversations with assistants, as their services export them.",
     R"(["chatgpt_export", "claude_export"])", "65536", "1024"},
    {"posts", "What somebody wrote in public.", R"(["reddit_export", "x_archive"])", "32768",
     "512"},
    {"history", "Browsing histories.", R"(["browsing_history"])", "65536", "1024"},
    {"table", "Tables: one record a row.", R"(["table"])", "65536", "1024"},
    {"prose", "Texts: articles, diaries, books.", R"(["html", "text"])", "65536", "1024"},
};

}  // namespace

std::span<const std::string_view> ruleset_profiles() noexcept {
    static constexpr std::string_view kNames[] = {"chat", "posts", "history", "table", "prose"};
    static_assert(std::size(kNames) == std::size(kTemplates));
    return kNames;
}

std::string ruleset_template(std::string_view profile, std::string_view name) {
    const auto* const found =
        std::find_if(std::begin(kTemplates), std::end(kTemplates),
                     [profile](const Template& t) { return t.profile == profile; });
    PRAMANA_CHECK(found != std::end(kTemplates));
    std::string out = "{\n    \"$schema\": \"ruleset-1.schema.json\",\n    \"version\": 1,\n";
    out.append("    \"name\": ").append(json_quoted(name)).append(",\n");
    out.append("    \"description\": ").append(json_quoted(found->description)).append(",\n");
    out.append("    \"accept\": {\n        \"formats\": ")
        .append(found->formats)
        .append("\n    },\n");
    out.append("    \"corpus\": \"own\",\n    \"pay\": {\n        \"characters_full\": ");
    out.append(found->characters_full).append(",\n        \"characters_min\": ");
    out.append(found->characters_min);
    return out + ",\n        \"quality_min\": 0.3,\n        \"quality_full\": 0.7\n    }\n}\n";
}

}  // namespace pramana::app
