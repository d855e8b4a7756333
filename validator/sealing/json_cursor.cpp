#include "json_cursor.hpp"

#include "pramana/core/check.hpp"

namespace pramana::sealing {

void JsonCursor::skip_space() {
    const std::size_t begin = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(begin == std::string_view::npos ? rest_.size() : begin);
}

bool JsonCursor::take(char c) {
    skip_space();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
}

bool JsonCursor::object(std::initializer_list<Member> members) {
    PRAMANA_CHECK(members.size() <= 32);
    std::uint32_t seen = 0;
    if (!take('{')) return false;
    for (std::size_t count = 0; count < members.size(); ++count) {
        std::string_view name;
        if ((count > 0 && !take(',')) || !string(name) || !take(':')) return false;
        const Member* const member = std::find_if(members.begin(), members.end(),
                                                  [&](const Member& m) { return m.name == name; });
        if (member == members.end()) return false;
        const std::uint32_t bit = 1U << static_cast<unsigned>(member - members.begin());
        if ((seen & bit) != 0 || !member->read(*this)) return false;
        seen |= bit;
    }
    return take('}');  // as many as there are, and none twice: all are there
}

bool JsonCursor::string(std::string_view& out) {
    if (!take('"')) return false;
    const std::size_t end = rest_.find('"');
    if (end == std::string_view::npos) return false;
    out = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return std::all_of(out.begin(), out.end(),
                       [](char c) { return c >= 0x20 && c < 0x7F && c != '\\'; });
}

bool JsonCursor::integer(std::uint64_t& out) {
    constexpr std::uint64_t kIntegerMax = (std::uint64_t{1} << 53U) - 1;
    skip_space();
    std::size_t digits = 0;
    out = 0;
    while (digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9') {
        out = out * 10 + static_cast<std::uint64_t>(rest_[digits] - '0');
        if (out > kIntegerMax) return false;
        ++digits;
    }
    if (digits == 0 || (digits > 1 && rest_.front() == '0')) return false;
    rest_.remove_prefix(digits);
    return true;  // a following '.', 'e' or letter fails where ',' or '}' is expected
}

bool JsonCursor::at_end() {
    skip_space();
    return rest_.empty();
}

}  // namespace pramana::sealing
