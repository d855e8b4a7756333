#pragma once

#include "pramana/chain_rpc/chain_reader.hpp"

/// Logs near the head, block by block and by block hash, checked against what else the endpoints
/// say. Source: reference chain.md section 9.
namespace pramana::chain_rpc {

/// Which logs are meant.
struct LogTarget {
    Address address;
    Hash32 topic0;
};

/// Whether a header's bloom admits a log of the address with the topic (Yellow Paper 4.3.1). A
/// header without a bloom admits everything.
[[nodiscard]] bool bloom_admits(const BlockHeader& header, const LogTarget& target);

struct BlockLogs {
    std::vector<LogEntry> logs;  ///< in the order of blocks and indexes
    std::size_t left_out = 0;    ///< endpoints that hid logs of one of the blocks
    bool unsure = false;         ///< a bloom admits logs that nobody could show or rule out
};

/// The logs of `blocks` (at most a batch of the client, canonical by quorum): of all endpoints
/// together. A log that fewer than a quorum show counts when the receipts of its block have it;
/// where the bloom admits logs (or `doubted` is set) and nobody shows one, the receipts decide too.
/// Who left logs out is counted. Errors: those of RpcClient::call; kNodeInconsistent (an endpoint
/// no longer has the block), kNoQuorum (none answered).
[[nodiscard]] Result<BlockLogs> logs_of_blocks(RpcClient& rpc,
                                               const std::vector<BlockHeader>& blocks,
                                               const LogTarget& target, bool doubted);

/// `jobs(id)` for all ids at one settled block, in batches.
[[nodiscard]] Result<std::vector<chain::TeeJob>> jobs_at(RpcClient& rpc, const Contracts& contracts,
                                                         const std::vector<JobId>& ids,
                                                         const BlockRef& at);

/// Why no proof should be sent for now: kWorkerNotActive, kContractPaused, kContractChanged;
/// nullopt = nothing stands in the way. A pool without `paused()` is not paused.
[[nodiscard]] Result<std::optional<Errc>> hold_of(RpcClient& rpc, const Address& pool,
                                                  const Address& tee, const BlockRef& at);

}  // namespace pramana::chain_rpc
