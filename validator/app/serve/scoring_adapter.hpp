#pragma once

#include "pramana/pipeline/ports.hpp"
#include "pramana/scoring/engine.hpp"
#include "pramana/scoring/model.hpp"
#include "pramana/scoring/reference.hpp"
#include "pramana/scoring/ruleset.hpp"
#include "segment_directory.hpp"

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>

namespace pramana::app {

/// Where corpora are kept, and the enclave's key to it.
struct CorpusKeep {
    std::filesystem::path directory;
    SecretBytes vault_key;
};

/// Engine and corpora. `search`, if given, searches their rows in the processor's place; it outlives
/// this. Every corpus is used by one thread at a time; the map of them by any.
class ScoringAdapter final : public pipeline::ScorePort {
  public:
    ScoringAdapter(std::shared_ptr<const scoring::Model> model,
                   std::vector<scoring::Ruleset> rulesets, scoring::ParallelFor parallel_for,
                   std::optional<CorpusKeep> keep = {},
                   std::vector<std::shared_ptr<const scoring::ReferenceCorpus>> references = {},
                   std::optional<scoring::EngineDevices> devices = {},
                   scoring::RowSearch* search = nullptr);
    /// Where batches were computed.
    [[nodiscard]] scoring::DeviceCounts device_counts() const noexcept {
        return engine_.device_counts();
    }
    Result<std::unique_ptr<pipeline::PreparedContribution>> prepare(
        const Hash32& ruleset, SecretBytes opened, const std::optional<Hash32>& seed) override;
    void reset(const pipeline::CorpusName& corpus) override;
    void restore(const pipeline::CorpusName& corpus) override;
    void keep(const pipeline::CorpusName& corpus) override;
    pipeline::CorpusState state(const pipeline::CorpusName& corpus) override;
    Result<pipeline::ScoreFacts> score(const pipeline::CorpusName& corpus, const Hash32& ruleset,
                                       const pipeline::PreparedContribution& contribution,
                                       const Address& owner) override;
    Status append(const pipeline::CorpusName& corpus, const SecretBytes& entry) override;

  private:
    [[nodiscard]] const scoring::Ruleset* find(const Hash32& ruleset) const;
    scoring::Corpus& corpus_of(const pipeline::CorpusName& name);
    /// Where a corpus is kept; with one, else it aborts.
    SegmentDirectory& segments_of(const pipeline::CorpusName& name);

    const scoring::ParallelFor parallel_for_;
    const scoring::Engine engine_;
    const std::map<Hash32, scoring::Ruleset> rulesets_;
    const std::optional<CorpusKeep> keep_;
    const std::vector<std::shared_ptr<const scoring::ReferenceCorpus>> references_;
    scoring::RowSearch* const search_;
    std::mutex mutex_;
    std::map<pipeline::CorpusName, scoring::Corpus> corpora_;
    std::map<pipeline::CorpusName, SegmentDirectory> segments_;
};

}  // namespace pramana::app
