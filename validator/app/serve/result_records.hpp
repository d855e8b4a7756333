#pragma once

#include "pramana/chain/result_batch.hpp"
#include "proof_adapter.hpp"

/// What goes into a registry's batch, out of the store and out of the chain. Thread: any.
namespace pramana::app {

/// The job's result as its binding document has it. Errors: kConflict (the job ended or has no
/// document, or no result is due), kStoreCorrupt (the document does not read), those of the store.
[[nodiscard]] Result<chain::PendingResult> pending_of(store::Store& store, JobId job);

/// The answer of GET /v1/results/{job} out of the slot that recorded it.
[[nodiscard]] Result<std::string> recorded_json(store::Store& store, const chain::Slot& slot,
                                                JobId job, const Address& validator);

/// The tree over results, in their order.
[[nodiscard]] chain::ResultTree tree_of(std::span<const chain::AttestedResult> results);

/// eth_call of a view at one block. Errors: kReverted (no such contract or function), the reader's.
[[nodiscard]] Result<Bytes> view_of(const chain_rpc::ChainReader& reader, const Address& contract,
                                    Bytes input, const chain_rpc::BlockHeader& at);

/// Whose signature recorded the root of the batch; zero: nobody's.
[[nodiscard]] Result<Address> signer_of_root(const chain_rpc::ChainReader& reader,
                                             const Address& registry, const chain::BatchPlan& plan,
                                             const chain_rpc::BlockHeader& at);

}  // namespace pramana::app
