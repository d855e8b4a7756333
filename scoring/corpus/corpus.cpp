#include "corpus/index.hpp"
#include "novelty/novelty.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/scoring/engine.hpp"
#include "pramana/scoring/ruleset.hpp"
#include "score.hpp"

#include <utility>

namespace pramana::scoring {

struct Corpus::State {
    CorpusIndex index;
    Hash32 root;
    std::uint64_t places = 0;
    ParallelFor parallel_for;
};

Corpus::Corpus(const Hash32& id, std::uint32_t epoch, ParallelFor parallel_for)
    : state_{new State} {
    Bytes seed;
    pramana::append(seed, "pramana:corpus:empty:1");
    pramana::append(seed, id.view());
    append_be(seed, epoch);
    state_->root = sha256(seed);
    state_->parallel_for = std::move(parallel_for);
}
Corpus::Corpus(Corpus&&) noexcept = default;
Corpus::~Corpus() = default;

std::uint64_t Corpus::size() const noexcept { return state_->places; }
Hash32 Corpus::root() const noexcept { return state_->root; }

Result<Score> Corpus::score(const Prepared& prepared, const Ruleset& ruleset) const {
    const Prepared::State& contribution = prepared.state();
    if (contribution.ruleset != ruleset.digest())
        return Error{Errc::kRulesetInvalid, "scoring.corpus.score.ruleset"};
    const std::vector<Known> known =
        assess(contribution, state_->index, ruleset.values().semantic, state_->parallel_for);
    return make_score(contribution, known, ruleset.values().pay);
}

Status Corpus::append(ByteView corpus_entry) {
    const Result<EntryRecord> entry = decode_entry(corpus_entry);
    if (!entry) return entry.error();
    state_->index.append(*entry);
    Bytes link;
    pramana::append(link, "pramana:corpus:1");
    pramana::append(link, state_->root.view());
    append_be(link, state_->places);
    pramana::append(link, sha256(corpus_entry).view());
    state_->root = sha256(link);
    ++state_->places;
    return Done{};
}

}  // namespace pramana::scoring
