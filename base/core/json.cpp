#include "pramana/core/json.hpp"

#include "pramana/core/utf8.hpp"

#include <charconv>
#include <set>

namespace pramana {
namespace {

constexpr Error kMalformed{Errc::kBadRequest, "core.json"};

bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Walks over a text. Each skip_x() stands on the first character of an x and ends behind it; false
/// is malformed.
class Cursor {
  public:
    explicit Cursor(std::string_view text) noexcept : text_{text} {}

    [[nodiscard]] bool at_end() const noexcept { return at_ == text_.size(); }
    [[nodiscard]] char peek() const noexcept { return at_end() ? '\0' : text_[at_]; }
    [[nodiscard]] std::size_t position() const noexcept { return at_; }
    [[nodiscard]] std::string_view since(std::size_t begin) const noexcept {
        return text_.substr(begin, at_ - begin);
    }

    void skip_space() noexcept {
        while (!at_end() && is_space(text_[at_])) ++at_;
    }
    bool take(char c) noexcept {
        if (peek() != c || at_end()) return false;
        ++at_;
        return true;
    }

    bool skip_string() noexcept {
        if (!take('"')) return false;
        while (!at_end()) {
            const char c = text_[at_];
            if (c == '"') {
                ++at_;
                return true;
            }
            if (static_cast<unsigned char>(c) < 0x20) return false;
            if (c == '\\') {
                if (!skip_escape()) return false;
                continue;
            }
            const std::size_t length = utf8_sequence_length(text_.substr(at_));
            if (length == 0) return false;
            at_ += length;
        }
        return false;
    }

    bool skip_number() noexcept {
        take('-');
        if (!take('0') && !skip_digits()) return false;
        if (take('.') && !skip_digits()) return false;
        if (peek() == 'e' || peek() == 'E') {
            ++at_;
            if (!take('+')) take('-');
            if (!skip_digits()) return false;
        }
        return true;
    }

    /// A value that may hold others `depth` levels deep. Refuses duplicate names.
    bool skip_value(std::size_t depth) {
        switch (peek()) {
            case '"': return skip_string();
            case '{': return depth > 0 && skip_object(depth - 1);
            case '[': return depth > 0 && skip_array(depth - 1);
            case 't': return skip_word("true");
            case 'f': return skip_word("false");
            case 'n': return skip_word("null");
            default: return skip_number();
        }
    }

  private:
    bool skip_word(std::string_view word) noexcept {
        if (text_.substr(at_, word.size()) != word) return false;
        at_ += word.size();
        return true;
    }
    bool skip_digits() noexcept {
        const std::size_t begin = at_;
        while (is_digit(peek())) ++at_;
        return at_ > begin;
    }
    /// The four digits behind "\u"; -1 when they are none.
    int hex4() noexcept {
        unsigned value = 0;
        const char* begin = text_.data() + at_;
        if (text_.size() - at_ < 4) return -1;
        const auto [end, failed] = std::from_chars(begin, begin + 4, value, 16);
        if (failed != std::errc{} || end != begin + 4) return -1;
        at_ += 4;
        return static_cast<int>(value);
    }
    bool skip_escape() noexcept {
        ++at_;
        const char c = peek();
        if (c != 'u') {
            if (at_end() || std::string_view{"\"\\/bfnrt"}.find(c) == std::string_view::npos)
                return false;
            ++at_;
            return true;
        }
        ++at_;
        const int unit = hex4();
        if (unit < 0 || (unit >= 0xDC00 && unit <= 0xDFFF)) return false;
        if (unit < 0xD800 || unit > 0xDBFF) return true;
        if (!take('\\') || !take('u')) return false;
        const int low = hex4();
        return low >= 0xDC00 && low <= 0xDFFF;
    }
    bool skip_array(std::size_t depth) {
        take('[');
        skip_space();
        if (take(']')) return true;
        while (true) {
            skip_space();
            if (!skip_value(depth)) return false;
            skip_space();
            if (take(']')) return true;
            if (!take(',')) return false;
        }
    }
    bool skip_object(std::size_t depth);

    std::string_view text_;
    std::size_t at_ = 0;
};

void append_utf8(std::uint32_t code, std::uint8_t*& out) noexcept {
    const auto put = [&out](std::uint32_t byte) { *out++ = static_cast<std::uint8_t>(byte); };
    if (code < 0x80) return put(code);
    if (code < 0x800) {
        put(0xC0U | code >> 6U);
    } else {
        if (code < 0x10000) {
            put(0xE0U | code >> 12U);
        } else {
            put(0xF0U | code >> 18U);
            put(0x80U | (code >> 12U & 0x3FU));
        }
        put(0x80U | (code >> 6U & 0x3FU));
    }
    put(0x80U | (code & 0x3FU));
}

std::uint32_t hex_value(std::string_view digits) noexcept {
    std::uint32_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    return value;
}

/// Resolves a checked string (with its quotes) into `out`; returns the bytes written, never more
/// than quoted.size().
std::size_t resolve(std::string_view quoted, std::uint8_t* const begin) noexcept {
    const std::string_view text = quoted.substr(1, quoted.size() - 2);
    std::uint8_t* out = begin;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            *out++ = static_cast<std::uint8_t>(text[i]);
            continue;
        }
        const char c = text[++i];
        if (c == 'u') {
            std::uint32_t code = hex_value(text.substr(i + 1, 4));
            i += 4;
            if (code >= 0xD800 && code <= 0xDBFF) {
                code = 0x10000 + ((code - 0xD800) << 10U) +
                       (hex_value(text.substr(i + 3, 4)) - 0xDC00);
                i += 6;
            }
            append_utf8(code, out);
            continue;
        }
        constexpr std::string_view kNames = "bfnrt";
        constexpr std::string_view kMeanings = "\b\f\n\r\t";
        const std::size_t known = kNames.find(c);
        *out++ = static_cast<std::uint8_t>(known == std::string_view::npos ? c : kMeanings[known]);
    }
    return static_cast<std::size_t>(out - begin);
}

std::string resolved(std::string_view quoted) {
    std::string out(quoted.size(), '\0');
    out.resize(resolve(quoted, reinterpret_cast<std::uint8_t*>(out.data())));
    return out;
}

bool Cursor::skip_object(std::size_t depth) {
    take('{');
    skip_space();
    if (take('}')) return true;
    std::set<std::string> names;
    while (true) {
        skip_space();
        const std::size_t begin = at_;
        if (!skip_string() || !names.insert(resolved(since(begin))).second) return false;
        skip_space();
        if (!take(':')) return false;
        skip_space();
        if (!skip_value(depth)) return false;
        skip_space();
        if (take('}')) return true;
        if (!take(',')) return false;
    }
}

constexpr std::size_t kAnyDepth = SIZE_MAX;  // of a text that was checked

/// Calls visit(name, value) for each member of a checked object or array (whose names are empty)
/// until it is false.
template <class Visit>
void walk(std::string_view container, Visit visit) {
    Cursor at{container};
    const bool object = at.peek() == '{';
    at.take(at.peek());
    at.skip_space();
    while (at.peek() != '}' && at.peek() != ']') {
        std::string_view name;
        if (object) {
            const std::size_t begin = at.position();
            at.skip_string();
            name = at.since(begin);
            at.skip_space();
            at.take(':');
            at.skip_space();
        }
        const std::size_t begin = at.position();
        at.skip_value(kAnyDepth);
        if (!visit(name, at.since(begin))) return;
        at.skip_space();
        at.take(',');
        at.skip_space();
    }
}

}  // namespace

Result<JsonView> read_json(std::string_view text, std::size_t depth_max) {
    Cursor at{text};
    at.skip_space();
    const std::size_t begin = at.position();
    if (!at.skip_value(depth_max)) return kMalformed;
    const std::string_view raw = at.since(begin);
    at.skip_space();
    if (!at.at_end()) return kMalformed;
    return JsonView{raw};
}

JsonKind JsonView::kind() const noexcept {
    switch (raw_.front()) {
        case '"': return JsonKind::kString;
        case '{': return JsonKind::kObject;
        case '[': return JsonKind::kArray;
        case 'n': return JsonKind::kNull;
        case 't':
        case 'f': return JsonKind::kBool;
        default: return JsonKind::kNumber;
    }
}

std::optional<JsonView> JsonView::member(std::string_view name) const {
    std::optional<JsonView> found;
    if (kind() != JsonKind::kObject) return found;
    walk(raw_, [&](std::string_view quoted, std::string_view value) {
        if (resolved(quoted) == name) found = JsonView{value};
        return !found;
    });
    return found;
}

std::vector<JsonView::Member> JsonView::members() const {
    std::vector<Member> all;
    if (kind() != JsonKind::kObject) return all;
    walk(raw_, [&](std::string_view quoted, std::string_view value) {
        all.push_back({resolved(quoted), JsonView{value}});
        return true;
    });
    return all;
}

std::vector<JsonView> JsonView::items() const {
    std::vector<JsonView> all;
    if (kind() != JsonKind::kArray) return all;
    walk(raw_, [&](std::string_view, std::string_view value) {
        all.push_back(JsonView{value});
        return true;
    });
    return all;
}

Result<std::string> JsonView::text() const {
    if (kind() != JsonKind::kString) return Error{Errc::kBadRequest, "core.json.not_text"};
    return resolved(raw_);
}

Result<std::size_t> JsonView::text_into(std::span<std::uint8_t> out) const {
    if (kind() != JsonKind::kString) return Error{Errc::kBadRequest, "core.json.not_text"};
    PRAMANA_CHECK(out.size() >= raw_.size());
    return resolve(raw_, out.data());
}

Result<std::uint64_t> JsonView::whole_number() const {
    std::uint64_t value = 0;
    const char* const begin = raw_.data();
    const char* const end = begin + raw_.size();
    const auto [read_to, failed] = std::from_chars(begin, end, value);
    if (kind() != JsonKind::kNumber || failed != std::errc{} || read_to != end)
        return Error{Errc::kBadRequest, "core.json.not_whole_number"};
    return value;
}

Result<bool> JsonView::boolean() const {
    if (kind() != JsonKind::kBool) return Error{Errc::kBadRequest, "core.json.not_bool"};
    return raw_ == "true";
}

std::string json_quoted(std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string out = "\"";
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
            ++i;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out += "\\u00";
            out += kHex[static_cast<unsigned char>(c) >> 4U];
            out += kHex[static_cast<unsigned char>(c) & 15U];
            ++i;
        } else if (const std::size_t length = utf8_sequence_length(text.substr(i)); length > 0) {
            out += text.substr(i, length);
            i += length;
        } else {
            out += "\\ufffd";
            ++i;
        }
    }
    return out + '"';
}

JsonObject& JsonObject::raw(std::string_view name, std::string_view json) {
    if (text_.size() > 1) text_ += ',';
    text_ += json_quoted(name);
    text_ += ':';
    text_ += json;
    return *this;
}
JsonObject& JsonObject::text(std::string_view name, std::string_view value) {
    return raw(name, json_quoted(value));
}
JsonObject& JsonObject::number(std::string_view name, std::uint64_t value) {
    return raw(name, std::to_string(value));
}
JsonObject& JsonObject::flag(std::string_view name, bool value) {
    return raw(name, value ? "true" : "false");
}
JsonObject& JsonObject::texts(std::string_view name, const std::vector<std::string>& values) {
    std::string list = "[";
    for (const std::string& value : values) {
        if (list.size() > 1) list += ',';
        list += json_quoted(value);
    }
    return raw(name, list + ']');
}

}  // namespace pramana
