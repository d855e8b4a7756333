#pragma once

#include "corpus/index.hpp"
#include "corpus/quarantine.hpp"
#include "novelty/prepared.hpp"
#include "novelty/semantic_scan.hpp"
#include "pramana/scoring/ruleset.hpp"

namespace pramana::scoring {

/// How much of one chunk is known, and why. `published` <= `corpus` <= `total` <= kQ16One.
struct Known {
    Q16 published = 0;          ///< to the public reference texts
    Q16 corpus = 0;             ///< to them and the corpus, quarantine included
    Cause cause = Cause::kNew;  ///< of `corpus` beyond `published`: the largest of exact, lexical,
                                ///< semantic, in that order when equal
    Q16 total = 0;              ///< to all that and the earlier chunks of the same contribution
    bool copied = false;        ///< word for word, of any of these
    friend bool operator==(const Known&, const Known&) = default;
};

/// Everything that a contribution is compared with, but its own earlier chunks. Borrowed.
struct Background {
    const CorpusIndex* corpus = nullptr;                  ///< before the place
    const QuarantineIndex* quarantine = nullptr;          ///< before the place; may be missing
    std::optional<OwnerTag> owner = std::nullopt;         ///< whose quarantine does not count
    std::span<const CorpusIndex* const> references = {};  ///< public texts
    RowSearch* search = nullptr;  ///< may search codes in the processor's place
};

/// Compares every chunk with the background and with the chunks before it. Exact: the cut of
/// `parallel_for` and the processor do not change the result. Source: docs/scoring.md "Novelty".
[[nodiscard]] std::vector<Known> assess(const Prepared::State& prepared,
                                        const Background& background, const RulesetValues& rules,
                                        const ParallelFor& parallel_for);

/// Share of a chunk that windows with a known hash cover. `known[i]` belongs to window i.
[[nodiscard]] Q16 covered_share(const Fingerprints& prints, const std::vector<bool>& known);

/// N, the mass by cause and U from the chunks. mass_by_cause sums to mass, mass_by_cause[kNew] ==
/// novel_mass.
void add_masses(Score& score, const std::vector<PreparedChunk>& chunks,
                const std::vector<Known>& known);

}  // namespace pramana::scoring
