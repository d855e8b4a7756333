#pragma once

#include "corpus/entry.hpp"
#include "corpus/segment.hpp"
#include "index/flat_set.hpp"
#include "pramana/scoring/device_rows.hpp"

#include <memory>
#include <span>

namespace pramana::scoring {

/// Everything before a place, as the search reads it. Rows are chunks in the order in which they
/// came: those of the segments, then those of the tail, which appending fills.
class CorpusIndex {
  public:
    void append(const EntryRecord& entry);
    [[nodiscard]] std::size_t rows() const noexcept { return tail_begin_ + tail_end_.size(); }
    /// All rows, in their order.
    [[nodiscard]] std::vector<CodeBlock> blocks() const;
    /// Names the rows in this process: freezing and merging leave their numbers as they are.
    [[nodiscard]] std::uint64_t name() const noexcept { return name_.value(); }
    [[nodiscard]] std::span<const std::uint32_t> content(std::size_t row) const noexcept;
    [[nodiscard]] bool has_exact(const ExactHash& hash) const;
    [[nodiscard]] bool has_print(std::uint64_t hash) const noexcept;

    [[nodiscard]] std::size_t tail_rows() const noexcept { return tail_end_.size(); }
    [[nodiscard]] std::span<const Segment> segments() const noexcept { return segments_; }
    /// Adds a segment behind the others; the tail is empty, else it aborts.
    void add_segment(Segment segment);
    /// Turns the tail into a segment. `name`, `leaves` and `peaks` are those of its places, `kept`
    /// the entries among them that are not in this index.
    void freeze(const SegmentHeader& name, std::span<const Hash32> leaves,
                std::span<const Hash32> peaks, std::span<const std::uint8_t> kept = {});
    /// Replaces the last `count` segments by one of all of them.
    void merge_last(std::size_t count);

  private:
    RowSetName name_;
    std::vector<Segment> segments_;
    std::vector<std::size_t> segment_end_;  ///< rows up to and with each segment
    std::size_t tail_begin_ = 0;
    SecretSet<ExactHash> exact_;
    FlatSet prints_;
    SecretVector<std::int8_t> codes_;      // [tail rows x 384]
    SecretVector<std::uint32_t> content_;  // the rows' content words, one row after the other
    std::vector<std::size_t> tail_end_;    // of each row's content words
};

}  // namespace pramana::scoring
