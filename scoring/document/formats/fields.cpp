#include "formats/fields.hpp"

#include <algorithm>
#include <limits>

namespace pramana::scoring {
namespace {

using simdjson::dom::element;

/// Digits of `base`; lower-case letters stand for 10 and more.
std::optional<std::int64_t> number_of(std::string_view text, std::int64_t base) noexcept {
    if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
    std::int64_t value = 0;
    for (const char c : text) {
        std::int64_t digit = base;
        if (c >= '0' && c <= '9') digit = c - '0';
        if (c >= 'a' && c <= 'z') digit = c - 'a' + 10;
        if (digit >= base || value > (std::numeric_limits<std::int64_t>::max() - digit) / base)
            return std::nullopt;
        value = value * base + digit;
    }
    return value;
}

}  // namespace

std::optional<std::string_view> string_in(const element& object, std::string_view key) noexcept {
    const auto found = object[key].get_string();
    if (found.error() != simdjson::SUCCESS) return std::nullopt;
    return found.value_unsafe();
}

std::string_view text_in(const element& object, std::string_view key) noexcept {
    return string_in(object, key).value_or(std::string_view{});
}

std::optional<simdjson::dom::array> array_in(const element& object, std::string_view key) noexcept {
    const auto found = object[key].get_array();
    if (found.error() != simdjson::SUCCESS) return std::nullopt;
    return found.value_unsafe();
}

std::optional<element> object_in(const element& object, std::string_view key) noexcept {
    const auto found = object[key];
    if (found.error() != simdjson::SUCCESS || !found.value_unsafe().is_object())
        return std::nullopt;
    return found.value_unsafe();
}

std::optional<element> first_of(const element& root) noexcept {
    if (!root.is_array()) return std::nullopt;
    const simdjson::dom::array all = root.get_array().value_unsafe();
    if (all.begin() == all.end()) return std::nullopt;
    return *all.begin();
}

bool is_uuid(std::string_view text) noexcept {
    constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    if (text.size() != kForm.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (kForm[i] == '-' ? c != '-' : !hex) return false;
    }
    return true;
}

std::optional<std::int64_t> decimal_of(std::string_view text) noexcept {
    return number_of(text, 10);
}
std::optional<std::int64_t> base36_of(std::string_view text) noexcept {
    return number_of(text, 36);
}

std::size_t count_code_points(std::string_view utf8) noexcept {
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

}  // namespace pramana::scoring
