#include "scored_file.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/os/file.hpp"
#include "pramana/scoring_document/extract.hpp"

namespace pramana::app {
namespace {

constexpr std::string_view kScoreFormat = "pramana:score:1";

std::string hex(const Hash32& hash) { return to_hex0x(hash.view()); }

std::string json_of(const CorpusPlace& at, bool committed) {
    return JsonObject{}
        .text("id", hex(at.corpus.id))
        .number("epoch", at.corpus.epoch)
        .number("place", at.place)
        .text("previous_root", hex(at.previous_root))
        .text("new_root", hex(at.new_root))
        .flag("committed", committed)
        .str();
}

std::string json_of(const scoring::Score& score) {
    JsonObject causes;
    for (std::size_t cause = 0; cause < score.mass_by_cause.size(); ++cause)
        causes.number(kCauseNames[cause], score.mass_by_cause[cause]);
    std::string reasons = "[";
    for (const scoring::Reason& reason : score.reasons) {
        if (reasons.size() > 1) reasons += ',';
        reasons += JsonObject{}.text("code", reason.code).text("sentence", reason.sentence).str();
    }
    return JsonObject{}
        .number("chunks", score.chunks)
        .number("mass", score.mass)
        .number("novel_mass", score.novel_mass)
        .number("uniqueness_q16", score.uniqueness)
        .number("quality_q16", score.quality)
        .number("pay_1024", score.pay_1024)
        .raw("mass_by_cause", causes.str())
        .raw("reasons", reasons + ']')
        .str();
}

std::string json_of(const scoring::ChunkSteps& steps, const scoring::ChunkVerdict& verdict) {
    return JsonObject{}
        .text("words", hex(steps.words))
        .text("pieces", hex(steps.pieces))
        .text("prints", hex(steps.prints))
        .text("codes", hex(steps.codes))
        .number("weight", steps.weight)
        .number("known_q16", verdict.known_q16)
        .text("cause", kCauseNames[verdict.cause])
        .number("total_q16", verdict.total_q16)
        .number("public_q16", verdict.public_q16)
        .str();
}

std::string trace_json(const ScoredFile& scored, bool with_chunks) {
    const scoring::DocumentSteps& document = scored.steps.document;
    JsonObject trace;
    trace.text("root", hex(scored.score.trace))
        .text("records", hex(document.records))
        .text("canonical", hex(document.canonical))
        .number("ill_formed", document.ill_formed)
        .text("features", hex(document.features));
    if (!with_chunks) return trace.str();
    std::string chunks = "[";
    for (std::size_t i = 0; i < scored.steps.chunks.size(); ++i) {
        if (i > 0) chunks += ',';
        chunks += json_of(scored.steps.chunks[i], scored.score.verdicts[i]);
    }
    return trace.raw("chunks", chunks + ']').str();
}

}  // namespace

Result<scoring::Document> read_document(const std::string& file,
                                        const scoring::ExtractLimits& limits,
                                        std::uint64_t& bytes) {
    const Result<SecretBytes> opened = read_secret_file(file, limits.expanded_bytes_max);
    if (!opened) return opened.error();
    bytes = opened->size();
    return scoring::extract(opened->expose(), limits);
}

std::optional<scoring::OwnerTag> tag_of(const store::CorpusKey& corpus,
                                        const std::optional<Address>& owner) {
    if (!owner) return std::nullopt;
    return scoring::Corpus::owner_tag(corpus.id, corpus.epoch, owner->view());
}

Bytes entry_of(const scoring::Prepared& prepared, bool rejected,
               const std::optional<scoring::OwnerTag>& owner) {
    return rejected && owner ? prepared.quarantine_entry(*owner) : prepared.corpus_entry();
}

Result<ScoredFile> score_file(const std::string& file, const Scorer& scorer, OfflineCorpus& corpus,
                              const std::optional<Address>& owner,
                              const std::optional<Hash32>& seed) {
    ScoredFile out;
    out.file = file;
    out.owner = owner;
    const Result<scoring::Document> document =
        read_document(file, scorer.ruleset.values().extract, out.bytes);
    if (!document) return document.error();
    out.format = document->format;
    const std::uint32_t formats = scorer.ruleset.values().extract.formats.version;
    if (formats > 1) out.reading = ReadingReport{formats, document->notes, document->authenticity};
    const Result<scoring::Prepared> prepared =
        scorer.engine.prepare(*document, scorer.ruleset, seed);
    if (!prepared) return prepared.error();
    if (prepared->sampled()) out.seed = seed;
    const std::optional<scoring::OwnerTag> tag = tag_of(corpus.key(), owner);
    Result<scoring::Score> score = corpus.corpus().score(*prepared, scorer.ruleset, tag);
    if (!score) return score.error();
    out.at = {.corpus = corpus.key(),
              .place = corpus.corpus().size(),
              .previous_root = corpus.corpus().root(),
              .new_root = {}};
    Bytes entry = entry_of(*prepared, score->rejected, tag);
    const Status appended = corpus.append(entry);
    wipe(entry);
    if (!appended) return appended.error();
    out.at.new_root = corpus.corpus().root();
    out.committed = corpus.commits();
    out.score = *std::move(score);
    out.steps = prepared->steps();
    return out;
}

std::string json_of(const ScoredFile& scored, const Scorer& scorer, bool with_chunks) {
    const std::string ruleset = JsonObject{}
                                    .text("name", scorer.ruleset.values().name)
                                    .text("digest", hex(scorer.ruleset.digest()))
                                    .str();
    JsonObject line;
    line.text("format", kScoreFormat)
        .text("file", scored.file)
        .text("content", name_of(scored.format))
        .number("bytes", scored.bytes);
    if (scored.reading) line.raw("reading", json_of(*scored.reading));
    return line.raw("ruleset", ruleset)
        .text("model_digest", hex(scorer.model_digest))
        .text("backend", scorer.backend)
        .raw("corpus", json_of(scored.at, scored.committed))
        .raw("owner", scored.owner ? json_quoted(to_hex0x(scored.owner->view())) : "null")
        .raw("seed", scored.seed ? json_quoted(hex(*scored.seed)) : "null")
        .raw("score", json_of(scored.score))
        .raw("trace", trace_json(scored, with_chunks))
        .str();
}

std::string json_of(const std::string& file, Errc code) {
    const std::string error = JsonObject{}
                                  .text("code", name_of(code))
                                  .text("sentence", sentence_of(code))
                                  .text("next_step", next_step_of(code))
                                  .str();
    return JsonObject{}.text("format", kScoreFormat).text("file", file).raw("error", error).str();
}

}  // namespace pramana::app
