#pragma once

#include "pramana/scoring/engine.hpp"
#include "pramana/scoring/ruleset.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace pramana::app {

/// What `score FILE...` was asked for.
struct ScoreRequest {
    std::vector<std::string> files;
    bool json = false;  ///< one JSON object a file and line, instead of the table
};

/// Scores files in the given order against a corpus that starts empty and grows by each of them, as
/// contributions to one DLP would be. Results go to `out`, what could not be scored to `err` (and
/// with --json also to `out`). A file that cannot be scored leaves the corpus as it was. The exit
/// code is 0, or 65 (EX_DATAERR) if any could not be. Opened files are wiped. Thread: any.
[[nodiscard]] int score_files(const ScoreRequest& request, const scoring::Engine& engine,
                              const scoring::Ruleset& ruleset,
                              const scoring::ParallelFor& parallel_for, std::ostream& out,
                              std::ostream& err);

}  // namespace pramana::app
