#include "json.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace pramana::scoring {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool keys_are_unique(const simdjson::dom::object& object) {
    std::vector<std::string_view> keys;
    for (const auto field : object) keys.push_back(field.key);
    std::sort(keys.begin(), keys.end());
    return std::adjacent_find(keys.begin(), keys.end()) == keys.end();
}

/// Depth is bounded by the parser.
bool all_keys_are_unique(const element& value) {
    if (value.type() == element_type::ARRAY) {
        for (const element child : simdjson::dom::array(value))
            if (!all_keys_are_unique(child)) return false;
    } else if (value.type() == element_type::OBJECT) {
        const simdjson::dom::object object(value);
        if (!keys_are_unique(object)) return false;
        for (const auto field : object)
            if (!all_keys_are_unique(field.value)) return false;
    }
    return true;
}

bool says_something(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        return c == ' ' || c == '\n' || c == '\t' || (static_cast<unsigned char>(c) & 0x80U) != 0;
    });
}

class LeafWalk {
  public:
    LeafWalk(std::string_view prefix, const ExtractLimits& limits, Document& out)
        : path_(prefix.begin(), prefix.end()), limits_{limits}, out_{out} {}

    [[nodiscard]] Status walk(const element& value) {
        if (value.type() == element_type::STRING) return add(std::string_view(value));
        const std::size_t length = path_.size();
        if (value.type() == element_type::ARRAY) {
            std::size_t index = 0;
            for (const element child : simdjson::dom::array(value)) {
                step(std::to_string(index++));
                PRAMANA_TRY(walk(child));
                path_.resize(length);
            }
        } else if (value.type() == element_type::OBJECT) {
            for (const auto field : simdjson::dom::object(value)) {
                step(field.key);
                PRAMANA_TRY(walk(field.value));
                path_.resize(length);
            }
        }
        return Done{};
    }

  private:
    /// RFC 6901: '~' and '/' are escaped.
    void step(std::string_view name) {
        path_.push_back('/');
        for (const char c : name) {
            if (c == '~' || c == '/') {
                path_.push_back('~');
                path_.push_back(c == '~' ? '0' : '1');
            } else {
                path_.push_back(c);
            }
        }
    }

    [[nodiscard]] Status add(std::string_view text) {
        if (!says_something(text)) {
            ++out_.notes.parts_skipped;
            out_.notes.skip(NotRead::kIdentifier);
            return Done{};
        }
        if (out_.records.size() == limits_.records_max)
            return Error{Errc::kTooLarge, "scoring.document.json.records"};
        out_.records.push_back(
            {SecretText{{path_.data(), path_.size()}}, Role::kOther, 0, SecretText{text}});
        return Done{};
    }

    SecretVector<char> path_;
    const ExtractLimits& limits_;
    Document& out_;
};

}  // namespace

Result<std::unique_ptr<JsonDocument>> JsonDocument::parse(std::string_view text,
                                                          const ExtractLimits& limits) {
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    if (text.empty()) return Error{Errc::kUnknownFormat, "scoring.document.json.empty"};
    std::unique_ptr<JsonDocument> document{new JsonDocument};
    document->padded_.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    document->padded_.assign(text.begin(), text.end());
    document->padded_.resize(text.size() + simdjson::SIMDJSON_PADDING, '\0');
    simdjson::dom::parser& parser = document->parser_;
    // One level more than the limit: the parser counts the document itself.
    if (parser.allocate(text.size(), limits.json_depth_max + 1) != simdjson::SUCCESS)
        return Error{Errc::kTooLarge, "scoring.document.json.memory"};
    // The parser rounds small documents up; what it then holds is at least this.
    document->allocated_ = text.size();
    const auto parsed = parser.parse(document->padded_.data(), text.size(), false);
    if (parsed.error() == simdjson::DEPTH_ERROR)
        return Error{Errc::kTooLarge, "scoring.document.json.depth"};
    if (parsed.error() != simdjson::SUCCESS)
        return Error{Errc::kUnknownFormat, "scoring.document.json.syntax"};
    document->root_ = parsed.value_unsafe();
    if (!all_keys_are_unique(document->root_))
        return Error{Errc::kUnknownFormat, "scoring.document.json.duplicate_key"};
    return document;
}

JsonDocument::~JsonDocument() {
    // simdjson 3.0: string_buf is 5/3 of the capacity, the tape has a word for each byte; both hold
    // plaintext.
    if (parser_.doc.string_buf) wipe_memory(parser_.doc.string_buf.get(), 5 * allocated_ / 3);
    if (parser_.doc.tape) wipe_memory(parser_.doc.tape.get(), allocated_ * sizeof(std::uint64_t));
}

Status add_json_leaves(const element& root, std::string_view prefix, const ExtractLimits& limits,
                       Document& out) {
    return LeafWalk{prefix, limits, out}.walk(root);
}

}  // namespace pramana::scoring
