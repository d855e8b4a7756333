#pragma once

#include "failure.hpp"

namespace pramana::app {

/// What a start that stood on the platform's evidence is told to be about.
inline constexpr std::string_view kAboutEvidence = "the platform's evidence";

/// Why the validator did not start, with the exit code that service managers decide by: 69 no
/// genuine TEE or wrong chain, 73 data directory in use, 75 try again, 78 configuration. Where the
/// vendor's certificates for the platform's evidence could not be had, its words are about those:
/// the code alone does not know what was fetched.
/// @param about  what the start was at; empty: the platform and its keys
[[nodiscard]] Failure start_failure(const Error& error, const std::string& about);

}  // namespace pramana::app
