#pragma once

#include "pramana/crypto/aead.hpp"
#include "pramana/scoring/engine.hpp"
#include "pramana/store/corpus_log_file.hpp"

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

/// A corpus that lives in a directory of its own, sealed: `log` is the truth, loaded into memory on
/// opening and verified root by root. What the command line scores against. Thread: one at a time;
/// const use of corpus() from any thread between appends.
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
    /// Appends `Prepared::corpus_entry()` at place corpus().size(): durable first, then in memory.
    /// Errors: kCorpusCorrupt (it does not decode), kConflict (opened with places_max),
    /// kStorageFull, kIo.
    [[nodiscard]] Status append(ByteView corpus_entry);
    /// The same in memory only: a dry run. append() is refused from then on.
    /// Errors: kCorpusCorrupt.
    [[nodiscard]] Status append_unsaved(ByteView corpus_entry);

  private:
    CorpusDirectory(std::unique_ptr<store::CorpusLogFile> log, SecretBytes key,
                    scoring::ParallelFor parallel_for, bool appends);
    [[nodiscard]] Status replay(std::uint64_t places);

    std::unique_ptr<store::CorpusLogFile> log_;
    SealingKey sealing_;
    scoring::Corpus corpus_;
    bool appends_;
};

/// The key in `file` (32 bytes, mode 0600), drawn and stored there first if the file is missing.
/// Errors: kBadRequest (not 32 bytes), kIo, kStorageFull.
[[nodiscard]] Result<SecretBytes> corpus_key_in(const std::filesystem::path& file);

}  // namespace pramana::app
