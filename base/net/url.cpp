#include "pramana/net/url.hpp"

#include "pramana/net/ip_address.hpp"

#include <algorithm>
#include <charconv>

namespace pramana::net {
namespace {

constexpr std::size_t kHostBytesMax = 253;  // RFC 1035 section 2.3.4, without the root's dot
constexpr std::size_t kLabelBytesMax = 63;

Error refused(std::string_view site) noexcept { return {Errc::kBadRequest, site}; }

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_hex(char c) noexcept { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }

/// Visible ASCII without the characters that RFC 3986 excludes and that parsers repair differently.
bool is_url_character(char c) noexcept {
    return c > ' ' && c < '\x7f' &&
           std::string_view{"\"<>\\^`{|}"}.find(c) == std::string_view::npos;
}

bool has_whole_escapes(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') continue;
        if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
    }
    return true;
}

bool is_label(std::string_view label) noexcept {
    if (label.empty() || label.size() > kLabelBytesMax) return false;
    if (label.front() == '-' || label.back() == '-') return false;
    return std::all_of(label.begin(), label.end(),
                       [](char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-'; });
}

/// Whether some resolver would read the host as a number: its last label is digits or 0x….
bool ends_in_a_number(std::string_view host) noexcept {
    const std::string_view last = host.substr(host.rfind('.') + 1);
    return std::all_of(last.begin(), last.end(), is_digit) || last.starts_with("0x");
}

Status read_name(std::string_view text, Url& url) {
    std::string host{text};
    std::transform(host.begin(), host.end(), host.begin(), lower);
    if (host.empty() || host.size() > kHostBytesMax) return refused("net.url.host");
    if (ends_in_a_number(host)) {
        const Result<IpAddress> address = parse_ip_address(host);
        if (!address || address->v6) return refused("net.url.number");
        url.ip_literal = true;
        url.host = std::move(host);
        return Done{};
    }
    for (std::string_view rest = host;;) {
        const std::size_t dot = rest.find('.');
        if (!is_label(rest.substr(0, dot))) return refused("net.url.label");
        if (dot == std::string_view::npos) break;
        rest.remove_prefix(dot + 1);
    }
    url.host = std::move(host);
    return Done{};
}

Status read_port(std::string_view text, Url& url) {
    if (text.empty() || text.size() > 5 || text.front() == '0') return refused("net.url.port");
    if (!std::all_of(text.begin(), text.end(), is_digit)) return refused("net.url.port");
    unsigned port = 0;
    std::from_chars(text.data(), text.data() + text.size(), port);
    if (port > UINT16_MAX) return refused("net.url.port");
    url.port = static_cast<std::uint16_t>(port);
    return Done{};
}

Status read_authority(std::string_view text, Url& url) {
    if (text.find('@') != std::string_view::npos) return refused("net.url.userinfo");
    std::string_view after_host;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos) return refused("net.url.bracket");
        const Result<IpAddress> address = parse_ip_address(text.substr(1, end - 1));
        if (!address || !address->v6) return refused("net.url.ipv6");
        url.host = address->text();
        url.ip_literal = true;
        after_host = text.substr(end + 1);
        if (!after_host.empty() && after_host.front() != ':') return refused("net.url.bracket");
    } else {
        const std::size_t colon = text.find(':');
        PRAMANA_TRY(read_name(text.substr(0, colon), url));
        after_host = colon == std::string_view::npos ? std::string_view{} : text.substr(colon);
    }
    if (after_host.empty()) return Done{};
    return read_port(after_host.substr(1), url);
}

std::string bracketed(const Url& url) {
    const bool v6 = url.host.find(':') != std::string::npos;
    return v6 ? "[" + url.host + "]" : url.host;
}

}  // namespace

std::string Url::authority() const {
    const std::uint16_t usual = https ? 443 : 80;
    return port == usual ? bracketed(*this) : host_port();
}

std::string Url::host_port() const { return bracketed(*this) + ":" + std::to_string(port); }

std::string Url::text() const { return (https ? "https://" : "http://") + authority() + target; }

Result<Url> parse_url(std::string_view text) {
    if (text.size() > kUrlBytesMax) return refused("net.url.length");
    if (!std::all_of(text.begin(), text.end(), is_url_character))
        return refused("net.url.character");
    std::string scheme{text.substr(0, text.find("://"))};
    std::transform(scheme.begin(), scheme.end(), scheme.begin(), lower);
    Url url;
    url.https = scheme == "https";
    if (!url.https && scheme != "http") return refused("net.url.scheme");
    url.port = url.https ? 443 : 80;
    if (text.size() < scheme.size() + 3) return refused("net.url.scheme");
    text.remove_prefix(scheme.size() + 3);
    const std::size_t path = text.find_first_of("/?#");
    PRAMANA_TRY(read_authority(text.substr(0, path), url));
    std::string_view target =
        path == std::string_view::npos ? std::string_view{} : text.substr(path);
    target = target.substr(0, target.find('#'));
    if (!has_whole_escapes(target)) return refused("net.url.escape");
    url.target = target.starts_with('/') ? std::string{target} : "/" + std::string{target};
    if (url.text().size() > kUrlBytesMax) return refused("net.url.length");  // a slash was added
    return url;
}

Result<Url> resolve_location(const Url& base, std::string_view location) {
    if (location.empty() || location.size() > kUrlBytesMax) return refused("net.url.location");
    const std::string_view first_segment = location.substr(0, location.find_first_of("/?#"));
    if (first_segment.find(':') != std::string_view::npos) return parse_url(location);
    const std::string scheme = base.https ? "https:" : "http:";
    if (location.starts_with("//")) return parse_url(scheme + std::string{location});
    const std::string origin = scheme + "//" + base.authority();
    if (location.starts_with('/')) return parse_url(origin + std::string{location});
    const std::string path = base.target.substr(0, base.target.find('?'));
    if (location.starts_with('?') || location.starts_with('#'))
        return parse_url(origin + path + std::string{location});
    return parse_url(origin + path.substr(0, path.rfind('/') + 1) + std::string{location});
}

}  // namespace pramana::net
