#pragma once

#include "pramana/core/json.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::scoring {

/// A value of a small JSON text that a person writes, with where it stands. Names stand once.
struct JsonNode {
    struct Member;
    JsonKind kind = JsonKind::kNull;
    std::size_t at = 0;  ///< of its first byte in the text
    std::string text;    ///< of a string, escapes resolved; of a number, as written
    bool flag = false;
    std::vector<Member> members;  ///< of an object, as they stand
    std::vector<JsonNode> items;  ///< of an array
    [[nodiscard]] const Member* member(std::string_view name) const noexcept;
};
struct JsonNode::Member {
    std::string name;
    std::size_t at = 0;  ///< of the name
    JsonNode value;
};

/// Something that is wrong at a place of the text.
struct TextProblem {
    std::size_t at = 0;
    std::string path;      ///< as in "pay.quality_min"; empty: the whole text
    std::string sentence;  ///< what is wrong
    std::string hint;      ///< what would be right; may be empty
};

inline constexpr std::size_t kTreeDepthMax = 8;

/// Reads one JSON value (RFC 8259) and says what is wrong where: the first mistake of form, after
/// which nothing more is read, and every name that stands twice (the first one counts). The caller
/// bounds the text. Thread: any.
[[nodiscard]] std::optional<JsonNode> read_json_tree(std::string_view text,
                                                     std::vector<TextProblem>& problems);

}  // namespace pramana::scoring
