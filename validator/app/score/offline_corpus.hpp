#pragma once

#include "corpus_directory.hpp"

namespace pramana::app {

/// What the command line scores against: a corpus in memory that starts empty, or the one of a
/// directory, to which entries are appended durably or not at all. Thread: one at a time.
class OfflineCorpus {
  public:
    /// Empty, in memory.
    OfflineCorpus(const store::CorpusKey& key, scoring::ParallelFor parallel_for)
        : key_{key}, memory_{std::in_place, key.id, key.epoch, std::move(parallel_for)} {}
    /// The corpus of a directory; with `commits` what is appended is durable.
    OfflineCorpus(std::unique_ptr<CorpusDirectory> directory, bool commits)
        : key_{directory->key()}, directory_{std::move(directory)}, commits_{commits} {}

    [[nodiscard]] const store::CorpusKey& key() const noexcept { return key_; }
    [[nodiscard]] const scoring::Corpus& corpus() const noexcept {
        return directory_ ? directory_->corpus() : *memory_;
    }
    /// Public texts at hand; a ruleset uses those that it names.
    void attach(std::vector<std::shared_ptr<const scoring::ReferenceCorpus>> references) {
        if (directory_)
            directory_->attach(std::move(references));
        else
            memory_->attach(std::move(references));
    }
    [[nodiscard]] bool commits() const noexcept { return commits_; }
    /// Errors: those of CorpusDirectory::append and append_unsaved.
    [[nodiscard]] Status append(ByteView corpus_entry) {
        if (!directory_) return memory_->append(corpus_entry);
        return commits_ ? directory_->append(corpus_entry)
                        : directory_->append_unsaved(corpus_entry);
    }

  private:
    store::CorpusKey key_;
    std::optional<scoring::Corpus> memory_;
    std::unique_ptr<CorpusDirectory> directory_;
    bool commits_ = false;
};

}  // namespace pramana::app
