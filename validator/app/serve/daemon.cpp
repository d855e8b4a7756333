#include "corpus_epochs.hpp"
#include "corpus_id.hpp"
#include "daemon_parts.hpp"
#include "key_sources.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/chain_rpc/head_subscription.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/keys/inside_keys.hpp"
#include "pramana/os/hardening.hpp"
#include "pramana/os/log.hpp"
#include "rulesets.hpp"
#include "score/score_facts.hpp"

namespace pramana::app {
namespace {

/// Metrics and alarms are looked at every fifth poll, and not more often than this.
constexpr std::chrono::milliseconds kMonitorEvery_min{1'000};
constexpr std::chrono::milliseconds kGpusEvery{5'000};

pipeline::ServedDlp served(const config::Config& config, const config::Dlp& dlp,
                           const scoring::Ruleset& ruleset) {
    return {.address = dlp.address,
            .dlp_id = dlp.dlp_id,
            .ruleset = ruleset.digest(),
            .ruleset_text = ruleset.canonical_text(),
            .terms_sha256 = ruleset.values().terms_sha256,
            .instruction =
                pipeline::proof_instruction(config.chain.chain_id, dlp.address, ruleset.digest()),
            .corpus = {.id = corpus_id_of(config.chain.chain_id, dlp.address, ruleset),
                       .epoch = dlp.corpus_epoch},
            .pay = pay_terms_of(ruleset),
            .pool_proofs = !dlp.registry || dlp.registry->pool_proofs ||
                           dlp.registry->mode == config::Registry::Mode::kOff};
}

/// The rulesets of config.dlps, in their order, and the public texts of all.
struct ServedRules {
    std::vector<scoring::Ruleset> rulesets;
    References references;
};

Outcome<ServedRules> open_rules(const config::Config& config) {
    ServedRules rules;
    for (const config::Dlp& dlp : config.dlps) {
        Outcome<scoring::Ruleset> ruleset = open_ruleset(dlp);
        if (!ruleset) return ruleset.failure();
        const Outcome<Done> opened =
            open_references(*ruleset, config.reference_corpora, rules.references);
        if (!opened) return opened.failure();
        rules.rulesets.push_back(*std::move(ruleset));
    }
    return rules;
}

pipeline::PipelineOptions pipeline_options(const config::Config& config, const Address& tee) {
    pipeline::PipelineOptions options;
    options.chain_id = config.chain.chain_id;
    options.tee_pool = config.chain.tee_pool;
    options.tee = tee;
    options.public_base_url = config.public_base_url;
    options.price.min_bid_wei = config.min_bid_wei;
    options.price.min_bid_zero_wei = config.min_bid_invalid_wei;
    options.price.work_wei_per_mib = config.price.work_wei_per_mib;
    options.price.proof_gas = config.price.proof_gas;
    options.price.gas_percent = config.price.gas_percent;
    options.clear_keys_allowed = config.tls_ends_inside;
    options.sealed_bytes_max = config.limits.upload_bytes_max;
    options.quota.wallet_count_max = config.limits.contributions_per_wallet_max;
    options.quota.wallet_bytes_max =
        std::uint64_t{config.limits.contributions_per_wallet_max} * config.limits.upload_bytes_max;
    options.quota.total_bytes_max = config.limits.stored_bytes_max;
    options.jobs_per_payer_max = config.limits.jobs_per_payer_max;
    options.proofs_per_payer_day_max = config.limits.proofs_per_payer_day_max;
    options.unpaid_expiry = config.limits.unpaid_expiry;
    options.waiting_expiry = config.limits.waiting_expiry;
    options.blob_retention = config.limits.blob_retention;
    options.record_retention = config.limits.record_retention;
    options.follow_every = std::min(options.follow_every, config.chain.poll);
    return options;
}

MonitorOptions monitor_options(const config::Config& config, const Address& tee) {
    MonitorOptions options;
    options.tee = tee;
    options.proof_gas = config.price.proof_gas;
    options.tip_wei_min = config.chain.tip_per_gas_wei_min;
    options.tip_wei_max = config.chain.tip_per_gas_wei_max;
    options.watch_finality = config.chain.ask_finalized_tag;
    options.every = std::max(kMonitorEvery_min, 5 * config.chain.poll);
    options.limits = {.proofs_left_min = static_cast<double>(config.alarms.proofs_left_min),
                      .slot_age_s_max = config.alarms.slot_age_max.count(),
                      .finality_still_s_max = config.alarms.finality_still_max.count(),
                      .head_age_s_max = config.alarms.head_age_max.count(),
                      .deadline_percent_min = std::int64_t{config.alarms.deadline_percent_min}};
    return options;
}

}  // namespace

Outcome<std::string> check_rulesets(const config::Config& config) {
    Outcome<ServedRules> rules = open_rules(config);
    if (!rules) return rules.failure();
    std::string text;
    std::vector<pipeline::ServedDlp> dlps;
    for (std::size_t i = 0; i < config.dlps.size(); ++i)
        dlps.push_back(served(config, config.dlps[i], rules->rulesets[i]));
    if (const Outcome<Done> epochs = check_shared_epochs(dlps); !epochs) return epochs.failure();
    for (std::size_t i = 0; i < config.dlps.size(); ++i)
        text += "dlp      " + to_hex0x(config.dlps[i].address.view()) + '\n' +
                ruleset_line(rules->rulesets[i]);
    return text;
}

Daemon::Parts::Failure Daemon::Parts::open_scoring(const config::Config& config) {
    Result<std::shared_ptr<const scoring::Model>> loaded =
        scoring::Model::load(config.model, scoring::pinned_model_digest());
    if (!loaded && loaded.error().code == Errc::kNotFound)
        return StartFailure{
            loaded.error(), {}, failure_of_file(loaded.error(), "model " + config.model.string())};
    if (!loaded) return StartFailure{loaded.error(), "model " + config.model.string()};
    model = (*loaded)->digest();
    Outcome<ServedRules> rules = open_rules(config);
    if (!rules)
        return StartFailure{{Errc::kRulesetInvalid, "app.serve.rulesets"}, {}, rules.failure()};
    for (std::size_t i = 0; i < config.dlps.size(); ++i) {
        dlps.push_back(served(config, config.dlps[i], rules->rulesets[i]));
        ruleset_names.push_back(shown_name(rules->rulesets[i]));
        log::info("app.ruleset",
                  {{"dlp", config.dlps[i].address}, {"ruleset", rules->rulesets[i].digest()}});
    }
    // Here, because the engine takes the rulesets away.
    ownership.emplace(rules->rulesets);
    weights = *std::move(loaded);
    rulesets = std::move(rules->rulesets);
    references = std::move(rules->references);
    return std::nullopt;
}

Daemon::Parts::Failure Daemon::Parts::open_store(const config::Config& config,
                                                 const OperatorWord& word) {
    store::StoreOptions options;
    options.directory = config.data_dir;
    options.blob_bytes_max = config.limits.upload_bytes_max;
    options.blobs_bytes_max = config.limits.stored_bytes_max;
    options.free_bytes_min = config.limits.disk_reserve_bytes;
    options.torn_tail_accepted = word.torn_tail_accepted;
    Result<std::unique_ptr<store::Store>> opened = store::open_store(options);
    if (!opened) return StartFailure{opened.error(), "data_dir " + config.data_dir.string()};
    store = *std::move(opened);
    if (const Status ours = keys::check_vault(config.data_dir, identity.vault_key); !ours)
        return StartFailure{ours.error(), "data_dir " + config.data_dir.string()};
    if (const Outcome<Done> epochs = check_epochs(dlps, store->corpus()); !epochs)
        return StartFailure{{Errc::kConfigInvalid, "app.serve.epochs"}, {}, epochs.failure()};
    return std::nullopt;
}

Daemon::Parts::Failure Daemon::Parts::open_pipeline(const config::Config& config) {
    net::FetchPolicy policy;
    policy.bytes_max = config.limits.upload_bytes_max;
    if (config.development) policy.allowed_private = config.development->fetch_allow;
    Result<std::unique_ptr<net::Fetcher>> fetcher = net::Fetcher::create(std::move(policy));
    if (!fetcher) return StartFailure{fetcher.error(), "fetching"};
    fetch = std::make_unique<FetchAdapter>(*std::move(fetcher));
    opener = std::make_unique<OpenerAdapter>(
        *identity.encryption, identity.previous_encryption.get(), *std::move(ownership));
    vault = std::make_unique<VaultAdapter>(SecretBytes::copy_of(identity.vault_key.expose()));
    evidence =
        std::make_unique<EvidenceAdapter>(*statements, *desk, model, config.chain.data_registry);
    const pipeline::Ports ports{.chain = chain.get(),
                                .proofs = proofs.get(),
                                .opener = opener.get(),
                                .fetch = fetch.get(),
                                .vault = vault.get(),
                                .score = scoring.get(),
                                .evidence = evidence.get()};
    pipeline::PipelineOptions options = pipeline_options(config, identity.signing->address());
    if (identity.previous) options.previous_tee = identity.previous->address();
    options.dlps = dlps;
    pipeline = std::make_unique<pipeline::Pipeline>(*store, ports, clock, std::move(options));
    if (const Status recovered = pipeline->recover(); !recovered)
        return StartFailure{recovered.error(), "recovery of data_dir " + config.data_dir.string()};
    return std::nullopt;
}

Daemon::Parts::Failure Daemon::Parts::serve(const config::Config& config) {
    chain_rpc::WatcherOptions options;
    options.tee = identity.signing->address();
    options.start_block = config.chain.start_block;
    options.job_event = config.chain.job_event;
    // Every step of a job reads the chain again before it acts, so a reorg needs no answer of its
    // own here.
    watcher = std::make_unique<chain_rpc::Watcher>(
        *reader, *cursor, clock, options,
        [this](std::span<const chain_rpc::JobSeen> jobs) {
            std::vector<pipeline::SeenJob> seen;
            seen.reserve(jobs.size());
            for (const chain_rpc::JobSeen& each : jobs)
                seen.push_back({each.job, each.block_number, each.file});
            return pipeline->on_jobs_seen(seen);
        },
        [](std::uint64_t fork_block) -> Status {
            log::warn("chain.reorg", {{"fork_block", fork_block}});
            return Done{};
        });
    runner = std::make_unique<pipeline::Runner>(*pipeline, config.limits.workers);
    claims = std::make_unique<Claims>(Claims::Parts{
        .reader = *reader,
        .store = *store,
        .clock = clock,
        .fees_every = config.chain.claim_fees_every,
        .current = {current->submitter, current->journal},
        .previous = previous ? std::optional{Claims::Key{previous->submitter, previous->journal}}
                             : std::nullopt,
        .on_job = [this](JobId job) { return pipeline->on_job_seen(job, 0); }});
    ChainWorker::Parts work{.watcher = *watcher,
                            .submitter = current->submitter,
                            .proofs = current->proofs,
                            .poll = config.chain.poll};
    if (previous) work.previous.emplace(previous->submitter, previous->proofs);
    work.more = [this] {
        results->round();
        claims->round();
    };
    work.more_troubles = [this] { return results->troubles(); };
    worker = std::make_unique<ChainWorker>(std::move(work));
    if (!config.chain.websocket_urls.empty()) {
        net::WebsocketListenerOptions sockets;
        sockets.urls = config.chain.websocket_urls;
        sockets.first_message = chain_rpc::kSubscribeToHeads;
        sockets.ca_file = config.chain.ca_file;
        Result<std::unique_ptr<net::WebsocketListener>> listener =
            net::WebsocketListener::start(std::move(sockets), [this] { worker->wake(); });
        if (!listener) return StartFailure{listener.error(), "chain.websocket_urls"};
        heads = *std::move(listener);
    }
    monitor =
        std::make_unique<Monitor>(Monitor::Parts{.store = *store,
                                                 .reader = *reader,
                                                 .rpc = *rpc,
                                                 .submitter = current->submitter,
                                                 .clock = clock,
                                                 .troubles = [this] { return worker->troubles(); }},
                                  monitor_options(config, identity.signing->address()));
    front = std::make_unique<ServiceFront>(*pipeline, *results, *statements, *worker, *monitor);
    evidence_rounds = std::make_unique<EvidenceRounds>([this](const std::stop_token& stop) {
        if (collateral) collateral->round(stop);
        statements->round();
    });
    if (gpus)
        gpu_rounds = std::make_unique<EvidenceRounds>(
            [this](const std::stop_token&) {
                gpus->round();
                if (gpu_devices) gpu_devices->round(gpus->gate());
            },
            kGpusEvery);
    http::Settings settings = http::settings_from(config);
    const std::uint64_t files =
        allow_open_files(settings.connections_max + http::kDescriptorsOwn).value_or(0);
    const std::size_t fit = http::connections_within(files, settings.connections_max);
    if (fit < settings.connections_max)
        log::warn("app.connections_limited", {{"connections", fit}, {"open_files", files}});
    settings.connections_max = fit;
    Result<std::shared_ptr<const http::TlsCredentials>> tls =
        tls_credentials(config, identity, clock.unix_s());
    if (!tls) return StartFailure{tls.error(), "public_base_url names no host for a certificate"};
    settings.tls = *std::move(tls);
    // First: whoever is served is watched.
    if (config.metrics)
        if (Failure failed = serve_metrics(*config.metrics)) return failed;
    Result<std::unique_ptr<http::Server>> started =
        http::Server::start(std::move(settings), *front);
    if (!started)
        return StartFailure{started.error(), "listen " + config.listen.address + ":" +
                                                 std::to_string(config.listen.port)};
    server = *std::move(started);
    return std::nullopt;
}

Daemon::Parts::Failure Daemon::Parts::serve_metrics(const config::Metrics& metrics) {
    Result<http::Settings> settings = http::operator_settings_from(metrics);
    if (!settings)
        return StartFailure{settings.error(), "metrics.token_file " + metrics.token_file.string()};
    Result<std::unique_ptr<http::Server>> started =
        http::Server::start(*std::move(settings), *front, [this] { return this->metrics(); });
    if (!started)
        return StartFailure{started.error(), "metrics " + metrics.listen.address + ":" +
                                                 std::to_string(metrics.listen.port)};
    metrics_server = *std::move(started);
    return std::nullopt;
}

std::string Daemon::Parts::metrics() const {
    std::string text = monitor->metrics();
    if (gpus) text += gpus->metrics();
    if (gpu_devices) text += gpu_devices->metrics() + to_metrics(scoring->device_counts());
    if (gpu_rows) text += to_metrics(gpu_rows->counts());
    return text;
}

std::unique_ptr<Daemon> Daemon::start(const config::Config& config, Identity identity,
                                      const OperatorWord& word,
                                      std::optional<StartFailure>& failure) {
    if (const Outcome<std::string> asked = check_gpus(config.gpu); !asked) {
        failure.emplace(
            StartFailure{{Errc::kConfigInvalid, "app.serve.gpus"}, {}, asked.failure()});
        return nullptr;
    }
    auto parts = std::make_unique<Parts>(std::move(identity));
    failure = parts->open_scoring(config);
    if (!failure) failure = parts->open_store(config, word);
    if (!failure) failure = parts->open_chain(config, word);
    if (!failure) failure = parts->check_age(config, word);
    if (!failure) failure = parts->open_evidence(config);
    if (!failure) failure = parts->open_engine(config);
    if (!failure) failure = parts->open_pipeline(config);
    if (!failure) failure = parts->serve(config);
    if (failure) return nullptr;
    return std::unique_ptr<Daemon>{new Daemon{std::move(parts)}};
}

Daemon::Daemon(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}
Daemon::~Daemon() = default;
bool Daemon::waits_for_restart() const { return parts_->store->waits_for_restart(); }
std::uint16_t Daemon::port() const noexcept { return parts_->server->port(); }

}  // namespace pramana::app
