#include "keys.hpp"

#include "options.hpp"

#include <array>
#include <cstdio>

namespace pramana::app {
namespace {

struct Action {
    std::string_view name;
    int (*run)(std::span<const std::string_view>, const Platform&);
    std::string (*help)();
};

constexpr std::array<Action, 4> kActions{{{"show", run_keys_show, help_keys_show},
                                          {"rotate", run_keys_rotate, help_keys_rotate},
                                          {"export", run_keys_export, help_keys_export},
                                          {"import", run_keys_import, help_keys_import}}};

constexpr Command kCommand{
    .name = "keys",
    .summary = "The validator's keys: where they come from, and how they change hands.",
    .operands = "show|rotate|export|import",
    .operands_min = 1,
    .operands_max = 1,
    .options = {},
    .more = {},
};

bool asks_for_help(std::span<const std::string_view> args) {
    return !args.empty() && (args[0] == "--help" || args[0] == "-h" || args[0] == "help");
}

}  // namespace

int run_keys(std::span<const std::string_view> args, const Platform& platform) {
    for (const Action& action : kActions) {
        if (args.empty() || args[0] != action.name) continue;
        if (!asks_for_help(args.subspan(1))) return action.run(args.subspan(1), platform);
        std::fputs(action.help().c_str(), stdout);
        return kExitOk;
    }
    if (args.empty()) return usage_error(kCommand, "which of show, rotate, export, import?");
    std::string sentence = "`keys` has no action \"" + std::string{args[0]} + '"';
    std::array<std::string_view, kActions.size()> names;
    for (std::size_t i = 0; i < names.size(); ++i) names.at(i) = kActions.at(i).name;
    if (const std::optional<std::string_view> near = nearest(args[0], names))
        sentence += "; did you mean " + std::string{*near} + '?';
    return usage_error(kCommand, sentence);
}

std::string help_keys() {
    std::string text;
    for (const Action& action : kActions) text += (text.empty() ? "" : "\n") + action.help();
    return text;
}

}  // namespace pramana::app
