#pragma once

#include "pramana/chain/result_registry.hpp"

/// Which results go into the next batch of a corpus, and how it moves the corpus' head. Thread:
/// pure functions. Source: docs/contracts.md "The corpus head".
namespace pramana::chain {

/// A finished result of one corpus that is not on chain yet.
struct PendingResult {
    AttestedResult result;
    std::optional<std::uint64_t> place;  ///< absent: the corpus is as it was
    Hash32 previous_root;                ///< of the corpus when it was scored
    Hash32 new_root;                     ///< equal to previous_root without a place
};

/// The registry's head, found in our own log of the corpus.
struct RecordedHead {
    Hash32 root;
    std::uint64_t size = 0;  ///< entries of our log up to which `root` counts; 0 = the empty corpus
};

struct BatchPlan {
    CorpusAdvance advance;  ///< previous_root is the head; corpus, epoch and deadline as given
    std::vector<AttestedResult> results;
};

/// The results of at most `results_max` (1..kBatchResultsMax) pending ones: first those that leave
/// the head as it is (without a place, or with one that the head covers already), then by place, so
/// that whatever is left over can follow. Places of jobs that are not here (canceled ones, those of
/// another way of payment) are covered by the move; the new root is that of the last place taken.
/// `corpus` gives id, epoch and deadline. Errors: kNotFound if nothing is pending, kConflict if two
/// are for one job or one place, kCorpusCorrupt if neighbours, or the head and the first place
/// behind it, do not join.
[[nodiscard]] Result<BatchPlan> plan_batch(const CorpusAdvance& corpus, const RecordedHead& head,
                                           std::span<const PendingResult> pending,
                                           std::size_t results_max);

}  // namespace pramana::chain
