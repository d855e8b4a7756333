#include "pramana/store/corpus_log_file.hpp"

#include "pramana/core/endian.hpp"

#include "file_bytes.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace pramana::store {
namespace {

// "PRCL", version 1, corpus id, epoch big-endian; then records: u32 big-endian length, sealed
// entry.
constexpr std::string_view kMagic{"PRCL\x01", 5};
constexpr std::size_t kHeaderBytes = kMagic.size() + Hash32::kSize + 4;
constexpr std::size_t kLengthBytes = 4;

Bytes header_of(const CorpusKey& corpus) {
    Bytes header;
    append(header, kMagic);
    append(header, corpus.id.view());
    append_be(header, corpus.epoch);
    return header;
}

}  // namespace

Result<std::unique_ptr<CorpusLogFile>> CorpusLogFile::open(const std::filesystem::path& file,
                                                           const std::optional<CorpusKey>& corpus,
                                                           bool may_create) {
    const int flags = O_RDWR | O_CLOEXEC | (may_create ? O_CREAT : 0);
    const int opened = ::open(file.c_str(), flags, 0600);
    if (opened < 0)
        return errno == ENOENT && !may_create ? Error{Errc::kNotFound, "store.corpus_log.open"}
                                              : io_error("store.corpus_log.open");
    std::unique_ptr<CorpusLogFile> log{new CorpusLogFile{opened, corpus.value_or(CorpusKey{})}};
    if (::flock(opened, LOCK_EX | LOCK_NB) != 0)
        return Error{Errc::kStoreLocked, "store.corpus_log.lock"};
    struct stat facts{};
    if (::fstat(opened, &facts) != 0) return io_error("store.corpus_log.stat");
    if (static_cast<std::size_t>(facts.st_size) < kHeaderBytes) {  // new, or died while it was made
        if (!may_create) return Error{Errc::kNotFound, "store.corpus_log.header"};
        if (!write_at(opened, header_of(log->corpus_), 0) || ::fdatasync(opened) != 0 ||
            !sync_directory_of(file))
            return io_error("store.corpus_log.header");
        return log;
    }
    Bytes header(kHeaderBytes);
    if (!read_at(opened, header, 0)) return io_error("store.corpus_log.header");
    CorpusKey found;
    const auto id = header.begin() + static_cast<std::ptrdiff_t>(kMagic.size());
    std::copy_n(id, Hash32::kSize, found.id.bytes.begin());
    found.epoch = load_be<std::uint32_t>(header.data() + kMagic.size() + Hash32::kSize);
    if (header_of(found) != header || (corpus && found != *corpus))
        return Error{Errc::kCorpusCorrupt, "store.corpus_log.header"};
    log->corpus_ = found;
    PRAMANA_TRY(log->find_records());
    return log;
}

CorpusLogFile::~CorpusLogFile() { ::close(file_); }

Status CorpusLogFile::find_records() {
    struct stat facts{};
    if (::fstat(file_, &facts) != 0) return io_error("store.corpus_log.stat");
    const auto file_bytes = static_cast<std::uint64_t>(facts.st_size);
    std::uint64_t at = kHeaderBytes;
    while (at + kLengthBytes <= file_bytes) {
        std::uint8_t length_be[kLengthBytes];
        if (!read_at(file_, length_be, at)) return io_error("store.corpus_log.read");
        const std::uint64_t length = load_be<std::uint32_t>(length_be);
        if (length > kCorpusEntryBytesMax)
            return Error{Errc::kCorpusCorrupt, "store.corpus_log.length"};
        if (length > file_bytes - at - kLengthBytes) break;
        at += kLengthBytes + length;
        ends_.push_back(at);
    }
    torn_ = at != file_bytes;
    return Done{};
}

Result<Bytes> CorpusLogFile::entry(std::uint64_t place) const {
    PRAMANA_CHECK(place < ends_.size());
    const std::uint64_t begin = (place == 0 ? kHeaderBytes : ends_[place - 1]) + kLengthBytes;
    Bytes sealed(ends_[place] - begin);
    if (!read_at(file_, sealed, begin)) return io_error("store.corpus_log.read");
    return sealed;
}

Status CorpusLogFile::append(ByteView sealed_entry) {
    if (failed_) return Error{Errc::kIo, "store.corpus_log.failed"};
    if (sealed_entry.size() > kCorpusEntryBytesMax)
        return Error{Errc::kTooLarge, "store.corpus_log.entry"};
    Bytes record;
    record.reserve(kLengthBytes + sealed_entry.size());
    append_be(record, static_cast<std::uint32_t>(sealed_entry.size()));
    pramana::append(record, sealed_entry);
    const std::uint64_t at = ends_.empty() ? kHeaderBytes : ends_.back();
    if (torn_ && ::ftruncate(file_, static_cast<off_t>(at)) != 0)
        return io_error("store.corpus_log.cut");
    torn_ = false;
    if (!write_at(file_, record, at) || ::fdatasync(file_) != 0) {
        failed_ = true;
        return io_error("store.corpus_log.append");
    }
    ends_.push_back(at + record.size());
    return Done{};
}

}  // namespace pramana::store
