#pragma once

#include "commands/failure.hpp"
#include "pramana/chain_rpc/submitter.hpp"
#include "pramana/config/config.hpp"

/// The chain's section of the configuration as chain_rpc takes it. Thread: any.
namespace pramana::app {

/// The contracts and how they are read. A failure says what is wrong with chain.job_layout,
/// pool_proof_event or registry_proof_event.
[[nodiscard]] Outcome<chain_rpc::Contracts> contracts_of(const config::Chain& chain);

/// What the configuration declares of the contracts: those and job_event. A failure says which of
/// them is wrong, and how.
[[nodiscard]] Outcome<Done> check_declarations(const config::Chain& chain);

[[nodiscard]] chain_rpc::RpcOptions rpc_options_of(const config::Chain& chain);

/// Without the operator's word about foreign nonces.
[[nodiscard]] chain_rpc::SubmitterOptions submitter_options_of(const config::Chain& chain,
                                                               const config::Alarms& alarms);

}  // namespace pramana::app
