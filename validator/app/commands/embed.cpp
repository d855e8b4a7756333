#include "embed.hpp"

#include "embed/embed_lines.hpp"
#include "model_file.hpp"
#include "scoring_options.hpp"

#include <iostream>

namespace pramana::app {
namespace {

constexpr Option kOptions[] = {
    kModelOption,
    kBackendOption,
};
constexpr Command kCommand{
    .name = "embed",
    .summary = "Prints the index codes of each line of standard input.",
    .operands = "",
    .operands_min = 0,
    .operands_max = 0,
    .options = kOptions,
    .more =
        "One line in, one JSON array of 384 whole numbers (-127..127) out, written at once. The "
        "text\n"
        "is taken as it is, but for a carriage return at the end; an empty line is [CLS][SEP]. A "
        "line\n"
        "of more than 254 word-pieces gives null, and its number goes to standard error.\n"
        "Exit: 0, 2 some line was too long, 64 usage, 66 or 78 the model is missing or wrong, 74 "
        "I/O.\n",
};

}  // namespace

int run_embed(std::span<const std::string_view> args) {
    const Parsed parsed = parse_arguments(kCommand, args);
    if (!parsed.arguments) return usage_error(kCommand, parsed.problem);
    const ChosenBackend chosen = backend_of(*parsed.arguments);
    if (!chosen.problem.empty()) return usage_error(kCommand, chosen.problem);
    Outcome<std::shared_ptr<const scoring::Model>> model =
        open_model(parsed.arguments->text("model"));
    if (!model) return print_failure(model.failure());
    std::ios::sync_with_stdio(false);  // std::cin is read byte by byte
    const scoring::Tokenizer tokenizer{*model};
    const scoring::Encoder encoder{*model, chosen.backend};
    return embed_lines(tokenizer, encoder, std::cin, std::cout, std::cerr);
}

std::string help_embed() { return help_of(kCommand); }

}  // namespace pramana::app
