#pragma once

#include "corpus/entry.hpp"
#include "corpus/print_table.hpp"
#include "pramana/core/secret_block.hpp"
#include "pramana/scoring/merkle.hpp"

#include <span>
#include <vector>

namespace pramana::scoring {

/// What a segment is of. Fixed size, little-endian, at the front of its bytes.
struct SegmentHeader {
    Hash32 corpus;
    std::uint32_t epoch = 0;
    std::uint64_t first_place = 0;
    std::uint64_t place_end = 0;  ///< > first_place
    Hash32 previous_root;         ///< before first_place
    Hash32 last_previous_root;    ///< before the last place
    Hash32 root;                  ///< after the last place
    std::uint64_t rows = 0;
    std::uint64_t content_words = 0;
    std::uint64_t exact_hashes = 0;  ///< different ones
    std::uint64_t prints = 0;        ///< different ones
    std::uint64_t peaks = 0;         ///< of the Merkle tree after the last place
    std::uint64_t kept_bytes = 0;    ///< entries that are kept as they came

    [[nodiscard]] std::uint64_t places() const noexcept { return place_end - first_place; }
};

/// Where the parts lie, each on a multiple of 64 bytes; a function of the header's numbers.
struct SegmentLayout {
    std::uint64_t leaves = 0;         ///< Hash32 x places
    std::uint64_t peaks = 0;          ///< Hash32 x peaks
    std::uint64_t codes = 0;          ///< 384 x rows
    std::uint64_t content_end = 0;    ///< u32 x rows
    std::uint64_t content = 0;        ///< u32 x content_words
    std::uint64_t exact = 0;          ///< 16 bytes x exact_hashes, ascending
    std::uint64_t print_offsets = 0;  ///< PrintTable
    std::uint64_t print_remainders = 0;
    std::uint64_t kept = 0;  ///< bytes x kept_bytes
    std::uint64_t size = 0;  ///< of the whole segment
};

/// Consecutive places of a corpus in the form in which they are searched: nothing is built when it
/// is opened. Secret: it reveals the text. Immutable. Thread: const, any thread. Source:
/// docs/scoring.md "Corpus".
class Segment {
  public:
    /// Takes over the bytes of make_segment. Checks the header, all sizes and whatever an index is
    /// read from; the rest is vouched for by the seal under which the bytes were stored. Errors:
    /// kCorpusCorrupt.
    [[nodiscard]] static Result<Segment> read(SecretBlock bytes);

    [[nodiscard]] const SegmentHeader& header() const noexcept { return header_; }
    [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept { return bytes_.expose(); }
    [[nodiscard]] std::span<const Hash32> leaves() const noexcept;
    [[nodiscard]] std::span<const Hash32> peaks() const noexcept;
    [[nodiscard]] const std::int8_t* codes() const noexcept;
    [[nodiscard]] std::span<const std::uint32_t> content(std::size_t row) const noexcept;
    [[nodiscard]] std::span<const ExactHash> exact() const noexcept;
    [[nodiscard]] const PrintTable& prints() const noexcept { return prints_; }
    /// Entries of its places that are in no index: each behind its length (u32).
    [[nodiscard]] std::span<const std::uint8_t> kept() const noexcept;
    [[nodiscard]] bool has_exact(const ExactHash& hash) const noexcept;

  private:
    Segment() = default;
    template <class T>
    [[nodiscard]] std::span<const T> part(std::uint64_t offset,
                                          std::uint64_t count) const noexcept {
        return {reinterpret_cast<const T*>(bytes_.expose().data() + offset), count};
    }

    SecretBlock bytes_;
    SegmentHeader header_;
    SegmentLayout layout_;
    PrintTable prints_;
};

/// The rows that are not in a segment yet.
struct SegmentSource {
    std::span<const Hash32> leaves;
    std::span<const Hash32> peaks;
    std::span<const std::int8_t> codes;
    std::span<const std::uint32_t> content;
    std::span<const std::size_t> content_end;
    std::span<const std::uint8_t> kept;  ///< Segment::kept
    SecretVector<ExactHash> exact;       ///< different, any order
    SecretVector<std::uint64_t> prints;  ///< different, any order
};
/// `name`: corpus, places, roots; the counts are filled in.
[[nodiscard]] Segment make_segment(SegmentHeader name, SegmentSource source);
/// One segment of neighbours, in their order; at least one.
[[nodiscard]] Segment merge_segments(std::span<const Segment* const> parts);

}  // namespace pramana::scoring
