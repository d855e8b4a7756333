#pragma once

#include "pramana/crypto/aead.hpp"
#include "pramana/scoring/engine.hpp"
#include "pramana/store/segment_file.hpp"

#include <filesystem>
#include <optional>

namespace pramana::app {

/// A segment file that was refused: what it should have been and what it is.
struct SegmentFault {
    std::filesystem::path file;
    std::string_view site;  ///< which check refused it
    Hash32 expected;        ///< of the sealed frames, or the corpus root that had to be continued
    Hash32 found;
};

/// The sealed segments of one corpus, one file each. They only save time: the log of the corpus is
/// the truth, and whatever is missing or bad here is made anew from it. Thread: one at a time.
class SegmentDirectory {
  public:
    /// `key` is the enclave's; segments are sealed under a key derived from it. The directory is
    /// made when the first segment is written.
    SegmentDirectory(std::filesystem::path directory, const store::CorpusKey& corpus,
                     const SecretBytes& key, scoring::ParallelFor parallel_for);

    /// Takes over, into an empty corpus, the segments that lead from place 0 on, each the longest
    /// that continues the corpus and ends at `places_max` at most. Frames are opened in parallel.
    /// Errors: kCorpusCorrupt (fault() says which file and why; the corpus may hold the segments
    /// before it: the caller starts anew without segments), kIo.
    [[nodiscard]] Status load(scoring::Corpus& corpus, std::uint64_t places_max);
    [[nodiscard]] const std::optional<SegmentFault>& fault() const noexcept { return fault_; }

    /// The caller found that the segments belong to another history than its log: they are refused.
    /// Returns kCorpusCorrupt.
    [[nodiscard]] Error refuse_history(const Hash32& expected, const Hash32& found);

    /// Makes the files equal to the corpus' segments: writes what is missing, then removes what is
    /// no longer one. To be called when the log has all that the corpus has. Errors: kStorageFull,
    /// kIo.
    [[nodiscard]] Status keep(const scoring::Corpus& corpus);

  private:
    struct Candidate;
    [[nodiscard]] Result<std::vector<Candidate>> candidates() const;
    [[nodiscard]] Status take(const Candidate& candidate, scoring::Corpus& corpus);
    [[nodiscard]] Result<SecretBlock> opened(const store::SegmentFile& file);
    [[nodiscard]] Status write(const scoring::CorpusSegment& segment) const;
    [[nodiscard]] Error refuse(const std::filesystem::path& file, Error error,
                               const Hash32& expected, const Hash32& found);

    std::filesystem::path directory_;
    store::CorpusKey corpus_;
    SealingKey key_;
    scoring::ParallelFor parallel_for_;
    std::optional<SegmentFault> fault_;
};

}  // namespace pramana::app
