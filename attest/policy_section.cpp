#include "policy_section.hpp"

#include "pramana/core/hex.hpp"

#include <algorithm>
#include <charconv>

namespace pramana::attest {
namespace {

constexpr std::size_t kListMax = 1024;

std::string sizes_text(std::initializer_list<std::size_t> sizes) {
    std::string out;
    for (const std::size_t size : sizes)
        out += (out.empty() ? "" : " or ") + std::to_string(size * 2);
    return out;
}

}  // namespace

PolicySection::PolicySection(const JsonView& object, std::string path,
                             std::vector<PolicyProblem>& problems)
    : object_{object}, path_{std::move(path)}, problems_{problems} {
    if (object.kind() != JsonKind::kObject) problem({}, "must be an object");
}

void PolicySection::problem(std::string_view name, std::string sentence) {
    std::string path = path_;
    if (!path.empty() && !name.empty()) path += '.';
    problems_.push_back({path + std::string{name}, std::move(sentence)});
}

std::optional<JsonView> PolicySection::member(std::string_view name) {
    read_.emplace(name);
    return object_.member(name);
}

std::optional<PolicySection> PolicySection::section(std::string_view name) {
    const std::optional<JsonView> value = member(name);
    if (!value) return std::nullopt;
    return PolicySection{
        *value, path_.empty() ? std::string{name} : path_ + '.' + std::string{name}, problems_};
}

void PolicySection::flag(std::string_view name, bool& out) {
    const std::optional<JsonView> value = member(name);
    if (!value) return;
    const Result<bool> read = value->boolean();
    if (!read) return problem(name, "must be true or false");
    out = *read;
}

void PolicySection::number(std::string_view name, std::uint64_t max, std::uint64_t& out) {
    const std::optional<JsonView> value = member(name);
    if (!value) return;
    const Result<std::uint64_t> read = value->whole_number();
    if (!read || *read > max)
        return problem(name, "must be a whole number from 0 to " + std::to_string(max));
    out = *read;
}

void PolicySection::mask(std::string_view name, std::uint64_t& out) {
    const std::optional<JsonView> value = member(name);
    if (!value) return;
    const Result<std::string> text = value->text();
    std::uint64_t mask = 0;
    if (text && text->size() > 2 && text->size() <= 18 && text->starts_with("0x")) {
        const char* const end = text->data() + text->size();
        const auto [at, failed] = std::from_chars(text->data() + 2, end, mask, 16);
        if (failed == std::errc{} && at == end) {
            out = mask;
            return;
        }
    }
    problem(name, "must be a text of 0x and 1 to 16 hex digits");
}

void PolicySection::allowed(std::string_view name, std::initializer_list<std::size_t> sizes,
                            Allowed& out) {
    const std::optional<JsonView> value = member(name);
    if (!value) return;
    const std::vector<JsonView> items = value->items();
    if (value->kind() != JsonKind::kArray || items.empty() || items.size() > kListMax)
        return problem(name, "must be a list of 1 to 1024 hex texts");
    Allowed read;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const Result<std::string> text = items[i].text();
        Result<Bytes> bytes = text ? from_hex(*text) : text.error();
        if (!bytes || std::ranges::find(sizes, bytes->size()) == sizes.end()) {
            problem(std::string{name} + '[' + std::to_string(i) + ']',
                    "must be a text of " + sizes_text(sizes) + " hex digits");
            continue;
        }
        read.push_back(std::move(*bytes));
    }
    out = std::move(read);
}

void PolicySection::texts(std::string_view name, std::set<std::string>& out) {
    const std::optional<JsonView> value = member(name);
    if (!value) return;
    const std::vector<JsonView> items = value->items();
    if (value->kind() != JsonKind::kArray || items.empty() || items.size() > kListMax)
        return problem(name, "must be a list of 1 to 1024 texts");
    std::set<std::string> read;
    for (std::size_t i = 0; i < items.size(); ++i) {
        Result<std::string> text = items[i].text();
        if (!text) {
            problem(std::string{name} + '[' + std::to_string(i) + ']', "must be a text");
            continue;
        }
        read.insert(std::move(*text));
    }
    out = std::move(read);
}

void PolicySection::done() {
    for (const JsonView::Member& row : object_.members())
        if (!read_.contains(row.name)) problem(row.name, "is no member of a policy here");
}

}  // namespace pramana::attest
