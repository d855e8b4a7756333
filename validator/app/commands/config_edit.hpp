#pragma once

#include "failure.hpp"

#include <string>
#include <string_view>

namespace pramana::app {

/// The configuration text with the member `name` of its root object set to `value` (a JSON text);
/// all else stays as the operator wrote it. A member that is absent is written first. Errors:
/// kConfigInvalid (not a JSON object).
[[nodiscard]] Outcome<std::string> with_member(std::string_view text, std::string_view name,
                                               std::string_view value);
/// The object `text` with one member set or, with an empty value, removed; in the order that it
/// had. Errors: as above.
[[nodiscard]] Outcome<std::string> object_with(std::string_view text, std::string_view name,
                                               std::string_view value);

}  // namespace pramana::app
