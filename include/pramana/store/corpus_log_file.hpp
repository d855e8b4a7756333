#pragma once

#include "pramana/store/records.hpp"

#include <filesystem>
#include <memory>

namespace pramana::store {

/// The log of one corpus in one file, for a corpus that has no store beside it (the command line).
/// Append-only; what it holds is sealed by its caller. Format: docs/formats.md "Corpus directory".
/// Thread: one at a time.
class CorpusLogFile {
  public:
    /// Opens the file, or makes it if `may_create`; holds it with `flock` until destruction. An
    /// incomplete record at the end was never acknowledged: it does not count, and the next append
    /// cuts it off. Until then nothing is written, because a damaged length looks the same. Without
    /// `corpus`, the file's own name is taken (of a new file: id of zeros, epoch 0).
    /// Errors: kNotFound, kStoreLocked, kCorpusCorrupt (not a log, or of another corpus), kIo,
    /// kStorageFull.
    [[nodiscard]] static Result<std::unique_ptr<CorpusLogFile>> open(
        const std::filesystem::path& file, const std::optional<CorpusKey>& corpus,
        bool may_create = true);
    ~CorpusLogFile();
    CorpusLogFile(const CorpusLogFile&) = delete;
    CorpusLogFile& operator=(const CorpusLogFile&) = delete;

    [[nodiscard]] const CorpusKey& corpus() const noexcept { return corpus_; }
    [[nodiscard]] std::uint64_t size() const noexcept { return ends_.size(); }  ///< places
    /// The sealed entry of a place < size(), else it aborts. Errors: kIo.
    [[nodiscard]] Result<Bytes> entry(std::uint64_t place) const;
    /// Appends at place size(); durable before it returns. After an error nothing more is taken.
    /// Errors: kTooLarge (beyond kCorpusEntryBytesMax), kStorageFull, kIo.
    [[nodiscard]] Status append(ByteView sealed_entry);

  private:
    CorpusLogFile(int file, const CorpusKey& corpus) noexcept : file_{file}, corpus_{corpus} {}
    [[nodiscard]] Status find_records();

    int file_;
    CorpusKey corpus_;
    std::vector<std::uint64_t> ends_;  ///< offset behind each record
    bool torn_ = false;                ///< there is more in the file than records
    bool failed_ = false;
};

}  // namespace pramana::store
