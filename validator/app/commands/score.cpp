#include "score.hpp"

#include "model_file.hpp"
#include "options.hpp"
#include "parallel.hpp"
#include "score/score_files.hpp"

#include <iostream>

namespace pramana::app {
namespace {

constexpr std::size_t kFilesMax = 10'000;

constexpr Option kOptions[] = {
    {"ruleset", "NAME", "rules to score by; default-1 when not given (`version` lists them)"},
    {"model", "FILE", "the model file; found by itself in a source tree"},
    {"json", "", "print one JSON object a file instead of the table"},
};
constexpr Command kCommand{
    .name = "score",
    .summary = "Scores files as contributions to an empty corpus, in the given order.",
    .operands = "FILE...",
    .operands_min = 1,
    .operands_max = kFilesMax,
    .options = kOptions,
    .more =
        "A file that repeats an earlier one earns nothing: give a text twice and look.\n"
        "The numbers are the ones that a validator would sign, on every machine the same.\n"
        "Exit: 0 all scored, 64 usage, 65 some file cannot be scored, 66 or 78 the model is "
        "missing or wrong.\n",
};

}  // namespace

int run_score(std::span<const std::string_view> args) {
    const Parsed parsed = parse_arguments(kCommand, args);
    if (!parsed.arguments) return usage_error(kCommand, parsed.problem);
    const Arguments& arguments = *parsed.arguments;
    const std::string name = arguments.text("ruleset").value_or("default-1");
    const Result<scoring::Ruleset> ruleset = scoring::Ruleset::named(name);
    if (!ruleset) return print_failure(failure_of(ruleset.error(), "ruleset " + name));
    Outcome<std::shared_ptr<const scoring::Model>> model = open_model(arguments.text("model"));
    if (!model) return print_failure(model.failure());
    const scoring::ParallelFor parallel_for = parallel_over_machine();
    const scoring::Engine engine{*std::move(model), parallel_for};
    const ScoreRequest request{.files = arguments.operands(), .json = arguments.has("json")};
    return score_files(request, engine, *ruleset, parallel_for, std::cout, std::cerr);
}

std::string help_score() { return help_of(kCommand); }

}  // namespace pramana::app
