#include "embed.hpp"

#include "embed/embed_lines.hpp"
#include "model_file.hpp"
#include "options.hpp"

#include <iostream>

namespace pramana::app {
namespace {

constexpr Option kOptions[] = {
    {"model", "FILE", "the model file; found by itself in a source tree"},
    {"backend", "NAME",
     "amx, avx512vnni, avx2, neon, reference or best; all give the same bits. Default: best"},
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

/// The backends of this machine, for a message.
std::string backends_here() {
    std::string list;
    for (const scoring::Backend backend : scoring::backends())
        if (scoring::backend_available(backend))
            list += (list.empty() ? "" : ", ") + std::string{scoring::name_of(backend)};
    return list;
}

}  // namespace

int run_embed(std::span<const std::string_view> args) {
    const Parsed parsed = parse_arguments(kCommand, args);
    if (!parsed.arguments) return usage_error(kCommand, parsed.problem);
    const std::string name = parsed.arguments->text("backend").value_or("best");
    const std::optional<scoring::Backend> backend = scoring::backend_named(name);
    if (!backend || !scoring::backend_available(*backend))
        return usage_error(
            kCommand, "this machine has no backend \"" + name + "\"; it has " + backends_here());
    Outcome<std::shared_ptr<const scoring::Model>> model =
        open_model(parsed.arguments->text("model"));
    if (!model) return print_failure(model.failure());
    std::ios::sync_with_stdio(false);  // std::cin is read byte by byte
    const scoring::Tokenizer tokenizer{*model};
    const scoring::Encoder encoder{*model, *backend};
    return embed_lines(tokenizer, encoder, std::cin, std::cout, std::cerr);
}

std::string help_embed() { return help_of(kCommand); }

}  // namespace pramana::app
