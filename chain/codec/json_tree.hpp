#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::chain {

/// A JSON text in memory that keeps the spelling of its numbers, which signed texts depend on.
struct JsonNode {
    enum class Kind : std::uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };
    struct Member;

    Kind kind = Kind::kNull;
    std::string text;             ///< kNumber: as spelled; kString: unescaped, UTF-8
    std::vector<JsonNode> items;  ///< kArray
    std::vector<Member> members;  ///< kObject: in the order of the text, no key twice
};
struct JsonNode::Member {
    std::string key;
    JsonNode value;
};

struct JsonLimits {
    std::size_t bytes_max = std::size_t{1} << 20U;
    std::uint32_t depth_max = 32;
};

/// RFC 8259, strict: one value, valid UTF-8, no lone surrogate, no key twice. Errors:
/// kMalformedChainData.
[[nodiscard]] Result<JsonNode> parse_json(std::string_view text, const JsonLimits& limits = {});

/// Takes one code point off the front of valid UTF-8; nullopt if it is not (overlong, surrogate,
/// cut).
[[nodiscard]] std::optional<char32_t> take_code_point(std::string_view& rest) noexcept;
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// How the characters of a string are written.
enum class JsonEscapes : std::uint8_t {
    kMinimal,  ///< RFC 8785: quote, backslash and control characters only
    kAscii,    ///< Python's ensure_ascii: all but printable ASCII, with surrogate pairs
};
/// `text` (valid UTF-8) in quotes.
[[nodiscard]] std::string quoted_json(std::string_view text, JsonEscapes escapes);

}  // namespace pramana::chain
