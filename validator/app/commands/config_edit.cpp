#include "config_edit.hpp"

#include "pramana/core/json.hpp"

namespace pramana::app {
namespace {

Failure not_an_object() {
    return failure_of(Error{Errc::kConfigInvalid, "app.config_edit"}, "not a JSON object");
}

}  // namespace

Outcome<std::string> with_member(std::string_view text, std::string_view name,
                                 std::string_view value) {
    const Result<JsonView> root = read_json(text);
    if (!root || root->kind() != JsonKind::kObject) return not_an_object();
    if (const std::optional<JsonView> member = root->member(name)) {
        // raw() is a view into `text`.
        const auto at = static_cast<std::size_t>(member->raw().data() - text.data());
        std::string edited{text};
        return edited.replace(at, member->raw().size(), value);
    }
    const std::size_t brace = text.find('{');
    const bool empty = root->members().empty();
    std::string edited{text.substr(0, brace + 1)};
    edited += "\n  " + json_quoted(name) + ": " + std::string{value} + (empty ? "\n" : ",");
    return edited + std::string{text.substr(brace + 1)};
}

Outcome<std::string> object_with(std::string_view text, std::string_view name,
                                 std::string_view value) {
    const Result<JsonView> root = read_json(text);
    if (!root || root->kind() != JsonKind::kObject) return not_an_object();
    std::string edited;
    bool there = false;
    const auto add = [&edited](std::string_view member, std::string_view what) {
        edited += (edited.empty() ? "" : ", ") + json_quoted(member) + ": " + std::string{what};
    };
    for (const JsonView::Member& member : root->members()) {
        const bool meant = member.name == name;
        there = there || meant;
        if (!meant) add(member.name, member.value.raw());
        if (meant && !value.empty()) add(name, value);
    }
    if (!there && !value.empty()) add(name, value);
    return '{' + edited + '}';
}

}  // namespace pramana::app
