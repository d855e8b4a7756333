#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace pramana::scoring {

/// A member of an object that is a string; nothing if it is missing or of another kind.
[[nodiscard]] std::optional<std::string_view> string_in(const simdjson::dom::element& object,
                                                        std::string_view key) noexcept;
/// The same; empty where there is none.
[[nodiscard]] std::string_view text_in(const simdjson::dom::element& object,
                                       std::string_view key) noexcept;
[[nodiscard]] std::optional<simdjson::dom::array> array_in(const simdjson::dom::element& object,
                                                           std::string_view key) noexcept;
[[nodiscard]] std::optional<simdjson::dom::element> object_in(const simdjson::dom::element& object,
                                                              std::string_view key) noexcept;
/// The first element of an array, if the root is one and has one.
[[nodiscard]] std::optional<simdjson::dom::element> first_of(
    const simdjson::dom::element& root) noexcept;

/// 8-4-4-4-12 hexadecimal digits (RFC 9562).
[[nodiscard]] bool is_uuid(std::string_view text) noexcept;
/// A whole number in decimal or base 36 without a leading zero; nothing if it is none or does not
/// fit into 63 bits.
[[nodiscard]] std::optional<std::int64_t> decimal_of(std::string_view text) noexcept;
[[nodiscard]] std::optional<std::int64_t> base36_of(std::string_view text) noexcept;
[[nodiscard]] std::size_t count_code_points(std::string_view utf8) noexcept;

}  // namespace pramana::scoring
