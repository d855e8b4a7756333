#pragma once

#include "pramana/scoring/ruleset.hpp"

namespace pramana::app {

/// The corpus that a ruleset measures against: the DLP's own, or the shared one that it names.
/// docs/formats.md "Corpus id". Thread: pure.
[[nodiscard]] Hash32 corpus_id_of(std::uint64_t chain_id, const Address& dlp,
                                  const scoring::Ruleset& ruleset);

}  // namespace pramana::app
