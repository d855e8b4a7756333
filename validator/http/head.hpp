#pragma once

#include "message.hpp"

namespace pramana::http {

inline constexpr std::size_t kHeadBytesMax = 16U << 10U;
inline constexpr std::size_t kFieldsMax = 100;
inline constexpr std::size_t kTargetBytesMax = 4U << 10U;

/// Length of the header that `received` begins with, its empty line included; 0 when it has not
/// ended yet.
[[nodiscard]] std::size_t head_length(std::string_view received) noexcept;

/// What the parser behind us would let through and RFC 9112 does not want to see: bare CR or LF,
/// control characters, folded lines, a missing or second Host, Content-Length beside
/// Transfer-Encoding, another coding than chunked, a second Content-Length. `head` is a whole
/// header. Errors: kBadRequest, kHeadersTooLarge (fields), kUriTooLong.
[[nodiscard]] Status check_head(std::string_view head);

/// Splits a target in origin form or absolute form. Errors: kBadRequest.
[[nodiscard]] Status read_target(std::string_view target, Request& request);

/// "Text/HTML; charset=x" as "text/html".
[[nodiscard]] std::string media_type(std::string_view field);

/// Whether two header words are the same, whatever their case.
[[nodiscard]] bool same_word(std::string_view a, std::string_view b) noexcept;

}  // namespace pramana::http
