#include "pramana/core/canonical_json.hpp"

#include "pramana/core/check.hpp"
#include "pramana/core/utf8.hpp"

namespace pramana {
namespace {

constexpr std::uint64_t kExactNumberMax = (std::uint64_t{1} << 53U) - 1;  // RFC 7493 section 2.2

std::string text_in(const std::optional<JsonView>& value) {
    return value ? value->text().value_or({}) : std::string{};
}

}  // namespace

CanonicalObject& CanonicalObject::put(std::string_view name, std::string json) {
    PRAMANA_CHECK(members_.emplace(name, std::move(json)).second);
    return *this;
}

CanonicalObject& CanonicalObject::number(std::string_view name,
                                         const std::optional<std::uint64_t>& value) {
    if (!value) return null(name);
    const std::string digits = std::to_string(*value);
    return put(name, *value <= kExactNumberMax ? digits : '"' + digits + '"');
}

CanonicalObject& CanonicalObject::flag(std::string_view name, std::optional<bool> value) {
    if (!value) return null(name);
    return put(name, *value ? "true" : "false");
}

CanonicalObject& CanonicalObject::text(std::string_view name, std::string_view value) {
    return put(name, json_quoted(value));
}

CanonicalObject& CanonicalObject::texts(std::string_view name,
                                        const std::vector<std::string>& values) {
    std::string list = "[";
    for (const std::string& value : values) {
        if (list.size() > 1) list += ',';
        list += json_quoted(value);
    }
    return put(name, list + ']');
}

CanonicalObject& CanonicalObject::object(std::string_view name,
                                         const std::optional<CanonicalObject>& value) {
    return value ? put(name, value->str()) : null(name);
}

CanonicalObject& CanonicalObject::objects(std::string_view name,
                                          const std::vector<CanonicalObject>& values) {
    std::string list = "[";
    for (const CanonicalObject& value : values) {
        if (list.size() > 1) list += ',';
        list += value.str();
    }
    return put(name, list + ']');
}

CanonicalObject& CanonicalObject::null(std::string_view name) { return put(name, "null"); }

std::string CanonicalObject::str() const {
    std::string out = "{";
    for (const auto& [name, json] : members_) {
        if (out.size() > 1) out += ',';
        out += json_quoted(name) + ':' + json;
    }
    return out + '}';
}

std::optional<JsonView> CanonicalMembers::at(std::string_view name) const {
    return object_ ? object_->member(name) : std::nullopt;
}

CanonicalMembers CanonicalMembers::object(std::string_view name) const {
    return CanonicalMembers{at(name)};
}

std::vector<CanonicalMembers> CanonicalMembers::objects(std::string_view name) const {
    std::vector<CanonicalMembers> all;
    if (const std::optional<JsonView> array = at(name))
        for (const JsonView& item : array->items()) all.emplace_back(item);
    return all;
}

bool CanonicalMembers::is_object(std::string_view name) const {
    const std::optional<JsonView> value = at(name);
    return value && value->kind() == JsonKind::kObject;
}

bool CanonicalMembers::is_null(std::string_view name) const {
    const std::optional<JsonView> value = at(name);
    return !value || value->kind() == JsonKind::kNull;
}

std::string CanonicalMembers::text(std::string_view name) const { return text_in(at(name)); }

std::vector<std::string> CanonicalMembers::texts(std::string_view name) const {
    std::vector<std::string> all;
    if (const std::optional<JsonView> array = at(name))
        for (const JsonView& item : array->items()) all.push_back(text_in(item));
    return all;
}

std::uint64_t CanonicalMembers::u64(std::string_view name) const {
    const std::optional<JsonView> value = at(name);
    if (!value) return 0;
    if (value->kind() != JsonKind::kString) return value->whole_number().value_or(0);
    const std::string digits = text_in(value);
    const Result<JsonView> number = read_json(digits);
    return number ? number->whole_number().value_or(0) : 0;
}

std::uint32_t CanonicalMembers::u32(std::string_view name) const {
    return static_cast<std::uint32_t>(u64(name));
}

bool CanonicalMembers::flag(std::string_view name) const {
    const std::optional<JsonView> value = at(name);
    return value && value->raw() == "true";
}

std::optional<std::uint64_t> CanonicalMembers::u64_or_null(std::string_view name) const {
    if (is_null(name)) return std::nullopt;
    return u64(name);
}

bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const std::size_t length = utf8_sequence_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

}  // namespace pramana
