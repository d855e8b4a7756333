#pragma once

#include "commands/failure.hpp"
#include "pramana/config/config.hpp"
#include "pramana/scoring/reference.hpp"
#include "pramana/scoring/ruleset.hpp"
#include "pramana/scoring/ruleset_file.hpp"

#include <memory>
#include <vector>

namespace pramana::app {

/// Reads a file of either form: a builder's (docs/rulesets.md), or a ruleset's canonical text.
/// Never without a ruleset or a problem. Failures: the file cannot be read.
[[nodiscard]] Outcome<scoring::RulesetReading> read_ruleset(const std::filesystem::path& file);
/// "3:7: pay.quality_min must be …", without the hint.
[[nodiscard]] std::string problem_line(const scoring::RulesetProblem& problem);

/// The ruleset of that name, or the one that the file of that name holds.
[[nodiscard]] Outcome<scoring::Ruleset> open_ruleset(const std::string& name_or_file);

/// The ruleset of a served DLP. Refused: another digest than the pinned one (both are named), a
/// shared corpus where the configuration does not allow one.
[[nodiscard]] Outcome<scoring::Ruleset> open_ruleset(const config::Dlp& dlp);

/// As people know it: its name, with "+shared:<corpus>" behind it where it has a shared corpus.
[[nodiscard]] std::string shown_name(const scoring::Ruleset& ruleset);

/// `ruleset  <digest> <name>` and a line end: what `version` and `serve --check` print.
[[nodiscard]] std::string ruleset_line(const scoring::Ruleset& ruleset);

using ReferenceFiles = std::map<std::string, std::filesystem::path>;
using References = std::vector<std::shared_ptr<const scoring::ReferenceCorpus>>;

/// Adds to `open` the public texts that the ruleset names, each once, from the files of these
/// names. Refused: a name without a file, a file of another digest (expected and found are named).
[[nodiscard]] Outcome<Done> open_references(const scoring::Ruleset& ruleset,
                                            const ReferenceFiles& files, References& open);

}  // namespace pramana::app
