#include "commands/chain_check.hpp"
#include "commands/contribute.hpp"
#include "commands/embed.hpp"
#include "commands/failure.hpp"
#include "commands/jobs.hpp"
#include "commands/keys.hpp"
#include "commands/ownership.hpp"
#include "commands/policy.hpp"
#include "commands/recompute.hpp"
#include "commands/replay.hpp"
#include "commands/ruleset.hpp"
#include "commands/score.hpp"
#include "commands/serve.hpp"
#include "commands/verify.hpp"
#include "commands/verify_evidence.hpp"
#include "commands/version.hpp"
#include "options.hpp"
#include "platform.hpp"
#include "pramana/os/hardening.hpp"

#include <sysexits.h>

#include <cstdio>
#include <functional>
#include <vector>

namespace pramana::app {
namespace {

using Args = std::span<const std::string_view>;

struct Entry {
    std::string_view name;
    std::string_view summary;
    std::function<int(Args)> run;
    std::function<std::string()> help;
};

void print(std::string_view text, std::FILE* to = stdout) {
    std::fwrite(text.data(), 1, text.size(), to);
}

/// A file first: evidence; options only: a proof.
int run_verify_any(Args args, bool development_program) {
    const bool of_file = !args.empty() && !args.front().starts_with('-');
    return of_file ? run_verify_evidence(args) : run_verify(args, development_program);
}
std::string help_verify_any() {
    return std::string{help_verify()} + '\n' + std::string{help_verify_evidence()};
}

std::vector<Entry> entries(const Platform& platform) {
    std::vector<Entry> table;
    table.push_back({"serve", "run the validator",
                     [&platform](Args args) { return run_serve(args, platform); }, help_serve});
    table.push_back({"jobs", "list the validator's jobs",
                     [&platform](Args args) { return run_jobs(args, platform); }, help_jobs});
    table.push_back({"replay", "print the journal of a job as a timeline",
                     [&platform](Args args) { return run_replay(args, platform); }, help_replay});
    table.push_back({"chain",
                     "check endpoints, registration, balance, fees, DLPs; claim what is owed",
                     [&platform](Args args) { return run_chain(args, platform); }, help_chain});
    table.push_back({"keys", "show the keys, rotate them, make and read back a backup",
                     [&platform](Args args) { return run_keys(args, platform); }, help_keys});
    table.push_back(
        {"contribute", "seal a file, upload it, register it on chain, wait for its proof",
         [&platform](Args args) {
             return run_contribute(args, platform.profile == config::Profile::kDevelopment);
         },
         [] { return std::string{help_contribute()}; }});
    table.push_back({"verify", "judge evidence of a file or a validator, or a proof by the chain",
                     [&platform](Args args) {
                         return run_verify_any(args,
                                               platform.profile == config::Profile::kDevelopment);
                     },
                     help_verify_any});
    table.push_back({"policy", "make, check and explain what evidence is accepted",
                     [](Args args) { return run_policy(args); },
                     [] { return std::string{help_policy()}; }});
    table.push_back({"ownership", "make and judge evidence of whose data they are",
                     [](Args args) { return run_ownership(args); },
                     [] { return std::string{help_ownership()}; }});
    table.push_back({"ruleset", "write, check, hash, explain and try what a DLP takes and pays",
                     run_ruleset, help_ruleset});
    table.push_back(
        {"score", "score files offline, in order, against a corpus", run_score, help_score});
    table.push_back({"recompute", "replay a score and name its first difference to a proof",
                     [&platform](Args args) { return run_recompute(args, platform); },
                     help_recompute});
    table.push_back({"embed", "print the index codes of lines of text", run_embed, help_embed});
    table.push_back({"version", "print version, model and rulesets",
                     [&platform](Args args) { return run_version(args, platform); }, help_version});
    return table;
}

std::string overview(const Platform& platform, const std::vector<Entry>& table) {
    constexpr std::size_t kColumn = 14;
    const std::string program{platform.program};
    std::string text = program + ": " + std::string{platform.what} + "\n\nusage: " + program +
                       " COMMAND [OPTIONS]\n\n";
    for (const Entry& entry : table) {
        text += "  " + std::string{entry.name} + std::string(kColumn - entry.name.size(), ' ');
        text += std::string{entry.summary} + "\n";
    }
    return text + "\n`" + program +
           " help COMMAND` explains one, with its options and exit codes.\n";
}

const Entry* find(const std::vector<Entry>& table, std::string_view name) {
    for (const Entry& entry : table)
        if (entry.name == name) return &entry;
    return nullptr;
}

int unknown_command(const Platform& platform, const std::vector<Entry>& table,
                    std::string_view name) {
    std::vector<std::string_view> names;
    names.reserve(table.size());
    for (const Entry& entry : table) names.push_back(entry.name);
    std::string text = "error: there is no command \"" + std::string{name} + "\"";
    if (const std::optional<std::string_view> near = nearest(name, names))
        text += "; did you mean " + std::string{*near} + "?";
    print(text + "\n  next: `" + std::string{platform.program} + " help` lists them\n", stderr);
    return kExitUsage;
}

/// Whether a command works with the validator's own keys, where the operator is not trusted with
/// what the program trusts; in the others the environment is its user's own.
bool works_inside(std::string_view command) {
    return command == "serve" || command == "keys" || command == "chain";
}

bool asks_for_help(std::string_view word) {
    return word == "help" || word == "--help" || word == "-h";
}

/// The end of a command, whose output has to be out: that a disk was full shows only now.
int ended(int code) {
    const bool out = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    if (out || code != kExitOk) return code;
    Failure failure =
        failure_of(Errc::kIo, "The output could not be written.",
                   "Make room where it goes, or send it elsewhere, then run this again.");
    failure.exit_code = EX_IOERR;
    return print_failure(failure);
}

int run_words(int argc, char** argv, const Platform& platform) {
    // First of all: from here on no secret can reach a core file or another process's ptrace.
    const Status hidden = forbid_core_dumps();
    if (!hidden) print("warning: core dumps could not be turned off\n", stderr);
    const std::vector<std::string_view> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    const std::vector<Entry> table = entries(platform);
    if (words.empty()) {
        print(overview(platform, table), stderr);
        return kExitUsage;
    }
    if (asks_for_help(words[0])) {
        if (words.size() == 1) {
            print(overview(platform, table));
            return kExitOk;
        }
        const Entry* const entry = find(table, words[1]);
        if (entry == nullptr) return unknown_command(platform, table, words[1]);
        print(entry->help());
        return kExitOk;
    }
    const std::string_view name = words[0] == "--version" ? "version" : words[0];
    const Entry* const entry = find(table, name);
    if (entry == nullptr) return unknown_command(platform, table, words[0]);
    if (works_inside(entry->name)) forget_library_settings();
    const Args args = Args{words}.subspan(1);
    if (!args.empty() && asks_for_help(args[0]) && args[0] != "help") {
        print(entry->help());
        return kExitOk;
    }
    if (!hidden && works_inside(entry->name))
        return print_failure(failure_of(
            Errc::kMemoryLock, "Core dumps and ptrace of this process cannot be turned off.",
            "Let it call prctl and setrlimit: a seccomp profile may forbid them."));
    return entry->run(args);
}

}  // namespace

int run_program(int argc, char** argv, const Platform& platform) {
    return ended(run_words(argc, argv, platform));
}

}  // namespace pramana::app
