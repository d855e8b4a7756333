#pragma once

#include "chunk/chunker.hpp"
#include "novelty/prepared.hpp"
#include "pramana/scoring/document.hpp"
#include "pramana/scoring/encoder.hpp"

namespace pramana::scoring {

/// What the engine needs of a model; tests put a small one in its place.
struct TextModel {
    Hash32 digest;
    EncodeText encode;
    std::function<void(const TokenBatch& batch, std::span<std::int8_t> codes)>
        embed;  ///< any thread
    /// Whether a word-piece goes on with the word before it. None: the model has no such pieces.
    std::function<bool(std::uint16_t piece)> continues{};
    EncodeWords words{};  ///< the same pieces as `encode`; none: they are not found by words
};

/// Engine::prepare. Errors: kModelMismatch (the ruleset names another model), kTooLarge,
/// kTooFewTokens, kSeedNeeded.
[[nodiscard]] Result<Prepared> prepare_with(const TextModel& model, const Document& document,
                                            const Ruleset& ruleset, const ParallelFor& parallel_for,
                                            const std::optional<Hash32>& seed = std::nullopt);

/// Engine::steps_of_chunk.
[[nodiscard]] std::optional<ChunkSteps> steps_of_chunk(
    const TextModel& model, const Document& document, const Ruleset& ruleset, std::uint32_t chunk,
    const std::optional<Hash32>& seed = std::nullopt);

/// The word-pieces of one chunk, made again; empty where there is no such chunk.
[[nodiscard]] Pieces pieces_of_chunk(const TextModel& model, const Document& document,
                                     const RulesetValues& rules, std::uint32_t chunk);

}  // namespace pramana::scoring
