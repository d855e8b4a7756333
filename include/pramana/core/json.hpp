#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pramana {

enum class JsonKind : std::uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };

/// A value inside a JSON text that read_json() has checked. Borrowed and without copies: what a
/// client sent as a secret stays where the caller holds it. Members are searched by scanning, which
/// suits requests and configuration, not bulk documents. Thread: const, any thread.
class JsonView {
  public:
    struct Member;

    [[nodiscard]] JsonKind kind() const noexcept;
    /// The text of this value, exactly as sent.
    [[nodiscard]] std::string_view raw() const noexcept { return raw_; }

    /// The member of an object; nothing when it is absent or this is no object.
    [[nodiscard]] std::optional<JsonView> member(std::string_view name) const;
    /// All members in the order sent; none unless this is an object.
    [[nodiscard]] std::vector<Member> members() const;
    /// All elements; none unless this is an array.
    [[nodiscard]] std::vector<JsonView> items() const;

    /// The content of a string, escapes resolved, as UTF-8. Errors: kBadRequest on another kind.
    [[nodiscard]] Result<std::string> text() const;
    /// The same into the caller's memory, for secrets; raw().size() bytes always suffice. Returns
    /// the bytes written. Errors: kBadRequest on another kind.
    [[nodiscard]] Result<std::size_t> text_into(std::span<std::uint8_t> out) const;
    /// A whole number without sign, fraction and exponent. Errors: kBadRequest, also above 2^64-1.
    [[nodiscard]] Result<std::uint64_t> whole_number() const;
    /// Errors: kBadRequest on another kind.
    [[nodiscard]] Result<bool> boolean() const;

  private:
    friend Result<JsonView> read_json(std::string_view text, std::size_t depth_max);
    explicit JsonView(std::string_view raw) noexcept : raw_{raw} {}
    std::string_view raw_;
};
struct JsonView::Member {
    std::string name;
    JsonView value;
};

/// Checks that `text` is one JSON value by RFC 8259 and nothing else: valid UTF-8, no duplicate
/// names, no lone surrogates, no comments, nested at most `depth_max` deep. Whoever reads it
/// afterwards, and with whatever library, sees the same document. Errors: kBadRequest.
[[nodiscard]] Result<JsonView> read_json(std::string_view text, std::size_t depth_max = 16);

/// `text` (UTF-8) as a JSON string with quotes. Control characters and invalid UTF-8 bytes become
/// escapes (U+FFFD).
[[nodiscard]] std::string json_quoted(std::string_view text);

/// Writes an object member by member, in the order of the calls.
class JsonObject {
  public:
    JsonObject& text(std::string_view name, std::string_view value);
    JsonObject& number(std::string_view name, std::uint64_t value);
    JsonObject& flag(std::string_view name, bool value);
    /// `json` is a JSON text already.
    JsonObject& raw(std::string_view name, std::string_view json);
    JsonObject& texts(std::string_view name, const std::vector<std::string>& values);
    [[nodiscard]] std::string str() const { return text_ + '}'; }

  private:
    std::string text_ = "{";
};

}  // namespace pramana
