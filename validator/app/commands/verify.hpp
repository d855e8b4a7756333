#pragma once

#include <span>
#include <string_view>

namespace pramana::app {

/// `verify`: judges a proof with nothing but the chain and the document behind it; one line `ok` or
/// `FAILED` a check.
/// @param args what stands after the subcommand's name
/// @param development_program  whether this is pramana-dev, which alone judges proofs of test
/// chains Returns 0 when every check holds, 1 when one fails, 64 on usage, 69 when the chain or the
/// document cannot be read.
int run_verify(std::span<const std::string_view> args, bool development_program);

/// The text of `help verify`.
std::string_view help_verify();

}  // namespace pramana::app
