#pragma once

#include "pramana/pipeline/ports.hpp"
#include "pramana/store/store.hpp"

#include <functional>

namespace pramana::pipeline {

/// Takes one entry of a corpus and gives the root after it.
using TakeEntry = std::function<Result<Hash32>(const SecretBytes& entry)>;

/// Gives the entries of the places [0, places) of a stored corpus to `take`, in order, and checks
/// its root after each with the stored one. Errors: kConflict (fewer places are stored),
/// kCorpusCorrupt (another root, or an entry that does not open), those of the store and of `take`.
/// Thread: any; nobody appends meanwhile.
[[nodiscard]] Status replay_corpus(store::CorpusLog& log, VaultPort& vault,
                                   const CorpusName& corpus, std::uint64_t places,
                                   const TakeEntry& take);

}  // namespace pramana::pipeline
