#include "head.hpp"

#include <algorithm>

namespace pramana::http {
namespace {

constexpr Error kMalformed{Errc::kBadRequest, "http.head"};

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// The next line without its CRLF; `head` moves behind it.
std::string_view take_line(std::string_view& head) noexcept {
    const std::size_t end = head.find("\r\n");
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end == std::string_view::npos ? head.size() : end + 2);
    return line;
}

bool has_control_character(std::string_view line) noexcept {
    return std::any_of(line.begin(), line.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t') || byte == 0x7F;
    });
}

}  // namespace

bool same_word(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

std::size_t head_length(std::string_view received) noexcept {
    const std::size_t end = received.find("\r\n\r\n");
    return end == std::string_view::npos ? 0 : end + 4;
}

Status check_head(std::string_view head) {
    const std::string_view request_line = take_line(head);
    if (has_control_character(request_line)) return kMalformed;
    const std::size_t target = request_line.find(' ');
    const std::size_t version = request_line.rfind(' ');
    if (target == std::string_view::npos || version <= target) return kMalformed;
    if (version - target - 1 > kTargetBytesMax) return Error{Errc::kUriTooLong, "http.head.target"};
    const bool http_1_1 = request_line.substr(version + 1) == "HTTP/1.1";

    std::size_t fields = 0;
    std::size_t hosts = 0;
    std::size_t lengths = 0;
    std::size_t codings = 0;
    while (true) {
        const std::string_view line = take_line(head);
        if (line.empty()) break;
        const std::size_t colon = line.find(':');
        if (line.front() == ' ' || line.front() == '\t' || has_control_character(line) ||
            colon == 0 || colon == std::string_view::npos)
            return kMalformed;
        if (++fields > kFieldsMax) return Error{Errc::kHeadersTooLarge, "http.head.fields"};
        const std::string_view name = line.substr(0, colon);
        if (same_word(name, "host")) ++hosts;
        if (same_word(name, "content-length")) ++lengths;
        if (same_word(name, "transfer-encoding")) {
            ++codings;
            if (!http_1_1 || !same_word(trimmed(line.substr(colon + 1)), "chunked"))
                return kMalformed;
        }
    }
    if (lengths + codings > 1 || hosts > 1 || (http_1_1 && hosts == 0)) return kMalformed;
    return Done{};
}

Status read_target(std::string_view target, Request& request) {
    if (target == "*" && request.method == Method::kOptions) {
        request.path = "*";
        return Done{};
    }
    const std::size_t scheme = target.find("://");
    if (!target.starts_with('/') && scheme != std::string_view::npos) {
        const std::size_t path = target.find('/', scheme + 3);
        target = path == std::string_view::npos ? std::string_view{"/"} : target.substr(path);
    }
    if (!target.starts_with('/') || target.find('#') != std::string_view::npos) return kMalformed;
    const std::size_t query = target.find('?');
    request.path = target.substr(0, query);
    if (query != std::string_view::npos) request.query = target.substr(query + 1);
    return Done{};
}

std::string media_type(std::string_view field) {
    std::string type{trimmed(field.substr(0, field.find(';')))};
    std::transform(type.begin(), type.end(), type.begin(), lower);
    return type;
}

}  // namespace pramana::http
