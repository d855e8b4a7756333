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
    Hash32 id;
    std::uint32_t epoch = 0;
    ParallelFor parallel_for;
    CorpusIndex index;
    MerkleLog tree;
    Hash32 root;
};

Hash32 Corpus::empty_root(const Hash32& id, std::uint32_t epoch) noexcept {
    std::uint8_t epoch_be[4];
    store_be(epoch, epoch_be);
    Sha256 hash;
    hash.update("pramana:corpus:empty:2");
    hash.update(id.view());
    hash.update(ByteView{epoch_be});
    return hash.finish();
}

Hash32 Corpus::next_root(const Hash32& id, std::uint32_t epoch, std::uint64_t place,
                         const Hash32& previous_root, const Hash32& merkle_head) noexcept {
    std::uint8_t numbers[12];
    store_be(epoch, numbers);
    store_be(place, numbers + 4);
    Sha256 hash;
    hash.update("pramana:corpus:2");
    hash.update(id.view());
    hash.update(ByteView{numbers});
    hash.update(previous_root.view());
    hash.update(merkle_head.view());
    return hash.finish();
}

Corpus::Corpus(const Hash32& id, std::uint32_t epoch, ParallelFor parallel_for)
    : state_{new State{.id = id,
                       .epoch = epoch,
                       .parallel_for = std::move(parallel_for),
                       .index = {},
                       .tree = {},
                       .root = empty_root(id, epoch)}} {}
Corpus::Corpus(Corpus&&) noexcept = default;
Corpus::~Corpus() = default;

std::uint64_t Corpus::size() const noexcept { return state_->tree.size(); }
std::uint64_t Corpus::chunks() const noexcept { return state_->index.rows(); }
Hash32 Corpus::root() const noexcept { return state_->root; }
const MerkleLog& Corpus::tree() const noexcept { return state_->tree; }

Result<Score> Corpus::score(const Prepared& prepared, const Ruleset& ruleset) const {
    const Prepared::State& contribution = prepared.state();
    if (contribution.steps.ruleset != ruleset.digest())
        return Error{Errc::kRulesetInvalid, "scoring.corpus.score.ruleset"};
    const std::vector<Known> known =
        assess(contribution, state_->index, ruleset.values().semantic, state_->parallel_for);
    return make_score(contribution, known, ruleset.values().pay);
}

Status Corpus::check_entry(ByteView corpus_entry) {
    const Result<EntryRecord> entry = decode_entry(corpus_entry);
    if (!entry) return entry.error();
    return Done{};
}

Status Corpus::append(ByteView corpus_entry) {
    const Result<EntryRecord> entry = decode_entry(corpus_entry);
    if (!entry) return entry.error();
    State& state = *state_;
    const std::uint64_t place = state.tree.size();
    state.index.append(*entry);
    state.tree.append(merkle_leaf(sha256(corpus_entry).view()));
    state.root = next_root(state.id, state.epoch, place, state.root, state.tree.head());
    return Done{};
}

}  // namespace pramana::scoring
