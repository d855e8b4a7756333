// The chain's half of the composition root: nodes, keys, watcher's sinks, what goes on chain.
#include "chain_options.hpp"
#include "daemon_parts.hpp"
#include "pramana/os/log.hpp"

namespace pramana::app {
namespace {

/// How long readiness waits for the node: less than an orchestrator waits for readiness.
constexpr std::chrono::milliseconds kProbeTimeMax{2'000};

std::vector<ResultRoute> routes_of(const config::Config& config) {
    std::vector<ResultRoute> routes;
    for (const config::Dlp& dlp : config.dlps) {
        if (!dlp.registry || dlp.registry->mode == config::Registry::Mode::kOff) continue;
        routes.push_back({.dlp = dlp.address,
                          .registry = dlp.registry->address,
                          .by_root = dlp.registry->mode == config::Registry::Mode::kRoot,
                          .pool_proofs = dlp.registry->pool_proofs,
                          .batch_max = dlp.registry->batch_max,
                          .linger = dlp.registry->linger,
                          .epoch = dlp.corpus_epoch});
    }
    return routes;
}

}  // namespace

Daemon::Parts::Failure Daemon::Parts::open_nodes(const config::Chain& chain_config) {
    chain_rpc::RpcOptions options = rpc_options_of(chain_config);
    chain_rpc::RpcOptions probe_options = options;
    probe_options.call_time_max = kProbeTimeMax;
    Result<std::unique_ptr<chain_rpc::RpcClient>> client =
        chain_rpc::RpcClient::create(std::move(options));
    if (!client) return StartFailure{client.error(), "chain.rpc_urls"};
    if (chain_config.rpc_urls.size() == 1)
        log::warn("app.single_endpoint",
                  {{"meaning", "nobody contradicts it; finality demands the finalized tag"}});
    rpc = *std::move(client);
    client = chain_rpc::RpcClient::create(std::move(probe_options));
    if (!client) return StartFailure{client.error(), "chain.rpc_urls"};
    probe_rpc = *std::move(client);
    // A node that does not answer now may answer later; a node of another chain never will.
    const Status chain_id = rpc->check_chain();
    if (!chain_id && chain_id.error().code == Errc::kWrongChain)
        return StartFailure{chain_id.error(), "chain.chain_id or chain.rpc_urls"};
    if (!chain_id) log::warn("chain.unreachable", {{"error", chain_id.error()}});
    return std::nullopt;
}

Daemon::Parts::Failure Daemon::Parts::open_chain(const config::Config& config,
                                                 const OperatorWord& word) {
    if (Failure failure = open_nodes(config.chain)) return failure;
    if (const Outcome<Done> declared = check_declarations(config.chain); !declared)
        return StartFailure{
            {Errc::kConfigInvalid, "app.serve.declarations"}, {}, declared.failure()};
    Outcome<chain_rpc::Contracts> contracts = contracts_of(config.chain);
    reader = std::make_unique<chain_rpc::ChainReader>(*rpc, *contracts);
    probe = std::make_unique<chain_rpc::ChainReader>(*probe_rpc, *contracts);
    chain_rpc::SubmitterOptions options = submitter_options_of(config.chain, config.alarms);
    options.foreign_nonces_accepted_below = word.foreign_nonces_accepted_below;
    current = std::make_unique<SigningEnd>(*identity.signing, *store, *reader, options);
    if (identity.previous) {
        chain_rpc::SubmitterOptions of_previous = options;
        of_previous.foreign_nonces_accepted_below = 0;  // the operator's word is about the current
        previous = std::make_unique<SigningEnd>(*identity.previous, *store, *reader, of_previous);
        log::info("app.previous_identity", {{"address", previous->key.address()}});
    }
    cursor = std::make_unique<CursorAdapter>(store->jobs());
    StandingOptions standing{.tee = current->key.address(),
                             .tip_wei_min = config.chain.tip_per_gas_wei_min,
                             .tip_wei_max = config.chain.tip_per_gas_wei_max};
    if (previous) standing.previous_tee = previous->key.address();
    // Declared well: check_declarations() said so.
    chain = std::make_unique<ChainAdapter>(*reader, *probe, options.finality, standing,
                                           *chain_rpc::JobEvent::parse(config.chain.job_event));
    std::vector<ResultSigner> signers{{current->key, current->submitter, current->journal}};
    std::vector<ProofRouter::Key> keys{{current->key.address(), current->proofs}};
    if (previous) {
        signers.push_back({previous->key, previous->submitter, previous->journal});
        keys.push_back({previous->key.address(), previous->proofs});
    }
    results =
        std::make_unique<ResultPublisher>(ResultPublisher::Parts{.reader = *reader,
                                                                 .store = *store,
                                                                 .clock = clock,
                                                                 .finality = options.finality,
                                                                 .signers = std::move(signers),
                                                                 .routes = routes_of(config)});
    proofs = std::make_unique<ProofRouter>(store->jobs(), std::move(keys), *results);
    return std::nullopt;
}

}  // namespace pramana::app
