#include "version.hpp"

#include "gpu_ports.hpp"
#include "options.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/scoring/model.hpp"
#include "rulesets.hpp"

#include <cstdio>

namespace pramana::app {
namespace {

constexpr Option kOptions[] = {
    {"ruleset", "NAME",
     "print the text of this ruleset (a name or a file) instead; its SHA-256 is the digest"},
    {"digest", "", "with --ruleset: print its digest and name, as they stand in the list"},
};
constexpr Command kCommand{
    .name = "version",
    .summary =
        "Prints version, model and rulesets, which a score depends on, and the code for GPUs.",
    .operands = "",
    .operands_min = 0,
    .operands_max = 0,
    .options = kOptions,
    .more = "A ruleset of your own: `pramana help ruleset`.\n",
};

std::string version_text(const Platform& platform) {
    std::string text = std::string{platform.program} + " " PRAMANA_VERSION "\n";
    text += "model    " + to_hex(scoring::pinned_model_digest().view()) + "\n";
    text += "gpu      " + gpu_code_name() + "\n";
    for (const std::string_view name : scoring::Ruleset::names()) {
        const Result<scoring::Ruleset> ruleset = scoring::Ruleset::named(name);
        if (ruleset) text += ruleset_line(*ruleset);
    }
    return text;
}

}  // namespace

int run_version(std::span<const std::string_view> args, const Platform& platform) {
    const Parsed parsed = parse_arguments(kCommand, args);
    if (!parsed.arguments) return usage_error(kCommand, parsed.problem);
    std::string text;
    if (const std::optional<std::string> name = parsed.arguments->text("ruleset")) {
        Outcome<scoring::Ruleset> ruleset = open_ruleset(*name);
        if (!ruleset) return print_failure(ruleset.failure());
        text = parsed.arguments->has("digest") ? ruleset_line(*ruleset) : ruleset->canonical_text();
    } else if (parsed.arguments->has("digest")) {
        return usage_error(kCommand, "--digest needs --ruleset");
    } else {
        text = version_text(platform);
    }
    std::fwrite(text.data(), 1, text.size(), stdout);
    return kExitOk;
}

std::string help_version() { return help_of(kCommand); }

}  // namespace pramana::app
