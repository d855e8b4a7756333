#pragma once

#include "corpus/entry.hpp"
#include "pramana/scoring/engine.hpp"
#include "pramana/scoring/trace.hpp"

#include <vector>

namespace pramana::scoring {

/// One chunk, ready to be compared.
struct PreparedChunk {
    std::uint32_t weight = 0;
    ExactHash exact;
    Fingerprints prints;
    SecretVector<std::uint32_t> content;
    SecretVector<std::uint64_t> sets{};  ///< of words, where meaning is not compared; ascending

    /// What enters a corpus: the kept windows and the sets, strictly ascending.
    [[nodiscard]] SecretVector<std::uint64_t> kept() const;
};

/// Everything that does not depend on the corpus.
struct Prepared::State {
    std::vector<PreparedChunk> chunks;
    SecretVector<std::int8_t> codes;  ///< [chunks x 384]; zeros where semantic matching is off
    bool sampled = false;             ///< chunks out of the sample have weight 0 and no codes
    Q16 quality = 0;
    std::vector<Reason> reasons;  ///< of quality and reading
    ContentSteps steps;           ///< `steps.ruleset`: what it was prepared under
};

/// As a corpus keeps it, and the bytes of that (corpus/entry.hpp).
[[nodiscard]] EntryRecord record_of(const Prepared::State& state);
[[nodiscard]] Bytes entry_of(const Prepared::State& state);

}  // namespace pramana::scoring
