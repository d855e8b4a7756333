#pragma once

#include "claim.hpp"
#include "findings.hpp"
#include "pramana/os/secret_bytes.hpp"
#include "score/scored_file.hpp"

#include <functional>

namespace pramana::app {

/// The first operation in which two chunks differ, as a row that differs; nothing where they are
/// the same.
[[nodiscard]] std::optional<FindingRow> difference_of(const scoring::ChunkSteps& expected,
                                                      const scoring::ChunkSteps& found);

// Each adds rows to `findings`, in the order of the pipeline. Thread: one at a time.

/// What a binding document says of the content; its keyed hashes where there is a file key.
void compare_content(Findings& findings, const chain::BindingDocument& claim,
                     const scoring::ContentSteps& found, const SecretBytes& file_key);

/// Says why the codes of a chunk may differ from a proof's.
using ExplainCodes = std::function<std::string(std::uint32_t chunk)>;
/// What a line of `score --json` says of the content: chunk by chunk where it has a trace.
void compare_content(Findings& findings, const ScoreClaim& claim,
                     const scoring::ContentSteps& found, const ExplainCodes& explain);

/// Novelty, pay and reasons as they are public.
void compare_score(Findings& findings, const chain::BindingDocument& claim,
                   const scoring::Score& found, const scoring::Ruleset& ruleset);
/// The same exactly, and the verdict on each chunk.
void compare_score(Findings& findings, const ScoreClaim& claim, const scoring::Score& found);

/// Whether this machine computes as the law says: its backend against the reference, operation by
/// operation, on one chunk of the document.
[[nodiscard]] std::string machine_of(const scoring::Engine& engine,
                                     const scoring::Document& document,
                                     const scoring::Ruleset& ruleset, std::uint32_t chunk);

}  // namespace pramana::app
