#include "prepare.hpp"

#include "canonical/canonical.hpp"
#include "canonical/unicode.hpp"
#include "chunk/sample.hpp"
#include "index/dot.hpp"
#include "lexical/edited.hpp"
#include "lexical/row_keys.hpp"
#include "pramana/core/check.hpp"
#include "pramana/scoring/ruleset.hpp"
#include "pramana/scoring/tokenizer.hpp"
#include "quality/language.hpp"
#include "quality/quality.hpp"
#include "quality/rules.hpp"
#include "trace/steps.hpp"

#include <algorithm>
#include <span>

namespace pramana::scoring {
namespace {

constexpr std::size_t kBatchTexts = 64;
/// Word-pieces of a share of the work: small, so that shares come out even between threads; a
/// thread's neighbouring shares are embedded together.
constexpr std::size_t kSharePieces = 256;

/// The texts at `rows`, embedded and their codes laid at their rows.
void embed_rows(const TextModel& model, const std::vector<Chunk>& chunks,
                std::span<const std::size_t> rows, SecretVector<std::int8_t>& codes) {
    for (std::size_t first = 0; first < rows.size(); first += kBatchTexts) {
        const auto batch = rows.subspan(first, std::min(kBatchTexts, rows.size() - first));
        Pieces ids;
        std::vector<std::uint32_t> offsets{0};
        for (const std::size_t row : batch) {
            ids.insert(ids.end(), chunks[row].pieces.begin(), chunks[row].pieces.end());
            offsets.push_back(static_cast<std::uint32_t>(ids.size()));
        }
        SecretVector<std::int8_t> out(batch.size() * kCodeDim);
        model.embed({ids, offsets}, out);
        for (std::size_t i = 0; i < batch.size(); ++i)
            std::copy_n(out.data() + i * kCodeDim, kCodeDim, codes.data() + batch[i] * kCodeDim);
    }
}

/// The same on the caller's threads, cut by pieces and not by chunks: some chunks are short, and
/// those of tables and code, which often lie together, are not embedded.
void embed_all(const TextModel& model, const std::vector<Chunk>& chunks,
               std::span<const std::size_t> rows, const ParallelFor& parallel_for,
               SecretVector<std::int8_t>& codes) {
    std::vector<std::size_t> cuts{0};
    std::size_t pieces = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        pieces += chunks[rows[i]].pieces.size();
        if (pieces < kSharePieces && i + 1 < rows.size()) continue;
        cuts.push_back(i + 1);
        pieces = 0;
    }
    const auto embed = [&](std::size_t begin, std::size_t end) {
        embed_rows(model, chunks, rows.subspan(cuts[begin], cuts[end] - cuts[begin]), codes);
    };
    if (parallel_for)
        parallel_for(cuts.size() - 1, embed);
    else
        embed(0, cuts.size() - 1);
}

bool at_least(std::uint64_t part, std::uint64_t whole, std::uint32_t share_q16) {
    return part * kQ16One >= whole * share_q16;
}

/// Whether the model's idea of this chunk means anything.
bool semantic_applies(const TextModel& model, const Chunk& chunk, const SemanticRules& rules) {
    std::uint64_t unknown = 0, continued = 0, letters = 0;
    for (const std::uint16_t piece : chunk.pieces) {
        unknown += piece == kPieceUnknown ? 1U : 0U;
        continued += model.continues && model.continues(piece) ? 1U : 0U;
    }
    for (const Word& word : chunk.words.words) {
        const bool digits_only =
            word.scripts == 1U << static_cast<unsigned>(unicode::CharacterClass::kDigit);
        letters += digits_only ? 0U : word.characters;
    }
    return chunk.table.empty() && chunk.pieces.size() >= rules.pieces_min &&
           at_least(chunk.pieces.size() - unknown, chunk.pieces.size(),
                    kQ16One - rules.unknown_max_q16) &&
           at_least(chunk.pieces.size() - continued, chunk.pieces.size(),
                    kQ16One - rules.continued_max_q16) &&
           at_least(letters, chunk.characters, rules.letters_min_q16);
}

PreparedChunk prepare_chunk(const TextModel& model, const Chunk& chunk,
                            const RulesetValues& rules) {
    const bool edits = rules.novelty.version > 1;
    PreparedChunk out{chunk.weight, exact_hash(chunk.words), {}, {}};
    if (chunk.table.empty()) {
        out.prints = fingerprint(chunk.words, rules.lexical);
        out.content = content_words(chunk.words);
        if (edits && !semantic_applies(model, chunk, rules.semantic))
            out.sets = word_sets(out.content, rules.novelty);
    } else {  // content words only corroborate meaning, which is off
        out.prints = fingerprint_rows(chunk.words, chunk.table, rules.lexical, rules.table);
    }
    if (edits) add_edited(chunk, rules.lexical, rules.novelty, out.prints);
    return out;
}

std::vector<PreparedChunk> prepare_chunks(const TextModel& model, const std::vector<Chunk>& chunks,
                                          const RulesetValues& rules) {
    std::vector<PreparedChunk> out;
    out.reserve(chunks.size());
    for (const Chunk& chunk : chunks) out.push_back(prepare_chunk(model, chunk, rules));
    return out;
}

void add_record(Chunker& chunker, Role role, const CanonicalText& text) {
    const std::string_view canonical{text.utf8.data(), text.utf8.size()};
    if (role == Role::kRow)
        chunker.add_row(canonical);
    else
        chunker.add(canonical);
}

/// Takes the weight of the chunks that the sample leaves out. True: there is a sample. Errors:
/// kSeedNeeded.
Result<bool> weigh_sample(std::vector<Chunk>& chunks, const SampleRules& rules,
                          const std::optional<Hash32>& seed) {
    SecretVector<std::uint32_t> weights;
    weights.reserve(chunks.size());
    for (const Chunk& chunk : chunks) weights.push_back(chunk.weight);
    const auto taken = draw_sample(weights, rules.characters_max, seed);
    if (!taken) return taken.error();
    if (!*taken) return false;
    for (std::size_t i = 0; i < chunks.size(); ++i)
        if ((**taken)[i] == 0) chunks[i].weight = 0;
    return true;
}

/// The languages of the chunks, from version 2 of quality on; those that are not paid weigh
/// nothing.
SecretVector<Language> told_languages(std::vector<Chunk>& chunks, const QualityRules& rules) {
    if (rules.version == 1) return {};
    SecretVector<Language> languages = languages_of(chunks);
    weigh_languages(chunks, languages, rules);
    return languages;
}

/// The chunks whose codes are wanted, ascending; `compared` counts those that are scored.
std::vector<std::size_t> rows_to_embed(const TextModel& model, const std::vector<Chunk>& chunks,
                                       bool sampled, const SemanticRules& rules,
                                       std::size_t& compared) {
    std::vector<std::size_t> rows;
    compared = 0;
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        if (sampled && chunks[i].weight == 0) continue;
        ++compared;
        if (semantic_applies(model, chunks[i], rules)) rows.push_back(i);
    }
    return rows;
}

void put_quality(const Features& features, const Quality& quality, Prepared::State& state) {
    state.quality = quality.value;
    state.reasons.insert(state.reasons.begin(), quality.reasons.begin(), quality.reasons.end());
    state.steps.document.features = digest_of(features);
    state.steps.document.quality_q16 = quality.value;
}

}  // namespace

Result<Prepared> prepare_with(const TextModel& model, const Document& document,
                              const Ruleset& ruleset, const ParallelFor& parallel_for,
                              const std::optional<Hash32>& seed) {
    const RulesetValues& rules = ruleset.values();
    if (rules.model_sha256 != model.digest)
        return Error{Errc::kModelMismatch, "scoring.prepare.model"};
    if (document.records.size() > rules.extract.records_max)
        return Error{Errc::kTooLarge, "scoring.prepare.records"};
    Chunker chunker{rules.chunk, model.encode, rules.table.rows_max, model.words};
    RecordSteps records;
    QualitySurvey survey{rules.quality};
    for (const Record& record : document.records) {
        const CanonicalText text = canonicalize(record.text.expose());
        records.add(record, text);
        if (rules.quality.version > 1) survey.add(record, text);
        add_record(chunker, record.role, text);
        if (chunker.size() > rules.chunk.chunks_max)
            return Error{Errc::kTooLarge, "scoring.prepare.chunks"};
    }
    std::vector<Chunk> chunks = std::move(chunker).finish();
    if (chunks.empty()) return Error{Errc::kTooFewTokens, "scoring.prepare.empty"};
    const SecretVector<Language> languages = told_languages(chunks, rules.quality);
    const Result<bool> sampled = weigh_sample(chunks, rules.sample, seed);
    if (!sampled) return sampled.error();

    auto state = std::make_unique<Prepared::State>();
    state->sampled = *sampled;
    state->chunks = prepare_chunks(model, chunks, rules);
    state->codes.assign(chunks.size() * kCodeDim, 0);
    std::size_t compared = 0;
    const std::vector<std::size_t> rows =
        rows_to_embed(model, chunks, *sampled, rules.semantic, compared);
    embed_all(model, chunks, rows, parallel_for, state->codes);
    if (*sampled)
        state->reasons.push_back(
            {"sampled", "The text is very long: a part of it, drawn by lot, is scored."});
    if ((compared - rows.size()) * 2 > compared)
        state->reasons.push_back({"meaning_not_compared",
                                  "Most of the text is a table, code or another language: only its "
                                  "wording is compared."});
    state->steps.ruleset = ruleset.digest();
    state->steps.document = records.finish();
    if (rules.quality.version == 1) {
        const Features features = measure(chunks, state->steps.document.ill_formed);
        put_quality(features, judge(features, profile_of(document)), *state);
    } else {
        const QualitySurvey::Judged judged = survey.finish(document, chunks, languages);
        put_quality(judged.features, judged.quality, *state);
    }
    state->steps.chunks = chunk_steps(chunks, *state);
    return Prepared{std::move(state)};
}

namespace {

/// The chunks up to this one, made again; all of them where `whole`.
std::vector<Chunk> chunks_up_to(const TextModel& model, const Document& document,
                                const RulesetValues& rules, std::uint32_t index, bool whole) {
    Chunker chunker{rules.chunk, model.encode, rules.table.rows_max, model.words};
    for (const Record& record : document.records) {
        const CanonicalText text = canonicalize(record.text.expose());
        add_record(chunker, record.role, text);
        // No chunk depends on what comes behind it.
        if (!whole && chunker.size() > index) break;
    }
    return std::move(chunker).finish();
}

}  // namespace

Pieces pieces_of_chunk(const TextModel& model, const Document& document, const RulesetValues& rules,
                       std::uint32_t chunk) {
    std::vector<Chunk> chunks = chunks_up_to(model, document, rules, chunk, false);
    return chunk < chunks.size() ? std::move(chunks[chunk].pieces) : Pieces{};
}

std::optional<ChunkSteps> steps_of_chunk(const TextModel& model, const Document& document,
                                         const Ruleset& ruleset, std::uint32_t chunk,
                                         const std::optional<Hash32>& seed) {
    const RulesetValues& rules = ruleset.values();
    std::vector<Chunk> chunks = chunks_up_to(model, document, rules, chunk, seed.has_value());
    if (chunk >= chunks.size()) return std::nullopt;
    const SecretVector<Language> languages = told_languages(chunks, rules.quality);
    const Result<bool> sampled = weigh_sample(chunks, rules.sample, seed);
    if (!sampled) return std::nullopt;
    std::vector<Chunk> one;
    one.push_back(std::move(chunks[chunk]));
    Prepared::State state;
    state.chunks = prepare_chunks(model, one, rules);
    state.codes.assign(kCodeDim, 0);
    std::size_t compared = 0;
    const std::vector<std::size_t> rows =
        rows_to_embed(model, one, *sampled, rules.semantic, compared);
    embed_rows(model, one, rows, state.codes);
    return chunk_steps(one, state).front();
}

}  // namespace pramana::scoring
