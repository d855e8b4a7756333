#pragma once

#include "options.hpp"
#include "recompute/recompute.hpp"

namespace pramana::app {

/// `recompute --show-chunk N` (the owner's side, with the file key) and `--chunk SHOWN` (the
/// judge's). Prints; returns the exit code.
[[nodiscard]] int run_chunk_dispute(const Arguments& arguments, const Claim& claim,
                                    const scoring::Document& document, const SecretBytes& file_key,
                                    const Scorer& scorer);

/// Prints the lines or, with --json, the object. Returns 0, or 1 where something differs.
int print_findings(const Findings& findings, bool json);

}  // namespace pramana::app
