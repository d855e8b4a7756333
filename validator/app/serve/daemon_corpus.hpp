#pragma once

#include "commands/failure.hpp"
#include "platform.hpp"
#include "score/scored_file.hpp"

namespace pramana::app {

/// The corpus of a validator as it was before a place, from its own data directory, opened with the
/// key that only the enclave derives. The validator must not be running: its lock is taken. No
/// record is changed.
[[nodiscard]] Outcome<OfflineCorpus> daemon_corpus_before(const config::Config& config,
                                                          const Platform& platform,
                                                          const CorpusPlace& at,
                                                          const scoring::ParallelFor& parallel_for);

}  // namespace pramana::app
