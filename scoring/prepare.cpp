#include "prepare.hpp"

#include "canonical/canonical.hpp"
#include "canonical/unicode.hpp"
#include "index/dot.hpp"
#include "pramana/core/check.hpp"
#include "pramana/scoring/ruleset.hpp"
#include "pramana/scoring/tokenizer.hpp"
#include "quality/quality.hpp"
#include "trace/steps.hpp"

#include <algorithm>

namespace pramana::scoring {
namespace {

constexpr std::size_t kBatchTexts = 64;

/// The texts of [begin, end) whose codes are wanted, embedded and laid at their rows.
void embed_range(const TextModel& model, const std::vector<Chunk>& chunks,
                 const std::vector<bool>& wanted, std::size_t begin, std::size_t end,
                 SecretVector<std::int8_t>& codes) {
    Pieces ids;
    std::vector<std::uint32_t> offsets{0};
    std::vector<std::size_t> rows;
    const auto flush = [&] {
        if (rows.empty()) return;
        SecretVector<std::int8_t> batch(rows.size() * kCodeDim);
        model.embed({ids, offsets}, batch);
        for (std::size_t i = 0; i < rows.size(); ++i)
            std::copy_n(batch.data() + i * kCodeDim, kCodeDim, codes.data() + rows[i] * kCodeDim);
        ids.clear();
        offsets.assign(1, 0);
        rows.clear();
    };
    for (std::size_t i = begin; i < end; ++i) {
        if (!wanted[i]) continue;
        ids.insert(ids.end(), chunks[i].pieces.begin(), chunks[i].pieces.end());
        offsets.push_back(static_cast<std::uint32_t>(ids.size()));
        rows.push_back(i);
        if (rows.size() == kBatchTexts) flush();
    }
    flush();
}

bool at_least(std::uint64_t part, std::uint64_t whole, std::uint32_t share_q16) {
    return part * kQ16One >= whole * share_q16;
}

/// Whether the model's idea of this chunk means anything.
bool semantic_applies(const Chunk& chunk, const SemanticRules& rules) {
    std::uint64_t unknown = 0, letters = 0;
    for (const std::uint16_t piece : chunk.pieces) unknown += piece == kPieceUnknown ? 1U : 0U;
    for (const Word& word : chunk.words.words) {
        const bool digits_only =
            word.scripts == 1U << static_cast<unsigned>(unicode::CharacterClass::kDigit);
        letters += digits_only ? 0U : word.characters;
    }
    return chunk.pieces.size() >= rules.pieces_min &&
           at_least(chunk.pieces.size() - unknown, chunk.pieces.size(),
                    kQ16One - rules.unknown_max_q16) &&
           at_least(letters, chunk.characters, rules.letters_min_q16);
}

std::vector<PreparedChunk> prepare_chunks(const std::vector<Chunk>& chunks,
                                          const LexicalRules& rules) {
    std::vector<PreparedChunk> out;
    out.reserve(chunks.size());
    for (const Chunk& chunk : chunks)
        out.push_back({chunk.weight, exact_hash(chunk.words), fingerprint(chunk.words, rules),
                       content_words(chunk.words)});
    return out;
}

}  // namespace

Result<Prepared> prepare_with(const TextModel& model, const Document& document,
                              const Ruleset& ruleset, const ParallelFor& parallel_for) {
    const RulesetValues& rules = ruleset.values();
    if (rules.model_sha256 != model.digest)
        return Error{Errc::kModelMismatch, "scoring.prepare.model"};
    if (document.records.size() > rules.extract.records_max)
        return Error{Errc::kTooLarge, "scoring.prepare.records"};
    Chunker chunker{rules.chunk, model.encode};
    RecordSteps records;
    for (const Record& record : document.records) {
        const CanonicalText text = canonicalize(record.text.expose());
        records.add(record, text);
        chunker.add({text.utf8.data(), text.utf8.size()});
        if (chunker.size() > rules.chunk.chunks_max)
            return Error{Errc::kTooLarge, "scoring.prepare.chunks"};
    }
    const std::vector<Chunk> chunks = std::move(chunker).finish();
    if (chunks.empty()) return Error{Errc::kTooFewTokens, "scoring.prepare.empty"};

    auto state = std::make_unique<Prepared::State>();
    state->chunks = prepare_chunks(chunks, rules.lexical);
    state->codes.assign(chunks.size() * kCodeDim, 0);
    std::vector<bool> wanted;
    wanted.reserve(chunks.size());
    for (const Chunk& chunk : chunks) wanted.push_back(semantic_applies(chunk, rules.semantic));
    const auto embed = [&](std::size_t begin, std::size_t end) {
        embed_range(model, chunks, wanted, begin, end, state->codes);
    };
    if (parallel_for)
        parallel_for(chunks.size(), embed);
    else
        embed(0, chunks.size());
    if (std::count(wanted.begin(), wanted.end(), false) * 2 >
        static_cast<std::ptrdiff_t>(chunks.size()))
        state->reasons.push_back({"meaning_not_compared",
                                  "Most of the text is a table, code or another language: only its "
                                  "wording is compared."});
    state->steps.ruleset = ruleset.digest();
    state->steps.document = records.finish();
    const Features features = measure(chunks, state->steps.document.ill_formed);
    Quality quality = judge(features, profile_of(document));
    state->quality = quality.value;
    state->reasons.insert(state->reasons.begin(), quality.reasons.begin(), quality.reasons.end());
    state->steps.document.features = digest_of(features);
    state->steps.document.quality_q16 = quality.value;
    state->steps.chunks = chunk_steps(chunks, *state);
    return Prepared{std::move(state)};
}

namespace {

/// The chunk alone, made again; nothing where there is no such chunk.
std::optional<Chunk> chunk_at(const TextModel& model, const Document& document,
                              const ChunkRules& rules, std::uint32_t index) {
    Chunker chunker{rules, model.encode};
    for (const Record& record : document.records) {
        const CanonicalText text = canonicalize(record.text.expose());
        chunker.add({text.utf8.data(), text.utf8.size()});
        if (chunker.size() > index) break;  // no chunk depends on what comes behind it
    }
    std::vector<Chunk> chunks = std::move(chunker).finish();
    if (index >= chunks.size()) return std::nullopt;
    return std::move(chunks[index]);
}

}  // namespace

Pieces pieces_of_chunk(const TextModel& model, const Document& document, const ChunkRules& rules,
                       std::uint32_t chunk) {
    std::optional<Chunk> made = chunk_at(model, document, rules, chunk);
    return made ? std::move(made->pieces) : Pieces{};
}

std::optional<ChunkSteps> steps_of_chunk(const TextModel& model, const Document& document,
                                         const Ruleset& ruleset, std::uint32_t chunk) {
    const RulesetValues& rules = ruleset.values();
    std::optional<Chunk> made = chunk_at(model, document, rules.chunk, chunk);
    if (!made) return std::nullopt;
    std::vector<Chunk> one;
    one.push_back(*std::move(made));
    Prepared::State state;
    state.chunks = prepare_chunks(one, rules.lexical);
    state.codes.assign(kCodeDim, 0);
    embed_range(model, one, {semantic_applies(one.front(), rules.semantic)}, 0, 1, state.codes);
    return chunk_steps(one, state).front();
}

}  // namespace pramana::scoring
