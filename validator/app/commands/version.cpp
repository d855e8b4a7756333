#include "version.hpp"

#include "options.hpp"
#include "pramana/core/hex.hpp"
#include "scoring_options.hpp"

#include <cstdio>

namespace pramana::app {
namespace {

constexpr Option kOptions[] = {
    {"ruleset", "NAME", "print the text of this ruleset instead; its SHA-256 is the digest"},
};
constexpr Command kCommand{
    .name = "version",
    .summary = "Prints version, model and rulesets: the digests that a score depends on.",
    .operands = "",
    .operands_min = 0,
    .operands_max = 0,
    .options = kOptions,
    .more = "A ruleset of your own is this text with other numbers, for `score --ruleset FILE`.\n",
};

std::string version_text(const Platform& platform) {
    std::string text = std::string{platform.program} + " " PRAMANA_VERSION "\n";
    text += "model    " + to_hex(scoring::pinned_model_digest().view()) + "\n";
    for (const std::string_view name : scoring::Ruleset::names()) {
        const Result<scoring::Ruleset> ruleset = scoring::Ruleset::named(name);
        if (ruleset)
            text += "ruleset  " + to_hex(ruleset->digest().view()) + " " + std::string{name} + "\n";
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
        text = ruleset->canonical_text();
    } else {
        text = version_text(platform);
    }
    std::fwrite(text.data(), 1, text.size(), stdout);
    return kExitOk;
}

std::string help_version() { return help_of(kCommand); }

}  // namespace pramana::app
