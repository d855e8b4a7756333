#pragma once

#include "commands/failure.hpp"
#include "pramana/pipeline/pipeline.hpp"
#include "pramana/store/store.hpp"

#include <vector>

namespace pramana::app {

/// Refused: DLPs that share a corpus in different epochs. Thread: any.
[[nodiscard]] Outcome<Done> check_shared_epochs(const std::vector<pipeline::ServedDlp>& dlps);

/// Whether the served corpora may go on, or begin, in the epochs that the configuration names.
/// Refused: DLPs that share a corpus in different epochs; an epoch before one in which this data
/// directory has given a place away, because scores of the newer one would be measured as if it
/// had never been. Thread: any.
[[nodiscard]] Outcome<Done> check_epochs(const std::vector<pipeline::ServedDlp>& dlps,
                                         store::CorpusLog& log);

}  // namespace pramana::app
