#pragma once

#include "corpus/entry.hpp"
#include "index/flat_set.hpp"

#include <span>

namespace pramana::scoring {

/// Rows that lie one after the other in memory: [rows x 384], borrowed until the next append.
struct CodeBlock {
    std::size_t first_row = 0;
    std::size_t rows = 0;
    const std::int8_t* codes = nullptr;
};

/// Everything before a place, as the search reads it. Rows are chunks in the order in which they
/// came.
class CorpusIndex {
  public:
    void append(const EntryRecord& entry);
    [[nodiscard]] std::size_t rows() const noexcept { return content_end_.size(); }
    /// All rows, in their order.
    [[nodiscard]] std::vector<CodeBlock> blocks() const;
    [[nodiscard]] std::span<const std::uint32_t> content(std::size_t row) const noexcept;
    [[nodiscard]] bool has_exact(const ExactHash& hash) const { return exact_.contains(hash); }
    [[nodiscard]] bool has_print(std::uint64_t hash) const noexcept {
        return prints_.contains(hash);
    }

  private:
    SecretSet<ExactHash> exact_;
    FlatSet prints_;
    SecretVector<std::int8_t> codes_;      // [rows x 384]
    SecretVector<std::uint32_t> content_;  // the rows' content words, one row after the other
    std::vector<std::size_t> content_end_;
};

}  // namespace pramana::scoring
