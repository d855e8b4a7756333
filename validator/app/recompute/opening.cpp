#include "opening.hpp"

#include "claim.hpp"
#include "compare.hpp"
#include "score/keyed_hashes.hpp"

namespace pramana::app {
ChunkOpening open_chunk(const scoring::ContentSteps& found, std::uint32_t chunk,
                        const SecretBytes& file_key, FileId file) {
    return {scoring::open_trace(found.leaves(), trace_salt(file_key.expose(), file), chunk),
            found.chunks.at(chunk)};
}

Findings judge_chunk(const chain::BindingDocument& proof, const ChunkOpening& shown,
                     const scoring::Document& document, const Scorer& scorer) {
    Findings findings;
    if (!findings.compare("ruleset", proof.ruleset_digest, scorer.ruleset.digest()) ||
        !findings.compare("model", proof.model_digest, scorer.model_digest))
        return findings;
    findings.compare("chunks", std::uint64_t{proof.score.chunks} + 1, shown.opening.leaves);
    const bool opens =
        proof.keyed_trace_hash &&
        scoring::opens_trace(shown.opening, scoring::leaf_of(shown.steps), *proof.keyed_trace_hash);
    findings.compare("opening", std::string{"of this proof"},
                     std::string{opens ? "of this proof" : "of another one"});
    if (!opens) return findings;
    const auto chunk = static_cast<std::uint32_t>(shown.opening.index);
    const std::optional<scoring::ChunkSteps> found =
        scorer.engine.steps_of_chunk(document, scorer.ruleset, chunk, seed_of(proof));
    std::optional<FindingRow> row;
    if (found) {
        row = difference_of(shown.steps, *found);
        if (row && row->name == "codes")
            row->detail = machine_of(scorer.engine, document, scorer.ruleset, chunk);
    } else {
        row = FindingRow{.name = "words",
                         .finding = Finding::kDiffers,
                         .chunk = std::nullopt,
                         .expected = "a chunk",
                         .found = "none: the text has fewer, or is so long that a sample counts",
                         .detail = {}};
    }
    if (row) {
        row->chunk = chunk;
        findings.differs(*std::move(row));
    } else {
        findings.equal("chunk_steps", "chunk " + std::to_string(chunk) +
                                          ": words, pieces, fingerprints, codes, weight");
    }
    return findings;
}

}  // namespace pramana::app
