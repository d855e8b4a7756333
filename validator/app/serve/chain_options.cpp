#include "chain_options.hpp"

#include "pramana/chain_rpc/watcher.hpp"
#include "pramana/pipeline/crash_point.hpp"

namespace pramana::app {
namespace {

constexpr std::string_view kLayoutSite = "chain.job_layout.";

std::string_view meaning_of(std::string_view site) {
    if (site.starts_with(kLayoutSite)) site.remove_prefix(kLayoutSite.size());
    if (site == "parentheses")
        return "it is no list in parentheses, or longer than 1024 characters";
    if (site == "type") return "it names a type that the contract ABI does not have";
    if (site == "member_type")
        return "fileId, status, bidAmount and addedTimestamp are unsigned numbers, teeAddress and "
               "ownerAddress are addresses";
    if (site == "twice") return "it names a member twice";
    if (site == "missing") return "fileId, status and teeAddress must be in it, by these names";
    return site;
}

}  // namespace

Outcome<chain_rpc::Contracts> contracts_of(const config::Chain& chain) {
    Result<chain::tee_pool::JobLayout> layout = chain::tee_pool::JobLayout::parse(chain.job_layout);
    if (!layout)
        return failure_of(Errc::kConfigInvalid,
                          "chain.job_layout: " + std::string{meaning_of(layout.error().site)} + '.',
                          "Write the members of jobs(id) as the contract has them, \"(uint256 "
                          "fileId,...)\", or leave it out for today's pool.");
    Result<chain::ProofEvents> events =
        chain::ProofEvents::parse(chain.pool_proof_event, chain.registry_proof_event);
    if (!events)
        return failure_of(
            Errc::kConfigInvalid,
            std::string{events.error().site} + ": it is no event with the numbers that are needed.",
            "Write it with names, as docs/operations.md has it, or leave it out for "
            "today's contracts.");
    return chain_rpc::Contracts{.data_registry = chain.data_registry,
                                .tee_pool = chain.tee_pool,
                                .job_layout = *std::move(layout),
                                .proof_events = *std::move(events)};
}

Outcome<Done> check_declarations(const config::Chain& chain) {
    Outcome<chain_rpc::Contracts> contracts = contracts_of(chain);
    if (!contracts) return contracts.failure();
    if (!chain_rpc::Watcher::job_event_is_valid(chain.job_event))
        return failure_of(Errc::kConfigInvalid,
                          "chain.job_event: it is no event of job, file, worker and bid.",
                          "Write it as \"JobSubmitted(uint256 indexed,uint256 indexed,address,"
                          "uint256)\", or leave it out for today's pool.");
    return Done{};
}

chain_rpc::RpcOptions rpc_options_of(const config::Chain& chain) {
    chain_rpc::RpcOptions options;
    options.endpoints = chain.rpc_urls;
    options.chain_id = chain.chain_id;
    options.ca_file = chain.ca_file;
    options.quorum = chain.rpc_quorum;
    options.endpoint.lag_blocks_max = chain.rpc_lag_blocks_max;
    options.endpoint.calls_per_s = chain.rpc_calls_per_s;
    return options;
}

chain_rpc::SubmitterOptions submitter_options_of(const config::Chain& chain,
                                                 const config::Alarms& alarms) {
    chain_rpc::SubmitterOptions options;
    options.slot_age_max_s = static_cast<std::uint64_t>(alarms.slot_age_max.count());
    options.proofs_left_min = alarms.proofs_left_min;
    options.fees.tip_wei_min = chain.tip_per_gas_wei_min;
    options.fees.tip_wei_max = chain.tip_per_gas_wei_max;
    options.batch_max = chain.batch_max;
    options.fees.max_fee_wei_soft = chain.fee_per_gas_wei_soft;
    options.fees.max_fee_wei_ceiling = chain.fee_per_gas_wei_max;
    options.fees.soft_patience_s = static_cast<std::uint64_t>(chain.soft_patience.count());
    options.fees.tx_cost_max = chain.tx_cost_wei_max;
    options.fees.day_cost_max = chain.day_cost_wei_max;
    options.finality.depth = chain.final_depth;
    options.finality.ask_finalized_tag = chain.ask_finalized_tag;
    options.crash_point = pipeline::crash_point;
    return options;
}

}  // namespace pramana::app
