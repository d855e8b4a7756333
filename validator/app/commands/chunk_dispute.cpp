#include "chunk_dispute.hpp"

#include "pramana/os/file.hpp"
#include "read_values.hpp"
#include "recompute/claim.hpp"
#include "recompute/opening.hpp"

#include <cstdio>

namespace pramana::app {
namespace {

constexpr int kExitDiffers = 1;
constexpr std::size_t kShownBytesMax = std::size_t{64} << 10U;

int refuse(std::string sentence, std::string next_step) {
    return print_failure(failure_of(Errc::kBadRequest, std::move(sentence), std::move(next_step)));
}

int show(const Arguments& arguments, const chain::BindingDocument& proof,
         const scoring::Document& document, const SecretBytes& file_key, const Scorer& scorer) {
    ValueReader values{arguments};
    const std::uint64_t chunk = values.number_in("show-chunk", 0, UINT32_MAX);
    if (!values.problem().empty()) return refuse(values.problem() + '.', "Chunks count from 0.");
    const Result<scoring::Prepared> prepared =
        scorer.engine.prepare(document, scorer.ruleset, seed_of(proof));
    if (!prepared) return print_failure(failure_of(prepared.error()));
    if (chunk >= prepared->chunks())
        return refuse("The text has " + std::to_string(prepared->chunks()) + " chunks.",
                      "Chunks count from 0.");
    const std::string text = json_of(
        open_chunk(prepared->steps(), static_cast<std::uint32_t>(chunk), file_key, proof.file));
    std::fputs(text.c_str(), stdout);
    return kExitOk;
}

}  // namespace

int print_findings(const Findings& findings, bool json) {
    const std::string text = json ? json_of(findings) : lines_of(findings);
    std::fputs(text.c_str(), stdout);
    return findings.first_difference() == nullptr ? kExitOk : kExitDiffers;
}

int run_chunk_dispute(const Arguments& arguments, const Claim& claim,
                      const scoring::Document& document, const SecretBytes& file_key,
                      const Scorer& scorer) {
    const auto* const proof = std::get_if<chain::BindingDocument>(&claim);
    if (proof == nullptr)
        return refuse("One chunk is shown of a binding document only.",
                      "A score that was printed with --trace has every chunk in it.");
    if (arguments.has("show-chunk")) return show(arguments, *proof, document, file_key, scorer);
    const std::string path = *arguments.text("chunk");
    const Result<SecretBytes> text = read_secret_file(path, kShownBytesMax);
    if (!text) return print_failure(failure_of(text.error(), path));
    const std::optional<ChunkOpening> shown = read_opening(as_text(text->expose()));
    if (!shown)
        return refuse("This shows no chunk: " + printable(path) + '.',
                      "Give what `recompute --show-chunk` printed.");
    return print_findings(judge_chunk(*proof, *shown, document, scorer), arguments.has("json"));
}

}  // namespace pramana::app
