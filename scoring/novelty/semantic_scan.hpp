#pragma once

#include "corpus/index.hpp"
#include "index/scan.hpp"
#include "novelty/prepared.hpp"
#include "pramana/scoring/ruleset.hpp"

#include <functional>
#include <optional>

namespace pramana::scoring {

/// The content words of two chunks, counted.
struct Overlap {
    std::uint32_t shared = 0;   ///< in both sets
    std::uint32_t all = 0;      ///< of one and of the other
    std::uint32_t smaller = 0;  ///< in the smaller set
    friend bool operator==(const Overlap&, const Overlap&) = default;
};
[[nodiscard]] Overlap content_overlap(std::span<const std::uint32_t> a,
                                      std::span<const std::uint32_t> b);

/// The semantic share of one pair of chunks: the better of the strict line over the dot product and
/// the corroborated line over dot product and shared content words together.
/// Source: docs/scoring.md "Novelty".
[[nodiscard]] Q16 semantic_share(std::int32_t dot, Overlap overlap, const SemanticRules& rules);

/// The largest semantic share of each chunk over rows of codes. A chunk whose codes are zeros
/// (meaning is off) takes part on neither side: its dot products are 0, below every threshold.
/// Thread: const, any thread.
class SemanticScan {
  public:
    /// The content words of a row, or nothing if the row does not count.
    using RowContent = std::function<std::optional<std::span<const std::uint32_t>>(std::size_t)>;

    SemanticScan(const Prepared::State& prepared, const SemanticRules& rules);
    /// Raises `best[q]`, begin <= q < end, by every pair of query q and a row of `blocks`.
    void rows(std::size_t begin, std::size_t end, std::span<const CodeBlock> blocks,
              const RowContent& content, std::span<Q16> best) const;
    /// What `search` finds for all chunks in the rows of a set; nothing: it has to be done here.
    [[nodiscard]] std::optional<SecretVector<RowHit>> found_by(RowSearch& search,
                                                               const RowSet& set) const;
    /// As rows(), of pairs that found_by() gave.
    void hits(std::size_t begin, std::size_t end, std::span<const RowHit> found,
              const RowContent& content, std::span<Q16> best) const;
    /// Raises it by every pair of query q and an earlier chunk of the same contribution.
    void earlier_chunks(std::size_t begin, std::size_t end, std::span<Q16> best) const;

  private:
    class Queries;
    /// Below it a pair has no share, whatever its words.
    [[nodiscard]] std::int32_t lowest() const noexcept;
    /// [meaning_ x 384]
    [[nodiscard]] const std::int8_t* codes() const noexcept {
        return packed_.empty() ? prepared_.codes.data() : packed_.data();
    }
    /// The first of meaning_ that is not before `chunk`.
    [[nodiscard]] std::size_t first_of(std::size_t chunk) const noexcept;
    const Prepared::State& prepared_;
    const SemanticRules& rules_;
    const ScanKernel& kernel_;
    SecretVector<std::uint32_t> meaning_;  ///< chunks that are compared by meaning, ascending
    SecretVector<std::int8_t> packed_;     ///< their codes; empty: those of all chunks
};

}  // namespace pramana::scoring
