#pragma once

#include "pramana/chain/vana.hpp"
#include "pramana/chain_rpc/rpc_client.hpp"

#include <string>

namespace pramana::chain_rpc {

/// The contracts of one deployment.
struct Contracts {
    Address data_registry;
    Address tee_pool;
};

enum class BlockTag : std::uint8_t { kLatest, kFinalized, kSafe, kPending };
/// Where a read looks: a tag or a number.
struct BlockRef {
    BlockRef(BlockTag named) : tag{named} {}  // NOLINT: implicit on purpose
    explicit BlockRef(std::uint64_t counted) : number{counted} {}
    BlockTag tag = BlockTag::kLatest;
    std::optional<std::uint64_t> number;
};

struct BlockHeader {
    std::uint64_t number = 0;
    Hash32 hash;
    Hash32 parent_hash;
    std::uint64_t timestamp_s = 0;
    std::uint64_t gas_limit = 0;
    std::uint64_t base_fee_wei = 0;  ///< 0 before EIP-1559
};

/// A log and where it stands.
struct LogEntry {
    chain::Log log;
    std::uint64_t block_number = 0;
    Hash32 block_hash;
    Hash32 tx_hash;
    std::uint64_t log_index = 0;
};
struct LogFilter {
    Address address;
    Hash32 topic0;
    std::uint64_t from_block = 0;
    std::uint64_t to_block = 0;
};
/// One page of logs with the head and the hash of `to_block` as the same replica saw them.
struct LogPage {
    std::vector<LogEntry> logs;
    BlockHeader last_block;
    std::uint64_t head = 0;
};

struct Receipt {
    Hash32 tx_hash;
    Hash32 block_hash;
    std::uint64_t block_number = 0;
    bool succeeded = false;
    std::uint64_t gas_used = 0;
    std::uint64_t gas_price_wei = 0;
    std::vector<LogEntry> logs;
};

struct CallMessage {
    Address from;
    Address to;
    Bytes input;
};
/// What eth_call or eth_estimateGas said. Exactly one of the two is set.
template <class T>
struct CallOutcome {
    std::optional<T> value;
    std::optional<Bytes> revert_data;  ///< as the contract gave it; empty = no reason
};

struct FeeMarket {
    std::uint64_t next_base_fee_wei = 0;  ///< of the block after the newest
    std::uint64_t tip_median_wei =
        0;  ///< median of the 50th percentiles of the last blocks, 0 when they were empty
};

/// Typed, bounded, strict reads of one deployment over one RpcClient, which outlives it. Decoding
/// accepts only what the ABI allows; numbers above 2^64-1 where an id or a count is expected are
/// refused. Thread: any. Errors of every function: those of RpcClient::call, kRpcRejected (the node
/// answered with an error), kMalformedChainData, kReverted where a contract view reverts (no such
/// contract or function); more where named.
class ChainReader {
  public:
    ChainReader(RpcClient& rpc, Contracts contracts) : rpc_{rpc}, contracts_{contracts} {}

    [[nodiscard]] RpcClient& rpc() const noexcept { return rpc_; }
    [[nodiscard]] const Contracts& contracts() const noexcept { return contracts_; }

    // TeePool.
    /// kNone in `status` for an unknown id (the contract returns zeros).
    [[nodiscard]] Result<chain::TeeJob> job(JobId id, BlockRef at = BlockTag::kLatest) const;
    [[nodiscard]] Result<std::uint64_t> jobs_count(BlockRef at = BlockTag::kLatest) const;
    /// Pending jobs of one TEE; the order changes when jobs leave. `limit` 1..1000.
    [[nodiscard]] Result<std::vector<JobId>> tee_job_ids(const Address& tee, std::uint64_t start,
                                                         std::uint64_t limit,
                                                         BlockRef at = BlockTag::kLatest) const;
    [[nodiscard]] Result<chain::TeeRecord> tee(const Address& address) const;
    [[nodiscard]] Result<Word256> tee_fee() const;
    /// Seconds after which the payer may cancel.
    [[nodiscard]] Result<std::uint64_t> cancel_delay_s() const;

    // DataRegistry.
    /// Errors: kFileNotFound.
    [[nodiscard]] Result<chain::RegistryFile> file(FileId id) const;
    /// The key string of the permission; empty = none.
    [[nodiscard]] Result<std::string> permission(FileId id, const Address& account) const;
    /// Errors: kNotFound.
    [[nodiscard]] Result<chain::Proof> file_proof(FileId id, std::uint64_t index) const;

    // A DLP.
    [[nodiscard]] Result<std::string> proof_instruction(const Address& dlp) const;
    [[nodiscard]] Result<std::string> dlp_public_key(const Address& dlp) const;
    [[nodiscard]] Result<Address> dlp_tee_pool(const Address& dlp) const;
    /// DLPRegistry.dlpIds(dlp); 0 = not registered.
    [[nodiscard]] Result<std::uint64_t> dlp_id(const Address& dlp_registry,
                                               const Address& dlp) const;

    // The node.
    /// Errors: kNotFound (a number beyond the head).
    [[nodiscard]] Result<BlockHeader> block(BlockRef at) const;
    /// Logs of [from_block, to_block]. Errors: kTooLarge (ask for a smaller range),
    /// kNodeInconsistent (the replica's head is before `to_block`, a log outside of the filter).
    [[nodiscard]] Result<LogPage> logs(const LogFilter& filter) const;
    [[nodiscard]] Result<std::optional<Receipt>> receipt(const Hash32& tx_hash) const;
    [[nodiscard]] Result<std::vector<std::optional<Receipt>>> receipts(
        const std::vector<Hash32>& tx_hashes) const;
    /// For each hash, whether the node has the transaction, pending or mined.
    [[nodiscard]] Result<std::vector<bool>> known(const std::vector<Hash32>& tx_hashes) const;
    [[nodiscard]] Result<CallOutcome<Bytes>> call(const CallMessage& message,
                                                  BlockRef at = BlockTag::kLatest) const;
    [[nodiscard]] Result<CallOutcome<std::uint64_t>> estimate_gas(const CallMessage& message) const;
    [[nodiscard]] Result<FeeMarket> fee_market() const;
    [[nodiscard]] Result<Word256> balance(const Address& account,
                                          BlockRef at = BlockTag::kLatest) const;
    [[nodiscard]] Result<std::uint64_t> transaction_count(const Address& account,
                                                          BlockRef at = BlockTag::kLatest) const;
    /// Sends raw bytes. kAccepted only when the node's hash is `tx_hash`; transport failures are
    /// kAmbiguous.
    struct SendOutcome {
        SendClass kind = SendClass::kAmbiguous;
        std::string message;  ///< the node's text, for the log
    };
    [[nodiscard]] SendOutcome send_raw(ByteView raw, const Hash32& tx_hash) const;

  private:
    RpcClient& rpc_;
    Contracts contracts_;
};

}  // namespace pramana::chain_rpc
