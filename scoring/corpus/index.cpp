#include "corpus/index.hpp"

#include "pramana/core/check.hpp"

#include <algorithm>

namespace pramana::scoring {

void CorpusIndex::append(const EntryRecord& entry) {
    for (const ChunkRecord& chunk : entry.chunks) {
        exact_.insert(chunk.exact);
        for (const std::uint64_t hash : chunk.prints) prints_.insert(hash);
        content_.insert(content_.end(), chunk.content.begin(), chunk.content.end());
        tail_end_.push_back(content_.size());
    }
    codes_.insert(codes_.end(), entry.codes.begin(), entry.codes.end());
}

std::vector<CodeBlock> CorpusIndex::blocks() const {
    std::vector<CodeBlock> blocks;
    std::size_t row = 0;
    for (const Segment& segment : segments_) {
        blocks.push_back({row, segment.header().rows, segment.codes()});
        row += segment.header().rows;
    }
    blocks.push_back({row, tail_end_.size(), codes_.data()});
    return blocks;
}

std::span<const std::uint32_t> CorpusIndex::content(std::size_t row) const noexcept {
    PRAMANA_CHECK(row < rows());
    if (row < tail_begin_) {
        const auto after = std::upper_bound(segment_end_.begin(), segment_end_.end(), row);
        const auto at = static_cast<std::size_t>(after - segment_end_.begin());
        return segments_[at].content(row - (at == 0 ? 0 : segment_end_[at - 1]));
    }
    const std::size_t own = row - tail_begin_;
    const std::size_t begin = own == 0 ? 0 : tail_end_[own - 1];
    return {content_.data() + begin, tail_end_[own] - begin};
}

bool CorpusIndex::has_exact(const ExactHash& hash) const {
    return exact_.contains(hash) ||
           std::any_of(segments_.begin(), segments_.end(),
                       [&](const Segment& segment) { return segment.has_exact(hash); });
}

bool CorpusIndex::has_print(std::uint64_t hash) const noexcept {
    return prints_.contains(hash) ||
           std::any_of(segments_.begin(), segments_.end(),
                       [&](const Segment& segment) { return segment.prints().contains(hash); });
}

void CorpusIndex::add_segment(Segment segment) {
    PRAMANA_CHECK(tail_end_.empty());
    tail_begin_ += segment.header().rows;
    segment_end_.push_back(tail_begin_);
    segments_.push_back(std::move(segment));
}

void CorpusIndex::freeze(const SegmentHeader& name, std::span<const Hash32> leaves,
                         std::span<const Hash32> peaks, std::span<const std::uint8_t> kept) {
    SegmentSource source{.leaves = leaves,
                         .peaks = peaks,
                         .codes = codes_,
                         .content = content_,
                         .content_end = tail_end_,
                         .kept = kept,
                         .exact = {exact_.begin(), exact_.end()},
                         .prints = prints_.keys()};
    Segment frozen = make_segment(name, std::move(source));
    exact_ = {};
    prints_ = {};
    codes_ = {};
    content_ = {};
    tail_end_.clear();
    add_segment(std::move(frozen));
}

void CorpusIndex::merge_last(std::size_t count) {
    PRAMANA_CHECK(count > 0 && count <= segments_.size() && tail_end_.empty());
    const std::size_t kept = segments_.size() - count;
    std::vector<const Segment*> parts;
    for (std::size_t i = kept; i < segments_.size(); ++i) parts.push_back(&segments_[i]);
    Segment merged = merge_segments(parts);
    segments_.erase(segments_.begin() + static_cast<std::ptrdiff_t>(kept), segments_.end());
    segment_end_.resize(kept);
    tail_begin_ = kept == 0 ? 0 : segment_end_.back();
    add_segment(std::move(merged));
}

}  // namespace pramana::scoring
