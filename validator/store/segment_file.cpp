#include "pramana/store/segment_file.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/core/sha256.hpp"

#include "file_bytes.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace pramana::store {
namespace {

constexpr std::string_view kMagic{"PRSG\x01", 5};
constexpr std::size_t kHashAt = kMagic.size() + 4 * Hash32::kSize + 4 + 8 + 8 + 8 + 4;
constexpr std::size_t kHeaderBytes = kHashAt + Hash32::kSize;
constexpr std::string_view kBoundTag = "pramana:corpus:segment:1";

/// The header without the hash of the frames.
Bytes encoded(const SegmentFileHeader& header) {
    Bytes out;
    append(out, kMagic);
    append(out, header.corpus.id.view());
    append_be(out, header.corpus.epoch);
    append_be(out, header.first_place);
    append_be(out, header.place_end);
    append(out, header.previous_root.view());
    append(out, header.root.view());
    append(out, header.segment_id.view());
    append_be(out, header.opened_bytes);
    append_be(out, header.frame_bytes);
    PRAMANA_CHECK(out.size() == kHashAt);
    return out;
}

std::optional<SegmentFileHeader> decoded(ByteView bytes) {
    SegmentFileHeader header;
    std::size_t at = kMagic.size();
    const auto hash = [&](Hash32& out) {
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), Hash32::kSize,
                    out.bytes.begin());
        at += Hash32::kSize;
    };
    const auto number = [&]<class T>(T& out) {
        out = load_be<T>(bytes.data() + at);
        at += sizeof(T);
    };
    hash(header.corpus.id);
    number(header.corpus.epoch);
    number(header.first_place);
    number(header.place_end);
    hash(header.previous_root);
    hash(header.root);
    hash(header.segment_id);
    number(header.opened_bytes);
    number(header.frame_bytes);
    const Bytes again = encoded(header);
    const bool sound = std::equal(again.begin(), again.end(), bytes.begin()) &&
                       header.first_place < header.place_end && header.opened_bytes > 0 &&
                       header.opened_bytes <= kSegmentBytesMax && header.frame_bytes > 0 &&
                       header.frame_bytes <= kSegmentFrameBytes;
    return sound ? std::optional{header} : std::nullopt;
}

std::uint64_t frame_offset(const SegmentFileHeader& header, std::uint64_t index) {
    return kHeaderBytes + index * (std::uint64_t{header.frame_bytes} + kSealBytes);
}

/// A file that is removed again unless it is kept.
class Draft {
  public:
    explicit Draft(std::filesystem::path path)
        : path_{std::move(path)},
          file_{::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)} {}
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;
    ~Draft() {
        if (file_ >= 0) ::close(file_);
        if (!kept_) ::unlink(path_.c_str());
    }
    [[nodiscard]] int file() const noexcept { return file_; }
    [[nodiscard]] bool keep_as(const std::filesystem::path& path) {
        kept_ = ::fdatasync(file_) == 0 && ::rename(path_.c_str(), path.c_str()) == 0;
        return kept_ && sync_directory_of(path);
    }

  private:
    std::filesystem::path path_;
    int file_;
    bool kept_ = false;
};

}  // namespace

Bytes SegmentFileHeader::bound_bytes(std::uint64_t index) const {
    Bytes bound;
    append(bound, kBoundTag);
    append(bound, ByteView{encoded(*this)});
    append_be(bound, index);
    return bound;
}

Result<std::unique_ptr<SegmentFile>> SegmentFile::open(const std::filesystem::path& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return errno == ENOENT ? Error{Errc::kNotFound, "store.segment.open"}
                               : io_error("store.segment.open");
    std::unique_ptr<SegmentFile> segment{new SegmentFile{file, {}, {}}};
    struct stat facts{};
    if (::fstat(file, &facts) != 0) return io_error("store.segment.stat");
    Bytes header(kHeaderBytes);
    const Error corrupt{Errc::kCorpusCorrupt, "store.segment.header"};
    if (static_cast<std::uint64_t>(facts.st_size) < kHeaderBytes) return corrupt;
    if (!read_at(file, header, 0)) return io_error("store.segment.read");
    const std::optional<SegmentFileHeader> found = decoded(header);
    if (!found) return corrupt;
    segment->header_ = *found;
    segment->file_bytes_ = static_cast<std::uint64_t>(facts.st_size);
    std::copy_n(header.begin() + static_cast<std::ptrdiff_t>(kHashAt), Hash32::kSize,
                segment->expected_.bytes.begin());
    return segment;
}

SegmentFile::~SegmentFile() { ::close(file_); }

Status SegmentFile::read_frame(std::uint64_t index, std::span<std::uint8_t> out) const {
    PRAMANA_CHECK(index < header_.frames() && out.size() == header_.frame_size(index) + kSealBytes);
    if (!read_at(file_, out, frame_offset(header_, index)))
        return Error{Errc::kIo, "store.segment.read"};
    return Done{};
}

bool SegmentFile::is_whole() const noexcept {
    return file_bytes_ == kHeaderBytes + header_.opened_bytes + header_.frames() * kSealBytes;
}

Result<Hash32> SegmentFile::found_sha256() const {
    Sha256 hash;
    hash.update(ByteView{encoded(header_)});
    Bytes part(kSegmentFrameBytes);
    for (std::uint64_t at = kHeaderBytes; at < file_bytes_; at += part.size()) {
        part.resize(std::min<std::uint64_t>(kSegmentFrameBytes, file_bytes_ - at));
        if (!read_at(file_, part, at)) return Error{Errc::kIo, "store.segment.read"};
        hash.update(part);
    }
    return hash.finish();
}

Status write_segment_file(const std::filesystem::path& path, const SegmentFileHeader& header,
                          const std::function<Bytes(std::uint64_t index)>& frame) {
    std::filesystem::path temporary = path;
    temporary += ".tmp";
    Draft draft{std::move(temporary)};
    if (draft.file() < 0) return io_error("store.segment.create");
    Bytes front = encoded(header);
    Sha256 hash;
    hash.update(front);
    for (std::uint64_t i = 0; i < header.frames(); ++i) {
        const Bytes sealed = frame(i);
        PRAMANA_CHECK(sealed.size() == header.frame_size(i) + kSealBytes);
        hash.update(sealed);
        if (!write_at(draft.file(), sealed, frame_offset(header, i)))
            return io_error("store.segment.write");
    }
    append(front, hash.finish().view());
    if (!write_at(draft.file(), front, 0) || !draft.keep_as(path))
        return io_error("store.segment.write");
    return Done{};
}

}  // namespace pramana::store
