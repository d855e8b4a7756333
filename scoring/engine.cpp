#include "pramana/scoring/engine.hpp"

#include "novelty/prepared.hpp"
#include "pramana/scoring/document.hpp"
#include "pramana/scoring/encoder.hpp"
#include "pramana/scoring/ruleset.hpp"
#include "pramana/scoring/tokenizer.hpp"
#include "prepare.hpp"

#include <utility>

namespace pramana::scoring {

Prepared::Prepared(std::unique_ptr<State> state) noexcept : state_{std::move(state)} {}
Prepared::Prepared(Prepared&&) noexcept = default;
Prepared& Prepared::operator=(Prepared&&) noexcept = default;
Prepared::~Prepared() = default;

Bytes Prepared::corpus_entry() const { return entry_of(*state_); }
const ContentSteps& Prepared::steps() const noexcept { return state_->steps; }
std::uint32_t Prepared::chunks() const noexcept {
    return static_cast<std::uint32_t>(state_->chunks.size());
}

Bytes entry_of(const Prepared::State& state) {
    EntryRecord entry;
    entry.codes = state.codes;
    for (const PreparedChunk& chunk : state.chunks)
        entry.chunks.push_back({chunk.exact, chunk.prints.kept(), chunk.content});
    return encode_entry(entry);
}

struct Engine::State {
    Tokenizer tokenizer;
    Encoder encoder;
    TextModel model;
    ParallelFor parallel_for;
};

Engine::Engine(std::shared_ptr<const Model> model, ParallelFor parallel_for)
    : state_{new State{Tokenizer{model}, Encoder{model}, {}, std::move(parallel_for)}} {
    State* state = state_.get();
    state->model.digest = model->digest();
    state->model.encode = [state](std::string_view text) { return state->tokenizer.encode(text); };
    state->model.embed = [state](const TokenBatch& batch, std::span<std::int8_t> codes) {
        state->encoder.embed(batch, codes);
    };
}
Engine::~Engine() = default;

Result<Prepared> Engine::prepare(const Document& document, const Ruleset& ruleset) const {
    return prepare_with(state_->model, document, ruleset, state_->parallel_for);
}

}  // namespace pramana::scoring
