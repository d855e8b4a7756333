#include "json.hpp"

#include "large_pages.hpp"
#include "pramana/core/secret_append.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace pramana::scoring {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Walks over a whole document once. Depth is bounded by the parser.
class KeyCheck {
  public:
    /// Whether no object has a key twice.
    bool holds(const element& value) {
        if (value.type() == element_type::STRING) {
            count(std::string_view(value));
        } else if (value.type() == element_type::ARRAY) {
            for (const element child : simdjson::dom::array(value))
                if (!holds(child)) return false;
        } else if (value.type() == element_type::OBJECT) {
            const simdjson::dom::object object(value);
            if (!unique_in(object)) return false;
            for (const auto field : object)
                if (!holds(field.value)) return false;
        }
        return true;
    }
    /// What the parser's buffer holds of keys and strings: simdjson puts four bytes in front of
    /// each and one behind it. Complete once holds() said yes of the root.
    [[nodiscard]] std::size_t string_bytes() const noexcept { return string_bytes_; }

  private:
    void count(std::string_view text) noexcept {
        string_bytes_ += text.size() + sizeof(std::uint32_t) + 1;
    }
    bool unique_in(const simdjson::dom::object& object) {
        keys_.clear();
        for (const auto field : object) {
            keys_.push_back(field.key);
            count(field.key);
        }
        if (keys_.size() <= kFewKeys) return !any_twice();
        std::sort(keys_.begin(), keys_.end(), [](std::string_view a, std::string_view b) {
            return a.size() != b.size() ? a.size() < b.size() : a < b;
        });
        return std::adjacent_find(keys_.begin(), keys_.end()) == keys_.end();
    }
    /// Each with each: few have the same size.
    [[nodiscard]] bool any_twice() const noexcept {
        for (std::size_t i = 1; i < keys_.size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                if (keys_[i] == keys_[j]) return true;
        return false;
    }
    static constexpr std::size_t kFewKeys = 12;
    std::vector<std::string_view> keys_;
    std::size_t string_bytes_ = 0;
};

/// Of a pointer that is kept as a record's source. A file has a million records, and a pointer may
/// be as long as the file.
constexpr std::size_t kPointerBytesMax = 256;

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
        const std::string_view pointer{path_.data(), std::min(path_.size(), kPointerBytesMax)};
        out_.records.push_back({SecretText{pointer}, Role::kOther, 0, SecretText{text}});
        return Done{};
    }

    SecretVector<char> path_;
    const ExtractLimits& limits_;
    Document& out_;
};

}  // namespace

Result<std::unique_ptr<JsonDocument>> JsonDocument::parse(std::string_view text,
                                                          const ExtractLimits& limits,
                                                          std::size_t behind) {
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    if (text.empty()) return Error{Errc::kUnknownFormat, "scoring.document.json.empty"};
    std::unique_ptr<JsonDocument> document{new JsonDocument};
    SecretVector<char> copied;
    if (behind < kReadBehind) {
        copied.reserve(text.size() + kReadBehind);
        wish_large_pages(copied.data(), copied.capacity());
        append_plain(copied, text.data(), text.size());
        copied.resize(text.size() + kReadBehind, '\0');
    }
    simdjson::dom::parser& parser = document->parser_;
    // One level more than the limit: the parser counts the document itself.
    if (parser.allocate(text.size(), limits.json_depth_max + 1) != simdjson::SUCCESS)
        return Error{Errc::kTooLarge, "scoring.document.json.memory"};
    // simdjson 3.0: string_buf is 5/3 of the capacity, the tape has a word for each byte. The
    // parser rounds small documents up; what it then holds is at least this.
    document->string_bytes_ = 5 * text.size() / 3;
    document->tape_words_ = text.size();
    wish_large_pages(parser.doc.string_buf.get(), document->string_bytes_);
    wish_large_pages(parser.doc.tape.get(), document->tape_words_ * sizeof(std::uint64_t));
    const auto parsed =
        parser.parse(copied.empty() ? text.data() : copied.data(), text.size(), false);
    if (parsed.error() == simdjson::DEPTH_ERROR)
        return Error{Errc::kTooLarge, "scoring.document.json.depth"};
    if (parsed.error() != simdjson::SUCCESS)
        return Error{Errc::kUnknownFormat, "scoring.document.json.syntax"};
    document->root_ = parsed.value_unsafe();
    KeyCheck keys;
    if (!keys.holds(document->root_))
        return Error{Errc::kUnknownFormat, "scoring.document.json.duplicate_key"};
    // Of a document that parsed, only so much was written; to wipe the rest takes longer than to
    // parse. The lower 56 bits of the tape's first word are where it ends.
    // A string is copied in blocks: the last one may leave as much as the padding behind it.
    document->string_bytes_ = std::min(document->string_bytes_, keys.string_bytes() + kReadBehind);
    document->tape_words_ =
        std::min<std::size_t>(document->tape_words_, parser.doc.tape[0] & ((1ULL << 56U) - 1));
    return document;
}

JsonDocument::~JsonDocument() {
    if (parser_.doc.string_buf) wipe_memory(parser_.doc.string_buf.get(), string_bytes_);
    if (parser_.doc.tape) wipe_memory(parser_.doc.tape.get(), tape_words_ * sizeof(std::uint64_t));
}

Status add_json_leaves(const element& root, std::string_view prefix, const ExtractLimits& limits,
                       Document& out) {
    return LeafWalk{prefix, limits, out}.walk(root);
}

}  // namespace pramana::scoring
