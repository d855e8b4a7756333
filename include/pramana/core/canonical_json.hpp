#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The one canonical JSON of our own documents, so that each has one text and one hash: members
// sorted by the bytes of their names, no white space, whole numbers only, as numbers up to 2^53-1
// (RFC 7493 section 2.2) and as decimal texts above, in texts only `"`, `\` and control characters
// escaped. Source: docs/formats.md "Binding document".

namespace pramana {

/// Writes one object; members may come in any order, each once. What stands in optionals is `null`
/// where it is absent. Texts have to be UTF-8. Thread: none.
class CanonicalObject {
  public:
    CanonicalObject& number(std::string_view name, const std::optional<std::uint64_t>& value);
    CanonicalObject& flag(std::string_view name, std::optional<bool> value);
    CanonicalObject& text(std::string_view name, std::string_view value);
    CanonicalObject& texts(std::string_view name, const std::vector<std::string>& values);
    /// Bytes as lower-case hex, and with 0x in front.
    template <class Fixed>
    CanonicalObject& hex(std::string_view name, const Fixed& value) {
        return text(name, to_hex(value.view()));
    }
    template <class Fixed>
    CanonicalObject& hex(std::string_view name, const std::optional<Fixed>& value) {
        return value ? hex(name, *value) : null(name);
    }
    template <class Fixed>
    CanonicalObject& hex0x(std::string_view name, const Fixed& value) {
        return text(name, to_hex0x(value.view()));
    }
    template <class Fixed>
    CanonicalObject& hex0x(std::string_view name, const std::optional<Fixed>& value) {
        return value ? hex0x(name, *value) : null(name);
    }
    CanonicalObject& object(std::string_view name, const std::optional<CanonicalObject>& value);
    CanonicalObject& objects(std::string_view name, const std::vector<CanonicalObject>& values);
    CanonicalObject& null(std::string_view name);

    [[nodiscard]] std::string str() const;

  private:
    CanonicalObject& put(std::string_view name, std::string json);
    std::map<std::string, std::string, std::less<>> members_;  ///< JSON texts by name
};

/// Reads the members of one object. Loose on purpose: a member that is missing or of another kind
/// gives the default. Only for readers that write what they read again and compare, so that nothing
/// but the canonical text gets through. Borrows the text.
class CanonicalMembers {
  public:
    explicit CanonicalMembers(std::optional<JsonView> object) : object_{object} {}

    [[nodiscard]] CanonicalMembers object(std::string_view name) const;
    [[nodiscard]] std::vector<CanonicalMembers> objects(std::string_view name) const;
    [[nodiscard]] bool is_object(std::string_view name) const;
    /// Also where it is missing.
    [[nodiscard]] bool is_null(std::string_view name) const;
    [[nodiscard]] std::string text(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;
    [[nodiscard]] std::uint64_t u64(std::string_view name) const;
    /// A larger one is cut, which no comparison lets through.
    [[nodiscard]] std::uint32_t u32(std::string_view name) const;
    [[nodiscard]] bool flag(std::string_view name) const;
    template <class Fixed>
    [[nodiscard]] Fixed fixed(std::string_view name) const {
        return fixed_from_hex<Fixed>(text(name)).value_or(Fixed{});
    }
    template <class Fixed>
    [[nodiscard]] std::optional<Fixed> fixed_or_null(std::string_view name) const {
        if (is_null(name)) return std::nullopt;
        return fixed<Fixed>(name);
    }
    [[nodiscard]] std::optional<std::uint64_t> u64_or_null(std::string_view name) const;

  private:
    [[nodiscard]] std::optional<JsonView> at(std::string_view name) const;
    std::optional<JsonView> object_;
};

/// Whether a text is UTF-8, without which it has no canonical form.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace pramana
