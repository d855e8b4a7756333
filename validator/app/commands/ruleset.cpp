#include "ruleset.hpp"

#include "options.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/pipeline/pipeline.hpp"
#include "read_values.hpp"
#include "ruleset_explain.hpp"
#include "ruleset_templates.hpp"
#include "ruleset_try.hpp"
#include "rulesets.hpp"
#include "scoring_options.hpp"

#include <sysexits.h>
#include <algorithm>
#include <cstdio>

namespace pramana::app {
namespace {

constexpr std::size_t kFilesMax = 10'000;

constexpr Option kOptions[] = {
    {"profile", "NAME", "new: chat, posts, history, table or prose; chat when not given"},
    {"name", "NAME", "new: what the ruleset is called; the profile and -1 when not given"},
    {"chain-id", "N", "hash, with --dlp: print the proofInstruction instead"},
    {"dlp", "0x..", "hash, with --chain-id: of this DLP"},
    {"reward", "AMOUNT", "explain and try: what the DLP pays for a score of 1, to tell amounts"},
    {"corpus", "DIR", "try: measure against the corpus in DIR; an empty one when not given"},
    {"corpus-key", "FILE", "try: the 32 bytes that seal the corpus; DIR/key when not given"},
    kReferencesOption,
    kModelOption,
    {"json", "", "print JSON instead of text"},
};
constexpr Command kCommand{
    .name = "ruleset",
    .summary = "What a DLP takes and pays, as a page of JSON: from its draft to its digest.",
    .operands = "new|check|hash|explain|try [FILE] [SAMPLE...]",
    .operands_min = 1,
    .operands_max = kFilesMax,
    .options = kOptions,
    .more =
        "new            prints a ruleset to begin with\n"
        "check FILE     names every mistake by line and column\n"
        "hash FILE      prints the digest: it depends on what the file means, not on how it is\n"
        "               spelt; with --chain-id and --dlp the DLP's proofInstruction\n"
        "explain FILE   says what is taken, what is refused and why, what is new and what is paid\n"
        "try FILE SAMPLE...  scores samples under it, in their order, as a validator would\n"
        "\n"
        "  pramana ruleset new --profile posts >posts.json\n"
        "  pramana ruleset check posts.json\n"
        "  pramana ruleset hash posts.json --chain-id 14800 --dlp 0x..\n"
        "\n"
        "  pramana ruleset try posts.json archive.zip --reward 10\n"
        "\n"
        "docs/rulesets.md explains every member. A name that `version` lists stands for its "
        "ruleset.\n"
        "Exit: 0 done, 64 usage, 65 a sample was refused, 66 no such file, 78 the ruleset, the "
        "model\n"
        "or the corpus is wrong.\n",
};

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

std::string digest_of(const scoring::Ruleset& ruleset) { return to_hex(ruleset.digest().view()); }

std::string json_of(const scoring::RulesetProblem& problem) {
    return JsonObject{}
        .number("line", problem.line)
        .number("column", problem.column)
        .text("path", problem.path)
        .text("sentence", problem.sentence)
        .text("hint", problem.hint)
        .str();
}

std::string check_json(const std::string& file, const scoring::RulesetReading& reading) {
    std::string problems;
    for (const scoring::RulesetProblem& problem : reading.problems)
        problems += (problems.empty() ? "" : ",") + json_of(problem);
    JsonObject out;
    out.text("format", "pramana:ruleset-check:1").text("file", file);
    out.flag("valid", reading.ruleset.has_value());
    if (reading.ruleset)
        out.text("name", shown_name(*reading.ruleset))
            .text("digest", digest_of(*reading.ruleset))
            .texts("warnings", warnings_of(*reading.ruleset));
    return out.raw("problems", '[' + problems + ']').str() + '\n';
}

std::string check_text(const std::string& file, const scoring::RulesetReading& reading) {
    const std::string name = printable(file);
    std::string out;
    for (const scoring::RulesetProblem& problem : reading.problems) {
        out += name + ':' + problem_line(problem) + '\n';
        if (!problem.hint.empty()) out += "  " + printable(problem.hint, 1'000) + '\n';
    }
    if (reading.ruleset) {
        out += name + ": a ruleset, " + shown_name(*reading.ruleset) + "\ndigest " +
               digest_of(*reading.ruleset) + '\n';
        for (const std::string& warning : warnings_of(*reading.ruleset))
            out += "warning: " + warning + '\n';
        return out;
    }
    const std::size_t count = reading.problems.size();
    return out + name + ": " + std::to_string(count) + (count == 1 ? " mistake\n" : " mistakes\n");
}

int check(const Arguments& arguments) {
    const std::string& file = arguments.operands()[1];
    Outcome<scoring::RulesetReading> reading = read_ruleset(file);
    if (!reading) return print_failure(reading.failure());
    print(arguments.has("json") ? check_json(file, *reading) : check_text(file, *reading));
    return reading->ruleset ? kExitOk : EX_CONFIG;
}

int hash(const Arguments& arguments) {
    const bool instruct = arguments.has("dlp");
    if (instruct != arguments.has("chain-id"))
        return usage_error(kCommand, "--dlp and --chain-id make an instruction together");
    ValueReader values{arguments};
    const Address dlp = values.address("dlp");
    const std::uint64_t chain_id = values.whole_number("chain-id");
    if (!values.problem().empty()) return usage_error(kCommand, values.problem());
    Outcome<scoring::Ruleset> ruleset = open_ruleset(arguments.operands()[1]);
    if (!ruleset) return print_failure(ruleset.failure());
    const std::string instruction =
        instruct ? pipeline::proof_instruction(chain_id, dlp, ruleset->digest()) : std::string{};
    if (!arguments.has("json")) {
        print((instruct ? instruction : digest_of(*ruleset)) + '\n');
        return kExitOk;
    }
    JsonObject out;
    out.text("format", "pramana:ruleset-hash:1").text("name", shown_name(*ruleset));
    out.text("digest", digest_of(*ruleset));
    if (instruct) out.text("instruction", instruction);
    print(out.str() + '\n');
    return kExitOk;
}

int make_new(const Arguments& arguments) {
    const std::string profile = arguments.text("profile").value_or("chat");
    const auto profiles = ruleset_profiles();
    if (std::find(profiles.begin(), profiles.end(), profile) == profiles.end()) {
        const auto near = nearest(profile, profiles);
        return usage_error(kCommand,
                           "there is no profile \"" + printable(profile) + '"' +
                               (near ? "; did you mean " + std::string{*near} + '?' : ""));
    }
    const std::string text =
        ruleset_template(profile, arguments.text("name").value_or(profile + "-1"));
    const scoring::RulesetReading reading = scoring::read_ruleset_file(text);
    if (!reading.ruleset)
        return usage_error(kCommand, "--name " + printable(reading.problems.front().sentence));
    print(text);
    return kExitOk;
}

/// The --reward that was given cannot be read.
bool bad_reward(const Arguments& arguments) {
    const std::optional<std::string> given = arguments.text("reward");
    return given && !Reward::read(*given);
}
constexpr std::string_view kRewardForm = "--reward needs an amount like 12.5";

int explain(const Arguments& arguments) {
    if (bad_reward(arguments)) return usage_error(kCommand, kRewardForm);
    const std::string& name = arguments.operands()[1];
    Outcome<scoring::Ruleset> ruleset = open_ruleset(name);
    if (!ruleset) return print_failure(ruleset.failure());
    Explained explained{.ruleset = *ruleset};
    if (const auto given = arguments.text("reward")) explained.reward = Reward::read(*given);
    Outcome<scoring::RulesetReading> reading = read_ruleset(name);
    if (reading) explained.description = reading->description;
    print(arguments.has("json") ? explain_json(explained) : explain_text(explained));
    return kExitOk;
}

int try_samples(const Arguments& arguments) {
    if (bad_reward(arguments)) return usage_error(kCommand, kRewardForm);
    if (arguments.has("corpus-key") && !arguments.has("corpus"))
        return usage_error(kCommand, "--corpus-key needs --corpus");
    return try_ruleset(arguments, std::span{arguments.operands()}.subspan(1));
}

struct Action {
    std::string_view name;
    int (*run)(const Arguments&);
    std::size_t files_min, files_max;
    std::span<const std::string_view> options;  ///< that it knows
};

constexpr std::string_view kNewOptions[] = {"profile", "name"};
constexpr std::string_view kCheckOptions[] = {"json"};
constexpr std::string_view kHashOptions[] = {"chain-id", "dlp", "json"};
constexpr std::string_view kExplainOptions[] = {"json", "reward"};
constexpr std::string_view kTryOptions[] = {"corpus", "corpus-key", "json",
                                            "model",  "references", "reward"};
constexpr Action kActions[] = {
    {"new", make_new, 0, 0, kNewOptions},
    {"check", check, 1, 1, kCheckOptions},
    {"hash", hash, 1, 1, kHashOptions},
    {"explain", explain, 1, 1, kExplainOptions},
    {"try", try_samples, 2, kFilesMax, kTryOptions},
};

/// What is wrong with the words of an action; empty: nothing.
std::string problem_of(const Action& action, const Arguments& arguments) {
    const std::string name{action.name};
    const std::size_t files = arguments.operands().size() - 1;
    if (files < action.files_min)
        return "`ruleset " + name + "` needs " +
               (action.files_min == 1 ? "a file" : "a ruleset and samples");
    if (files > action.files_max)
        return '\'' + arguments.operands()[action.files_max + 1] + "' is too much";
    for (const Option& option : kOptions)
        if (arguments.has(option.name) && std::find(action.options.begin(), action.options.end(),
                                                    option.name) == action.options.end())
            return "`ruleset " + name + "` has no --" + std::string{option.name};
    return {};
}

}  // namespace

int run_ruleset(std::span<const std::string_view> args) {
    const Parsed parsed = parse_arguments(kCommand, args);
    if (!parsed.arguments) return usage_error(kCommand, parsed.problem);
    const std::string& word = parsed.arguments->operands()[0];
    std::vector<std::string_view> names;
    for (const Action& action : kActions) {
        names.push_back(action.name);
        if (action.name != word) continue;
        const std::string problem = problem_of(action, *parsed.arguments);
        return problem.empty() ? action.run(*parsed.arguments) : usage_error(kCommand, problem);
    }
    const auto near = nearest(word, names);
    return usage_error(kCommand, "there is no `ruleset " + printable(word) + '`' +
                                     (near ? "; did you mean " + std::string{*near} + '?' : ""));
}

std::string help_ruleset() { return help_of(kCommand); }

}  // namespace pramana::app
