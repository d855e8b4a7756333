#pragma once

#include "corpus/index.hpp"

#include <optional>

namespace pramana::scoring {

/// The entries of rejected submissions. What one owner had rejected counts against everybody else,
/// never against the same owner, who may mend a file and send it again. Rows as in CorpusIndex.
/// Source: docs/scoring.md "Quarantine".
class QuarantineIndex {
  public:
    /// `entry.quarantined` must be set.
    void append(const EntryRecord& entry);
    [[nodiscard]] std::size_t rows() const noexcept { return index_.rows(); }
    [[nodiscard]] std::uint64_t name() const noexcept { return index_.name(); }

    /// The quarantine as one owner meets it; without an owner everything counts. Borrows the index.
    class View {
      public:
        View(const QuarantineIndex& index, const std::optional<OwnerTag>& asking);
        [[nodiscard]] std::vector<CodeBlock> blocks() const { return index_->index_.blocks(); }
        [[nodiscard]] std::uint64_t name() const noexcept { return index_->name(); }
        /// The row's content words, or nothing if the row does not count.
        [[nodiscard]] std::optional<std::span<const std::uint32_t>> content(std::size_t row) const;
        [[nodiscard]] bool has_exact(const ExactHash& hash) const;
        [[nodiscard]] bool has_print(std::uint64_t hash) const;

      private:
        const QuarantineIndex* index_;
        std::uint32_t asking_;
    };

  private:
    /// Owners by the order of their first entry.
    static constexpr std::uint32_t kSeveral = 0xFFFFFFFF;  ///< seen from more than one owner
    static constexpr std::uint32_t kNobody = 0xFFFFFFFE;

    CorpusIndex index_;  ///< rows and their content words; its sets hold all owners together
    SecretMap<OwnerTag, std::uint32_t> owners_;
    std::vector<std::uint32_t> row_owner_;
    SecretMap<ExactHash, std::uint32_t> exact_;
    SecretMap<std::uint64_t, std::uint32_t> prints_;
};

}  // namespace pramana::scoring
