#include "html.hpp"

#include "find_any.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace pramana::scoring {
namespace {

constexpr std::size_t kNameMax = 16;  // of a tag or reference; longer ones are none that we know

constexpr std::string_view kBlocks[] = {
    "address",  "article", "aside",  "blockquote", "body", "dd",   "div", "dl", "dt",
    "fieldset", "figure",  "footer", "form",       "h1",   "h2",   "h3",  "h4", "h5",
    "h6",       "header",  "hr",     "html",       "li",   "main", "nav", "ol", "p",
    "pre",      "section", "table",  "td",         "th",   "tr",   "ul"};
constexpr std::string_view kHidden[] = {"noscript", "script", "style", "template", "title"};

constexpr std::pair<std::string_view, std::string_view> kReferences[] = {{"amp", "&"},
                                                                         {"apos", "'"},
                                                                         {"bull", "\xE2\x80\xA2"},
                                                                         {"copy", "\xC2\xA9"},
                                                                         {"emsp", "\xE2\x80\x83"},
                                                                         {"ensp", "\xE2\x80\x82"},
                                                                         {"gt", ">"},
                                                                         {"hellip", "\xE2\x80\xA6"},
                                                                         {"laquo", "\xC2\xAB"},
                                                                         {"ldquo", "\xE2\x80\x9C"},
                                                                         {"lsquo", "\xE2\x80\x98"},
                                                                         {"lt", "<"},
                                                                         {"mdash", "\xE2\x80\x94"},
                                                                         {"middot", "\xC2\xB7"},
                                                                         {"nbsp", "\xC2\xA0"},
                                                                         {"ndash", "\xE2\x80\x93"},
                                                                         {"quot", "\""},
                                                                         {"raquo", "\xC2\xBB"},
                                                                         {"rdquo", "\xE2\x80\x9D"},
                                                                         {"rsquo", "\xE2\x80\x99"}};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f'; }

template <class List>
bool contains(const List& list, std::string_view name) {
    return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

void append_utf8(std::uint32_t code, SecretText& out) {
    if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) code = 0xFFFD;
    const auto put = [&out](std::uint32_t byte) {
        const char c = static_cast<char>(byte);
        out.append({&c, 1});
    };
    if (code < 0x80) return put(code);
    if (code < 0x800) {
        put(0xC0 | (code >> 6U));
    } else {
        if (code < 0x10000) {
            put(0xE0 | (code >> 12U));
        } else {
            put(0xF0 | (code >> 18U));
            put(0x80 | ((code >> 12U) & 0x3FU));
        }
        put(0x80 | ((code >> 6U) & 0x3FU));
    }
    put(0x80 | (code & 0x3FU));
}

class HtmlText {
  public:
    explicit HtmlText(std::string_view html) : rest_{html} {}

    SecretText read() {
        while (!rest_.empty()) {
            const char c = rest_.front();
            if (c == '<')
                markup();
            else if (c == '&')
                reference();
            else if (is_space(c)) {
                space_ = true;
                rest_.remove_prefix(1);
            } else {
                const std::size_t end =
                    find_any<7>(rest_, 0, {'<', '&', ' ', '\n', '\t', '\r', '\f'});
                add(rest_.substr(0, end));
                rest_.remove_prefix(end);
            }
        }
        return std::move(out_);
    }

  private:
    void add(std::string_view text) {
        if (!out_.empty()) {
            if (lines_ > 0)
                out_.append(lines_ > 1 ? "\n\n" : "\n");
            else if (space_)
                out_.append(" ");
        }
        lines_ = 0;
        space_ = false;
        out_.append(text);
    }

    void skip_behind(std::string_view end) {
        const std::size_t at = rest_.find(end);
        rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at + end.size());
    }

    /// The name of the tag at the front, in lower case; empty: too long or none.
    static std::string name_at(std::string_view text) {
        std::string name;
        while (name.size() <= kNameMax && name.size() < text.size() &&
               (is_letter(text[name.size()]) || is_digit(text[name.size()])))
            name.push_back(lower(text[name.size()]));
        return name.size() > kNameMax ? std::string{} : name;
    }

    void markup() {
        if (rest_.starts_with("<!--")) return skip_behind("-->");
        const bool closing = rest_.starts_with("</");
        const std::string_view behind = rest_.substr(closing ? 2 : 1);
        const bool tag = !behind.empty() && (is_letter(behind.front()) || behind.front() == '!' ||
                                             behind.front() == '?');
        if (!tag) {  // a bare "<"
            add(rest_.substr(0, 1));
            rest_.remove_prefix(1);
            return;
        }
        const std::string name = name_at(behind);
        skip_tag();
        if (name == "br") lines_ += 1;
        if (contains(kBlocks, name)) lines_ = 2;
        if (!closing && contains(kHidden, name)) skip_element(name);
    }

    /// Behind the ">" that is in no quotes; quotes that do not close count for nothing.
    void skip_tag() {
        std::size_t at = 1;
        while (at < rest_.size() && rest_[at] != '>') {
            if (rest_[at] == '"' || rest_[at] == '\'') {
                const std::size_t close = rest_.substr(0, at + 65'536).find(rest_[at], at + 1);
                if (close != std::string_view::npos) at = close;
            }
            ++at;
        }
        rest_.remove_prefix(std::min(at + 1, rest_.size()));
    }

    /// Up to the closing tag of an element whose content is no text.
    void skip_element(std::string_view name) {
        for (;;) {
            const std::size_t at = rest_.find("</");
            if (at == std::string_view::npos) {
                rest_ = {};
                return;
            }
            rest_.remove_prefix(at);
            const bool ours = name_at(rest_.substr(2)) == name;
            if (ours) return skip_tag();
            rest_.remove_prefix(2);
        }
    }

    void reference() {
        const std::size_t end = rest_.substr(0, kNameMax).find(';');
        const std::string_view name =
            end == std::string_view::npos ? std::string_view{} : rest_.substr(1, end - 1);
        SecretText resolved;
        if (name.starts_with('#'))
            numeric(name.substr(1), resolved);
        else
            for (const auto& [known, text] : kReferences)
                if (known == name) resolved.append(text);
        const bool good = !resolved.empty();
        add(good ? resolved.expose() : rest_.substr(0, 1));
        rest_.remove_prefix(good ? end + 1 : 1);
    }

    static void numeric(std::string_view digits, SecretText& out) {
        const bool hex = digits.starts_with('x') || digits.starts_with('X');
        if (hex) digits.remove_prefix(1);
        if (digits.empty() || digits.size() > 7) return;
        std::uint32_t code = 0;
        for (const char c : digits) {
            const char small = lower(c);
            std::uint32_t digit = 16;
            if (is_digit(c)) digit = static_cast<std::uint32_t>(c - '0');
            if (hex && small >= 'a' && small <= 'f')
                digit = static_cast<std::uint32_t>(small - 'a' + 10);
            if (digit == 16) return;
            code = code * (hex ? 16 : 10) + digit;
        }
        append_utf8(code, out);
    }

    std::string_view rest_;
    SecretText out_;
    int lines_ = 0;       ///< line ends that are due before the next text
    bool space_ = false;  ///< a space is due
};

}  // namespace

SecretText text_of_html(std::string_view html) { return HtmlText{html}.read(); }

}  // namespace pramana::scoring
