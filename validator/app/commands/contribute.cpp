#include "contribute.hpp"

#include "contribution_run.hpp"
#include "options.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/core/json.hpp"
#include "pramana/os/clock.hpp"
#include "pramana/os/file.hpp"
#include "read_values.hpp"

#include <sysexits.h>

#include <cstdio>

namespace pramana::app {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{256} << 20U;
constexpr std::uint64_t kTimeoutMax_s = 7 * 86'400;
constexpr std::uint64_t kLifetimeMax_s = 30 * 86'400;

constexpr Option kOptions[] = {
    {"validator", "URL", "base URL of the validator", true},
    {"rpc", "URL", "an Ethereum node of the chain", true},
    {"dlp", "0x..", "address of the DLP that gets the file", true},
    {"key-file", "FILE", "the wallet's private key: 64 hex digits, mode 0600", true},
    {"policy", "FILE",
     "what the validator's enclave has to be (`pramana policy new`);\nwithout it the strict "
     "defaults, with no program pinned"},
    {"collateral", "PATH",
     "the vendors' endorsements, a file or a folder, if not those\nthat the validator sends"},
    {"ledger", "FILE",
     "refuse endorsements and revocation lists that are older than\nFILE has seen; accepted ones "
     "are noted in it"},
    {"registry", "0x..", "DataRegistry, if not the one that the validator names"},
    {"pool", "0x..", "TeePool, if not the one that the validator names"},
    {"fee-wei", "N", "what the proof is paid with; default: what the pool asks, up to 1 coin"},
    {"ownership", "FILE", "a witness statement, where the DLP asks for one"},
    {"ownership-salt", "FILE",
     "the witness's salt (64 hex digits), where the statement has a\ntag of the content"},
    {"terms", "FILE", "the terms that you agree to; their hash is signed"},
    {"expires-s", "N", "how long the validator may open the file; default 86400"},
    {"timeout", "S", "how long to wait for the final proof; default 600"},
    {"claim", "", "ask the DLP for the reward at the end"},
    {"json", "", "print the final status as JSON"},
    {"fresh", "", "seal anew, also if this file was contributed before"},
    {"state-dir", "DIR",
     "where unfinished runs are kept (sealed);\ndefault ~/.local/state/pramana"},
    {"ca-file", "FILE", "trust these PEM certificates too"},
};
constexpr Command kCommand{
    .name = "contribute",
    .summary =
        "Seals a file in the Vana format, uploads it with a signed intent, registers it on "
        "chain,\npays for its proof and waits until that is final. A validator whose evidence is "
        "not\n"
        "accepted gets nothing.",
    .operands = "FILE",
    .operands_min = 1,
    .operands_max = 1,
    .options = kOptions,
    .more =
        "The wallet signs what may be done with the file: this DLP, this ruleset, until then.\n"
        "A run that was cut off is started again with the same command; nothing is paid "
        "twice.\nProgress goes to standard error, the result to standard output.\n"
        "Exit: 0 final, 64 usage, 65 refused, 66 no such file, 69 the validator or chain does "
        "not\nanswer, 75 not final in time.\n",
};

std::variant<ContributeOrder, std::string> read_order(const Arguments& arguments) {
    ContributeOrder order;
    ValueReader values{arguments};
    order.validator_url = values.url("validator");
    order.rpc_url = values.url("rpc");
    order.ca_file = arguments.text("ca-file").value_or("");
    order.dlp = values.address("dlp");
    if (arguments.has("registry")) order.data_registry = values.address("registry");
    if (arguments.has("pool")) order.tee_pool = values.address("pool");
    order.key_file = *arguments.text("key-file");
    order.file = arguments.operands().front();
    order.ownership_file = arguments.text("ownership").value_or("");
    order.ownership_salt_file = arguments.text("ownership-salt").value_or("");
    order.terms_file = arguments.text("terms").value_or("");
    const std::optional<std::string> state = arguments.text("state-dir");
    order.state_directory = state ? std::filesystem::path{*state} : default_state_directory();
    if (arguments.has("fee-wei")) order.fee_wei = values.wei("fee-wei");
    if (arguments.has("expires-s"))
        order.intent_lifetime =
            std::chrono::seconds{values.number_in("expires-s", 60, kLifetimeMax_s)};
    if (arguments.has("timeout"))
        order.timeout = std::chrono::seconds{values.number_in("timeout", 1, kTimeoutMax_s)};
    order.policy_file = arguments.text("policy");
    order.collateral = arguments.text("collateral");
    order.ledger = arguments.text("ledger");
    order.seal_anew = arguments.has("fresh");
    order.claim = arguments.has("claim");
    if (!values.problem().empty()) return values.problem();
    return order;
}

void say(const std::string& line) {
    const std::string text = line + '\n';
    std::fputs(text.c_str(), stderr);
}

/// The validator's status, and the reward behind it where it was asked for.
std::string json_of(const ContributeResult& result) {
    std::string json = result.status.json;
    while (!json.empty() && json.back() != '}') json.pop_back();
    if (!json.empty()) json.pop_back();
    if (result.reward_wei)
        json += R"(,"reward_wei":")" + chain::to_decimal(*result.reward_wei) + '"';
    if (!result.reward_refusal.empty())
        json += R"(,"reward_refusal":)" + json_quoted(result.reward_refusal);
    return json + "}\n";
}

std::string lines_of(const ContributeResult& result) {
    const StatusView& status = result.status;
    std::string text = "stage        " + status.stage + '\n';
    const auto line = [&text](std::string_view name, const std::optional<std::uint64_t>& value,
                              std::string_view unit = {}) {
        if (value) text += std::string{name} + std::to_string(*value) + std::string{unit} + '\n';
    };
    line("file         ", status.file_id);
    line("job          ", status.job_id);
    line("proof index  ", status.proof_index);
    line("pay          ", status.pay_1024, " / 1024");
    if (result.reward_wei) text += "reward       " + coins_of(*result.reward_wei) + '\n';
    if (!result.reward_refusal.empty())
        text += "reward       none (" + result.reward_refusal + ")\n";
    return text;
}

}  // namespace

int run_contribute(std::span<const std::string_view> args, bool development_program) {
    return run_contribute(args, development_program, attest::vendor_roots(),
                          static_cast<attest::UnixTime>(SystemClock{}.unix_s()));
}

int run_contribute(std::span<const std::string_view> args, bool development_program,
                   const attest::PinnedRoots& roots, attest::UnixTime now) {
    const Parsed parsed = parse_arguments(kCommand, args);
    if (!parsed.arguments) return usage_error(kCommand, parsed.problem);
    std::variant<ContributeOrder, std::string> read = read_order(*parsed.arguments);
    if (const std::string* problem = std::get_if<std::string>(&read))
        return usage_error(kCommand, *problem);
    ContributeOrder order = std::move(*std::get_if<ContributeOrder>(&read));
    order.development_program = development_program;
    order.roots = roots;
    order.judged_at = now;

    Result<SecretBytes> opened = read_secret_file(order.file, kFileBytesMax);
    if (!opened)
        return print_failure(failure_of(opened.error().code,
                                        "The file cannot be read: " + order.file.string() + '.',
                                        "Give the path of one regular file of at most 256 MiB."));
    Outcome<SigningKey> wallet = load_wallet(order.key_file, say);
    if (!wallet) return print_failure(wallet.failure());

    ContributionRun run{std::move(order), say, *std::move(wallet), *std::move(opened)};
    Outcome<ContributeResult> result = run.run();
    if (!result) return print_failure(result.failure());
    const std::string text = parsed.arguments->has("json") ? json_of(*result) : lines_of(*result);
    std::fputs(text.c_str(), stdout);
    if (result->status.stage == "final") return kExitOk;
    if (result->status.cause) return print_failure(*result->status.cause);
    say("error: the contribution ended as '" + result->status.stage +
        "'\n"
        "  next: run this again with --fresh to seal and pay anew");
    return EX_DATAERR;
}

std::string_view help_contribute() {
    static const std::string kText = help_of(kCommand);
    return kText;
}

}  // namespace pramana::app
