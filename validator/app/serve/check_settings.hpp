#pragma once

#include "commands/failure.hpp"
#include "pramana/config/config.hpp"

namespace pramana::app {

/// What can be told of a configuration beyond its form without the machine, the keys and the chain:
/// the declarations of the contracts, URLs, files of certificates and of the metrics' token, public
/// keys that are none. `serve` asks it before it opens anything, `serve --check` asks the same.
/// A failure names the setting. Thread: any.
[[nodiscard]] Outcome<Done> check_settings(const config::Config& config);

}  // namespace pramana::app
