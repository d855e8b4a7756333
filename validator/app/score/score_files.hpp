#pragma once

#include "scored_file.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace pramana::app {

/// What `score FILE...` was asked for.
struct ScoreRequest {
    std::vector<std::string> files;
    bool json = false;               ///< one JSON object a file and line, instead of the table
    bool trace = false;              ///< with the steps of every chunk in it
    std::optional<Address> owner{};  ///< of all files: their own quarantine does not count
    std::optional<Hash32> seed{};    ///< draws the samples of files that are too long
};

/// Scores files in the given order, each against the corpus and the files before it, as
/// contributions to one DLP would be. Results go to `out`, what could not be scored to `err` (and
/// with --json also to `out`). A file that cannot be scored leaves the corpus as it was. The exit
/// code is 0, 65 (EX_DATAERR) if any could not be, or that of the error that stops everything: the
/// corpus takes no more. Opened files are wiped. Thread: any.
[[nodiscard]] int score_files(const ScoreRequest& request, const Scorer& scorer,
                              OfflineCorpus& corpus, std::ostream& out, std::ostream& err);

}  // namespace pramana::app
