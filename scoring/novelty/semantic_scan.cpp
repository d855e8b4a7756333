#include "novelty/semantic_scan.hpp"

#include <algorithm>

namespace pramana::scoring {
namespace {

constexpr std::size_t kQueryBlock = 1024;  // 384 KiB packed: rows come from memory once for all

/// 0 below `low`, 1 from `high` on, straight in between.
Q16 line(std::int64_t value, std::int64_t low, std::int64_t high) {
    if (value < low) return 0;
    if (value >= high) return kQ16One;
    return static_cast<Q16>((value - low) * kQ16One / (high - low));
}

}  // namespace

Overlap content_overlap(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
    std::size_t shared = 0, i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
        if (a[i] == b[j]) ++shared;
        const bool step_a = a[i] <= b[j], step_b = b[j] <= a[i];
        i += step_a ? 1 : 0;
        j += step_b ? 1 : 0;
    }
    return {static_cast<std::uint32_t>(shared), static_cast<std::uint32_t>(a.size() + b.size()),
            static_cast<std::uint32_t>(std::min(a.size(), b.size()))};
}

Q16 semantic_share(std::int32_t dot, Overlap overlap, const SemanticRules& rules) {
    const Q16 strict = line(dot, rules.strict_low, rules.strict_high);
    if (dot < rules.corroborated_dot_min || overlap.smaller < rules.overlap_words_min)
        return strict;
    const std::int64_t both = std::int64_t{rules.overlap_weight} * 2 * overlap.shared;
    const std::int64_t words = std::int64_t{overlap.all} + rules.overlap_words_added;
    return std::max(strict,
                    line(dot + both / words, rules.corroborated_low, rules.corroborated_high));
}

/// One block of queries, packed for the kernel. They and `first` count in meaning_.
class SemanticScan::Queries {
  public:
    Queries(const SemanticScan& scan, std::size_t first, std::size_t count, std::span<Q16> best)
        : scan_{scan},
          first_{first},
          best_{best},
          packed_{scan.codes() + first * kCodeDim, count},
          thresholds_(packed_.groups() * PackedQueries::kGroup, kNoHit) {
        for (std::size_t i = 0; i < count; ++i)
            if (best[chunk(i)] < kQ16One) thresholds_[i] = scan.lowest();
    }

    /// Query i of the block meets the rows below `limit` + i, or all of them if that is fewer.
    void scan(const CodeBlock& block, std::size_t limit, const RowContent& content) {
        const auto raise = [&](std::span<const DotHit> hits) {
            for (const DotHit& hit : hits) {
                if (hit.row >= limit + hit.query) continue;
                const auto words = content(block.first_row + hit.row);
                if (!words) continue;
                Q16& best = best_[chunk(hit.query)];
                const Overlap overlap =
                    content_overlap(scan_.prepared_.chunks[chunk(hit.query)].content, *words);
                best = std::max(best, semantic_share(hit.dot, overlap, scan_.rules_));
                if (best == kQ16One) thresholds_[hit.query] = kNoHit;  // nothing raises it more
            }
        };
        scan_above(scan_.kernel_, packed_, thresholds_, block.codes, block.rows, raise);
    }

  private:
    [[nodiscard]] std::size_t chunk(std::size_t query) const {
        return scan_.meaning_[first_ + query];
    }

    const SemanticScan& scan_;
    std::size_t first_;
    std::span<Q16> best_;
    PackedQueries packed_;
    std::vector<std::int32_t> thresholds_;
};

SemanticScan::SemanticScan(const Prepared::State& prepared, const SemanticRules& rules)
    : prepared_{prepared}, rules_{rules}, kernel_{best_scan_kernel()} {
    const auto codes_of = [this](std::size_t chunk) {
        return std::span{prepared_.codes}.subspan(chunk * kCodeDim, kCodeDim);
    };
    const auto is_zero = [](std::int8_t code) { return code == 0; };
    const std::size_t count = prepared.chunks.size();
    meaning_.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        if (lowest() <= 0 || !std::ranges::all_of(codes_of(i), is_zero))
            meaning_.push_back(static_cast<std::uint32_t>(i));
    if (meaning_.size() == count) return;
    packed_.reserve(meaning_.size() * kCodeDim);
    for (const std::uint32_t chunk : meaning_) {
        const auto codes = codes_of(chunk);
        packed_.insert(packed_.end(), codes.begin(), codes.end());
    }
}

std::size_t SemanticScan::first_of(std::size_t chunk) const noexcept {
    return static_cast<std::size_t>(std::ranges::lower_bound(meaning_, chunk) - meaning_.begin());
}

std::int32_t SemanticScan::lowest() const noexcept {
    return std::min(rules_.strict_low, rules_.corroborated_dot_min);
}

std::optional<SecretVector<RowHit>> SemanticScan::found_by(RowSearch& search,
                                                           const RowSet& set) const {
    const std::vector<std::int32_t> thresholds(prepared_.chunks.size(), lowest());
    return search.scan(set, {.codes = prepared_.codes, .thresholds = thresholds});
}

void SemanticScan::hits(std::size_t begin, std::size_t end, std::span<const RowHit> found,
                        const RowContent& content, std::span<Q16> best) const {
    const auto first = std::ranges::lower_bound(found, begin, {}, &RowHit::query);
    for (const RowHit& hit : std::span{first, found.end()}) {
        if (hit.query >= end) break;
        if (best[hit.query] == kQ16One) continue;
        const auto words = content(hit.row);
        if (!words) continue;
        const Overlap overlap = content_overlap(prepared_.chunks[hit.query].content, *words);
        best[hit.query] = std::max(best[hit.query], semantic_share(hit.dot, overlap, rules_));
    }
}

void SemanticScan::rows(std::size_t begin, std::size_t end, std::span<const CodeBlock> blocks,
                        const RowContent& content, std::span<Q16> best) const {
    const std::size_t last = first_of(end);
    for (std::size_t q = first_of(begin); q < last; q += kQueryBlock) {
        Queries queries{*this, q, std::min(kQueryBlock, last - q), best};
        for (const CodeBlock& block : blocks) queries.scan(block, block.rows, content);
    }
}

void SemanticScan::earlier_chunks(std::size_t begin, std::size_t end, std::span<Q16> best) const {
    const RowContent content = [this](std::size_t row) {
        return std::span<const std::uint32_t>{prepared_.chunks[meaning_[row]].content};
    };
    const std::size_t last = first_of(end);
    for (std::size_t q = first_of(begin); q < last; q += kQueryBlock) {
        const std::size_t count = std::min(kQueryBlock, last - q);
        Queries queries{*this, q, count, best};
        queries.scan({0, q + count, codes()}, q, content);
    }
}

}  // namespace pramana::scoring
