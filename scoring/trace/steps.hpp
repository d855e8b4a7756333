#pragma once

#include "canonical/canonical.hpp"
#include "chunk/chunker.hpp"
#include "novelty/prepared.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/scoring/document.hpp"
#include "pramana/scoring/trace.hpp"
#include "quality/quality.hpp"

namespace pramana::scoring {

/// Gathers what extraction and canonical text gave, record by record.
class RecordSteps {
  public:
    void add(const Record& record, const CanonicalText& canonical);
    /// Without the features and the quality, which come later.
    [[nodiscard]] DocumentSteps finish();

  private:
    Sha256 records_;
    Sha256 canonical_;
    std::uint64_t ill_formed_ = 0;
};

/// Over every feature in order: whether it applies, and its value.
[[nodiscard]] Hash32 digest_of(const Features& features) noexcept;

/// One row a chunk; `prepared` has its fingerprints and codes.
[[nodiscard]] SecretVector<ChunkSteps> chunk_steps(const std::vector<Chunk>& chunks,
                                                   const Prepared::State& prepared);

}  // namespace pramana::scoring
