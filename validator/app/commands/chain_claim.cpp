#include "chain_claim.hpp"

#include "claim_report.hpp"
#include "failure.hpp"
#include "journal_access.hpp"
#include "options.hpp"
#include "pramana/chain/address.hpp"
#include "pramana/os/hardening.hpp"
#include "pramana/os/log.hpp"
#include "serve/chain_options.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

namespace pramana::app {
namespace {

constexpr int kExitFound = 1;
constexpr std::uint64_t kTimeDefault_s = 1'800;
constexpr std::uint64_t kTimeMax_s = 86'400;

constexpr Option kOptions[] = {
    {"config", "FILE", "the validator's configuration", true},
    {"dry-run", "", "only say what would be claimed and what it would cost"},
    {"dlp", "N", "only rewards of this DLP: its id in the configuration, or its address"},
    {"time-max", "SECONDS", "how long to wait until all is final (1800)"},
    {"json", "", "one JSON object at the end instead of lines"},
};
constexpr Command kCommand{
    .name = "chain claim",
    .summary = "Claims our fees in the pool, and the rewards that contributors have not claimed.",
    .operands = "",
    .operands_min = 0,
    .operands_max = 0,
    .options = kOptions,
    .more =
        "For the current key and, where there is one, keys.previous. A reward is paid by the DLP\n"
        "to the file's owner while the key that signed the proof is active, so this comes before "
        "a\n"
        "key leaves the pool; gas is ours. Each claim is a slot of the journal: it is sent once,\n"
        "whatever happens, and one that was interrupted goes on with the next start. Needs the\n"
        "data directory for itself; beside a running validator only --dry-run works.\n"
        "Exit: 0 done or nothing to do, 1 a claim came to nothing, 64 usage, 66 no data "
        "directory,\n"
        "69 a node, 75 not final in time, 78 configuration, money, or the validator is running.\n",
};

/// The store for itself, or a view of it.
struct OpenJournal {
    std::unique_ptr<store::Store> store;
    std::unique_ptr<store::StoreView> view;
    store::JobStore& jobs() { return store ? store->jobs() : view->jobs(); }
    store::SubmissionSlots& slots(const Address& key) {
        return store ? store->slots(key) : view->slots(key);
    }
};

Outcome<OpenJournal> open_for(const config::Config& config, bool dry_run) {
    const std::string about = "data_dir " + config.data_dir.string();
    OpenJournal open;
    Result<std::unique_ptr<store::StoreView>> view = store::open_store_view(config.data_dir);
    if (!view) return failure_of(view.error(), about);
    if (dry_run) {
        open.view = *std::move(view);
        return open;
    }
    view->reset();
    store::StoreOptions options;
    options.directory = config.data_dir;
    options.free_bytes_min = config.limits.disk_reserve_bytes;
    Result<std::unique_ptr<store::Store>> store = store::open_store(options);
    if (!store && store.error().code == Errc::kStoreLocked)
        return failure_of(Errc::kStoreLocked,
                          "The validator is running, and only one process may sign with its key.",
                          "It claims fees itself (chain.claim_fees_every_s) and, with "
                          "keys.previous, rewards. Stop it to claim now, or look with --dry-run.");
    if (!store) return failure_of(store.error(), about);
    open.store = *std::move(store);
    return open;
}

/// Which DLP is meant; nothing = all.
Outcome<std::optional<Address>> dlp_in(const Arguments& arguments, const config::Config& config) {
    const std::optional<std::string> text = arguments.text("dlp");
    if (!text) return std::optional<Address>{};
    if (const Result<Address> address = chain::parse_address(*text)) return std::optional{*address};
    const auto id = whole_number(text, 0, UINT64_MAX);
    const auto found = std::find_if(config.dlps.begin(), config.dlps.end(),
                                    [&](const config::Dlp& dlp) { return dlp.dlp_id == id; });
    if (id && found != config.dlps.end()) return std::optional{found->address};
    return failure_of(Errc::kBadRequest, "--dlp names no DLP of the configuration.",
                      "Give a dlp_id that stands in dlps, or an address.");
}

/// Everything between the command line and the journal.
class ClaimCommand {
  public:
    ClaimCommand(const config::Config& config, OpenJournal journal, Identity identity,
                 std::unique_ptr<chain_rpc::RpcClient> rpc, chain_rpc::Contracts contracts)
        : config_{config},
          journal_{std::move(journal)},
          identity_{std::move(identity)},
          rpc_{std::move(rpc)},
          contracts_{std::move(contracts)},
          reader_{*rpc_, contracts_} {
        add(*identity_.signing, false);
        if (identity_.previous) add(*identity_.previous, true);
    }

    Outcome<Done> plan(const std::optional<Address>& dlp) {
        const Result<chain_rpc::FeeMarket> market = reader_.fee_market();
        if (!market) return failure_of(market.error(), "the fee market");
        const config::Chain& chain = config_.chain;
        gas_price_wei_ = market->next_base_fee_wei + std::clamp(market->tip_median_wei,
                                                                chain.tip_per_gas_wei_min,
                                                                chain.tip_per_gas_wei_max);
        for (std::size_t i = 0; i < keys_.size(); ++i) {
            const std::string about = "key " + chain::to_checksum(claims_[i].key);
            const Result<Word256> balance = reader_.balance(claims_[i].key);
            if (!balance) return failure_of(balance.error(), about);
            claims_[i].balance = Wei::from(*balance);
            Result<std::vector<OwedClaim>> owed =
                find_owed(*keys_[i], journal_.jobs(), reader_, dlp);
            if (!owed) return failure_of(owed.error(), about);
            claims_[i].owed = *std::move(owed);
        }
        return Done{};
    }

    Outcome<Done> run(std::chrono::seconds time_max,
                      const std::function<void(const OwedClaim&)>& tell) {
        const auto deadline = std::chrono::steady_clock::now() + time_max;
        const ClaimPace pace{
            .wait = [this] { std::this_thread::sleep_for(config_.chain.poll); },
            .time_out = [deadline] { return std::chrono::steady_clock::now() >= deadline; }};
        for (std::size_t i = 0; i < keys_.size(); ++i) {
            const bool any =
                std::any_of(claims_[i].owed.begin(), claims_[i].owed.end(),
                            [](const OwedClaim& claim) { return claim.skipped.empty(); });
            if (!any) continue;
            const Status done = claim_all(*keys_[i], contracts_, claims_[i].owed, pace, tell);
            if (done) continue;
            Failure failure = failure_of(done.error(), "key " + chain::to_checksum(claims_[i].key));
            if (done.error().code == Errc::kTimeout) {
                failure.sentence =
                    "Not everything is final yet; what was sent stays in the journal.";
                failure.next_step = "Start the validator, or this again: it goes on by itself.";
            }
            return failure;
        }
        return Done{};
    }

    [[nodiscard]] const std::vector<KeyClaims>& claims() const { return claims_; }
    [[nodiscard]] std::uint64_t gas_price_wei() const { return gas_price_wei_; }

  private:
    void add(const SigningKey& key, bool is_previous) {
        keys_.push_back(
            std::make_unique<ClaimKey>(key, journal_.slots(key.address()), reader_,
                                       submitter_options_of(config_.chain, config_.alarms)));
        claims_.push_back({key.address(), is_previous, {}, {}});
    }

    const config::Config& config_;
    OpenJournal journal_;
    const Identity identity_;
    const std::unique_ptr<chain_rpc::RpcClient> rpc_;
    const chain_rpc::Contracts contracts_;
    chain_rpc::ChainReader reader_;
    std::vector<std::unique_ptr<ClaimKey>> keys_;
    std::vector<KeyClaims> claims_;  ///< of keys_
    std::uint64_t gas_price_wei_ = 0;
};

Outcome<std::unique_ptr<ClaimCommand>> prepare(const config::Config& config,
                                               const Platform& platform, bool dry_run) {
    if (const Status fit = platform.check_environment(); !fit) return failure_of(fit.error());
    if (const Status locked = lock_memory(); !locked && platform.memory_lock_required)
        return failure_of(locked.error());
    Outcome<chain_rpc::Contracts> contracts = contracts_of(config.chain);
    if (!contracts) return contracts.failure();
    Outcome<OpenJournal> journal = open_for(config, dry_run);
    if (!journal) return journal.failure();
    Result<Identity> identity = platform.open_identity(config);
    if (!identity) return failure_of(identity.error(), "the validator's keys");
    Result<std::unique_ptr<chain_rpc::RpcClient>> rpc =
        chain_rpc::RpcClient::create(rpc_options_of(config.chain));
    if (!rpc) return failure_of(rpc.error(), "chain.rpc_urls");
    if (const Status right = (*rpc)->check_chain(); !right)
        return failure_of(right.error(), "chain.rpc_urls");
    return std::make_unique<ClaimCommand>(config, *std::move(journal), *std::move(identity),
                                          *std::move(rpc), *std::move(contracts));
}

void print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

int claim(const config::Config& config, const Platform& platform, const Arguments& arguments,
          std::chrono::seconds time_max) {
    const bool dry_run = arguments.has("dry-run");
    const bool json = arguments.has("json");
    Outcome<std::optional<Address>> dlp = dlp_in(arguments, config);
    if (!dlp) return print_failure(dlp.failure());
    Outcome<std::unique_ptr<ClaimCommand>> command = prepare(config, platform, dry_run);
    if (!command) return print_failure(command.failure());
    ClaimCommand& run = **command;
    if (const Outcome<Done> planned = run.plan(*dlp); !planned)
        return print_failure(planned.failure());
    if (!json) print(plan_text(run.claims(), run.gas_price_wei()));
    std::optional<Failure> failed;
    if (!dry_run) {
        const Outcome<Done> done = run.run(time_max, [json](const OwedClaim& each) {
            if (!json) print(step_text(each));
        });
        if (!done) failed = done.failure();
        if (!json) print(end_text(run.claims()));
    } else if (!json) {
        print("dry run: nothing was signed or sent\n");
    }
    if (json) print(claims_json(run.claims(), run.gas_price_wei(), dry_run));
    if (failed) return print_failure(*failed);
    return dry_run || all_claimed(run.claims()) ? kExitOk : kExitFound;
}

}  // namespace

int run_chain_claim(std::span<const std::string_view> args, const Platform& platform) {
    const Parsed parsed = parse_arguments(kCommand, args);
    if (!parsed.arguments) return usage_error(kCommand, parsed.problem);
    const Arguments& arguments = *parsed.arguments;
    const auto time_max = whole_number(arguments.text("time-max"), kTimeDefault_s, kTimeMax_s);
    if (!time_max) return usage_error(kCommand, "--time-max needs seconds, at most 86400");
    log::configure(log::Level::kError, log::default_format());  // the lines say it
    const std::string file = *arguments.text("config");
    const config::Reading reading = config::read_config_file(file, platform.profile);
    if (!reading.config)
        return print_failure(failure_of(Errc::kConfigInvalid,
                                        file + ": " + reading.problems.front().path + ' ' +
                                            reading.problems.front().sentence + '.',
                                        "`serve --check` lists every problem of a configuration."));
    return claim(*reading.config, platform, arguments, std::chrono::seconds{*time_max});
}

std::string help_chain_claim() { return help_of(kCommand); }

}  // namespace pramana::app
