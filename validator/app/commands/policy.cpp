#include "policy.hpp"

#include "options.hpp"
#include "pramana/attest/policy_text.hpp"
#include "pramana/os/clock.hpp"
#include "pramana/os/file.hpp"
#include "verify_order.hpp"

#include <sysexits.h>
#include <unistd.h>
#include <cstdio>

namespace pramana::app {
namespace {

constexpr int kExitRefused = 1;

constexpr Option kOptions[] = {
    {"collateral", "PATH", "new: the vendors' endorsements, as for `verify`"},
    {"policy", "FILE", "new: a policy to start from; its other members stay as they are"},
    {"at", "TIME", "new: judge the evidence as of this time"},
    {"out", "FILE", "new: write the policy there; to standard output when not given"},
    {"this-machine", "", "new: accept this very processor and these devices only"},
    {"this-config", "", "new, of a validator: accept this very configuration file only"},
    {"ca-file", "FILE", "new, of a URL: trust these PEM certificates too"},
    {"yes", "", "new: do not ask"},
};
constexpr Command kCommand{
    .name = "policy",
    .summary = "Makes, checks and explains what evidence is accepted.",
    .operands = "new|check|explain [FILE|URL]",
    .operands_min = 1,
    .operands_max = 2,
    .options = kOptions,
    .more =
        "new FILE|URL   makes a policy from a running validator, or from evidence in a file,\n"
        "               after showing what would be trusted and asking\n"
        "check FILE     names every mistake of a policy\n"
        "explain [FILE] says in sentences what a policy admits and refuses; without FILE the\n"
        "               strict defaults\n"
        "Exit: 0 done, 1 the evidence is not accepted or you said no, 64 usage, 65 not to be\n"
        "read, 66 no such file, 69 nothing answers, 78 the policy is wrong.\n",
};

int check(const std::string& path) {
    Outcome<Bytes> text = read_whole_file(path);
    if (!text) return print_failure(text.failure());
    const attest::PolicyReading reading = attest::read_policy(as_text(*text));
    for (const attest::PolicyProblem& problem : reading.problems)
        std::printf("%s: %s %s\n", path.c_str(),
                    problem.path.empty() ? "the file" : printable(problem.path).c_str(),
                    printable(problem.sentence).c_str());
    if (!reading.policy) return EX_CONFIG;
    std::printf("%s: a policy; `pramana policy explain %s` says what it admits\n", path.c_str(),
                path.c_str());
    return kExitOk;
}

int explain(const std::optional<std::string>& path) {
    Outcome<attest::Policy> policy = policy_in(path);
    if (!policy) return print_failure(policy.failure());
    std::fputs(attest::to_text(*policy).c_str(), stdout);
    return kExitOk;
}

/// What the pins mean, one line each with its value.
std::string shown(const std::vector<attest::PolicyPin>& pins) {
    std::string out = "This would be trusted, and nothing else:\n";
    for (const attest::PolicyPin& pin : pins)
        out += "  " + pin.meaning + "\n      " + pin.section + '.' + pin.member + " = " +
               printable(pin.value, 400) + '\n';
    return out;
}

bool agreed() {
    std::fputs(
        "Compare these values with those of the build that you expect. Trust them? [yes/no] ",
        stderr);
    char answer[8] = {};
    return std::fgets(answer, sizeof answer, stdin) != nullptr &&
           std::string_view{answer} == "yes\n";
}

/// The base policy's text; empty: none was named.
Outcome<std::string> base_text(const Arguments& arguments) {
    const std::optional<std::string> path = arguments.text("policy");
    if (!path) return std::string{};
    const Outcome<attest::Policy> policy = policy_in(path);
    if (!policy) return policy.failure();
    Outcome<Bytes> text = read_whole_file(*path);
    if (!text) return text.failure();
    return std::string{as_text(*text)};
}

Outcome<std::string> made_policy(const Arguments& arguments, VerifyOrder& order,
                                 const attest::PinnedRoots& roots, attest::UnixTime now) {
    Outcome<std::string> base = base_text(arguments);
    if (!base) return base;
    const Verification first = verify(order, roots, now, {}, std::nullopt);
    const std::vector<attest::PolicyPin> pins =
        attest::pins_of(first.parts, {.this_machine = arguments.has("this-machine"),
                                      .configuration = arguments.has("this-config")});
    const Result<std::string> text = attest::policy_text(*base, pins);
    attest::PolicyReading reading = text ? attest::read_policy(*text) : attest::PolicyReading{};
    if (!reading.policy)
        return failure_of(Errc::kPolicyInvalid, "No policy can be made of this evidence.",
                          "`pramana verify` says what is wrong with it.");
    order.policy = *std::move(reading.policy);
    const Verification again = verify(order, roots, now, {}, "that would be made");
    if (!again.accepted()) {
        std::fputs(text_of(again).c_str(), stderr);
        Failure failure = failure_of(Errc::kEvidenceRefused,
                                     "The evidence is not accepted even by a policy made of it.",
                                     "See the checks above that failed; --policy starts from a "
                                     "policy of yours where you accept less.");
        failure.exit_code = kExitRefused;
        return failure;
    }
    std::fputs(shown(pins).c_str(), stderr);
    return *text;
}

int make_new(const Arguments& arguments, const attest::PinnedRoots& roots) {
    const bool interactive = ::isatty(STDIN_FILENO) == 1;
    if (!interactive && !arguments.has("yes"))
        return usage_error(kCommand,
                           "nobody can be asked here: look at the values with `pramana "
                           "verify`, then give --yes");
    attest::UnixTime now = static_cast<attest::UnixTime>(SystemClock{}.unix_s());
    if (const std::optional<std::string> at = arguments.text("at")) {
        const Result<attest::UnixTime> time = attest::read_iso_time(*at);
        if (!time) return usage_error(kCommand, "--at needs a time like 2026-11-22T02:00:00Z");
        now = *time;
    }
    Outcome<VerifyOrder> order = read_verify_order(arguments, arguments.operands().back());
    if (!order) return print_failure(order.failure());
    Outcome<std::string> text = made_policy(arguments, *order, roots, now);
    if (!text) return print_failure(text.failure());
    if (!arguments.has("yes") && !agreed()) {
        std::fputs("nothing was written\n", stderr);
        return kExitRefused;
    }
    const std::optional<std::string> path = arguments.text("out");
    if (!path) return std::fputs(text->c_str(), stdout) < 0 ? EX_IOERR : kExitOk;
    const Status written = write_file_durably(*path, as_bytes_view(*text));
    if (!written) return print_failure(failure_of(written.error(), *path));
    return kExitOk;
}

}  // namespace

int run_policy(std::span<const std::string_view> args) {
    return run_policy(args, attest::vendor_roots());
}

int run_policy(std::span<const std::string_view> args, const attest::PinnedRoots& roots) {
    const Parsed parsed = parse_arguments(kCommand, args);
    if (!parsed.arguments) return usage_error(kCommand, parsed.problem);
    const std::vector<std::string>& operands = parsed.arguments->operands();
    const bool named = operands.size() == 2;
    if (operands[0] == "explain") return explain(named ? std::optional{operands[1]} : std::nullopt);
    if ((operands[0] == "new" || operands[0] == "check") && !named)
        return usage_error(kCommand, "`policy " + operands[0] + "` needs a file");
    if (operands[0] == "new") return make_new(*parsed.arguments, roots);
    if (operands[0] == "check") return check(operands[1]);
    return usage_error(kCommand, "`policy` knows new, check and explain");
}

std::string_view help_policy() {
    static const std::string kText = help_of(kCommand);
    return kText;
}

}  // namespace pramana::app
