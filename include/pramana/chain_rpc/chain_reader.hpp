#pragma once

#include "pramana/chain/proof_events.hpp"
#include "pramana/chain/vana.hpp"
#include "pramana/chain_rpc/rpc_client.hpp"

#include <span>
#include <string>

namespace pramana::chain_rpc {

/// The contracts of one deployment.
struct Contracts {
    Address data_registry;
    Address tee_pool;
    chain::tee_pool::JobLayout job_layout{};  ///< of tee_pool's jobs(id)
    chain::ProofEvents proof_events{};        ///< how both tell that a proof was added
};

struct BlockHeader {
    std::uint64_t number = 0;
    Hash32 hash;
    Hash32 parent_hash;
    std::uint64_t timestamp_s = 0;
    std::uint64_t gas_limit = 0;
    std::uint64_t base_fee_wei = 0;  ///< 0 before EIP-1559
    Bytes logs_bloom{};              ///< 256 bytes; empty where the node leaves it out
};

enum class BlockTag : std::uint8_t { kLatest, kFinalized, kSafe, kPending };
/// Where a read looks: a tag, a number, or a block that pin() gave. A read at a pinned block proves
/// in the same batch that its endpoint has that block at that height, so the caller knows the hash
/// that the answer relies on: `pin().hash`.
struct BlockRef {
    BlockRef(BlockTag named) : tag{named} {}  // NOLINT: implicit on purpose
    explicit BlockRef(std::uint64_t counted) : number{counted} {}
    BlockRef(const BlockHeader& pinned)  // NOLINT: implicit on purpose
        : number{pinned.number}, hash{pinned.hash} {}
    BlockTag tag = BlockTag::kLatest;
    std::optional<std::uint64_t> number;
    std::optional<Hash32> hash;
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
    std::uint64_t next_base_fee_wei = 0;  ///< of the block after the newest; at most 1e18
    std::uint64_t tip_median_wei =
        0;  ///< median of the 50th percentiles of the last blocks, 0 when they were empty
};

/// Typed, bounded, strict reads of one deployment over one RpcClient, which outlives it. Decoding
/// accepts only what the ABI allows; numbers above 2^64-1 where an id or a count is expected are
/// refused.
///
/// With several endpoints every read but fee_market, estimate_gas, known and those at kPending
/// decides by quorum, at one block: a tag is pinned first (newest block that a quorum shows with
/// the same hash), then the endpoints' answers and their hash of that block must agree. Several
/// reads that belong together take one pin(): it saves its round trip, and they speak of the same
/// block.
///
/// Thread: any. Errors of every function: those of RpcClient::call, kEndpointsDisagree (who
/// differed is in the log and in RpcClient::report), kNoQuorum, kNodeInconsistent (the pinned block
/// was replaced meanwhile: pin anew), kRpcRejected (the node answered with an error),
/// kMalformedChainData, kReverted where a contract view reverts (no such contract or function);
/// more where named.
class ChainReader {
  public:
    ChainReader(RpcClient& rpc, const Contracts& contracts) : rpc_{rpc}, contracts_{contracts} {}

    [[nodiscard]] RpcClient& rpc() const noexcept { return rpc_; }
    [[nodiscard]] const Contracts& contracts() const noexcept { return contracts_; }

    /// The block of the tag (not kPending) that the quorum shows: what reads and results bind to.
    /// One endpoint: its own block. Lagging endpoints and those on another fork are left out of
    /// reads from then on, until a later pin finds them back. Errors: kNoQuorum,
    /// kEndpointsDisagree.
    [[nodiscard]] Result<BlockHeader> pin(BlockTag tag = BlockTag::kLatest) const;

    // TeePool.
    /// kNone in `status` for an unknown id (the contract returns zeros).
    [[nodiscard]] Result<chain::TeeJob> job(JobId id, BlockRef at = BlockTag::kLatest) const;
    [[nodiscard]] Result<std::uint64_t> jobs_count(BlockRef at = BlockTag::kLatest) const;
    /// Pending jobs of one TEE; the order changes when jobs leave. `limit` 1..1000.
    [[nodiscard]] Result<std::vector<JobId>> tee_job_ids(const Address& tee, std::uint64_t start,
                                                         std::uint64_t limit,
                                                         BlockRef at = BlockTag::kLatest) const;
    [[nodiscard]] Result<chain::TeeRecord> tee(const Address& address,
                                               BlockRef at = BlockTag::kLatest) const;
    [[nodiscard]] Result<Word256> tee_fee(BlockRef at = BlockTag::kLatest) const;
    /// Seconds after which the payer may cancel: TeeJob::added_unix_s plus this, against block
    /// timestamps.
    [[nodiscard]] Result<std::uint64_t> cancel_delay_s(BlockRef at = BlockTag::kLatest) const;

    // DataRegistry.
    /// Errors: kFileNotFound.
    [[nodiscard]] Result<chain::RegistryFile> file(FileId id,
                                                   BlockRef at = BlockTag::kLatest) const;
    /// The key string of the permission; empty = none.
    [[nodiscard]] Result<std::string> permission(FileId id, const Address& account,
                                                 BlockRef at = BlockTag::kLatest) const;
    /// Errors: kNotFound.
    [[nodiscard]] Result<chain::Proof> file_proof(FileId id, std::uint64_t index,
                                                  BlockRef at = BlockTag::kLatest) const;

    // A DLP.
    [[nodiscard]] Result<std::string> proof_instruction(const Address& dlp,
                                                        BlockRef at = BlockTag::kLatest) const;
    [[nodiscard]] Result<std::string> dlp_public_key(const Address& dlp,
                                                     BlockRef at = BlockTag::kLatest) const;
    [[nodiscard]] Result<Address> dlp_tee_pool(const Address& dlp,
                                               BlockRef at = BlockTag::kLatest) const;
    /// DLPRegistry.dlpIds(dlp); 0 = not registered.
    [[nodiscard]] Result<std::uint64_t> dlp_id(const Address& dlp_registry, const Address& dlp,
                                               BlockRef at = BlockTag::kLatest) const;

    // The node.
    /// Errors: kNotFound (a number beyond the head).
    [[nodiscard]] Result<BlockHeader> block(BlockRef at) const;
    /// Blocks [from, to] of one chain: each is the next one's parent. At most a batch of the client
    /// (64). Errors: kNotFound (beyond the head), kNodeInconsistent (a reorg in between: ask
    /// again).
    [[nodiscard]] Result<std::vector<BlockHeader>> blocks(std::uint64_t from,
                                                          std::uint64_t to) const;
    /// Logs of [from_block, to_block]. Errors: kTooLarge (ask for a smaller range),
    /// kNodeInconsistent (the replica's head is before `to_block`, a log outside of the filter).
    [[nodiscard]] Result<LogPage> logs(const LogFilter& filter) const;
    /// Receipts as of the block `at`: one in a later block counts as none yet.
    [[nodiscard]] Result<std::optional<Receipt>> receipt(const Hash32& tx_hash,
                                                         BlockRef at = BlockTag::kLatest) const;
    [[nodiscard]] Result<std::vector<std::optional<Receipt>>> receipts(
        const std::vector<Hash32>& tx_hashes, BlockRef at = BlockTag::kLatest) const;
    /// For each hash, whether any endpoint has the transaction, pending or mined.
    [[nodiscard]] Result<std::vector<bool>> known(const std::vector<Hash32>& tx_hashes) const;
    [[nodiscard]] Result<CallOutcome<Bytes>> call(const CallMessage& message,
                                                  BlockRef at = BlockTag::kLatest) const;
    [[nodiscard]] Result<CallOutcome<std::uint64_t>> estimate_gas(const CallMessage& message) const;
    [[nodiscard]] Result<FeeMarket> fee_market() const;
    [[nodiscard]] Result<Word256> balance(const Address& account,
                                          BlockRef at = BlockTag::kLatest) const;
    [[nodiscard]] Result<std::uint64_t> transaction_count(const Address& account,
                                                          BlockRef at = BlockTag::kLatest) const;
    /// Sends raw bytes to every endpoint, the same to each. kAccepted only when a node's hash is
    /// `tx_hash`; no answer is kAmbiguous. The best class of all answers counts, in the order
    /// kAccepted, kNonceUsed, kPrice, kGap, kPoolFull, kMoney, kAmbiguous, kPermanent: one node
    /// that has the bytes suffices; what follows from the classes up to kMoney is harmless if the
    /// others know better (a look at receipts, a replacement under the same nonce, waiting); giving
    /// a nonce up is not, so kPermanent counts only when nobody says otherwise.
    struct SendOutcome {
        SendClass kind = SendClass::kAmbiguous;
        std::string message;          ///< the node's text behind `kind`, for the log
        std::size_t asked = 1;        ///< endpoints
        std::size_t accepted_by = 0;  ///< of them, as far as known when this returns
    };
    [[nodiscard]] SendOutcome send_raw(ByteView raw, const Hash32& tx_hash) const;
    struct RawTransaction {
        ByteView raw;
        Hash32 hash;
    };
    /// Several in one request, lowest nonce first; one by one where a node takes no batches.
    /// 1..batch_calls_max; one outcome for each, in order.
    [[nodiscard]] std::vector<SendOutcome> send_raw(std::span<const RawTransaction> some) const;

  private:
    /// The reference with a tag resolved to the quorum's block, where there is a quorum to ask.
    [[nodiscard]] Result<BlockRef> settled(BlockRef at) const;
    RpcClient& rpc_;
    Contracts contracts_;
};

}  // namespace pramana::chain_rpc
