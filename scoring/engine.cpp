#include "pramana/scoring/engine.hpp"

#include "cpu/registry.hpp"
#include "embed/lockstep.hpp"
#include "model/parts.hpp"
#include "novelty/prepared.hpp"
#include "pramana/scoring/document.hpp"
#include "pramana/scoring/encoder.hpp"
#include "pramana/scoring/ruleset.hpp"
#include "pramana/scoring/tokenizer.hpp"
#include "prepare.hpp"

#include <algorithm>
#include <utility>

namespace pramana::scoring {

Prepared::Prepared(std::unique_ptr<State> state) noexcept : state_{std::move(state)} {}
Prepared::Prepared(Prepared&&) noexcept = default;
Prepared& Prepared::operator=(Prepared&&) noexcept = default;
Prepared::~Prepared() = default;

Bytes Prepared::corpus_entry() const { return entry_of(*state_); }
const ContentSteps& Prepared::steps() const noexcept { return state_->steps; }
bool Prepared::sampled() const noexcept { return state_->sampled; }
std::uint32_t Prepared::chunks() const noexcept {
    return static_cast<std::uint32_t>(state_->chunks.size());
}

Bytes Prepared::quarantine_entry(const OwnerTag& owner) const {
    EntryRecord entry = record_of(*state_);
    entry.quarantined = owner;
    return encode_entry(entry);
}

SecretVector<std::uint64_t> PreparedChunk::kept() const {
    SecretVector<std::uint64_t> out = prints.kept();
    if (sets.empty()) return out;
    SecretVector<std::uint64_t> all(out.size() + sets.size());
    all.resize(static_cast<std::size_t>(
        std::set_union(out.begin(), out.end(), sets.begin(), sets.end(), all.begin()) -
        all.begin()));
    return all;
}

EntryRecord record_of(const Prepared::State& state) {
    EntryRecord entry;
    entry.codes = state.codes;
    for (const PreparedChunk& chunk : state.chunks)
        entry.chunks.push_back({chunk.exact, chunk.kept(), chunk.content});
    return entry;
}

Bytes entry_of(const Prepared::State& state) { return encode_entry(record_of(state)); }

struct Engine::State {
    Tokenizer tokenizer;
    Encoder encoder;
    TextModel model;
    ParallelFor parallel_for;
    std::shared_ptr<const Model> source;
    std::unique_ptr<GatedEncoder> gated = {};  ///< null: the CPU alone
};

Engine::Engine(std::shared_ptr<const Model> model, ParallelFor parallel_for, Backend backend,
               std::optional<EngineDevices> devices)
    : state_{new State{Tokenizer{model},
                       Encoder{model, backend},
                       {},
                       std::move(parallel_for),
                       std::move(model),
                       {}}} {
    State* state = state_.get();
    state->model.digest = state->source->digest();
    state->model.encode = [state](std::string_view text, Pieces& out) {
        state->tokenizer.encode_into(text, out);
    };
    state->model.words = words_of(state->tokenizer);
    state->model.embed = [state](const TokenBatch& batch, std::span<std::int8_t> codes) {
        state->encoder.embed(batch, codes);
    };
    if (devices) {
        state->gated = std::make_unique<GatedEncoder>(state->model.embed, devices->gate,
                                                      std::move(devices->devices));
        state->model.embed = [state](const TokenBatch& batch, std::span<std::int8_t> codes) {
            state->gated->embed(batch, codes);
        };
    }
    state->model.continues = [state](std::uint16_t piece) {
        return state->tokenizer.continues(piece);
    };
}
Engine::~Engine() = default;
Backend Engine::backend() const noexcept { return state_->encoder.backend(); }
DeviceCounts Engine::device_counts() const noexcept {
    return state_->gated == nullptr ? DeviceCounts{} : state_->gated->counts();
}

Result<Prepared> Engine::prepare(const Document& document, const Ruleset& ruleset,
                                 const std::optional<Hash32>& seed) const {
    return prepare_with(state_->model, document, ruleset, state_->parallel_for, seed);
}

std::optional<ChunkSteps> Engine::steps_of_chunk(const Document& document, const Ruleset& ruleset,
                                                 std::uint32_t chunk,
                                                 const std::optional<Hash32>& seed) const {
    return scoring::steps_of_chunk(state_->model, document, ruleset, chunk, seed);
}

std::optional<OperationDifference> Engine::differs_from_reference(const Document& document,
                                                                  const Ruleset& ruleset,
                                                                  std::uint32_t chunk) const {
    Pieces ids{kPieceBegin};
    const Pieces pieces = pieces_of_chunk(state_->model, document, ruleset.values(), chunk);
    ids.insert(ids.end(), pieces.begin(), pieces.end());
    ids.push_back(kPieceEnd);
    return first_difference(state_->source->parts(), reference_kernels(),
                            find_backend(backend())->kernels(), ids);
}

}  // namespace pramana::scoring
