#pragma once

#include <string_view>
#include <utility>
#include <vector>

/// Lists of parameters as Solidity writes them: "uint256 fileId, address indexed owner".
namespace pramana::chain {

inline std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

/// The parts between the commas that no parentheses hold; views into `list`.
inline std::vector<std::string_view> parts_of(std::string_view list) {
    std::vector<std::string_view> parts;
    std::size_t depth = 0;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (list[i] == '(') ++depth;
        if (list[i] == ')' && depth > 0) --depth;
        if (list[i] != ',' || depth > 0) continue;
        parts.push_back(trimmed(list.substr(begin, i - begin)));
        begin = i + 1;
    }
    parts.push_back(trimmed(list.substr(begin)));
    return parts;
}

/// What stands before the last space, and behind it; without one all of it is the type.
inline std::pair<std::string_view, std::string_view> type_and_name(std::string_view part) {
    const std::size_t space = part.rfind(' ');
    if (space == std::string_view::npos || part.back() == ')') return {part, {}};
    return {trimmed(part.substr(0, space)), part.substr(space + 1)};
}

}  // namespace pramana::chain
