#include "corpus/segment_layout.hpp"
#include "index/dot.hpp"
#include "pramana/core/check.hpp"

#include <algorithm>
#include <cstring>

namespace pramana::scoring {
namespace {

/// Memory of a segment that is being filled.
class Draft {
  public:
    explicit Draft(const SegmentHeader& header)
        : header_{header}, layout_{layout_of(header).value()}, bytes_{layout_.size} {
        write_header(header, bytes_.expose_mutable());
        // Between the parts lie up to 63 bytes: no segment shows what memory held before.
        clear_gap(layout_.leaves + header.places() * Hash32::kSize, layout_.peaks);
        clear_gap(layout_.peaks + header.peaks * Hash32::kSize, layout_.codes);
        clear_gap(layout_.codes + header.rows * kCodeDim, layout_.content_end);
        clear_gap(layout_.content_end + header.rows * 4, layout_.content);
        clear_gap(layout_.content + header.content_words * 4, layout_.exact);
        clear_gap(layout_.exact + header.exact_hashes * ExactHash::kSize, layout_.print_offsets);
        clear_gap(layout_.print_offsets + PrintTable::offset_count(header.prints) * 4,
                  layout_.print_remainders);
        clear_gap(layout_.print_remainders + PrintTable::remainder_bytes(header.prints),
                  layout_.kept);
        clear_gap(layout_.kept + header.kept_bytes, layout_.size);
    }
    std::span<Hash32> leaves() { return part<Hash32>(layout_.leaves, header_.places()); }
    std::span<Hash32> peaks() { return part<Hash32>(layout_.peaks, header_.peaks); }
    std::span<std::int8_t> codes() {
        return part<std::int8_t>(layout_.codes, header_.rows * kCodeDim);
    }
    std::span<std::uint32_t> content_end() {
        return part<std::uint32_t>(layout_.content_end, header_.rows);
    }
    std::span<std::uint32_t> content() {
        return part<std::uint32_t>(layout_.content, header_.content_words);
    }
    std::span<ExactHash> exact() { return part<ExactHash>(layout_.exact, header_.exact_hashes); }
    std::span<std::uint8_t> kept() { return part<std::uint8_t>(layout_.kept, header_.kept_bytes); }
    PrintTableWriter prints() {
        return {
            header_.prints,
            part<std::uint32_t>(layout_.print_offsets, PrintTable::offset_count(header_.prints)),
            part<std::uint8_t>(layout_.print_remainders,
                               PrintTable::remainder_bytes(header_.prints))};
    }
    Segment finish() && {
        Result<Segment> made = Segment::read(std::move(bytes_));
        PRAMANA_CHECK(made.has_value());
        return *std::move(made);
    }

  private:
    template <class T>
    std::span<T> part(std::uint64_t offset, std::uint64_t count) {
        return {reinterpret_cast<T*>(bytes_.expose_mutable().data() + offset), count};
    }
    void clear_gap(std::uint64_t from, std::uint64_t to) {
        std::memset(bytes_.expose_mutable().data() + from, 0, to - from);
    }

    SegmentHeader header_;
    SegmentLayout layout_;
    SecretBlock bytes_;
};

/// Calls `add` with every different value of several ascending sequences, ascending. A sequence has
/// done(), value(), next().
template <class Cursor, class Add>
void merge_ascending(std::vector<Cursor>& cursors, const Add& add) {
    for (;;) {
        const Cursor* least = nullptr;
        for (const Cursor& cursor : cursors)
            if (!cursor.done() && (least == nullptr || cursor.value() < least->value()))
                least = &cursor;
        if (least == nullptr) return;
        const auto value = least->value();
        add(value);
        for (Cursor& cursor : cursors)
            while (!cursor.done() && cursor.value() == value) cursor.next();
    }
}

class ExactCursor {
  public:
    explicit ExactCursor(std::span<const ExactHash> hashes) noexcept : left_{hashes} {}
    [[nodiscard]] bool done() const noexcept { return left_.empty(); }
    [[nodiscard]] const ExactHash& value() const noexcept { return left_.front(); }
    void next() noexcept { left_ = left_.subspan(1); }

  private:
    std::span<const ExactHash> left_;
};

std::vector<ExactCursor> exact_cursors(std::span<const Segment* const> parts) {
    std::vector<ExactCursor> cursors;
    for (const Segment* part : parts) cursors.emplace_back(part->exact());
    return cursors;
}
std::vector<PrintTable::Cursor> print_cursors(std::span<const Segment* const> parts) {
    std::vector<PrintTable::Cursor> cursors;
    for (const Segment* part : parts) cursors.emplace_back(part->prints());
    return cursors;
}

SegmentHeader merged_header(std::span<const Segment* const> parts) {
    SegmentHeader header = parts.back()->header();
    const SegmentHeader& first = parts.front()->header();
    header.first_place = first.first_place;
    header.previous_root = first.previous_root;
    header.rows = header.content_words = header.exact_hashes = header.prints = 0;
    header.kept_bytes = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        PRAMANA_CHECK(i == 0 || parts[i]->header().first_place == parts[i - 1]->header().place_end);
        header.rows += parts[i]->header().rows;
        header.content_words += parts[i]->header().content_words;
        header.kept_bytes += parts[i]->header().kept_bytes;
    }
    std::vector<ExactCursor> exact = exact_cursors(parts);
    merge_ascending(exact, [&](const ExactHash&) { ++header.exact_hashes; });
    std::vector<PrintTable::Cursor> prints = print_cursors(parts);
    merge_ascending(prints, [&](std::uint64_t) { ++header.prints; });
    return header;
}

}  // namespace

Segment make_segment(SegmentHeader name, SegmentSource source) {
    name.rows = source.content_end.size();
    name.content_words = source.content.size();
    name.exact_hashes = source.exact.size();
    name.prints = source.prints.size();
    name.peaks = source.peaks.size();
    name.kept_bytes = source.kept.size();
    PRAMANA_CHECK(source.leaves.size() == name.places() &&
                  source.codes.size() == name.rows * kCodeDim);
    Draft draft{name};
    std::copy(source.leaves.begin(), source.leaves.end(), draft.leaves().begin());
    std::copy(source.peaks.begin(), source.peaks.end(), draft.peaks().begin());
    std::copy(source.codes.begin(), source.codes.end(), draft.codes().begin());
    std::copy(source.content.begin(), source.content.end(), draft.content().begin());
    std::transform(source.content_end.begin(), source.content_end.end(),
                   draft.content_end().begin(),
                   [](std::size_t end) { return static_cast<std::uint32_t>(end); });
    std::copy(source.kept.begin(), source.kept.end(), draft.kept().begin());
    std::sort(source.exact.begin(), source.exact.end());
    std::copy(source.exact.begin(), source.exact.end(), draft.exact().begin());
    for (std::uint64_t& print : source.prints) print = PrintTable::mixed(print);
    std::sort(source.prints.begin(), source.prints.end());
    PrintTableWriter prints = draft.prints();
    for (const std::uint64_t print : source.prints) prints.add(print);
    prints.finish();
    return std::move(draft).finish();
}

Segment merge_segments(std::span<const Segment* const> parts) {
    PRAMANA_CHECK(!parts.empty());
    Draft draft{merged_header(parts)};
    std::uint64_t place = 0, row = 0, word = 0, kept = 0;
    for (const Segment* part : parts) {
        const SegmentHeader& header = part->header();
        std::copy(part->leaves().begin(), part->leaves().end(),
                  draft.leaves().subspan(place).begin());
        std::memcpy(draft.codes().data() + row * kCodeDim, part->codes(), header.rows * kCodeDim);
        for (std::size_t r = 0; r < header.rows; ++r) {
            const auto words = part->content(r);
            std::copy(words.begin(), words.end(), draft.content().data() + word);
            word += words.size();
            draft.content_end()[row + r] = static_cast<std::uint32_t>(word);
        }
        std::copy(part->kept().begin(), part->kept().end(), draft.kept().subspan(kept).begin());
        kept += header.kept_bytes;
        place += header.places();
        row += header.rows;
    }
    const auto peaks = parts.back()->peaks();
    std::copy(peaks.begin(), peaks.end(), draft.peaks().begin());
    std::vector<ExactCursor> exact = exact_cursors(parts);
    auto exact_out = draft.exact().begin();
    merge_ascending(exact, [&](const ExactHash& hash) { *exact_out++ = hash; });
    std::vector<PrintTable::Cursor> prints = print_cursors(parts);
    PrintTableWriter writer = draft.prints();
    merge_ascending(prints, [&](std::uint64_t mixed) { writer.add(mixed); });
    writer.finish();
    return std::move(draft).finish();
}

}  // namespace pramana::scoring
