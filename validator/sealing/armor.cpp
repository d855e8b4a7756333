#include "armor.hpp"

namespace pramana::sealing {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

std::string_view trimmed(std::string_view text) noexcept {
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

int value_of(char c) noexcept {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+') return 62;
    return c == '/' ? 63 : -1;
}

/// Removes the first line and returns it without its end.
std::string_view take_line(std::string_view& text) noexcept {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return trimmed(line);
}

/// Without a last line "=XXXX".
std::string_view without_checksum(std::string_view body) noexcept {
    body = trimmed(body);
    const std::size_t start = body.rfind('\n');
    const std::string_view last = start == std::string_view::npos ? body : body.substr(start + 1);
    return last.size() == 5 && last.front() == '=' ? body.substr(0, body.size() - 5) : body;
}

Error malformed(std::string_view site) noexcept { return {Errc::kMalformedMessage, site}; }

}  // namespace

bool is_armored(ByteView bytes) noexcept {
    const std::string_view text = as_text(bytes);
    const std::size_t begin = text.find_first_not_of(kSpace);
    return begin != std::string_view::npos && text.substr(begin).starts_with("-----BEGIN PGP ");
}

Result<SecretBytes> dearmor(ByteView text, std::string_view kind) {
    const std::string begin = "-----BEGIN " + std::string{kind} + "-----";
    const std::string end = "-----END " + std::string{kind} + "-----";
    std::string_view rest = trimmed(as_text(text));
    if (take_line(rest) != begin) return malformed("sealing.armor.begin");
    if (!rest.ends_with(end)) return malformed("sealing.armor.end");
    rest.remove_suffix(end.size());
    if (!rest.ends_with('\n')) return malformed("sealing.armor.end");
    for (std::string_view header = take_line(rest); !header.empty(); header = take_line(rest))
        if (header.find(": ") == std::string_view::npos) return malformed("sealing.armor.header");
    return from_base64(as_bytes_view(without_checksum(rest)));
}

Result<SecretBytes> from_base64(ByteView text) {
    SecretBytes out{text.size() / 4 * 3 + 3};
    const std::span<std::uint8_t> bytes = out.expose_mutable();
    std::uint32_t bits = 0;
    std::size_t digits = 0;
    std::size_t padding = 0;
    std::size_t written = 0;
    for (const char c : as_text(text)) {
        if (kSpace.find(c) != std::string_view::npos) continue;
        const int value = c == '=' ? 0 : value_of(c);
        if (value < 0 || (padding > 0 && c != '=')) return malformed("sealing.base64.character");
        padding += c == '=' ? 1 : 0;
        bits = bits << 6U | static_cast<std::uint32_t>(value);
        if (++digits % 4 != 0) continue;
        for (const unsigned shift : {16U, 8U, 0U})
            bytes[written++] = static_cast<std::uint8_t>(bits >> shift);
    }
    if (digits % 4 != 0 || padding > 2) return malformed("sealing.base64.length");
    out.shrink(written - padding);
    return out;
}

}  // namespace pramana::sealing
