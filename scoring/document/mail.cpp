#include "mail.hpp"

#include "html.hpp"
#include "transfer.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace pramana::scoring {
namespace {

constexpr std::size_t kMultipartDepthMax = 8;
constexpr std::size_t kHeaderBytesMax = 256U << 10U;
constexpr std::size_t kParameterBytesMax = 2'048;  // of a field, in which parameters are looked for
constexpr std::size_t kEncodedWordMax = 512;       // RFC 2047 allows 75 characters

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool same(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// The next line without its end; `text` moves behind it.
std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

/// A parameter of a field: `charset` of "text/plain; charset=utf-8".
std::string_view parameter(std::string_view field, std::string_view name) {
    field = field.substr(0, kParameterBytesMax);
    std::size_t at = field.find(';');
    while (at != std::string_view::npos) {
        std::string_view rest = field.substr(at + 1);
        const std::size_t begin = rest.find_first_not_of(" \t\r\n");
        if (begin == std::string_view::npos) return {};
        rest.remove_prefix(begin);
        const std::size_t equals = rest.find('=');
        if (equals == std::string_view::npos) return {};
        const bool ours = same(trimmed(rest.substr(0, equals)), name);
        rest.remove_prefix(equals + 1);
        if (rest.starts_with('"')) {
            const std::size_t end = std::min(rest.find('"', 1), rest.size());
            if (ours) return rest.substr(1, end - 1);
        } else if (ours) {
            return trimmed(rest.substr(0, std::min(rest.find(';'), rest.size())));
        }
        at = field.find(';', at + 1);
    }
    return {};
}

std::string_view kind_of(std::string_view content_type) {
    return trimmed(content_type.substr(0, std::min(content_type.find(';'), content_type.size())));
}

class MailText {
  public:
    explicit MailText(Notes& notes) : notes_{notes} {}

    void read(const Mail& part, std::size_t depth) {
        const std::string_view type = part.field("Content-Type").value_or("text/plain");
        const std::string_view kind = kind_of(type);
        const std::string_view shown = part.field("Content-Disposition").value_or("");
        if (kind.size() > 10 && same(kind.substr(0, 10), "multipart/"))
            return read_parts(part.body(), parameter(type, "boundary"), depth);
        const bool plain = same(kind, "text/plain"), page = same(kind, "text/html");
        if ((!plain && !page) || same(kind_of(shown), "attachment"))
            return notes_.skip(NotRead::kAttachment);
        const std::string_view given = parameter(type, "charset");
        const std::string_view charset = given.empty() ? std::string_view{"utf-8"} : given;
        const std::string_view coding =
            trimmed(part.field("Content-Transfer-Encoding").value_or("7bit"));
        const bool quoted = same(coding, "quoted-printable"), base64 = same(coding, "base64");
        const bool as_is = same(coding, "7bit") || same(coding, "8bit") || same(coding, "binary");
        if (!knows_charset(charset) || (!quoted && !base64 && !as_is))
            return notes_.skip(NotRead::kMailEncoding);
        SecretText decoded = quoted   ? decode_quoted_printable(part.body())
                             : base64 ? decode_base64(part.body())
                                      : SecretText{part.body()};
        decoded = to_utf8(std::move(decoded), charset);
        if (page)
            join(pages_, text_of_html(decoded.expose()).expose());
        else
            join(plain_, decoded.expose());
    }

    SecretText finish() { return std::move(plain_.empty() ? pages_ : plain_); }

  private:
    static void join(SecretText& out, std::string_view text) {
        text = trimmed(text);
        if (text.empty()) return;
        if (!out.empty()) out.append("\n\n");
        out.append(text);
    }

    /// RFC 2046 section 5.1.1: parts stand between lines "--boundary".
    void read_parts(std::string_view body, std::string_view boundary, std::size_t depth) {
        if (boundary.empty() || boundary.size() > 70 || depth == kMultipartDepthMax)
            return notes_.skip(NotRead::kMailEncoding);
        const char* begin = nullptr;
        while (!body.empty()) {
            const std::string_view line = take_line(body);
            if (!line.starts_with("--") || !line.substr(2).starts_with(boundary)) continue;
            const std::string_view end = trimmed(line.substr(2 + boundary.size()));
            if (!end.empty() && end != "--") continue;
            if (begin != nullptr) {
                const auto size = static_cast<std::size_t>(line.data() - begin);
                read(Mail{{begin, size}}, depth + 1);
            }
            if (end == "--") return;
            begin = body.data();
        }
        if (begin != nullptr)  // the last boundary is missing
            read(Mail{{begin, static_cast<std::size_t>(body.data() - begin)}}, depth + 1);
    }

    Notes& notes_;
    SecretText plain_, pages_;
};

/// One encoded word behind its "=?": "utf-8?Q?caf=C3=A9?="; nothing if it is none.
std::optional<SecretText> encoded_word(std::string_view& text) {
    const std::string_view near = text.substr(0, kEncodedWordMax);
    const std::size_t first = near.find('?');
    const std::size_t second = first == std::string_view::npos ? first : near.find('?', first + 1);
    if (second == std::string_view::npos || second != first + 2) return std::nullopt;
    const std::size_t end = near.find("?=", second + 1);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view charset = text.substr(0, first);
    const std::string_view content = text.substr(second + 1, end - second - 1);
    const char coding = lower(text[first + 1]);
    if (!knows_charset(charset) || (coding != 'q' && coding != 'b')) return std::nullopt;
    text.remove_prefix(end + 2);
    SecretText decoded =
        coding == 'q' ? decode_quoted_printable(content, true) : decode_base64(content);
    return to_utf8(std::move(decoded), charset);
}

}  // namespace

Mail::Mail(std::string_view text) {
    std::string_view rest = text;
    std::size_t read = 0;
    while (!rest.empty() && read < kHeaderBytesMax) {
        const char* const line_begin = rest.data();
        if (take_line(rest).empty()) {
            header_ = text.substr(0, static_cast<std::size_t>(line_begin - text.data()));
            body_ = rest;
            return;
        }
        read = text.size() - rest.size();
    }
    header_ = text.substr(0, read);
    body_ = rest;
}

void Mail::each_field(std::string_view name,
                      const std::function<void(std::string_view)>& visit) const {
    std::string_view rest = header_;
    while (!rest.empty()) {
        const std::string_view line = take_line(rest);
        const std::size_t colon = line.find(':');
        const bool ours = colon != std::string_view::npos && same(line.substr(0, colon), name);
        std::string_view end = line;
        while (rest.starts_with(' ') || rest.starts_with('\t')) end = take_line(rest);
        if (!ours) continue;
        const char* const begin = line.data() + colon + 1;
        visit(trimmed({begin, static_cast<std::size_t>(end.data() + end.size() - begin)}));
    }
}

std::optional<std::string_view> Mail::field(std::string_view name) const {
    std::optional<std::string_view> found;
    each_field(name, [&found](std::string_view value) {
        if (!found) found = value;
    });
    return found;
}

SecretText decode_field(std::string_view value) {
    SecretText out;
    bool after_word = false;
    while (!value.empty()) {
        if (value.starts_with("=?")) {
            std::string_view rest = value.substr(2);
            if (const std::optional<SecretText> word = encoded_word(rest)) {
                out.append(word->expose());
                value = rest;
                after_word = true;
                continue;
            }
        }
        const std::size_t blank = std::min(value.find_first_not_of(" \t\r\n"), value.size());
        if (blank > 0) {
            // White space between encoded words is none (RFC 2047 section 6.2).
            if (!after_word || !value.substr(blank).starts_with("=?")) out.append(" ");
            value.remove_prefix(blank);
            continue;
        }
        after_word = false;
        out.append(value.substr(0, 1));
        value.remove_prefix(1);
    }
    return out;
}

SecretText text_of_mail(const Mail& mail, Notes& notes) {
    MailText text{notes};
    text.read(mail, 0);
    return text.finish();
}

}  // namespace pramana::scoring
