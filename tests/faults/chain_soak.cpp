// The chain half of the daemon alone, for tests that break things around it: the real store,
// watcher, submitter and worker as `serve` composes them, with made-up proofs in place of scoring.
//   chain_soak run CONFIG          until SIGTERM
//   chain_soak dump CONFIG JOBS    the journal of jobs 1..JOBS as JSON, from a store that nobody
//   holds
#include "pramana/chain/uint256.hpp"
#include "pramana/chain_rpc/head_subscription.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/net/websocket_listener.hpp"
#include "pramana/os/log.hpp"
#include "pramana/pipeline/crash_point.hpp"
#include "prover.hpp"
#include "serve/chain_worker.hpp"
#include "soak_config.hpp"

#include <csignal>
#include <cstdio>
#include <thread>

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

/// A signer that is slow, fails at first, and then signs something else for a while.
class OddSigner final : public chain_rpc::TransactionSigner {
  public:
    OddSigner(const SigningKey& key, const SoakConfig& config) : inner_{key}, config_{config} {}
    [[nodiscard]] const Address& address() const noexcept override { return inner_.address(); }
    [[nodiscard]] Result<Bytes> sign(const chain::Transaction& transaction) override {
        std::this_thread::sleep_for(config_.signer_delay);
        const std::uint64_t call = calls_++;
        if (call < config_.signer_failures) return Error{Errc::kTimeout, "soak.signer"};
        if (call >= config_.signer_failures + config_.signer_lies) return inner_.sign(transaction);
        chain::Transaction other = transaction;
        other.value_wei = chain::to_word(call + 1);
        return inner_.sign(other);
    }

  private:
    chain_rpc::KeySigner inner_;
    const SoakConfig& config_;
    std::uint64_t calls_ = 0;
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
    if (!config.boot_id_file.empty()) options.boot_id_file = config.boot_id_file;
    return store::open_store(options);
}

chain_rpc::SubmitterOptions submitter_options(const SoakConfig& config) {
    chain_rpc::SubmitterOptions options;
    options.window = config.window;
    options.batch_max = config.batch_max;
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
    OddSigner signer{key, config};
    chain_rpc::Submitter submitter{reader, journal, signer, submitter_options(config)};
    app::CursorAdapter cursor{(*store)->jobs()};
    app::ProofAdapter proofs{submitter, journal, key};
    Result<std::unique_ptr<faults::Prover>> prover =
        faults::Prover::start({.jobs = (*store)->jobs(),
                               .proofs = proofs,
                               .submitter = submitter,
                               .key = key,
                               .reader = reader,
                               .poll = config.poll,
                               .batch_max = config.batch_max});
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
        [&](std::span<const chain_rpc::JobSeen> jobs) { return (*prover)->on_jobs_seen(jobs); },
        [](std::uint64_t fork_block) -> Status {
            log::warn("soak.reorg", {{"fork_block", fork_block}});
            return Done{};
        }};
    app::ChainWorker worker{
        {.watcher = watcher, .submitter = submitter, .proofs = proofs, .poll = config.poll}};
    net::WebsocketListenerOptions sockets;
    sockets.urls = config.websocket_urls;
    sockets.first_message = chain_rpc::kSubscribeToHeads;
    sockets.backoff_max = std::chrono::seconds{1};
    const Result<std::unique_ptr<net::WebsocketListener>> heads =
        net::WebsocketListener::start(std::move(sockets), [&worker] { worker.wake(); });
    if (!heads) return fail("websocket_urls", heads.error());
    std::printf("{\"event\":\"ready\"}\n");
    std::fflush(stdout);
    int caught = 0;
    sigwait(&ends, &caught);
    return 0;
}

std::string quoted_hash(const Hash32& hash) { return "\"0x" + to_hex(hash.view()) + "\""; }

std::string list_of(const std::vector<std::string>& items) {
    std::string text;
    for (const std::string& item : items) text += (text.empty() ? "" : ",") + item;
    return "[" + text + "]";
}

std::string json_of(const chain::Slot& slot) {
    std::vector<std::string> jobs;
    std::vector<std::string> attempts;
    std::vector<std::string> landed;
    for (const chain::SlotJob& each : slot.jobs) jobs.push_back(std::to_string(number(each.job)));
    for (const chain::Attempt& each : slot.attempts) attempts.push_back(quoted_hash(each.tx_hash));
    std::string text = R"({"tx_nonce":)" + std::to_string(slot.tx_nonce) + R"(,"state":)" +
                       std::to_string(static_cast<int>(slot.state)) + R"(,"void_reason":)" +
                       std::to_string(static_cast<int>(slot.void_reason)) + R"(,"jobs":)" +
                       list_of(jobs) + R"(,"attempts":)" + list_of(attempts);
    if (!slot.inclusion) return text + "}";
    for (const chain::LandedJob& each : slot.inclusion->landed)
        landed.push_back(std::to_string(number(each.job)));
    return text + R"(,"included":)" + quoted_hash(slot.inclusion->tx_hash) + R"(,"block":)" +
           std::to_string(slot.inclusion->block_number) + R"(,"landed":)" + list_of(landed) + "}";
}

int dump(const SoakConfig& config, const Address& signer) {
    constexpr std::size_t kPage = 256;
    Result<std::unique_ptr<store::Store>> store = open_store(config);
    if (!store) return fail("store", store.error());
    app::JournalAdapter journal{(*store)->slots(signer)};
    const Result<std::optional<std::uint64_t>> highest = journal.highest_nonce();
    if (!highest) return fail("journal", highest.error());
    std::printf("{\"highest_nonce\":%s,\"slots\":[",
                *highest ? std::to_string(**highest).c_str() : "null");
    std::uint64_t next = 0;
    for (bool first = true;;) {
        const Result<std::vector<chain::Slot>> page = journal.slots_from(next, kPage);
        if (!page) return fail("slots", page.error());
        if (page->empty()) break;
        for (const chain::Slot& slot : *page) {
            std::printf("%s%s", first ? "" : ",\n", json_of(slot).c_str());
            first = false;
        }
        next = page->back().tx_nonce + 1;
    }
    std::printf("]}\n");
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view command = argc > 2 ? argv[1] : "";
    if ((command != "run" && command != "dump") || argc != 3) {
        std::fprintf(stderr, "usage: chain_soak run CONFIG | dump CONFIG\n");
        return 64;
    }
    Result<SoakConfig> config = faults::read_soak_config(argv[2]);
    if (!config) return fail("config", config.error());
    Result<SigningKey> key = SigningKey::from_bytes(SecretBytes::copy_of(config->key));
    if (!key) return fail("key", key.error());
    if (command == "run") return run(*config, *std::move(key));
    return dump(*config, key->address());
}
