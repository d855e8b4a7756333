#include "dkim_tags.hpp"

#include <algorithm>

namespace pramana::ownership {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool is_tag_name(std::string_view name) noexcept {
    return !name.empty() && is_letter(name.front()) && std::ranges::all_of(name, [](char c) {
        return is_letter(c) || is_digit(c) || c == '_';
    });
}

bool is_tag_value(std::string_view value) noexcept {
    return std::ranges::all_of(value, [](char c) {
        return (c > ' ' && c <= '~') || kSpace.find(c) != std::string_view::npos;
    });
}

}  // namespace

std::string_view trimmed(std::string_view text) noexcept {
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

std::string lower_case(std::string_view text) {
    std::string out{text};
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    return out;
}

std::optional<std::vector<Tag>> read_tags(std::string_view text) {
    std::vector<Tag> tags;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find(';', at), text.size());
        const std::string_view spec = text.substr(at, end - at);
        const std::size_t equals = spec.find('=');
        if (equals == std::string_view::npos) {
            // Only behind the last semicolon may nothing stand.
            if (end != text.size() || tags.empty() || !trimmed(spec).empty()) return std::nullopt;
            break;
        }
        const Tag tag{.name = trimmed(spec.substr(0, equals)),
                      .value = trimmed(spec.substr(equals + 1)),
                      .begin = at + equals + 1,
                      .end = end};
        if (!is_tag_name(tag.name) || !is_tag_value(tag.value) || tags.size() == kTagsMax ||
            find_tag(tags, tag.name) != nullptr)
            return std::nullopt;
        tags.push_back(tag);
        at = end + 1;
    }
    if (tags.empty()) return std::nullopt;
    return tags;
}

const Tag* find_tag(const std::vector<Tag>& tags, std::string_view name) noexcept {
    const auto found = std::ranges::find(tags, name, &Tag::name);
    return found == tags.end() ? nullptr : &*found;
}

std::string_view value_or(const std::vector<Tag>& tags, std::string_view name,
                          std::string_view standing) noexcept {
    const Tag* const tag = find_tag(tags, name);
    return tag == nullptr ? standing : tag->value;
}

std::vector<std::string_view> split_list(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = std::min(text.find(separator), text.size());
        parts.push_back(trimmed(text.substr(0, end)));
        if (end == text.size()) return parts;
        text.remove_prefix(end + 1);
    }
}

std::optional<std::uint64_t> read_decimal(std::string_view text) noexcept {
    constexpr std::size_t kDigitsMax = 12;
    if (text.empty() || text.size() > kDigitsMax || !std::ranges::all_of(text, is_digit))
        return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : text) value = value * 10 + static_cast<std::uint64_t>(c - '0');
    return value;
}

}  // namespace pramana::ownership
