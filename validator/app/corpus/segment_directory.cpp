#include "segment_directory.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/os/log.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>

namespace pramana::app {
namespace {

constexpr std::string_view kSuffix = ".segment";
constexpr std::string_view kKeyInfo = "pramana:corpus:segments:1";
constexpr std::size_t kKeyBytes = 32;

/// Names sort like places, and the same places under another root are another file.
std::string name_of(std::uint64_t first_place, std::uint64_t place_end, const Hash32& root) {
    const auto padded = [](std::uint64_t number) {
        const std::string digits = std::to_string(number);
        return std::string(20 - digits.size(), '0') + digits;
    };
    return padded(first_place) + "-" + padded(place_end) + "-" + to_hex(root.view().first(8)) +
           std::string{kSuffix};
}

}  // namespace

struct SegmentDirectory::Candidate {
    std::filesystem::path path;
    std::unique_ptr<store::SegmentFile> file;
};

SegmentDirectory::SegmentDirectory(std::filesystem::path directory, const store::CorpusKey& corpus,
                                   const SecretBytes& key, scoring::ParallelFor parallel_for)
    : directory_{std::move(directory)},
      corpus_{corpus},
      key_{hkdf_sha256(key.expose(), {}, as_bytes_view(kKeyInfo), kKeyBytes)},
      parallel_for_{std::move(parallel_for)} {}

Error SegmentDirectory::refuse(const std::filesystem::path& file, Error error,
                               const Hash32& expected, const Hash32& found) {
    fault_ = SegmentFault{file, error.site, expected, found};
    log::error(
        "corpus.segment.refused",
        {{"error", error}, {"corpus", corpus_.id}, {"expected", expected}, {"found", found}});
    return error;
}

Error SegmentDirectory::refuse_history(const Hash32& expected, const Hash32& found) {
    return refuse(directory_, {Errc::kCorpusCorrupt, "app.segments.log"}, expected, found);
}

Result<std::vector<SegmentDirectory::Candidate>> SegmentDirectory::candidates() const {
    std::vector<Candidate> found;
    std::error_code failed;
    std::filesystem::directory_iterator entries{directory_, failed};
    if (failed == std::errc::no_such_file_or_directory) return found;
    if (failed) return Error{Errc::kIo, "app.segments.list"};
    for (const std::filesystem::directory_entry& entry : entries) {
        if (entry.path().extension() != kSuffix) continue;
        found.push_back({entry.path(), nullptr});
    }
    return found;
}

Status SegmentDirectory::load(scoring::Corpus& corpus, std::uint64_t places_max) {
    PRAMANA_CHECK(corpus.size() == 0);
    fault_.reset();
    Result<std::vector<Candidate>> found = candidates();
    if (!found) return found.error();
    for (Candidate& candidate : *found) {
        Result<std::unique_ptr<store::SegmentFile>> file = store::SegmentFile::open(candidate.path);
        if (!file && file.error().code == Errc::kCorpusCorrupt)
            return refuse(candidate.path, file.error(), {}, {});
        if (!file) return file.error();
        candidate.file = *std::move(file);
    }
    for (;;) {
        const Candidate* next = nullptr;  // a joined segment beside its parts: the longest counts
        for (const Candidate& candidate : *found) {
            const store::SegmentFileHeader& header = candidate.file->header();
            if (header.first_place != corpus.size() || header.place_end > places_max) continue;
            if (next == nullptr || header.place_end > next->file->header().place_end)
                next = &candidate;
        }
        if (next == nullptr) return Done{};
        PRAMANA_TRY(take(*next, corpus));
    }
}

Status SegmentDirectory::take(const Candidate& candidate, scoring::Corpus& corpus) {
    const store::SegmentFileHeader& header = candidate.file->header();
    const Error foreign{Errc::kCorpusCorrupt, "app.segments.history"};
    if (header.corpus != corpus_)
        return refuse(candidate.path, foreign, corpus_.id, header.corpus.id);
    if (header.previous_root != corpus.root())
        return refuse(candidate.path, foreign, corpus.root(), header.previous_root);
    Result<SecretBlock> bytes = candidate.file->is_whole()
                                    ? opened(*candidate.file)
                                    : Error{Errc::kCorpusCorrupt, "app.segments.size"};
    if (!bytes && bytes.error().code == Errc::kCorpusCorrupt) {
        const Result<Hash32> now = candidate.file->found_sha256();
        return refuse(candidate.path, bytes.error(), candidate.file->expected_sha256(),
                      now ? *now : Hash32{});
    }
    if (!bytes) return bytes.error();
    const Status adopted = corpus.adopt(*std::move(bytes));
    if (!adopted) return refuse(candidate.path, adopted.error(), header.root, corpus.root());
    if (corpus.root() != header.root || corpus.size() != header.place_end)
        return refuse(candidate.path, foreign, header.root, corpus.root());
    return Done{};
}

Result<SecretBlock> SegmentDirectory::opened(const store::SegmentFile& file) {
    const store::SegmentFileHeader& header = file.header();
    SecretBlock block{header.opened_bytes};
    const std::span<std::uint8_t> out = block.expose_mutable();
    std::mutex mutex;
    std::optional<Error> failed;
    const auto work = [&](std::size_t begin, std::size_t end) {
        Bytes sealed(std::size_t{header.frame_bytes} + store::kSealBytes);
        for (std::size_t i = begin; i < end; ++i) {
            const std::size_t size = header.frame_size(i);
            const std::span frame = std::span{sealed}.first(size + store::kSealBytes);
            Status done = file.read_frame(i, frame);
            if (done)
                done = key_.open_into(frame, header.bound_bytes(i),
                                      out.subspan(i * header.frame_bytes, size));
            if (done) continue;
            const std::lock_guard lock{mutex};
            failed = done.error();
            return;
        }
    };
    if (parallel_for_)
        parallel_for_(header.frames(), work);
    else
        work(0, header.frames());
    if (!failed) return block;
    // A tag that does not match is the file's fault, a failed read the disk's.
    if (failed->code == Errc::kIo) return *failed;
    return Error{Errc::kCorpusCorrupt, "app.segments.seal"};
}

Status SegmentDirectory::write(const scoring::CorpusSegment& segment) const {
    store::SegmentFileHeader header;
    header.corpus = corpus_;
    header.first_place = segment.first_place;
    header.place_end = segment.place_end;
    header.previous_root = segment.previous_root;
    header.root = segment.root;
    random_bytes(header.segment_id.bytes);
    header.opened_bytes = segment.bytes.size();
    header.frame_bytes = store::kSegmentFrameBytes;
    const auto frame = [&](std::uint64_t index) {
        const ByteView bytes =
            segment.bytes.subspan(index * header.frame_bytes, header.frame_size(index));
        return key_.seal(bytes, header.bound_bytes(index));
    };
    return store::write_segment_file(
        directory_ / name_of(segment.first_place, segment.place_end, segment.root), header, frame);
}

Status SegmentDirectory::keep(const scoring::Corpus& corpus) {
    const std::vector<scoring::CorpusSegment> segments = corpus.segments();
    Result<std::vector<Candidate>> found = candidates();
    if (!found) return found.error();
    if (segments.empty() && found->empty()) return Done{};
    std::error_code failed;
    std::filesystem::create_directories(directory_, failed);
    if (failed) return Error{Errc::kIo, "app.segments.directory"};
    std::set<std::filesystem::path> wanted;
    for (const scoring::CorpusSegment& segment : segments) {
        const std::filesystem::path path =
            directory_ / name_of(segment.first_place, segment.place_end, segment.root);
        wanted.insert(path);
        const bool there = std::any_of(found->begin(), found->end(),
                                       [&](const Candidate& have) { return have.path == path; });
        // After a fault the file of that name is not what it says.
        if (there && !fault_) continue;
        PRAMANA_TRY(write(segment));
    }
    fault_.reset();
    for (const Candidate& have : *found)
        if (!wanted.contains(have.path)) std::filesystem::remove(have.path, failed);
    return Done{};
}

}  // namespace pramana::app
