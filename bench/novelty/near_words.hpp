#pragma once

#include "novelty/prepared.hpp"

#include <unordered_map>

namespace pramana::bench {

/// Tells which chunks share so many content words with a judged one that their meaning may matter
/// to it: embedding only these makes a corpus of a million chunks possible. `dice_min` is where the
/// corroborated line begins for a pair below the strict one.
class NearWords {
  public:
    /// `dice_min` in Q16, of content_overlap.
    explicit NearWords(scoring::Q16 dice_min) : dice_min_{dice_min} {}
    void add(std::span<const std::uint32_t> content);
    /// Whether some added chunk shares at least `dice_min` with these words. Not thread-safe.
    [[nodiscard]] bool near(std::span<const std::uint32_t> content);
    [[nodiscard]] std::size_t size() const noexcept { return sizes_.size(); }

  private:
    scoring::Q16 dice_min_;
    std::vector<std::uint32_t> sizes_;
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> chunks_with_;
    std::vector<std::uint16_t> shared_;
    std::vector<std::uint32_t> touched_;
};

}  // namespace pramana::bench
