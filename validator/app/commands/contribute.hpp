#pragma once

#include "pramana/attest/appraisal.hpp"
#include "pramana/attest/roots.hpp"

#include <span>
#include <string_view>

namespace pramana::app {

/// `contribute`: seals a file in the Vana format, uploads it with a signed intent, registers it on
/// chain, requests the proof, waits, and prints the result. Progress goes to standard error, the
/// result to standard output.
/// @param args what stands after the subcommand's name
/// @param development_program whether this is pramana-dev, which takes development evidence
/// Returns an exit code of sysexits.h: 0 final, 64 usage, 69 the validator or chain does not
/// answer, 75 not final in time.
int run_contribute(std::span<const std::string_view> args, bool development_program);
/// The same with evidence judged under these roots and as of this time; for tests.
int run_contribute(std::span<const std::string_view> args, bool development_program,
                   const attest::PinnedRoots& roots, attest::UnixTime now);

/// The text of `help contribute`.
std::string_view help_contribute();

}  // namespace pramana::app
