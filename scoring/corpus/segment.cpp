#include "corpus/segment.hpp"

#include "corpus/segment_layout.hpp"
#include "index/dot.hpp"
#include "pramana/core/check.hpp"

#include <algorithm>
#include <bit>

namespace pramana::scoring {
namespace {

// The parts are used as they lie in the bytes.
static_assert(std::endian::native == std::endian::little);
static_assert(sizeof(Hash32) == 32 && sizeof(ExactHash) == 16);

constexpr Error kCorrupt{Errc::kCorpusCorrupt, "scoring.corpus.segment"};

}  // namespace

Result<Segment> Segment::read(SecretBlock bytes) {
    const std::optional<SegmentHeader> header = read_header(bytes.expose());
    if (!header) return kCorrupt;
    const std::optional<SegmentLayout> layout = layout_of(*header);
    if (!layout || layout->size != bytes.size()) return kCorrupt;
    Segment segment;
    segment.bytes_ = std::move(bytes);
    segment.header_ = *header;
    segment.layout_ = *layout;
    segment.prints_ =
        PrintTable{header->prints,
                   segment.part<std::uint32_t>(layout->print_offsets,
                                               PrintTable::offset_count(header->prints)),
                   segment.part<std::uint8_t>(layout->print_remainders,
                                              PrintTable::remainder_bytes(header->prints))};
    const auto ends = segment.part<std::uint32_t>(layout->content_end, header->rows);
    const bool content_sound =
        std::is_sorted(ends.begin(), ends.end()) &&
        (ends.empty() ? 0 : std::uint64_t{ends.back()}) == header->content_words;
    if (!content_sound || !segment.prints_.is_sound()) return kCorrupt;
    return segment;
}

std::span<const Hash32> Segment::leaves() const noexcept {
    return part<Hash32>(layout_.leaves, header_.places());
}
std::span<const Hash32> Segment::peaks() const noexcept {
    return part<Hash32>(layout_.peaks, header_.peaks);
}
const std::int8_t* Segment::codes() const noexcept {
    return part<std::int8_t>(layout_.codes, 0).data();
}
std::span<const ExactHash> Segment::exact() const noexcept {
    return part<ExactHash>(layout_.exact, header_.exact_hashes);
}

std::span<const std::uint8_t> Segment::kept() const noexcept {
    return part<std::uint8_t>(layout_.kept, header_.kept_bytes);
}

std::span<const std::uint32_t> Segment::content(std::size_t row) const noexcept {
    PRAMANA_CHECK(row < header_.rows);
    const auto ends = part<std::uint32_t>(layout_.content_end, header_.rows);
    const std::uint32_t begin = row == 0 ? 0 : ends[row - 1];
    return part<std::uint32_t>(layout_.content, header_.content_words)
        .subspan(begin, ends[row] - begin);
}

bool Segment::has_exact(const ExactHash& hash) const noexcept {
    const std::span<const ExactHash> all = exact();
    return std::binary_search(all.begin(), all.end(), hash);
}

}  // namespace pramana::scoring
