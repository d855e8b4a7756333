#pragma once

#include <span>
#include <string_view>

namespace pramana::app {

/// `verify FILE --collateral FILE …`: appraises a quote from files, offline.
int run_verify_evidence(std::span<const std::string_view> args);
[[nodiscard]] std::string_view help_verify_evidence();

}  // namespace pramana::app
