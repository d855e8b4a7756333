#include "scoring_adapter.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/os/log.hpp"
#include "pramana/scoring_document/extract.hpp"
#include "score/score_facts.hpp"
#include "score/scored_file.hpp"

#include <limits>

namespace pramana::app {
namespace {

class Contribution final : public pipeline::PreparedContribution {
  public:
    explicit Contribution(scoring::Prepared prepared) : prepared_{std::move(prepared)} {}
    [[nodiscard]] SecretBytes corpus_entry(const pipeline::CorpusName& corpus, const Address& owner,
                                           bool rejected) const override {
        Bytes entry = entry_of(prepared_, rejected, tag_of({corpus.id, corpus.epoch}, owner));
        SecretBytes kept = SecretBytes::copy_of(entry);
        wipe(entry);
        return kept;
    }
    [[nodiscard]] pipeline::ContentHashes content() const override {
        return {.text = prepared_.steps().document.canonical, .leaves = prepared_.steps().leaves()};
    }
    [[nodiscard]] const scoring::Prepared& prepared() const noexcept { return prepared_; }

  private:
    scoring::Prepared prepared_;
};

std::map<Hash32, scoring::Ruleset> by_digest(std::vector<scoring::Ruleset> rulesets) {
    std::map<Hash32, scoring::Ruleset> map;
    for (scoring::Ruleset& ruleset : rulesets) map.emplace(ruleset.digest(), std::move(ruleset));
    return map;
}

}  // namespace

ScoringAdapter::ScoringAdapter(
    std::shared_ptr<const scoring::Model> model, std::vector<scoring::Ruleset> rulesets,
    scoring::ParallelFor parallel_for, std::optional<CorpusKeep> keep,
    std::vector<std::shared_ptr<const scoring::ReferenceCorpus>> references,
    std::optional<scoring::EngineDevices> devices, scoring::RowSearch* search)
    : parallel_for_{std::move(parallel_for)},
      engine_{std::move(model), parallel_for_, scoring::Backend::kBest, std::move(devices)},
      rulesets_{by_digest(std::move(rulesets))},
      keep_{std::move(keep)},
      references_{std::move(references)},
      search_{search} {}

const scoring::Ruleset* ScoringAdapter::find(const Hash32& ruleset) const {
    const auto found = rulesets_.find(ruleset);
    return found == rulesets_.end() ? nullptr : &found->second;
}

scoring::Corpus& ScoringAdapter::corpus_of(const pipeline::CorpusName& name) {
    const std::lock_guard lock{mutex_};
    const auto [found, made] = corpora_.try_emplace(name, name.id, name.epoch, parallel_for_);
    if (made) found->second.attach(references_);
    if (made && search_ != nullptr) found->second.attach_search(*search_);
    return found->second;
}

Result<std::unique_ptr<pipeline::PreparedContribution>> ScoringAdapter::prepare(
    const Hash32& ruleset, SecretBytes opened, const std::optional<Hash32>& seed) {
    const scoring::Ruleset* const rules = find(ruleset);
    if (rules == nullptr) return Error{Errc::kRulesetInvalid, "app.scoring.ruleset"};
    const Result<scoring::Document> document =
        scoring::extract(opened.expose(), rules->values().extract);
    opened = SecretBytes{};
    if (!document) return document.error();
    Result<scoring::Prepared> prepared = engine_.prepare(*document, *rules, seed);
    if (!prepared) return prepared.error();
    return std::unique_ptr<pipeline::PreparedContribution>{
        std::make_unique<Contribution>(*std::move(prepared))};
}

void ScoringAdapter::reset(const pipeline::CorpusName& corpus) {
    const std::lock_guard lock{mutex_};
    corpora_.erase(corpus);
}

SegmentDirectory& ScoringAdapter::segments_of(const pipeline::CorpusName& name) {
    PRAMANA_CHECK(keep_.has_value());
    const std::lock_guard lock{mutex_};
    const auto found = segments_.find(name);
    if (found != segments_.end()) return found->second;
    const std::string directory = to_hex(name.id.view()) + "-" + std::to_string(name.epoch);
    return segments_
        .try_emplace(name, keep_->directory / directory, store::CorpusKey{name.id, name.epoch},
                     keep_->vault_key, parallel_for_)
        .first->second;
}

void ScoringAdapter::restore(const pipeline::CorpusName& corpus) {
    reset(corpus);
    if (!keep_) return;
    const Status loaded =
        segments_of(corpus).load(corpus_of(corpus), std::numeric_limits<std::uint64_t>::max());
    if (loaded) return;
    log::error("corpus.segments.not_restored", {{"corpus", corpus.id}, {"error", loaded.error()}});
    reset(corpus);
}

void ScoringAdapter::keep(const pipeline::CorpusName& corpus) {
    scoring::Corpus& held = corpus_of(corpus);
    held.settle();
    if (!keep_) return;
    const Status kept = segments_of(corpus).keep(held);
    if (!kept)  // costs time at the next start, nothing else
        log::warn("corpus.segments.not_kept", {{"corpus", corpus.id}, {"error", kept.error()}});
}

pipeline::CorpusState ScoringAdapter::state(const pipeline::CorpusName& corpus) {
    const scoring::Corpus& held = corpus_of(corpus);
    return {.size = held.size(), .root = held.root()};
}

Result<pipeline::ScoreFacts> ScoringAdapter::score(
    const pipeline::CorpusName& corpus, const Hash32& ruleset,
    const pipeline::PreparedContribution& contribution, const Address& owner) {
    const scoring::Ruleset* const rules = find(ruleset);
    if (rules == nullptr) return Error{Errc::kRulesetInvalid, "app.scoring.ruleset"};
    const Result<scoring::Score> score =
        corpus_of(corpus).score(static_cast<const Contribution&>(contribution).prepared(), *rules,
                                tag_of({corpus.id, corpus.epoch}, owner));
    if (!score) return score.error();
    return facts_of(*score);
}

Status ScoringAdapter::append(const pipeline::CorpusName& corpus, const SecretBytes& entry) {
    return corpus_of(corpus).append(entry.expose());
}

}  // namespace pramana::app
