#pragma once

#include "pramana/core/json.hpp"

#include <string>

namespace pramana::attest {

/// `text` (UTF-8) as RFC 8785 writes strings: the short escapes, \u00xx in lower case for the other
/// control characters, everything else as it is.
[[nodiscard]] std::string canonical_string(std::string_view text);

/// `value` without white space and with sorted names, as dstack's SDKs serialise an app-compose
/// document. Errors: kEvidenceMalformed for what the SDKs do not write the same everywhere: a
/// number that is not a whole one below 2^53, a name that is not ASCII or reads as an array index.
[[nodiscard]] Result<std::string> canonical_json(const JsonView& value);

}  // namespace pramana::attest
