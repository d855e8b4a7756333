#include "router.hpp"

#include <algorithm>

namespace pramana::http {
namespace {

/// What stands at {} when `path` has the form of `pattern`. One segment, not empty.
std::optional<std::string_view> match(std::string_view pattern, std::string_view path) {
    const std::size_t hole = pattern.find("{}");
    if (hole == std::string_view::npos)
        return path == pattern ? std::optional{std::string_view{}} : std::nullopt;
    const std::string_view before = pattern.substr(0, hole);
    if (!path.starts_with(before) || path.size() == before.size()) return std::nullopt;
    const std::string_view segment = path.substr(before.size());
    return segment.find('/') == std::string_view::npos ? std::optional{segment} : std::nullopt;
}

}  // namespace

Router::Match Router::find(Method method, std::string_view path) {
    Match found;
    for (Route& route : routes_) {
        const std::optional<std::string_view> parameter = match(route.pattern, path);
        if (!parameter) continue;
        found.allow += route.method == Method::kGet ? "GET, HEAD, " : "POST, ";
        if (method == route.method || (method == Method::kHead && route.method == Method::kGet)) {
            found.route = &route;
            found.parameter = *parameter;
        }
    }
    if (path == "*") found.allow = "GET, HEAD, POST, ";
    if (!found.allow.empty()) found.allow += "OPTIONS";
    return found;
}

bool Cors::allows(std::string_view origin) const {
    return !origin.empty() &&
           (any() || std::find(origins_.begin(), origins_.end(), origin) != origins_.end());
}

std::vector<std::pair<std::string, std::string>> Cors::fields(std::string_view origin) const {
    std::vector<std::pair<std::string, std::string>> fields;
    if (origins_.empty()) return fields;
    if (!any()) fields.emplace_back("Vary", "Origin");
    if (!allows(origin)) return fields;
    fields.emplace_back("Access-Control-Allow-Origin", any() ? "*" : std::string{origin});
    fields.emplace_back("Access-Control-Expose-Headers", "Location, Retry-After, X-Request-Id");
    return fields;
}

std::vector<std::pair<std::string, std::string>> Cors::preflight_fields(
    std::string_view origin, std::string_view allow) const {
    std::vector<std::pair<std::string, std::string>> fields;
    if (!allows(origin)) return fields;
    fields.emplace_back("Access-Control-Allow-Origin", any() ? "*" : std::string{origin});
    if (!any()) fields.emplace_back("Vary", "Origin");
    fields.emplace_back("Access-Control-Allow-Methods", allow);
    fields.emplace_back("Access-Control-Allow-Headers", "Content-Type, If-None-Match");
    fields.emplace_back("Access-Control-Max-Age", "600");
    return fields;
}

}  // namespace pramana::http
