#include "ruleset/json_tree.hpp"

#include <algorithm>

namespace pramana::scoring {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kNumberCharacters = "+-.0123456789Ee";

bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_word(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

/// Each read_x() stands on the first character of an x and ends behind it; false: a problem was
/// noted, and nothing more is read.
class TreeReader {
  public:
    TreeReader(std::string_view text, std::vector<TextProblem>& problems)
        : text_{text}, problems_{problems} {}

    bool read(JsonNode& out) {
        if (text_.starts_with(kByteOrderMark))
            return fail("a byte order mark stands before the text", "Save the file without it.");
        if (!read_value(out, "", 0)) return false;
        skip_space();
        return at_ == text_.size() ||
               fail("something stands behind the closing bracket", "Remove it.");
    }

  private:
    [[nodiscard]] char peek() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }
    void skip_space() noexcept {
        while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    }
    bool take(char c) noexcept {
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    bool fail_at(std::size_t at, std::string sentence, std::string hint) {
        problems_.push_back({at, {}, std::move(sentence), std::move(hint)});
        return false;
    }
    bool fail(std::string sentence, std::string hint) {
        if (text_.substr(at_).starts_with("//") || text_.substr(at_).starts_with("/*") ||
            peek() == '#')
            return fail_at(at_, "JSON has no comments",
                           "Remove it; `description` is there for words to people.");
        if (at_ == text_.size())
            return fail_at(at_, "the text ends in the middle", "Close every bracket and quote.");
        return fail_at(at_, std::move(sentence), std::move(hint));
    }

    bool read_value(JsonNode& out, const std::string& path, std::size_t depth) {
        skip_space();
        out.at = at_;
        switch (peek()) {
            case '{': out.kind = JsonKind::kObject; return read_object(out, path, depth + 1);
            case '[': out.kind = JsonKind::kArray; return read_array(out, path, depth + 1);
            case '"': out.kind = JsonKind::kString; return read_string(out.text);
            case '\'': return fail("a text stands in single quotes", "Use double quotes.");
            default: break;
        }
        if (kNumberCharacters.find(peek()) != std::string_view::npos && peek() != 'E' &&
            peek() != 'e' && peek() != '\0')
            return read_number(out);
        return read_word(out);
    }

    bool read_word(JsonNode& out) {
        const std::size_t begin = at_;
        while (is_word(peek())) ++at_;
        const std::string_view word = text_.substr(begin, at_ - begin);
        out.flag = word == "true";
        out.kind = word == "null" ? JsonKind::kNull : JsonKind::kBool;
        if (word == "true" || word == "false" || word == "null") return true;
        at_ = begin;
        return fail("a value is missing here",
                    word.empty() ? "" : "A text needs double quotes; true, false, null are small.");
    }

    bool read_number(JsonNode& out) {
        const std::size_t begin = at_;
        while (at_ < text_.size() && kNumberCharacters.find(text_[at_]) != std::string_view::npos)
            ++at_;
        out.kind = JsonKind::kNumber;
        out.text = text_.substr(begin, at_ - begin);
        if (read_json(out.text)) return true;
        return fail_at(begin, "this is no number of JSON",
                       "No plus sign, no zeros in front, digits on both sides of the point.");
    }

    bool read_string(std::string& out) {
        const std::size_t begin = at_;
        ++at_;
        while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\n')
            at_ += text_[at_] == '\\' && at_ + 1 < text_.size() ? 2U : 1U;
        if (!take('"'))
            return fail_at(begin, "this text has no closing quote on its line",
                           "Close it with a double quote.");
        const Result<JsonView> view = read_json(text_.substr(begin, at_ - begin));
        if (!view)
            return fail_at(begin, "this text has a wrong escape, a control character or no UTF-8",
                           "Write plain UTF-8; a backslash is \\\\, a quote \\\".");
        out = view->text().value_or("");
        return true;
    }

    /// Behind a member or an item: another one follows (true), or `closing` ends it.
    bool read_separator(char closing, bool& more) {
        skip_space();
        if (take(closing)) {
            more = false;
            return true;
        }
        const std::size_t comma = at_;
        if (!take(','))
            return fail(std::string{"a comma or "} + closing + " is missing before this",
                        "Members and items are separated by commas.");
        skip_space();
        if (peek() == closing)
            return fail_at(comma, std::string{"a comma stands before "} + closing,
                           "Remove it: the last one has none.");
        more = true;
        return true;
    }

    bool too_deep(std::size_t depth) {
        return depth > kTreeDepthMax && !fail("brackets are nested too deep", "");
    }

    bool read_array(JsonNode& out, const std::string& path, std::size_t depth) {
        if (too_deep(depth)) return false;
        ++at_;
        skip_space();
        bool more = !take(']');
        while (more) {
            JsonNode item;
            if (!read_value(item, path + '[' + std::to_string(out.items.size()) + ']', depth))
                return false;
            out.items.push_back(std::move(item));
            if (!read_separator(']', more)) return false;
        }
        return true;
    }

    bool read_object(JsonNode& out, const std::string& path, std::size_t depth) {
        if (too_deep(depth)) return false;
        ++at_;
        skip_space();
        bool more = !take('}');
        while (more) {
            JsonNode::Member member;
            skip_space();
            member.at = at_;
            if (peek() != '"')
                return fail("the name of a member is missing here",
                            "Names stand in double quotes: \"name\": \"chats-1\".");
            if (!read_string(member.name)) return false;
            skip_space();
            if (!take(':')) return fail("a colon is missing behind the name", "");
            const std::string inner = path.empty() ? member.name : path + '.' + member.name;
            if (!read_value(member.value, inner, depth)) return false;
            if (out.member(member.name) != nullptr)
                problems_.push_back({member.at, inner, "stands twice", "Keep one of them."});
            else
                out.members.push_back(std::move(member));
            if (!read_separator('}', more)) return false;
        }
        return true;
    }

    std::string_view text_;
    std::vector<TextProblem>& problems_;
    std::size_t at_ = 0;
};

}  // namespace

const JsonNode::Member* JsonNode::member(std::string_view name) const noexcept {
    const auto found = std::find_if(members.begin(), members.end(),
                                    [name](const Member& m) { return m.name == name; });
    return found == members.end() ? nullptr : &*found;
}

std::optional<JsonNode> read_json_tree(std::string_view text, std::vector<TextProblem>& problems) {
    JsonNode root;
    if (!TreeReader{text, problems}.read(root)) return std::nullopt;
    return root;
}

}  // namespace pramana::scoring
