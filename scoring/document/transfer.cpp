#include "transfer.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace pramana::scoring {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int base64_digit(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+') return 62;
    return c == '/' ? 63 : -1;
}

/// Whether `list` has the name in any case. Compared in place: it is of the opened file.
template <std::size_t Count>
bool has(const std::string_view (&list)[Count], std::string_view name) {
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    };
    return std::ranges::any_of(list, [&](std::string_view known) {
        return std::ranges::equal(known, name, {}, {}, lower);
    });
}

constexpr std::string_view kUtf8[] = {"utf-8", "utf8", "us-ascii", "ascii"};
constexpr std::string_view kWestern[] = {"iso-8859-1", "iso8859-1", "latin1", "windows-1252",
                                         "cp1252"};

// Windows-1252 from 0x80 to 0x9F (the WHATWG Encoding Standard gives ISO 8859-1 the same).
constexpr std::uint16_t kWindows[32] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

}  // namespace

SecretText decode_quoted_printable(std::string_view text, bool underscores) {
    SecretText out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t plain = std::min(text.find_first_of("=_"), text.size());
        out.append(text.substr(0, plain));
        text.remove_prefix(plain);
        if (text.empty()) break;
        if (text.front() == '_') {
            out.append(underscores ? " " : "_");
            text.remove_prefix(1);
            continue;
        }
        // A soft line end: "=", blanks, line end.
        const std::size_t end = std::min(text.find_first_not_of(" \t", 1), text.size());
        if (end < text.size() && (text[end] == '\n' || text[end] == '\r')) {
            const bool crlf = text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n';
            text.remove_prefix(end + (crlf ? 2 : 1));
            continue;
        }
        if (text.size() > 2 && hex_digit(text[1]) >= 0 && hex_digit(text[2]) >= 0) {
            const char c = static_cast<char>(hex_digit(text[1]) * 16 + hex_digit(text[2]));
            out.append({&c, 1});
            text.remove_prefix(3);
            continue;
        }
        out.append(text.substr(0, 1));
        text.remove_prefix(1);
    }
    return out;
}

SecretText decode_base64(std::string_view text) {
    SecretText out;
    out.reserve(text.size() / 4 * 3 + 3);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        if (c == '=') break;
        const int digit = base64_digit(c);
        if (digit < 0) continue;
        bits = (bits << 6U | static_cast<std::uint32_t>(digit)) & 0xFFFFFFU;
        if (++count % 4 == 1) continue;
        const char byte = static_cast<char>(bits >> (2 * (3 - (count - 1) % 4)) & 0xFFU);
        out.append({&byte, 1});
    }
    return out;
}

bool knows_charset(std::string_view charset) {
    return has(kUtf8, charset) || has(kWestern, charset);
}

SecretText to_utf8(SecretText text, std::string_view charset) {
    if (!has(kWestern, charset)) return text;
    SecretText out;
    out.reserve(text.size());
    for (const char c : text.expose()) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            out.append({&c, 1});
            continue;
        }
        const std::uint32_t code = byte < 0xA0 ? kWindows[byte - 0x80] : byte;
        char utf8[3];
        std::size_t size = 0;
        if (code >= 0x800) {
            utf8[size++] = static_cast<char>(0xE0U | code >> 12U);
            utf8[size++] = static_cast<char>(0x80U | (code >> 6U & 0x3FU));
        } else {
            utf8[size++] = static_cast<char>(0xC0U | code >> 6U);
        }
        utf8[size++] = static_cast<char>(0x80U | (code & 0x3FU));
        out.append({utf8, size});
    }
    return out;
}

}  // namespace pramana::scoring
