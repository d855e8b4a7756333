#pragma once

#include "chain_worker.hpp"
#include "claims.hpp"
#include "collateral_rounds.hpp"
#include "daemon.hpp"
#include "evidence_adapter.hpp"
#include "evidence_rounds.hpp"
#include "gpu_devices.hpp"
#include "gpu_rounds.hpp"
#include "pramana/evidence/nvidia_endorser.hpp"
#include "pramana/http/server.hpp"
#include "pramana/net/websocket_listener.hpp"
#include "proof_router.hpp"
#include "rulesets.hpp"
#include "scoring_adapter.hpp"
#include "sealing_adapters.hpp"
#include "service_front.hpp"

namespace pramana::app {

/// One key with its nonces: journal, submitter, proofs for the pool.
struct SigningEnd {
    /// All outlive it.
    SigningEnd(const SigningKey& mine, store::Store& store, chain_rpc::ChainReader& reader,
               const chain_rpc::SubmitterOptions& options)
        : key{mine},
          journal{store.slots(mine.address())},
          submitter{reader, journal, mine, options},
          proofs{submitter, journal, mine, options.batch_max} {}
    const SigningKey& key;
    JournalAdapter journal;
    chain_rpc::Submitter submitter;
    ProofAdapter proofs;
};

// Members stand in the order of their making; destruction goes the other way round.
struct Daemon::Parts {
    explicit Parts(Identity mine) : identity{std::move(mine)} {}

    using Failure = std::optional<StartFailure>;
    /// Model, rulesets and public texts.
    Failure open_scoring(const config::Config& config);
    /// What computes: devices behind the gate, where there are any, and the engine.
    Failure open_engine(const config::Config& config);
    Failure open_store(const config::Config& config, const OperatorWord& word);
    Failure open_chain(const config::Config& config, const OperatorWord& word);
    /// Refuses a data directory that is older than what the chain has of us (data_age.cpp).
    Failure check_age(const config::Config& config, const OperatorWord& word);
    Failure open_nodes(const config::Chain& chain);
    Failure open_gpus(const config::Config& config);
    /// The statement that results will name, archived with its evidence (daemon_evidence.cpp).
    Failure open_evidence(const config::Config& config);
    Failure open_pipeline(const config::Config& config);
    Failure serve(const config::Config& config);
    Failure serve_metrics(const config::Metrics& metrics);
    [[nodiscard]] std::string metrics() const;

    const Identity identity;
    const SystemClock clock;
    std::vector<pipeline::ServedDlp> dlps;
    std::vector<std::string> ruleset_names;  ///< of dlps
    Hash32 model;
    std::shared_ptr<const scoring::Model> weights;  ///< with it until open_engine()
    std::vector<scoring::Ruleset> rulesets;         ///< likewise
    References references;                          ///< likewise
    std::optional<OwnershipGate> ownership;         ///< with it until open_pipeline()
    std::unique_ptr<store::Store> store;
    std::unique_ptr<chain_rpc::RpcClient> rpc;
    std::unique_ptr<chain_rpc::RpcClient> probe_rpc;
    std::unique_ptr<chain_rpc::ChainReader> reader;
    std::unique_ptr<chain_rpc::ChainReader> probe;
    std::unique_ptr<SigningEnd> current;
    std::unique_ptr<SigningEnd> previous;  ///< null: one key is in use
    std::unique_ptr<CursorAdapter> cursor;
    std::unique_ptr<ChainAdapter> chain;
    std::unique_ptr<ResultPublisher> results;
    std::unique_ptr<ProofRouter> proofs;
    std::unique_ptr<Claims> claims;
    std::unique_ptr<OpenerAdapter> opener;
    std::unique_ptr<VaultAdapter> vault;
    std::unique_ptr<FetchAdapter> fetch;
    std::unique_ptr<evidence::NvidiaEndorser> gpu_endorser;
    std::unique_ptr<GpuRounds> gpus;                  ///< null: no GPU that could give evidence
    std::unique_ptr<GpuDevices> gpu_devices;          ///< null: none is to compute
    std::unique_ptr<scoring::ResidentRows> gpu_rows;  ///< null: none is to hold corpora
    std::unique_ptr<ScoringAdapter> scoring;
    std::unique_ptr<evidence::AttestationDesk> desk;
    std::unique_ptr<StatementBook> statements;
    std::unique_ptr<CollateralRounds> collateral;  ///< null: no vendor endorses the evidence
    std::unique_ptr<EvidenceAdapter> evidence;
    std::unique_ptr<pipeline::Pipeline> pipeline;
    std::unique_ptr<chain_rpc::Watcher> watcher;
    std::unique_ptr<pipeline::Runner> runner;
    std::unique_ptr<ChainWorker> worker;
    std::unique_ptr<net::WebsocketListener> heads;  ///< wakes the worker
    std::unique_ptr<EvidenceRounds> evidence_rounds;
    std::unique_ptr<EvidenceRounds> gpu_rounds;
    std::unique_ptr<Monitor> monitor;
    std::unique_ptr<ServiceFront> front;
    std::unique_ptr<http::Server> server;
    std::unique_ptr<http::Server> metrics_server;
};

}  // namespace pramana::app
