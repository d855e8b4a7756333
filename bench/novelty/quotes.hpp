#pragma once

#include "judged.hpp"

#include <unordered_map>

namespace pramana::bench {

/// A run of so many words that stands word for word in a text of another fold is a quotation.
inline constexpr std::size_t kQuotedRun = 12;
/// A text of which one word in so many stands in quotations is no independent text.
inline constexpr std::size_t kQuotingShare = 20;

/// How much of a judged text stands word for word in texts of other folds.
struct Quoted {
    std::size_t words = 0;               ///< of the text
    std::size_t in_runs = 0;             ///< of them in runs of kQuotedRun words or more
    const Collection* source = nullptr;  ///< where most of these runs stand
    [[nodiscard]] bool quotes() const noexcept {
        return in_runs > 0 && in_runs * kQuotingShare >= words;
    }
};

/// Every judged text that shares a run with another fold. Looks at folded words only: nothing in it
/// depends on chunks, fingerprints, codes or thresholds, and a text is taken out whether it keeps
/// its uniqueness or not.
[[nodiscard]] std::unordered_map<Hash32, Quoted> find_quotes(
    const std::vector<Collection>& collections, const std::vector<Fold>& folds,
    const Judged& judged);

}  // namespace pramana::bench
