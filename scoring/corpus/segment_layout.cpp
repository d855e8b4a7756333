#include "corpus/segment_layout.hpp"

#include "index/dot.hpp"
#include "pramana/core/endian.hpp"

#include <algorithm>
#include <bit>

namespace pramana::scoring {
namespace {

constexpr std::string_view kMagic{"PSEGMNT\x01", 8};
constexpr std::uint64_t kPartBytesMax = std::uint64_t{1} << 40U;
constexpr std::uint64_t kCountMax = 0xFFFF'FFFF;  // offsets of rows, words and prints are u32

std::uint64_t aligned(std::uint64_t offset) noexcept { return (offset + 63) / 64 * 64; }

/// Calls `field` with every field in its order: written and read by one list.
template <class Header, class Field>
void each_field(Header& header, const Field& field) {
    field(header.corpus);
    field(header.epoch);
    field(header.first_place);
    field(header.place_end);
    field(header.previous_root);
    field(header.last_previous_root);
    field(header.root);
    field(header.rows);
    field(header.content_words);
    field(header.exact_hashes);
    field(header.prints);
    field(header.peaks);
    field(header.kept_bytes);
}

}  // namespace

void write_header(const SegmentHeader& header, std::span<std::uint8_t> out) noexcept {
    std::fill_n(out.begin(), kSegmentHeaderBytes, std::uint8_t{0});
    std::copy(kMagic.begin(), kMagic.end(), out.begin());
    std::uint8_t* at = out.data() + kMagic.size();
    each_field(header, [&at](const auto& value) {
        if constexpr (requires { value.bytes; }) {
            at = std::copy(value.bytes.begin(), value.bytes.end(), at);
        } else {
            store_le(value, at);
            at += sizeof value;
        }
    });
}

std::optional<SegmentHeader> read_header(std::span<const std::uint8_t> in) noexcept {
    if (in.size() < kSegmentHeaderBytes || as_text(in.first(kMagic.size())) != kMagic)
        return std::nullopt;
    SegmentHeader header;
    const std::uint8_t* at = in.data() + kMagic.size();
    each_field(header, [&at](auto& value) {
        if constexpr (requires { value.bytes; }) {
            std::copy_n(at, value.bytes.size(), value.bytes.begin());
            at += value.bytes.size();
        } else {
            value = load_le<std::remove_reference_t<decltype(value)>>(at);
            at += sizeof value;
        }
    });
    return header;
}

std::optional<SegmentLayout> layout_of(const SegmentHeader& header) noexcept {
    const bool sound = header.first_place < header.place_end && header.places() <= kCountMax &&
                       header.rows <= kCountMax && header.content_words <= kCountMax &&
                       header.exact_hashes <= header.rows && header.prints <= kCountMax &&
                       header.kept_bytes <= kPartBytesMax &&
                       header.peaks == static_cast<std::uint64_t>(std::popcount(header.place_end));
    if (!sound) return std::nullopt;
    SegmentLayout layout;
    std::uint64_t at = kSegmentHeaderBytes;
    const auto place = [&at](std::uint64_t& part, std::uint64_t bytes) {
        part = at;
        at = aligned(at + bytes);
    };
    place(layout.leaves, header.places() * Hash32::kSize);
    place(layout.peaks, header.peaks * Hash32::kSize);
    place(layout.codes, header.rows * kCodeDim);
    place(layout.content_end, header.rows * sizeof(std::uint32_t));
    place(layout.content, header.content_words * sizeof(std::uint32_t));
    place(layout.exact, header.exact_hashes * ExactHash::kSize);
    place(layout.print_offsets, PrintTable::offset_count(header.prints) * sizeof(std::uint32_t));
    place(layout.print_remainders, PrintTable::remainder_bytes(header.prints));
    place(layout.kept, header.kept_bytes);
    layout.size = at;
    if (at > 8 * kPartBytesMax) return std::nullopt;
    return layout;
}

}  // namespace pramana::scoring
