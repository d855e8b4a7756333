#include "mail_fields.hpp"

#include "dkim_tags.hpp"

#include <algorithm>
#include <array>

namespace pramana::ownership {
namespace {

constexpr std::array<std::string_view, 4> kOnce = {"From", "To", "Subject", "Date"};
constexpr std::array<std::string_view, 9> kNotTwice = {
    "Sender",       "Reply-To",     "Cc",
    "Bcc",          "Message-ID",   "In-Reply-To",
    "MIME-Version", "Content-Type", "Content-Transfer-Encoding"};

bool is_space(char c) noexcept { return c == ' ' || c == '\t'; }
char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// All CRLF, or all LF.
bool has_one_line_end(std::string_view text) noexcept {
    const bool crlf = text.find('\r') != std::string_view::npos;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\0') return false;
        if (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')) return false;
        if (crlf && text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) return false;
    }
    return true;
}

/// Bytes of the line that `text` begins with, its end included; `content` is it without.
std::size_t line_bytes(std::string_view text, std::string_view& content) noexcept {
    const std::size_t end = text.find('\n');
    content = text.substr(0, end);
    if (end == std::string_view::npos) return text.size();
    if (content.ends_with('\r')) content.remove_suffix(1);
    return end + 1;
}

/// The colon's place; npos: the line begins no field.
std::size_t colon_of(std::string_view line) noexcept {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return colon;
    std::string_view name = line.substr(0, colon);
    while (!name.empty() && is_space(name.back())) name.remove_suffix(1);
    const bool printable =
        !name.empty() && std::ranges::all_of(name, [](char c) { return c > ' ' && c <= '~'; });
    return printable ? colon : std::string_view::npos;
}

/// One field that begins at `text`, folded lines included; moves behind it.
std::optional<MailField> take_field(std::string_view& text) {
    std::string_view line;
    const std::size_t first = line_bytes(text, line);
    const std::size_t colon = colon_of(line);
    if (colon == std::string_view::npos) return std::nullopt;
    std::size_t content = line.size();
    std::size_t taken = first;
    while (taken < text.size() && is_space(text[taken])) {
        std::string_view folded;
        const std::size_t bytes = line_bytes(text.substr(taken), folded);
        content = taken + folded.size();
        taken += bytes;
    }
    const MailField field{.name = trimmed(line.substr(0, colon)),
                          .head = text.substr(0, colon + 1),
                          .value = text.substr(colon + 1, content - colon - 1)};
    text.remove_prefix(taken);
    return field;
}

/// Where a quoted string that begins at `at` ends; npos: nowhere.
std::size_t end_of_quoted(std::string_view text, std::size_t at) noexcept {
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        if (text[i] == '\\')
            ++i;
        else if (text[i] == '"')
            return i;
    }
    return std::string_view::npos;
}

/// The address between angles, or the whole value; empty: not one plain mailbox.
std::string_view address_in(std::string_view value) noexcept {
    std::size_t open = std::string_view::npos;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        if (c == '"') {
            i = end_of_quoted(value, i);
            if (i == std::string_view::npos) return {};
        } else if (c == '<' && open == std::string_view::npos) {
            open = i;
        } else if (c == '>') {
            const bool last =
                open != std::string_view::npos && trimmed(value.substr(i + 1)).empty();
            return last ? trimmed(value.substr(open + 1, i - open - 1)) : std::string_view{};
        } else if (c == ',' || c == ';' || c == ':' || c == '(' || c == ')' || c == '<') {
            return {};
        }
    }
    return open == std::string_view::npos ? trimmed(value) : std::string_view{};
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) noexcept {
    return std::ranges::equal(a, b, {}, lower, lower);
}

std::size_t RawMail::count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(fields, [&](const MailField& f) { return same_name(f.name, name); }));
}

const MailField* RawMail::field(std::string_view name) const {
    const auto found =
        std::ranges::find_if(fields, [&](const MailField& f) { return same_name(f.name, name); });
    return found == fields.end() ? nullptr : &*found;
}

MailReading read_mail(ByteView bytes) {
    std::string_view text = as_text(bytes);
    if (text.empty()) return {std::nullopt, "nothing"};
    if (text.size() > kMailBytesMax) return {std::nullopt, "more than 1 MiB"};
    if (!has_one_line_end(text)) return {std::nullopt, "a NUL, or line ends of two kinds"};
    RawMail mail;
    std::string_view line;
    while (!text.empty()) {
        const std::size_t bytes_of_line = line_bytes(text, line);
        if (line.empty()) {
            text.remove_prefix(bytes_of_line);
            break;
        }
        const std::optional<MailField> field = take_field(text);
        if (!field) return {std::nullopt, "a line of the header that is no field"};
        mail.fields.push_back(*field);
        if (mail.fields.size() > kMailFieldsMax) return {std::nullopt, "more than 256 fields"};
        if (bytes.size() - text.size() > kMailHeaderBytesMax)
            return {std::nullopt, "a header of more than 64 KiB"};
    }
    mail.body = text;
    return {std::move(mail), {}};
}

std::string_view contradiction_in(const RawMail& mail) {
    for (const std::string_view name : kOnce)
        if (mail.count(name) != 1) return "From, To, Subject or Date missing, or there twice";
    for (const std::string_view name : kNotTwice)
        if (mail.count(name) > 1) return "a field twice that may stand once";
    return {};
}

std::string_view domain_of_sender(std::string_view value) noexcept {
    const std::string_view address = address_in(value);
    const std::size_t at = address.rfind('@');
    if (at == std::string_view::npos || at == 0 || address.find('@') != at) return {};
    const std::string_view domain = address.substr(at + 1);
    const bool plain = std::ranges::all_of(address, [](char c) { return c > ' ' && c <= '~'; });
    return plain ? domain : std::string_view{};
}

bool value_is(std::string_view value, std::string_view text) noexcept {
    value = trimmed(value);
    std::size_t at = 0;
    for (const char c : value) {
        if (c == '\r' || c == '\n') continue;  // a fold: its white space stays
        if (at == text.size() || text[at] != c) return false;
        ++at;
    }
    return at == text.size();
}

}  // namespace pramana::ownership
