#pragma once

#include "pramana/chain_rpc/submitter.hpp"

/// Reads of the submitter that go in one JSON-RPC batch, and what a receipt says.
namespace pramana::chain_rpc {

/// What a node says of a call before it is signed. `jobs` are those of a kProof call, in order.
struct CheckedCall {
    std::vector<chain::TeeJob> jobs;
    CallOutcome<Bytes> call;
    CallOutcome<std::uint64_t> gas;
    std::optional<Error> failed;  ///< the node could not say; then the rest is not set
};

/// jobs(id) of each job, eth_call at `at` and eth_estimateGas at `latest`, with the real sender.
/// Where `gas_tried` (none, or one for each call) is not 0, eth_call runs with that much gas and
/// nothing is estimated: a call that passes needs no more, and has it as its gas. Errors: those of
/// RpcClient::batch; an error that concerns one call is in its answer.
[[nodiscard]] Result<std::vector<CheckedCall>> check_calls(
    const ChainReader& reader, const Address& from, std::span<const BatchCall> calls, BlockRef at,
    std::span<const std::uint64_t> gas_tried = {});

/// TeePool.jobs(id) of each, in order. Errors: those of RpcClient::batch, kRpcRejected,
/// kMalformedChainData.
[[nodiscard]] Result<std::vector<chain::TeeJob>> read_jobs(const ChainReader& reader,
                                                           const std::vector<JobId>& jobs);

/// What is read before nonces are bound.
struct AccountFacts {
    BlockHeader head;
    FeeMarket market;
    Word256 balance;
    std::uint64_t chain_nonce = 0;
};
/// One request to a lone endpoint. Errors: those of ChainReader's reads.
[[nodiscard]] Result<AccountFacts> read_account(const ChainReader& reader, const Address& account);

/// What a round over open slots begins with.
struct RoundFacts {
    BlockHeader head;
    std::optional<BlockHeader> finalized;          ///< where it was asked for and the chain has one
    std::uint64_t chain_nonce = 0;                 ///< read before the receipts
    std::vector<std::optional<Receipt>> receipts;  ///< in the order of the hashes
};
/// One request to a lone endpoint, unless the receipts are more than a batch. Errors: those of
/// ChainReader's reads.
[[nodiscard]] Result<RoundFacts> read_round(const ChainReader& reader, const Address& account,
                                            bool ask_finalized_tag,
                                            const std::vector<Hash32>& tx_hashes);

/// The canonical blocks of these numbers, in one request for a batch; nullopt = beyond the head.
[[nodiscard]] Result<std::vector<std::optional<BlockHeader>>> read_headers(
    const ChainReader& reader, const std::vector<std::uint64_t>& numbers);

/// The jobs for which a receipt of status 1 shows that the slot's call did its work.
[[nodiscard]] std::vector<chain::LandedJob> landed_in(const chain::Slot& slot,
                                                      const Receipt& receipt,
                                                      const Contracts& contracts);

/// How a proof shows in a receipt: TeePool's ProofAdded names the job.
[[nodiscard]] chain::Recognition proof_sign(const Contracts& contracts);

/// TeePool.multicall(bytes[]).
[[nodiscard]] Bytes multicall_of(std::span<const Bytes> calls);

}  // namespace pramana::chain_rpc
