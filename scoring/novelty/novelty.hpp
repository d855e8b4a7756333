#pragma once

#include "corpus/index.hpp"
#include "novelty/prepared.hpp"
#include "pramana/scoring/ruleset.hpp"

namespace pramana::scoring {

/// How much of one chunk is known, and why. `corpus` <= `total` <= kQ16One; the difference is
/// internal.
struct Known {
    Q16 corpus = 0;             ///< to the corpus
    Cause cause = Cause::kNew;  ///< of `corpus`: the largest of exact, lexical, semantic, in that
                                ///< order when equal
    Q16 total = 0;              ///< to the corpus and the earlier chunks of the same contribution
    friend bool operator==(const Known&, const Known&) = default;
};

/// Compares every chunk with the whole corpus and with the chunks before it. Exact: the cut of
/// `parallel_for` and the processor do not change the result. Source: docs/scoring.md "Novelty".
[[nodiscard]] std::vector<Known> assess(const Prepared::State& prepared, const CorpusIndex& corpus,
                                        const SemanticRules& rules,
                                        const ParallelFor& parallel_for);

/// Share of a chunk that windows with a known hash cover. `known[i]` belongs to window i.
[[nodiscard]] Q16 covered_share(const Fingerprints& prints, const std::vector<bool>& known);

/// The semantic share of one pair of chunks: the better of the strict line and, where enough
/// content words are shared, the corroborated one.
[[nodiscard]] Q16 semantic_share(std::int32_t dot, Q16 overlap, const SemanticRules& rules);

/// Shared content words over those of the smaller set; 0 if one is empty.
[[nodiscard]] Q16 content_overlap(std::span<const std::uint32_t> a,
                                  std::span<const std::uint32_t> b);

/// N, the mass by cause and U from the chunks. mass_by_cause sums to mass, mass_by_cause[kNew] ==
/// novel_mass.
void add_masses(Score& score, const std::vector<PreparedChunk>& chunks,
                const std::vector<Known>& known);

}  // namespace pramana::scoring
