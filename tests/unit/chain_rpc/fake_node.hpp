#pragma once

#include "pramana/chain/transaction.hpp"
#include "pramana/chain_rpc/chain_reader.hpp"

#include <functional>
#include <map>
#include <set>
#include <vector>

namespace pramana::testing_chain {

/// Options of a client whose transport the test gives.
[[nodiscard]] inline chain_rpc::RpcOptions options_on(std::uint64_t chain_id) {
    chain_rpc::RpcOptions options;
    options.chain_id = chain_id;
    options.endpoint.failures_to_open = 0;                 // faults come in rows here
    options.straggler_time_max = std::chrono::minutes{5};  // every ballot is in: no races in tests
    return options;
}

/// A clock that stands still until it is moved.
class FakeClock final : public Clock {
  public:
    [[nodiscard]] std::int64_t unix_s() const override { return wall; }
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override { return now; }
    std::int64_t wall = 0;
    std::chrono::steady_clock::time_point now{std::chrono::hours{1}};
};

/// The time of block 0.
inline constexpr std::uint64_t kGenesis_unix_s = 1'700'000'000;

/// A node in memory: blocks, a TeePool and DataRegistry in outline, and a pool with geth's rules
/// (+10 % on both fees to replace, a cap under the base fee waits, nothing is forgotten by itself).
/// Deterministic; blocks come only by mine(). Thread: one.
class FakeNode final : public chain_rpc::RpcTransport {
  public:
    struct World {  // what a block leaves behind; a reorg goes back to an older one
        std::map<std::uint64_t, chain::TeeJob> jobs;
        std::map<Address, std::uint64_t> nonces;
        std::map<std::uint64_t, std::uint64_t> proofs_of_file;
        std::map<std::uint64_t, std::uint64_t> rewards_of_file;  ///< by the DLP
        std::map<Address, std::uint64_t> unclaimed;              ///< TeePool's fees, wei
    };
    struct Block {
        std::uint64_t number = 0;
        Hash32 hash;
        Hash32 parent;
        std::uint64_t base_fee_wei = 0;
        std::vector<chain_rpc::Receipt> receipts;
        std::vector<chain_rpc::LogEntry> logs;
        World after;
    };
    /// What happens instead of an answer: an error object, or a transport error after (or before)
    /// the call took effect.
    struct Fault {
        std::string error_json;         ///< {"code":…,"message":…}
        std::optional<Errc> transport;  ///< the whole exchange fails so
        bool handle_first = false;      ///< the node has done it, only the answer is lost
        std::string result_json;        ///< a lie
    };

    FakeNode();
    Result<Reply> post(const std::string& body, net::Deadline deadline) override;

    /// A job that the next block brings. Returns its id.
    JobId request_job(const Address& tee, FileId file);
    /// The payer's cancellation, in the next block before everything else.
    void cancel_job(JobId job) { cancelled_.push_back(job); }
    /// A transaction of `key` by somebody else: it goes into the next block whatever the pool
    /// holds.
    void foreign_transaction(const SigningKey& key);
    /// A stranger asks the DLP for the file's reward, in the next block.
    void pay_reward(FileId file) { rewarded_.push_back(file); }
    void mine(std::size_t blocks = 1);
    /// Forgets the last `depth` blocks and mines as many empty ones; their transactions are lost,
    /// as on anvil. Jobs of lost blocks come again with the same ids if `jobs_return`.
    void reorg(std::size_t depth, bool jobs_return = true);
    bool reorg_turns_jobs_round = false;  ///< the first of the lost jobs comes back as the last
    /// The last blocks are not known yet, as at a replica that lags; mine() brings the same again
    /// if nothing was asked of the node meanwhile.
    void forget(std::size_t blocks) { chain_.resize(chain_.size() - blocks); }
    /// The other node's blocks.
    void copy_chain(const FakeNode& other) {
        chain_ = other.chain_;
        salt_ = other.salt_;
    }
    void drop_pool() { pool_.clear(); }
    [[nodiscard]] bool pool_has(const Hash32& hash) const;
    [[nodiscard]] std::size_t pool_size() const;
    [[nodiscard]] std::size_t proofs_of(FileId file) const;
    [[nodiscard]] const Block& head() const { return chain_.back(); }
    [[nodiscard]] const Block& block(std::uint64_t number) const { return chain_.at(number); }
    [[nodiscard]] int calls_of(const std::string& method) const;

    std::uint64_t chain_id = 31337;
    std::uint64_t base_fee_wei = 1'000'000'000;
    std::uint64_t tip_median_wei = 0;
    std::uint64_t finality_lag = 4;
    std::uint64_t logs_range_max = 1'000'000;
    bool hide_receipts = false;
    std::set<Hash32> set_aside;  ///< transactions that the pool has and no block takes
    bool has_multicall = true;
    std::size_t multicall_elements_max = 1000;   ///< more revert, though each alone passes
    bool proofs_revert = false;                  ///< addProof fails with `revert_selector`
    std::string revert_selector = "0xb969563b";  ///< InvalidJobStatus()
    bool execution_fails = false;                ///< only when mined, not in eth_call
    std::uint64_t proof_gas = 400'000;           ///< what a call needs for each proof
    Word256 balance_wei;
    std::function<std::optional<Fault>(const std::string& method)> fault;
    /// A whole HTTP answer instead of the node's; nothing is handled then.
    std::function<std::optional<Result<Reply>>(const std::string& body)> reply_fault;
    chain_rpc::Contracts contracts;
    Address dlp;
    std::uint64_t seconds_per_block = 6;
    std::vector<Hash32> hidden_logs_of;  ///< blocks whose logs eth_getLogs leaves out
    std::vector<JobId> hidden_jobs;      ///< jobs whose log eth_getLogs leaves out
    bool gives_block_receipts = true;
    bool blooms = true;               ///< headers carry them
    bool worker_active = true;        ///< isTee()
    bool paused = false;              ///< paused()
    std::uint64_t fee_per_proof = 5;  ///< of the worker, wei
    bool pool_upgraded = false;       ///< isTee() answers in another layout
    /// jobs() answers ((string note,address teeAddress,uint8 status,uint64 fileId)).
    bool jobs_laid_out_otherwise = false;
    std::uint64_t cancel_delay_s = 3'600;
    /// Of the event that announces a job; its inputs are those of JobSubmitted.
    Hash32 job_topic0 = chain::JobSubmitted::topic0();
    std::vector<Bytes> sent_raw;  ///< every eth_sendRawTransaction, in order
    int posts = 0;                ///< HTTP requests

  private:
    using Params = std::vector<JsonView>;
    [[nodiscard]] std::string answer(const JsonView& request, std::optional<Errc>& transport);
    [[nodiscard]] std::string result(const std::string& method, const Params& params);
    [[nodiscard]] std::string send(ByteView raw);
    [[nodiscard]] std::string call(const JsonView& message, const JsonView& at, bool estimate);
    [[nodiscard]] std::string view(ByteView input, const World& world) const;
    [[nodiscard]] std::string block_json(const JsonView& at) const;
    [[nodiscard]] std::string logs_json(const JsonView& filter) const;
    [[nodiscard]] std::string receipt_json(const Hash32& hash) const;
    [[nodiscard]] const Block* block_at(const JsonView& at) const;
    [[nodiscard]] std::string pool_verdict(const chain::SignedTransaction& tx) const;
    [[nodiscard]] bool hides(const chain_rpc::LogEntry& entry) const;
    void mine_one();
    void execute(const chain::SignedTransaction& tx, Block& block);
    /// Runs a call of the contracts. Returns the revert data as hex; nullopt = success, with its
    /// logs. A call that reverts leaves `world` as it was.
    [[nodiscard]] std::optional<std::string> run(const Address& sender, const Address& to,
                                                 ByteView input, World& world,
                                                 std::vector<chain_rpc::LogEntry>& logs) const;
    [[nodiscard]] std::optional<std::string> run_proof(
        const Address& sender, ByteView input, World& world,
        std::vector<chain_rpc::LogEntry>& logs) const;
    [[nodiscard]] std::optional<std::string> run_reward(
        ByteView input, World& world, std::vector<chain_rpc::LogEntry>& logs) const;
    [[nodiscard]] std::uint64_t pending_nonce(const Address& account) const;

    std::vector<Block> chain_;
    std::map<Address, std::map<std::uint64_t, chain::SignedTransaction>> pool_;
    std::vector<chain::TeeJob> requested_;
    std::vector<JobId> cancelled_;
    std::vector<FileId> rewarded_;
    std::vector<chain::SignedTransaction> foreign_;
    std::map<std::string, int> calls_;
    std::uint64_t salt_ = 0;
};

}  // namespace pramana::testing_chain
