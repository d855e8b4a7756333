#pragma once

#include "platform.hpp"

#include <span>
#include <string>

namespace pramana::app {

/// `serve`: runs the validator until SIGTERM or SIGINT. Returns an exit code of sysexits.h: 0 after
/// a clean stop, 64 usage, 69 no TEE or the chain is another one, 73 the data directory or port is
/// taken, 74 I/O, 78 configuration.
int run_serve(std::span<const std::string_view> args, const Platform& platform);

/// The text of `help serve`.
std::string help_serve();

}  // namespace pramana::app
