#include "score.hpp"

#include "corpus_id.hpp"
#include "corpus_options.hpp"
#include "parallel.hpp"
#include "read_values.hpp"
#include "score/score_files.hpp"
#include "scoring_options.hpp"

#include <iostream>

namespace pramana::app {
namespace {

constexpr std::size_t kFilesMax = 10'000;

constexpr Option kOptions[] = {
    kRulesetOption,
    kModelOption,
    kReferencesOption,
    kBackendOption,
    {"corpus", "DIR", "score against the corpus in DIR; an empty one when not given"},
    {"commit", "", "append the files to the corpus, durably; makes DIR where it is missing"},
    kCorpusKeyOption,
    {"chain-id", "N", "with --dlp: the corpus must be (or becomes) that of this chain"},
    {"dlp", "0x..", "with --chain-id: and of this DLP, under the ruleset"},
    {"epoch", "N", "with --dlp: in this epoch (0)"},
    {"owner", "0x..",
     "the wallet of all files: what is quarantined of it does not count against them"},
    {"seed", "0x..", "32 bytes: draws the sample of a file that is too long to be scored whole"},
    {"json", "", "print one JSON object a file and line instead of the table"},
    {"trace", "", "with --json: the steps of every chunk, for `recompute`. As secret as the text"},
};
constexpr Command kCommand{
    .name = "score",
    .summary = "Scores files as contributions to a corpus, in the given order, offline.",
    .operands = "FILE...",
    .operands_min = 1,
    .operands_max = kFilesMax,
    .options = kOptions,
    .more =
        "Each file is measured against the corpus and the files before it: give a text twice and\n"
        "look. Without --commit nothing is written. The numbers are the ones that a validator\n"
        "would sign, on every machine the same; `pramana recompute` repeats them.\n"
        "\n"
        "  pramana score a.txt b.json export.zip\n"
        "  pramana score --corpus corpus --commit --json --trace a.txt > a.score\n"
        "  pramana recompute a.score a.txt --corpus corpus\n"
        "\n"
        "A corpus is sealed under 32 bytes in DIR/key, made with it and readable by you alone:\n"
        "who has both can read what the texts were about.\n"
        "Exit: 0 all scored, 64 usage, 65 some file cannot be scored, 66 or 78 the model, the\n"
        "ruleset or the corpus is missing or wrong.\n",
};

/// What is wrong with the combination; empty: nothing.
std::string problem_of(const Arguments& arguments) {
    if (arguments.has("commit") && !arguments.has("corpus"))
        return "--commit needs --corpus: there is nothing to append to";
    if (arguments.has("corpus-key") && !arguments.has("corpus"))
        return "--corpus-key needs --corpus";
    if (arguments.has("trace") && !arguments.has("json")) return "--trace needs --json";
    if (arguments.has("dlp") != arguments.has("chain-id"))
        return "--dlp and --chain-id name a corpus together";
    if (arguments.has("epoch") && !arguments.has("dlp")) return "--epoch needs --dlp";
    return {};
}

Outcome<OfflineCorpus> corpus_of(const Arguments& arguments,
                                 const std::optional<store::CorpusKey>& named) {
    const scoring::ParallelFor parallel_for = parallel_over_machine();
    const std::optional<std::string> directory = arguments.text("corpus");
    if (!directory) return OfflineCorpus{named.value_or(store::CorpusKey{}), parallel_for};
    const bool commits = arguments.has("commit");
    Outcome<std::unique_ptr<CorpusDirectory>> opened =
        open_corpus({.directory = *directory,
                     .key_file = arguments.text("corpus-key"),
                     .expected = named,
                     .may_create = commits,
                     .places_max = std::nullopt},
                    parallel_for);
    if (!opened) return opened.failure();
    return OfflineCorpus{*std::move(opened), commits};
}

}  // namespace

int run_score(std::span<const std::string_view> args) {
    const Parsed parsed = parse_arguments(kCommand, args);
    if (!parsed.arguments) return usage_error(kCommand, parsed.problem);
    const Arguments& arguments = *parsed.arguments;
    if (const std::string problem = problem_of(arguments); !problem.empty())
        return usage_error(kCommand, problem);
    ValueReader values{arguments};
    const Address dlp = values.address("dlp");
    const std::uint64_t chain_id = values.whole_number("chain-id");
    const Address owner = values.address("owner");
    const Hash32 seed = values.hash("seed");
    const std::uint64_t epoch =
        arguments.has("epoch") ? values.number_in("epoch", 0, UINT32_MAX) : 0;
    if (!values.problem().empty()) return usage_error(kCommand, values.problem());
    const ChosenBackend chosen = backend_of(arguments);
    if (!chosen.problem.empty()) return usage_error(kCommand, chosen.problem);

    Outcome<ScoringTools> tools = open_scoring(arguments, chosen.backend);
    if (!tools) return print_failure(tools.failure());
    std::optional<store::CorpusKey> named;
    if (arguments.has("dlp"))
        named = store::CorpusKey{corpus_id_of(chain_id, dlp, tools->ruleset),
                                 static_cast<std::uint32_t>(epoch)};
    Outcome<OfflineCorpus> corpus = corpus_of(arguments, named);
    if (!corpus) return print_failure(corpus.failure());
    corpus->attach(tools->references);
    const ScoreRequest request{
        .files = arguments.operands(),
        .json = arguments.has("json"),
        .trace = arguments.has("trace"),
        .owner = arguments.has("owner") ? std::optional{owner} : std::nullopt,
        .seed = arguments.has("seed") ? std::optional{seed} : std::nullopt};
    return score_files(request, tools->scorer(), *corpus, std::cout, std::cerr);
}

std::string help_score() { return help_of(kCommand); }

}  // namespace pramana::app
