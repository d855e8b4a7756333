#include "dstack/canonical_json.hpp"

#include <algorithm>
#include <map>

namespace pramana::attest {

namespace {

Error malformed(std::string_view site) { return Error{Errc::kEvidenceMalformed, site}; }

/// The escape of a character that has a short one; 0 = none.
char short_escape(char c) {
    switch (c) {
        case '\b': return 'b';
        case '\f': return 'f';
        case '\n': return 'n';
        case '\r': return 'r';
        case '\t': return 't';
        case '"': return '"';
        case '\\': return '\\';
        default: return 0;
    }
}

/// JavaScript moves names that read as array indices to the front, and sorts by UTF-16 units.
bool sorts_everywhere(std::string_view name) {
    const auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!std::all_of(name.begin(), name.end(), ascii)) return false;
    return name.empty() || !std::all_of(name.begin(), name.end(), digit);
}

Result<std::string> canonical_number(const JsonView& value) {
    constexpr std::uint64_t kExact = 1ULL << 53U;
    const Result<std::uint64_t> number = value.whole_number();
    if (!number || *number >= kExact) return malformed("attest.dstack.compose.number");
    return std::to_string(*number);
}

Result<std::string> canonical_array(const JsonView& value) {
    std::string out = "[";
    for (const JsonView& item : value.items()) {
        const Result<std::string> text = canonical_json(item);
        if (!text) return text.error();
        if (out.size() > 1) out += ',';
        out += *text;
    }
    return out + ']';
}

Result<std::string> canonical_object(const JsonView& value) {
    std::map<std::string, JsonView> sorted;
    for (const JsonView::Member& member : value.members()) {
        if (!sorts_everywhere(member.name)) return malformed("attest.dstack.compose.name");
        sorted.emplace(member.name, member.value);
    }
    std::string out = "{";
    for (const auto& [name, held] : sorted) {
        const Result<std::string> text = canonical_json(held);
        if (!text) return text.error();
        if (out.size() > 1) out += ',';
        out += canonical_string(name) + ':' + *text;
    }
    return out + '}';
}

}  // namespace

std::string canonical_string(std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (const char escape = short_escape(c); escape != 0) {
            out += '\\';
            out += escape;
        } else if (byte < 0x20) {
            out += "\\u00";
            out += kHex[byte >> 4U];
            out += kHex[byte & 0xFU];
        } else {
            out += c;
        }
    }
    return out + '"';
}

// Recursion is bounded by the depth that read_json() accepted.
Result<std::string> canonical_json(const JsonView& value) {
    switch (value.kind()) {
        case JsonKind::kNull:
        case JsonKind::kBool: return std::string{value.raw()};
        case JsonKind::kNumber: return canonical_number(value);
        case JsonKind::kString: {
            const Result<std::string> text = value.text();
            if (!text) return malformed("attest.dstack.compose.string");
            return canonical_string(*text);
        }
        case JsonKind::kArray: return canonical_array(value);
        case JsonKind::kObject: return canonical_object(value);
    }
    std::abort();
}

}  // namespace pramana::attest
