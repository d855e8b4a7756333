// The statement's part of the composition root: what the platform says, what results will name.
#include "collateral_get.hpp"
#include "commands/start_failure.hpp"
#include "daemon_parts.hpp"
#include "statement_terms.hpp"

namespace pramana::app {
namespace {

constexpr std::string_view kUnendorsed = "software";  // development evidence

/// The newest final block, or the newest one of a node that knows no finality.
std::optional<evidence::StatedBlock> anchor_of(chain_rpc::ChainReader& probe) {
    Result<chain_rpc::BlockHeader> block = probe.block(chain_rpc::BlockTag::kFinalized);
    if (!block) block = probe.pin();
    if (!block) return std::nullopt;
    return evidence::StatedBlock{.number = block->number, .hash = block->hash};
}

}  // namespace

Daemon::Parts::Failure Daemon::Parts::open_gpus(const config::Config& config) {
    if (!identity.gpus) return std::nullopt;
    evidence::NvidiaEndorsing endorsing{.get = {},
                                        .post = {},
                                        .services = collateral_services(config.attestation),
                                        .notes = notes_in(store->archive()),
                                        .check = identity.gpus->check};
    if (config.attestation.collateral_every.count() != 0) {
        Result<evidence::CollateralGet> get = collateral_get(config.attestation);
        if (!get) return StartFailure{get.error(), "attestation.ca_file"};
        endorsing.get = *std::move(get);
        Result<evidence::CollateralPost> post = collateral_post(config.attestation);
        if (!post) return StartFailure{post.error(), "attestation.ca_file"};
        endorsing.post = *std::move(post);
        endorsing.lists_every_s =
            static_cast<std::uint64_t>(config.attestation.collateral_every.count());
    }
    gpu_endorser = std::make_unique<evidence::NvidiaEndorser>(std::move(endorsing));
    if (const Status kept = gpu_endorser->open(); !kept)
        return StartFailure{kept.error(), "the archive's record of NVIDIA's lists"};
    Result<std::unique_ptr<GpuRounds>> opened = GpuRounds::open(
        {.driver = *identity.gpus->driver,
         .check = identity.gpus->check,
         .clock = clock,
         .statement = [this] { return statements->current(); },
         .endorsements_of =
             [this](const evidence::GpuFacts& facts, const evidence::GpuEvidence& reports) {
                 Result<evidence::GpuEndorsements> found =
                     gpu_endorser->endorsements_of(facts, reports);
                 // Whoever verifies an answer gets them with it and needs to ask nobody.
                 if (found) statements->set_gpu_collateral(*gpu_endorser->collateral());
                 return found;
             }});
    if (!opened) return StartFailure{opened.error(), "the GPUs' gate"};
    gpus = *std::move(opened);
    return std::nullopt;
}

Daemon::Parts::Failure Daemon::Parts::open_evidence(const config::Config& config) {
    Result<evidence::PlatformFacts> platform = identity.evidence->platform();
    if (!platform) return StartFailure{platform.error(), std::string{kAboutEvidence}};
    const Result<evidence::Statement> terms = statement_terms({.config = config,
                                                               .identity = identity,
                                                               .model = model,
                                                               .dlps = dlps,
                                                               .ruleset_names = ruleset_names,
                                                               .platform = *std::move(platform)});
    if (!terms) return StartFailure{terms.error(), "the statement"};
    if (Failure failed = open_gpus(config)) return failed;
    desk = std::make_unique<evidence::AttestationDesk>(
        *identity.evidence, gpus ? &gpus->evidence() : nullptr, clock,
        evidence::DeskOptions{.quotes_per_minute_max = config.attestation.challenges_per_minute});
    statements = std::make_unique<StatementBook>(
        StatementBook::Parts{.archive = store->archive(),
                             .corpora = store->corpus(),
                             .desk = *desk,
                             .clock = clock,
                             .anchor = [this] { return anchor_of(*probe); },
                             .every = config.attestation.statement_every,
                             .gpus = gpus != nullptr},
        *terms, key_evidence_json(identity.public_keys));
    if (const Status opened = statements->open(); !opened)
        return StartFailure{opened.error(), std::string{kAboutEvidence}};
    if (identity.evidence->kind() == kUnendorsed) return std::nullopt;
    Result<std::unique_ptr<CollateralRounds>> rounds = CollateralRounds::open(
        config.attestation,
        {.statements = *statements,
         .archive = store->archive(),
         .clock = clock,
         .evidence = [this] { return desk->evidence(); },
         .every = config.attestation.collateral_every,
         .check = identity.evidence_check ? *identity.evidence_check : evidence::vendor_check()});
    if (!rounds) return StartFailure{rounds.error(), "attestation.ca_file or its collateral"};
    collateral = *std::move(rounds);
    return std::nullopt;
}

}  // namespace pramana::app
