#include "json_tree.hpp"

#include <set>

namespace pramana::chain {
namespace {

constexpr Error kMalformed{Errc::kMalformedChainData, "chain.json"};
constexpr char32_t kHighSurrogate = 0xd800;
constexpr char32_t kLowSurrogate = 0xdc00;
constexpr char32_t kSurrogateEnd = 0xe000;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

void append_utf8(std::string& out, char32_t point) {
    const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xc0 | point >> 6U);
        put(0x80 | (point & 0x3fU));
    } else if (point < 0x10000) {
        put(0xe0 | point >> 12U);
        put(0x80 | (point >> 6U & 0x3fU));
        put(0x80 | (point & 0x3fU));
    } else {
        put(0xf0 | point >> 18U);
        put(0x80 | (point >> 12U & 0x3fU));
        put(0x80 | (point >> 6U & 0x3fU));
        put(0x80 | (point & 0x3fU));
    }
}

class JsonReader {
  public:
    JsonReader(std::string_view text, std::uint32_t depth_max)
        : rest_{text}, depth_max_{depth_max} {}

    Result<JsonNode> take_text() {
        Result<JsonNode> node = take_value(0);
        skip_space();
        if (node && !rest_.empty()) return kMalformed;
        return node;
    }

  private:
    void skip_space() noexcept {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
    }
    bool take(std::string_view literal) noexcept {
        if (!rest_.starts_with(literal)) return false;
        rest_.remove_prefix(literal.size());
        return true;
    }
    bool take_token(std::string_view literal) noexcept {
        skip_space();
        return take(literal);
    }

    Result<JsonNode> take_value(std::uint32_t depth) {  // recursion bounded by depth_max_
        if (depth > depth_max_) return kMalformed;
        skip_space();
        JsonNode node;
        if (take("null")) return node;
        node.kind = JsonNode::Kind::kTrue;
        if (take("true")) return node;
        node.kind = JsonNode::Kind::kFalse;
        if (take("false")) return node;
        if (take("{")) return take_object(depth);
        if (take("[")) return take_array(depth);
        if (rest_.starts_with('"')) {
            Result<std::string> text = take_string();
            if (!text) return text.error();
            node.kind = JsonNode::Kind::kString;
            node.text = std::move(*text);
            return node;
        }
        return take_number();
    }

    Result<JsonNode> take_array(std::uint32_t depth) {
        JsonNode node;
        node.kind = JsonNode::Kind::kArray;
        if (take_token("]")) return node;
        do {
            Result<JsonNode> item = take_value(depth + 1);
            if (!item) return item.error();
            node.items.push_back(std::move(*item));
        } while (take_token(","));
        if (!take_token("]")) return kMalformed;
        return node;
    }

    Result<JsonNode> take_object(std::uint32_t depth) {
        JsonNode node;
        node.kind = JsonNode::Kind::kObject;
        std::set<std::string> keys;
        if (take_token("}")) return node;
        do {
            skip_space();
            Result<std::string> key = take_string();
            if (!key) return key.error();
            if (!keys.insert(*key).second || !take_token(":")) return kMalformed;
            Result<JsonNode> value = take_value(depth + 1);
            if (!value) return value.error();
            node.members.push_back({std::move(*key), std::move(*value)});
        } while (take_token(","));
        if (!take_token("}")) return kMalformed;
        return node;
    }

    std::size_t take_digits() noexcept {
        std::size_t count = 0;
        while (count < rest_.size() && is_digit(rest_[count])) ++count;
        rest_.remove_prefix(count);
        return count;
    }

    Result<JsonNode> take_number() {
        const std::string_view start = rest_;
        take("-");
        const bool zero = rest_.starts_with('0');
        const std::size_t whole = take_digits();
        if (whole == 0 || (zero && whole > 1)) return kMalformed;
        if (take(".") && take_digits() == 0) return kMalformed;
        if (take("e") || take("E")) {
            if (!take("+")) take("-");
            if (take_digits() == 0) return kMalformed;
        }
        JsonNode node;
        node.kind = JsonNode::Kind::kNumber;
        node.text = start.substr(0, start.size() - rest_.size());
        return node;
    }

    Result<std::string> take_string() {
        if (!take("\"")) return kMalformed;
        std::string text;
        while (!rest_.empty()) {
            const char c = rest_.front();
            if (take("\"")) return text;
            if (static_cast<std::uint8_t>(c) < 0x20) return kMalformed;
            const std::optional<char32_t> point =
                take("\\") ? take_escape() : take_code_point(rest_);
            if (!point) return kMalformed;
            append_utf8(text, *point);
        }
        return kMalformed;
    }

    std::optional<char32_t> take_escape() noexcept {
        static constexpr std::string_view kNames = "\"\\/bfnrt";
        static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
        if (rest_.empty()) return std::nullopt;
        const std::size_t simple = kNames.find(rest_.front());
        if (simple != std::string_view::npos) {
            rest_.remove_prefix(1);
            return static_cast<char32_t>(kMeanings[simple]);
        }
        const std::optional<char32_t> unit = take_unit();
        if (!unit || *unit < kHighSurrogate || *unit >= kSurrogateEnd) return unit;
        if (*unit >= kLowSurrogate || !take("\\")) return std::nullopt;
        const std::optional<char32_t> low = take_unit();
        if (!low || *low < kLowSurrogate || *low >= kSurrogateEnd) return std::nullopt;
        return 0x10000 + ((*unit - kHighSurrogate) << 10U) + (*low - kLowSurrogate);
    }

    /// uXXXX, the UTF-16 code unit of an escape.
    std::optional<char32_t> take_unit() noexcept {
        static constexpr std::string_view kDigits = "0123456789abcdef";
        if (rest_.size() < 5 || !take("u")) return std::nullopt;
        char32_t unit = 0;
        for (const char c : rest_.substr(0, 4)) {
            const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
            const std::size_t digit = kDigits.find(lower);
            if (digit == std::string_view::npos) return std::nullopt;
            unit = unit * 16 + static_cast<char32_t>(digit);
        }
        rest_.remove_prefix(4);
        return unit;
    }

    std::string_view rest_;
    std::uint32_t depth_max_;
};

void append_unit(std::string& out, char32_t unit) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    out += "\\u";
    for (const unsigned shift : {12U, 8U, 4U, 0U}) out.push_back(kDigits[unit >> shift & 0xfU]);
}

}  // namespace

Result<JsonNode> parse_json(std::string_view text, const JsonLimits& limits) {
    if (text.size() > limits.bytes_max) return kMalformed;
    return JsonReader{text, limits.depth_max}.take_text();
}

std::optional<char32_t> take_code_point(std::string_view& rest) noexcept {  // RFC 3629 section 4
    if (rest.empty()) return std::nullopt;
    const auto lead = static_cast<std::uint8_t>(rest[0]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if ((lead >= 0x80 && lead < 0xc2) || lead > 0xf4 || rest.size() < size) return std::nullopt;
    char32_t point = size == 1 ? lead : lead & (0xffU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        const auto next = static_cast<std::uint8_t>(rest[i]);
        if ((next & 0xc0U) != 0x80) return std::nullopt;
        point = point << 6U | (next & 0x3fU);
    }
    const bool overlong = (size == 3 && point < 0x800) || (size == 4 && point < 0x10000);
    const bool surrogate = point >= kHighSurrogate && point < kSurrogateEnd;
    if (overlong || surrogate || point > 0x10ffff) return std::nullopt;
    rest.remove_prefix(size);
    return point;
}

bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        if (!take_code_point(text)) return false;
    }
    return true;
}

std::string quoted_json(std::string_view text, JsonEscapes escapes) {
    static constexpr std::string_view kNames = "\"\\bfnrt";
    static constexpr std::string_view kMeanings = "\"\\\b\f\n\r\t";
    std::string out = "\"";
    while (const std::optional<char32_t> point = take_code_point(text)) {
        const std::size_t simple =
            *point < 0x80 ? kMeanings.find(static_cast<char>(*point)) : std::string_view::npos;
        const bool hidden = *point < 0x20 || (escapes == JsonEscapes::kAscii && *point > 0x7e);
        if (simple != std::string_view::npos) {
            out.push_back('\\');
            out.push_back(kNames[simple]);
        } else if (!hidden) {
            append_utf8(out, *point);
        } else if (*point < 0x10000) {
            append_unit(out, *point);
        } else {
            append_unit(out, kHighSurrogate + ((*point - 0x10000) >> 10U));
            append_unit(out, kLowSurrogate + ((*point - 0x10000) & 0x3ffU));
        }
    }
    return out + '"';
}

}  // namespace pramana::chain
