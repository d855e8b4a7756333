#pragma once

#include <exception>
#include <string>

namespace pramana {

/// The name of an exception's class, for a log line: "std::bad_alloc". Its what() may quote what it
/// failed on, a person's text or a key among it, and is never logged. Thread: any.
[[nodiscard]] std::string kind_of(const std::exception& error);

}  // namespace pramana
