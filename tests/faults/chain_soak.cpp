// The chain half of the daemon alone, for tests that break things around it: the real store,
// watcher, submitter and worker as `serve` composes them, with made-up proofs in place of scoring.
//   chain_soak run CONFIG          until SIGTERM
//   chain_soak dump CONFIG JOBS    the journal of jobs 1..JOBS as JSON, from a store that nobody
//   holds
#include "pramana/core/hex.hpp"
#include "pramana/os/log.hpp"
#include "pramana/pipeline/crash_point.hpp"
#include "prover.hpp"
#include "serve/chain_worker.hpp"
#include "soak_config.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace {

using namespace pramana;
using faults::SoakConfig;

/// The machine's clock, wrong by what the harness asks for.
class WrongClock final : public Clock {
  public:
    explicit WrongClock(const SoakConfig& config) : config_{config} {}
    [[nodiscard]] std::int64_t unix_s() const override {
        const bool jumped =
            config_.clock_jump.count() != 0 && steady() - started_ >= config_.clock_jump_after;
        return machine_.unix_s() + config_.clock_ahead.count() +
               (jumped ? config_.clock_jump.count() : 0);
    }
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override {
        return machine_.steady();
    }

  private:
    SystemClock machine_;
    const SoakConfig& config_;
    std::chrono::steady_clock::time_point started_ = machine_.steady();
};

int fail(const char* what, const Error& error) {
    const std::string_view code = name_of(error.code);
    std::fprintf(stderr, "chain_soak: %s: %.*s at %.*s\n", what, static_cast<int>(code.size()),
                 code.data(), static_cast<int>(error.site.size()), error.site.data());
    return 1;
}

Result<std::unique_ptr<store::Store>> open_store(const SoakConfig& config) {
    store::StoreOptions options;
    options.directory = config.directory;
    options.free_bytes_min = config.free_bytes_min;
    options.torn_tail_accepted = config.torn_tail_accepted;
    return store::open_store(options);
}

chain_rpc::SubmitterOptions submitter_options(const SoakConfig& config) {
    chain_rpc::SubmitterOptions options;
    options.window = config.window;
    options.fees.tip_wei_min = config.tip_wei_min;
    options.fees.tip_wei_max = config.tip_wei_max;
    options.fees.max_fee_wei_ceiling = config.max_fee_wei;
    options.finality.depth = config.final_depth;
    options.finality.ask_finalized_tag = config.ask_finalized_tag;
    options.crash_point = pipeline::crash_point;
    return options;
}

int run(const SoakConfig& config, SigningKey key) {
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);  // before any thread

    const WrongClock clock{config};
    Result<std::unique_ptr<store::Store>> store = open_store(config);
    if (!store) return fail("store", store.error());
    chain_rpc::RpcOptions rpc_options;
    rpc_options.endpoints = config.rpc_urls;
    rpc_options.chain_id = config.chain_id;
    rpc_options.call_time_max = config.call_time_max;
    Result<std::unique_ptr<chain_rpc::RpcClient>> rpc =
        chain_rpc::RpcClient::create(std::move(rpc_options));
    if (!rpc) return fail("rpc_urls", rpc.error());
    chain_rpc::ChainReader reader{**rpc, config.contracts};
    app::JournalAdapter journal{(*store)->slots(key.address())};
    chain_rpc::Submitter submitter{reader, journal, key, submitter_options(config)};
    app::CursorAdapter cursor{(*store)->jobs()};
    app::ProofAdapter proofs{submitter, journal, key};
    Result<std::unique_ptr<faults::Prover>> prover = faults::Prover::start(
        {.jobs = (*store)->jobs(), .proofs = proofs, .reader = reader, .poll = config.poll});
    if (!prover) return fail("jobs", prover.error());
    chain_rpc::WatcherOptions watch;
    watch.tee = key.address();
    watch.start_block = config.start_block;
    watch.sweep_every = config.sweep_every;
    chain_rpc::Watcher watcher{
        reader,
        cursor,
        clock,
        watch,
        [&](const chain_rpc::JobSeen& seen) { return (*prover)->on_job_seen(seen); },
        [](std::uint64_t fork_block) -> Status {
            log::warn("soak.reorg", {{"fork_block", fork_block}});
            return Done{};
        }};
    const app::ChainWorker worker{
        {.watcher = watcher, .submitter = submitter, .proofs = proofs, .poll = config.poll}};
    std::printf("{\"event\":\"ready\"}\n");
    std::fflush(stdout);
    int caught = 0;
    sigwait(&ends, &caught);
    return 0;
}

std::string quoted_hash(const Hash32& hash) { return "\"0x" + to_hex(hash.view()) + "\""; }

std::string json_of(const chain::Slot& slot, JobId job) {
    std::string text = R"({"tx_nonce":)" + std::to_string(slot.tx_nonce) + R"(,"job":)" +
                       std::to_string(number(job)) + R"(,"state":)" +
                       std::to_string(static_cast<int>(slot.state)) + R"(,"void_reason":)" +
                       std::to_string(static_cast<int>(slot.void_reason)) + R"(,"attempts":[)";
    for (std::size_t i = 0; i < slot.attempts.size(); ++i)
        text += (i == 0 ? "" : ",") + quoted_hash(slot.attempts[i].tx_hash);
    text += "]";
    if (slot.inclusion)
        text += R"(,"included":)" + quoted_hash(slot.inclusion->tx_hash) + R"(,"block":)" +
                std::to_string(slot.inclusion->block_number);
    return text + "}";
}

int dump(const SoakConfig& config, const Address& signer, std::uint64_t jobs) {
    Result<std::unique_ptr<store::Store>> store = open_store(config);
    if (!store) return fail("store", store.error());
    app::JournalAdapter journal{(*store)->slots(signer)};
    const Result<std::optional<std::uint64_t>> highest = journal.highest_nonce();
    if (!highest) return fail("journal", highest.error());
    std::printf("{\"highest_nonce\":%s,\"slots\":[",
                *highest ? std::to_string(**highest).c_str() : "null");
    bool first = true;
    for (std::uint64_t id = 1; id <= jobs; ++id) {
        const Result<std::optional<chain::Slot>> slot =
            journal.slot_of(JobId{id}, chain::SlotPurpose::kProof);
        if (!slot) return fail("slot", slot.error());
        if (!*slot) continue;
        std::printf("%s%s", first ? "" : ",\n", json_of(**slot, JobId{id}).c_str());
        first = false;
    }
    std::printf("]}\n");
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view command = argc > 2 ? argv[1] : "";
    if (!(command == "run" && argc == 3) && !(command == "dump" && argc == 4)) {
        std::fprintf(stderr, "usage: chain_soak run CONFIG | dump CONFIG JOBS\n");
        return 64;
    }
    Result<SoakConfig> config = faults::read_soak_config(argv[2]);
    if (!config) return fail("config", config.error());
    Result<SigningKey> key = SigningKey::from_bytes(SecretBytes::copy_of(config->key));
    if (!key) return fail("key", key.error());
    if (command == "run") return run(*config, *std::move(key));
    return dump(*config, key->address(), std::strtoull(argv[3], nullptr, 10));
}
