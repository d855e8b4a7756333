#include "compare.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/pipeline/public_result.hpp"
#include "score/keyed_hashes.hpp"
#include "score/score_facts.hpp"

#include <algorithm>

namespace pramana::app {
namespace {

using scoring::ChunkSteps;
using scoring::ChunkVerdict;

constexpr std::string_view kNoKey = "the file key was not given";

std::string text_of(const Hash32& hash) { return to_hex0x(hash.view()); }

std::string text_of(const ChunkVerdict& verdict) {
    return "known " + std::to_string(verdict.known_q16) + "/65536 (" +
           std::string{kCauseNames[verdict.cause]} + "), to public texts " +
           std::to_string(verdict.public_q16) + "/65536, with earlier chunks " +
           std::to_string(verdict.total_q16) + "/65536";
}

void compare_chunks(Findings& findings, const ScoreClaim& claim, const scoring::ContentSteps& found,
                    const ExplainCodes& explain) {
    const std::size_t both = std::min(claim.steps.chunks.size(), found.chunks.size());
    for (std::size_t i = 0; i < both; ++i) {
        std::optional<FindingRow> row = difference_of(claim.steps.chunks[i], found.chunks[i]);
        if (!row) continue;
        row->chunk = i;
        if (row->name == "codes") row->detail = explain(static_cast<std::uint32_t>(i));
        findings.differs(*std::move(row));
        return;
    }
    findings.equal("chunk_steps",
                   std::to_string(both) + " chunks: words, pieces, fingerprints, codes, weight");
}

void compare_reasons(Findings& findings, const std::vector<std::string>& expected,
                     const std::vector<std::string>& found) {
    const auto joined = [](const std::vector<std::string>& codes) {
        std::string text;
        for (const std::string& code : codes) text += (text.empty() ? "" : " ") + code;
        return text.empty() ? std::string{"none"} : text;
    };
    findings.compare("reasons", joined(expected), joined(found));
}

}  // namespace

std::optional<FindingRow> difference_of(const ChunkSteps& expected, const ChunkSteps& found) {
    struct Digest {
        std::string_view name;
        Hash32 ChunkSteps::* digest;
    };
    constexpr Digest kDigests[] = {{"words", &ChunkSteps::words},
                                   {"pieces", &ChunkSteps::pieces},
                                   {"fingerprints", &ChunkSteps::prints},
                                   {"codes", &ChunkSteps::codes}};
    for (const Digest& step : kDigests) {
        if (expected.*step.digest == found.*step.digest) continue;
        return FindingRow{.name = step.name,
                          .finding = Finding::kDiffers,
                          .chunk = std::nullopt,
                          .expected = text_of(expected.*step.digest),
                          .found = text_of(found.*step.digest),
                          .detail = {}};
    }
    if (expected.weight == found.weight) return std::nullopt;
    return FindingRow{.name = "weight",
                      .finding = Finding::kDiffers,
                      .chunk = std::nullopt,
                      .expected = std::to_string(expected.weight),
                      .found = std::to_string(found.weight),
                      .detail = {}};
}

void compare_content(Findings& findings, const chain::BindingDocument& claim,
                     const scoring::ContentSteps& found, const SecretBytes& file_key) {
    const bool has_key = !file_key.empty();
    if (!claim.keyed_text_hash || !claim.keyed_trace_hash) {
        findings.unchecked("keyed_text", "the proof has none");
    } else if (!has_key) {
        findings.unchecked("keyed_text", std::string{kNoKey});
        findings.unchecked("keyed_trace", std::string{kNoKey});
    } else {
        const ByteView key = file_key.expose();
        findings.compare("keyed_text", *claim.keyed_text_hash,
                         keyed_text_hash(key, claim.file, found.document.canonical));
        findings.compare("keyed_trace", *claim.keyed_trace_hash,
                         scoring::keyed_trace_root(found.leaves(), trace_salt(key, claim.file)));
    }
    findings.compare("chunks", claim.score.chunks, found.chunks.size());
    findings.compare("quality_milli", claim.score.quality_milli,
                     std::uint64_t{found.document.quality_q16} * 1000 / scoring::kQ16One);
}

void compare_content(Findings& findings, const ScoreClaim& claim,
                     const scoring::ContentSteps& found, const ExplainCodes& explain) {
    const scoring::DocumentSteps& expected = claim.steps.document;
    findings.compare("records", expected.records, found.document.records);
    findings.compare("canonical_text", expected.canonical, found.document.canonical);
    findings.compare("ill_formed", expected.ill_formed, found.document.ill_formed);
    if (claim.has_chunks)
        compare_chunks(findings, claim, found, explain);
    else
        findings.unchecked("chunk_steps", "the score was printed without --trace");
    findings.compare("chunks", claim.score.chunks, found.chunks.size());
    findings.compare("features", expected.features, found.document.features);
    findings.compare("quality_q16", expected.quality_q16, found.document.quality_q16);
}

void compare_score(Findings& findings, const chain::BindingDocument& claim,
                   const scoring::Score& found, const scoring::Ruleset& ruleset) {
    const pipeline::PublicResult result =
        pipeline::public_result_of(facts_of(found), pay_terms_of(ruleset));
    findings.compare("novel_mass", claim.score.novel_mass, result.novel_mass);
    findings.compare("matched_milli", claim.score.matched_milli, result.matched_milli);
    findings.compare("internal_milli", claim.score.internal_milli, result.internal_milli);
    findings.compare("uniqueness_milli", claim.score.uniqueness_milli, result.uniqueness_milli);
    findings.compare("pay_1024", claim.score.pay_1024, result.pay_1024);
    compare_reasons(findings, claim.score.reasons, result.reasons);
}

void compare_score(Findings& findings, const ScoreClaim& claim, const scoring::Score& found) {
    if (claim.has_chunks) {
        const auto [expected, here] = std::mismatch(claim.verdicts.begin(), claim.verdicts.end(),
                                                    found.verdicts.begin(), found.verdicts.end());
        if (expected != claim.verdicts.end() && here != found.verdicts.end())
            findings.differs(
                {.name = "novelty",
                 .finding = Finding::kDiffers,
                 .chunk = static_cast<std::uint64_t>(expected - claim.verdicts.begin()),
                 .expected = text_of(*expected),
                 .found = text_of(*here),
                 .detail = {}});
        else
            findings.equal("novelty", "what is known of each chunk, and why");
    }
    findings.compare("mass", claim.score.mass, found.mass);
    for (std::size_t cause = 0; cause < std::size(kCauseNames); ++cause)
        findings.compare(kMassNames[cause], claim.score.mass_by_cause[cause],
                         found.mass_by_cause[cause]);
    findings.compare("novel_mass", claim.score.novel_mass, found.novel_mass);
    findings.compare("uniqueness_q16", claim.score.uniqueness, found.uniqueness);
    findings.compare("pay_1024", claim.score.pay_1024, found.pay_1024);
    compare_reasons(findings, claim.reasons, facts_of(found).reasons);
    findings.compare("trace", claim.score.trace, found.trace);
}

std::string machine_of(const scoring::Engine& engine, const scoring::Document& document,
                       const scoring::Ruleset& ruleset, std::uint32_t chunk) {
    const std::string kTheirs = "the proof was altered, or its machine computes wrongly";
    const std::string name{scoring::name_of(engine.backend())};
    if (engine.backend() == scoring::Backend::kReference)
        return "computed here by the reference, which is the law: " + kTheirs;
    const std::optional<scoring::OperationDifference> difference =
        engine.differs_from_reference(document, ruleset, chunk);
    if (!difference)
        return "the backend " + name +
               " gives here what the reference gives, operation by operation: " + kTheirs;
    return "THIS machine is wrong: its backend " + name + " differs from the reference in " +
           std::string{difference->operation} +
           (difference->layer ? " of layer " + std::to_string(*difference->layer) : "") +
           ", element " + std::to_string(difference->element);
}

}  // namespace pramana::app
