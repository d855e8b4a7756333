#include "opening.hpp"

#include "claim.hpp"
#include "compare.hpp"
#include "members.hpp"
#include "pramana/core/hex.hpp"
#include "score/keyed_hashes.hpp"

namespace pramana::app {
namespace {

constexpr std::string_view kFormat = "pramana:chunk:1";
constexpr std::size_t kPathMax = 64;  // of a tree of 2^64 leaves

std::string hex(const Hash32& hash) { return to_hex0x(hash.view()); }

}  // namespace

ChunkOpening open_chunk(const scoring::ContentSteps& found, std::uint32_t chunk,
                        const SecretBytes& file_key, FileId file) {
    return {scoring::open_trace(found.leaves(), trace_salt(file_key.expose(), file), chunk),
            found.chunks.at(chunk)};
}

std::string json_of(const ChunkOpening& shown) {
    std::vector<std::string> path;
    path.reserve(shown.opening.path.size());
    for (const Hash32& partner : shown.opening.path) path.push_back(hex(partner));
    return JsonObject{}
               .text("format", kFormat)
               .number("chunk", shown.opening.index)
               .number("leaves", shown.opening.leaves)
               .text("salt", hex(shown.opening.salt))
               .texts("path", path)
               .text("words", hex(shown.steps.words))
               .text("pieces", hex(shown.steps.pieces))
               .text("prints", hex(shown.steps.prints))
               .text("codes", hex(shown.steps.codes))
               .number("weight", shown.steps.weight)
               .str() +
           '\n';
}

std::optional<ChunkOpening> read_opening(std::string_view text) {
    const Result<JsonView> json = read_json(text, 3);
    if (!json) return std::nullopt;
    bool whole = true;
    const Members members{*json, whole};
    if (members.text("format") != kFormat) return std::nullopt;
    ChunkOpening shown;
    shown.opening.index = members.number("chunk");
    shown.opening.leaves = members.number("leaves");
    shown.opening.salt = members.hash("salt");
    for (const JsonView& item : members.items("path")) {
        const Result<std::string> partner = item.text();
        const Result<Hash32> hash =
            partner ? fixed_from_hex<Hash32>(*partner) : Result<Hash32>{partner.error()};
        if (!hash || shown.opening.path.size() == kPathMax) return std::nullopt;
        shown.opening.path.push_back(*hash);
    }
    shown.steps = {.words = members.hash("words"),
                   .pieces = members.hash("pieces"),
                   .prints = members.hash("prints"),
                   .codes = members.hash("codes"),
                   .weight = members.small("weight")};
    if (!whole || shown.opening.index > UINT32_MAX) return std::nullopt;
    return shown;
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
