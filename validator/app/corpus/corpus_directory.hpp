#pragma once

#include "pramana/crypto/aead.hpp"
#include "pramana/scoring/engine.hpp"
#include "pramana/store/corpus_log_file.hpp"
#include "segment_directory.hpp"

#include <filesystem>
#include <memory>
#include <optional>

namespace pramana::app {

struct CorpusDirectoryOptions {
    std::filesystem::path directory;
    /// nullopt: whatever the directory holds (a new one: id of zeros, epoch 0).
    std::optional<store::CorpusKey> corpus;
    /// Whether a missing directory is made; otherwise it is kNotFound.
    bool may_create = true;
    /// Loads the corpus as it was before this place, to replay a score; append() is then refused.
    std::optional<std::uint64_t> places_max;
};

/// A corpus that lives in a directory of its own, sealed: `log` is the truth, `head` says how long
/// it is at least, `segments/` only save time. What they do not cover is replayed from the log when
/// it is opened, root by root. What the command line scores against. Thread: one at a time; const
/// use of corpus() from any thread between appends.
class CorpusDirectory {
  public:
    /// `key` has 32 bytes and is the only one that opens the directory.
    /// Errors: kNotFound, kStoreLocked, kCorpusCorrupt (altered, of another corpus, or another
    /// key), kIo, kStorageFull; kConflict (places_max is beyond the log).
    [[nodiscard]] static Result<std::unique_ptr<CorpusDirectory>> open(
        const CorpusDirectoryOptions& options, SecretBytes key,
        scoring::ParallelFor parallel_for = {});

    [[nodiscard]] const store::CorpusKey& key() const noexcept { return log_->corpus(); }
    /// Loaded: size(), root(), tree(), score().
    [[nodiscard]] const scoring::Corpus& corpus() const noexcept { return corpus_; }
    /// The segment that was refused on opening, if one was: the corpus was then read from its log,
    /// and the next append or checkpoint writes the segments anew.
    [[nodiscard]] const std::optional<SegmentFault>& refused_segment() const noexcept {
        return refused_;
    }
    /// Appends `Prepared::corpus_entry()` at place corpus().size(): durable first, then in memory.
    /// Errors: kCorpusCorrupt (it does not decode), kConflict (opened with places_max),
    /// kStorageFull, kIo.
    [[nodiscard]] Status append(ByteView corpus_entry);
    /// The same in memory only: a dry run. append() is refused from then on.
    /// Errors: kCorpusCorrupt.
    [[nodiscard]] Status append_unsaved(ByteView corpus_entry);

    /// As Corpus::attach.
    void attach(std::vector<std::shared_ptr<const scoring::ReferenceCorpus>> references) {
        corpus_.attach(std::move(references));
    }

    /// Writes all places into segments, so that the next opening replays nothing. Never needed.
    /// Errors: kConflict (opened with places_max), kStorageFull, kIo.
    [[nodiscard]] Status checkpoint();

  private:
    CorpusDirectory(std::unique_ptr<store::CorpusLogFile> log,
                    const CorpusDirectoryOptions& options, SecretBytes key,
                    scoring::ParallelFor parallel_for);
    [[nodiscard]] Status load(std::uint64_t places);
    /// Whether the log has all that the head says was acknowledged. Errors: kCorpusCorrupt, kIo.
    [[nodiscard]] Status check_head() const;
    /// Writes down how much of the log is acknowledged. Errors: kStorageFull, kIo.
    [[nodiscard]] Status write_head() const;
    /// Whether the log's last entry before size() is the last of the segments that were loaded.
    [[nodiscard]] Status check_last_entry();
    [[nodiscard]] Status replay(std::uint64_t places);
    [[nodiscard]] Result<SecretBytes> entry(std::uint64_t place, const Hash32& previous_root);

    std::unique_ptr<store::CorpusLogFile> log_;
    std::filesystem::path head_file_;
    scoring::ParallelFor parallel_for_;
    SegmentDirectory segments_;
    SealingKey sealing_;
    scoring::Corpus corpus_;
    std::optional<SegmentFault> refused_;
    bool appends_;
};

/// The key in `file` (32 bytes, mode 0600), drawn and stored there first if the file is missing.
/// Errors: kBadRequest (not 32 bytes), kIo, kStorageFull.
[[nodiscard]] Result<SecretBytes> corpus_key_in(const std::filesystem::path& file);

}  // namespace pramana::app
