#pragma once

#include "pramana/core/bytes.hpp"

namespace pramana::app {

/// The corpus of one DLP under one ruleset: docs/formats.md "Corpus id". Thread: pure.
[[nodiscard]] Hash32 corpus_id_of(std::uint64_t chain_id, const Address& dlp,
                                  const Hash32& ruleset);

}  // namespace pramana::app
