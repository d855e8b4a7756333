#pragma once

#include "pramana/core/bytes.hpp"

#include <functional>
#include <initializer_list>

namespace pramana::sealing {

/// A strict reader for small JSON of a known shape: objects with fixed members, strings without
/// escapes, integers. Every function returns false once the text does not fit; there is no
/// recovery.
class JsonCursor {
  public:
    explicit JsonCursor(std::string_view text) : rest_{text} {}

    struct Member {
        std::string_view name;
        std::function<bool(JsonCursor&)> read;
    };
    /// Reads { … } with exactly these members (at most 32), each once, in any order.
    [[nodiscard]] bool object(std::initializer_list<Member> members);
    /// Printable ASCII between quotes, no backslash; borrowed from the text.
    [[nodiscard]] bool string(std::string_view& out);
    /// Decimal digits without sign, leading zero, fraction or exponent, below 2^53 (RFC 8259
    /// section 6).
    [[nodiscard]] bool integer(std::uint64_t& out);
    /// Only white space is left.
    [[nodiscard]] bool at_end();

  private:
    void skip_space();
    [[nodiscard]] bool take(char c);

    std::string_view rest_;
};

}  // namespace pramana::sealing
