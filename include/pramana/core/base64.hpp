#pragma once

#include "pramana/core/bytes.hpp"

#include <optional>
#include <string_view>

namespace pramana {

enum class Base64 : std::uint8_t {
    kWithLines,  ///< RFC 4648 section 4, white space between characters is ignored
    kUrl,        ///< RFC 4648 section 5 without padding, as JSON web tokens are written
};

/// Strictly: whole groups, padding only at the end, unused bits zero. nullopt: anything else.
[[nodiscard]] std::optional<Bytes> base64_decode(std::string_view text, Base64 form);

}  // namespace pramana
