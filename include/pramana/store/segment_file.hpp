#pragma once

#include "pramana/store/records.hpp"

#include <filesystem>
#include <functional>
#include <memory>

namespace pramana::store {

/// What a segment file says about itself in the clear: which places of which corpus it holds. The
/// frames are sealed under bound_bytes(), so that nothing of it can be changed.
struct SegmentFileHeader {
    CorpusKey corpus;
    std::uint64_t first_place = 0;
    std::uint64_t place_end = 0;
    Hash32 previous_root;  ///< of the corpus before first_place
    Hash32 root;           ///< after the last place
    Hash32 segment_id;     ///< drawn for each file
    std::uint64_t opened_bytes = 0;
    std::uint32_t frame_bytes = 0;  ///< opened; the last frame may have fewer
    friend bool operator==(const SegmentFileHeader&, const SegmentFileHeader&) = default;

    [[nodiscard]] std::uint64_t frames() const noexcept {
        return (opened_bytes + frame_bytes - 1) / frame_bytes;
    }
    /// Opened bytes of frame `index` < frames().
    [[nodiscard]] std::uint64_t frame_size(std::uint64_t index) const noexcept {
        return std::min<std::uint64_t>(frame_bytes, opened_bytes - index * frame_bytes);
    }
    /// What frame `index` is bound to.
    [[nodiscard]] Bytes bound_bytes(std::uint64_t index) const;
};
inline constexpr std::uint32_t kSegmentFrameBytes = 1U << 20U;
inline constexpr std::uint64_t kSegmentBytesMax = 1ULL << 40U;
inline constexpr std::size_t kSealBytes = 28;  ///< what sealing adds: gcm_iv(12), tag(16)

/// A sealed segment of a corpus on disk. Format: docs/formats.md "Segment files". Thread: const use
/// from any thread.
class SegmentFile {
  public:
    /// Reads the header. Errors: kNotFound, kCorpusCorrupt,
    /// kIo.
    [[nodiscard]] static Result<std::unique_ptr<SegmentFile>> open(
        const std::filesystem::path& path);
    ~SegmentFile();
    SegmentFile(const SegmentFile&) = delete;
    SegmentFile& operator=(const SegmentFile&) = delete;

    [[nodiscard]] const SegmentFileHeader& header() const noexcept { return header_; }
    /// Whether the file is as long as its header says.
    [[nodiscard]] bool is_whole() const noexcept;
    /// Sealed bytes of frame `index` of a whole file; `out` has frame_size(index) + kSealBytes.
    /// Errors: kIo.
    [[nodiscard]] Status read_frame(std::uint64_t index, std::span<std::uint8_t> out) const;
    /// SHA-256 of the sealed frames as they were written, and as they lie there now: what an
    /// operator is told about a file that does not open.
    [[nodiscard]] const Hash32& expected_sha256() const noexcept { return expected_; }
    [[nodiscard]] Result<Hash32> found_sha256() const;

  private:
    SegmentFile(int file, const SegmentFileHeader& header, const Hash32& expected) noexcept
        : file_{file}, header_{header}, expected_{expected} {}
    int file_;
    SegmentFileHeader header_;
    Hash32 expected_;
    std::uint64_t file_bytes_ = 0;
};

/// Writes a segment file so that a power cut leaves all of it or nothing. `frame` seals frame
/// `index`, called in order. Errors: kStorageFull, kIo.
[[nodiscard]] Status write_segment_file(const std::filesystem::path& path,
                                        const SegmentFileHeader& header,
                                        const std::function<Bytes(std::uint64_t index)>& frame);

}  // namespace pramana::store
