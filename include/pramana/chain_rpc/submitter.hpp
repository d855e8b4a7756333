#pragma once

#include "pramana/chain/revert.hpp"
#include "pramana/chain_rpc/chain_reader.hpp"
#include "pramana/chain_rpc/submitter_status.hpp"
#include "pramana/chain_rpc/transaction_signer.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <mutex>

namespace pramana::chain_rpc {

/// The call that puts one proof on the chain.
struct ProofCall {
    FileId file{};
    Bytes calldata;  ///< TeePool.addProof(uint256 jobId, Proof), ABI-encoded
};
/// One of several proofs that are handed over together.
struct ProofOrder {
    JobId job{};
    ProofCall call;
};

/// A call that does its work for some jobs at once, in one transaction.
struct BatchCall {
    chain::SlotPurpose purpose = chain::SlotPurpose::kProof;
    Address to;
    std::vector<chain::SlotJob> jobs;  ///< 1..kSlotJobsMax different ones; none for kFees
    Bytes calldata;
    chain::Recognition success;  ///< what a receipt must show, and for which jobs it counts
};

struct CheckedCall;  // submit_reads.hpp

/// TeePool.claim(): our fees.
[[nodiscard]] BatchCall fees_call(const Contracts& contracts);
/// DLP.requestReward(file, proof_index): pays the file's owner; anybody may call it.
[[nodiscard]] BatchCall reward_call(const Address& dlp, chain::SlotJob job,
                                    std::uint64_t proof_index);

struct FeePolicy {
    std::uint64_t tip_wei_min = 1'000'000;  ///< per gas; the offer when the market shows none
    std::uint64_t tip_wei_max = 50'000'000'000;
    /// Per gas. Above it no nonce is bound, and the price of a slot goes higher only after
    /// `soft_patience_s` (chain time).
    std::uint64_t max_fee_wei_soft = UINT64_MAX;
    std::uint64_t max_fee_wei_ceiling = 500'000'000'000;  ///< per gas; above it nothing is signed
    std::uint64_t soft_patience_s = 300;
    Wei tx_cost_max{UINT64_MAX, UINT64_MAX};   ///< gas limit times fee cap of one transaction
    Wei day_cost_max{UINT64_MAX, UINT64_MAX};  ///< receipts of the UTC day and what is committed
    std::uint64_t gas_max = 16'777'216;        ///< EIP-7825; also at most a quarter of the block
    std::uint32_t bump_percent = 15;           ///< of both fees, rounded up; geth asks for 10
};

struct FinalityPolicy {
    std::uint64_t depth = 24;         ///< blocks on top of the inclusion
    bool ask_finalized_tag = true;    ///< and the `finalized` block is at or above it
    std::uint64_t stall_blocks = 80;  ///< ten epochs of eight slots
};

struct SubmitterOptions {
    std::size_t window = 16;  ///< slots that wait for a block; geth guarantees 16 per account
    /// Slots that wait for a block or for finality; beyond it nothing is bound. What finality takes
    /// its time for stays open: two minutes of a network with blocks of 6 s.
    std::size_t open_slots_max = 1'024;
    std::size_t batch_max = 1;  ///< proofs in one transaction, 1..20, where the pool has multicall
    FeePolicy fees;
    FinalityPolicy finality;
    std::uint64_t replace_after_blocks = 4;
    /// A transaction whose turn it is, that nodes have, that pays enough and that no block takes is
    /// sent again after every `replace_after_blocks`, so often; then it is replaced.
    unsigned reminders_max = 2;
    std::uint64_t slot_age_max_s = 600;   ///< chain time; older: alarm
    std::uint64_t proofs_left_min = 100;  ///< fewer: alarm
    /// Raw bytes of ended slots stay this long (chain time), for replay and for a broken finality.
    std::uint64_t retention_s = 30 * chain::kDaySeconds;
    /// Polls in a row that must show a spent nonce without a receipt before it counts as foreign:
    /// indexes lag.
    unsigned foreign_observations = 3;
    /// The operator's word: transactions of this key with a lower nonce that are not in the journal
    /// were theirs, mined or pending.
    std::uint64_t foreign_nonces_accepted_below = 0;
    /// Errors that contracts may revert with, besides Vana's; the texts outlive the submitter.
    std::vector<chain::ErrorAbi> errors;
    /// Told the names of crash points as they are passed (pramana-dev and tests). Empty = nobody
    /// listens. In the order of a life, with the rows of reference chain.md section 5:
    ///   "before_bind"     signed in memory, nothing stored                       (row 2, proved)
    ///   "after_sign"      nonce, jobs and raw bytes stored, nothing sent         (rows 3, 4)
    ///   "before_send"     the next thing is the socket, first time or again      (row 5)
    ///   "after_send"      the node answered or not, nothing is recorded of it    (rows 6, 7)
    ///   "after_sent"      kSent is stored                                        (row 7)
    ///   "after_attempt"   a replacement is stored, not sent
    ///   "after_included"  kIncluded is stored                                    (row 8)
    ///   "after_regression" a reorg is stored, its slots are not open again
    ///   "after_reopened"  a slot is open again after a reorg
    ///   "after_final"     kFinal or kVoided is stored                            (row 9)
    ///   "in_recovery"     recover() has sent a slot's bytes again                (row 10)
    /// "seen" (row 1) and what comes before the submitter are the pipeline's points.
    std::function<void(const char*)> crash_point;
};

/// What changed for a slot. Repeated after a restart; the receiver is idempotent.
struct SubmissionEvent {
    enum class Kind : std::uint8_t {
        kSent,      ///< a node has the transaction
        kReplaced,  ///< a new attempt under the same nonce was stored and sent
        kIncluded,  ///< in a block, the call did its work, not final
        kReverted,  ///< in a block without it (refused by the contract, or the no-op), not final
        kReopened,  ///< a reorg took the block away
        kHeld,      ///< waits: `cause` is kFeeCeiling, kSpendCeiling, kInsufficientFunds, kInternal
        kFinal,
        kVoided,   ///< the nonce is spent at finality and nothing was done; see `void_reason`
        kForeign,  ///< kNonceGap: somebody else uses the key; nothing more is signed
    };
    Kind kind = Kind::kSent;
    chain::SlotPurpose purpose = chain::SlotPurpose::kProof;
    std::vector<chain::SlotJob> jobs;
    std::uint64_t tx_nonce = 0;
    Hash32 tx_hash;
    std::optional<chain::Inclusion> inclusion;
    chain::VoidReason void_reason = chain::VoidReason::kNone;  ///< kVoided
    std::optional<Error> cause;                                ///< kHeld, kForeign
};

/// Why the last preflight refused, for logs and operators.
struct Refusal {
    JobId job{};         ///< the first of the call's
    std::string reason;  ///< decoded: "InvalidJobStatus()", "Error(text)", "Panic(17)", "0x…" or ""
};

/// Gets exactly one proof per job onto the chain with one key. A nonce, its jobs and the raw bytes
/// are in the journal, synced, before the first byte is sent; recovery sends the stored bytes again
/// and never signs anew; all attempts of a slot share its nonce, so the protocol itself lets at
/// most one of them in. Truth is only a receipt in a canonical block. A nonce that somebody else
/// spent stops everything (kNonceGap). Two keys have a submitter and a journal each. Thread: any,
/// calls are serialised; each blocks on the node. Source: reference chain.md section 4.
class Submitter {
  public:
    /// All references outlive the submitter. One key must have one submitter: the journal's lock
    /// sees to that.
    Submitter(ChainReader& reader, chain::SubmissionJournal& journal, TransactionSigner& signer,
              SubmitterOptions options);
    Submitter(ChainReader& reader, chain::SubmissionJournal& journal, const SigningKey& key,
              SubmitterOptions options);

    /// Call once at start, before submit: checks the journal's own consistency and the chain's
    /// nonce, and sends every open slot's stored bytes again, lowest nonce first. Idempotent.
    /// Errors: kStoreCorrupt, kNonceGap, those of journal and reader.
    [[nodiscard]] Status recover();

    /// Preflight (for a proof jobs(id) of each job; eth_call, gas estimate), then binds the next
    /// nonce, stores the signed transaction and sends it once. A revert never costs a nonce. After
    /// success the call is on its way whatever the node said; poll() does the rest. The same jobs
    /// and call again return their slot. Errors: kJobNotOpen, kJobNotOurs, kContractPaused,
    /// kWorkerNotActive, kReverted (see last_refusal), kBusy (window full), kConflict (a job is
    /// bound to another call), kFeeCeiling, kSpendCeiling (of the day), kInsufficientFunds,
    /// kNonceGap, kSignerFault, those of journal and reader.
    [[nodiscard]] Result<chain::Slot> submit(const BatchCall& call);
    /// TeePool.addProof of one job.
    [[nodiscard]] Result<chain::Slot> submit(JobId job, const ProofCall& call);

    /// Several proofs of different jobs, with as few reads as possible; in one transaction up to
    /// `batch_max` of them where the pool has multicall. Each element must pass eth_call alone, and
    /// the whole, both at one block; a whole that fails or needs too much gas is split in halves.
    /// Where more are given than the window has room for, nothing is bound (kBusy) until half of it
    /// is free.
    /// One answer for each order, in order; errors as submit's.
    [[nodiscard]] std::vector<Result<chain::Slot>> submit_all(std::span<const ProofOrder> orders);

    /// Whether the contract would take the proof now; nothing is signed or stored. Errors: as
    /// submit's preflight.
    [[nodiscard]] Status preflight(JobId job, const ProofCall& call);
    [[nodiscard]] Status preflight(const BatchCall& call);

    /// One round over the open slots, lowest nonce first: receipts, reorgs, finality, re-sending,
    /// fees. Call it every block or so. Errors: kNonceGap once halted, those of journal and reader;
    /// the next poll goes on.
    [[nodiscard]] Result<std::vector<SubmissionEvent>> poll();

    [[nodiscard]] const Address& address() const noexcept { return signer_.address(); }
    /// These answer at once, also while another call waits for the node.
    [[nodiscard]] bool halted() const noexcept { return halted_; }
    [[nodiscard]] std::optional<Refusal> last_refusal() const;
    [[nodiscard]] SubmitterStatus status() const;

  private:
    class Round;  // one poll; submitter_round.cpp
    /// What is read before nonces are bound.
    struct Facts {
        BlockHeader head;
        FeeMarket market;
        Wei balance;
        std::uint64_t chain_nonce = 0;
        Wei spent_today;
        std::optional<std::uint64_t> next_nonce;  ///< once it is known
    };
    /// What only this run knows of a slot.
    struct Track {
        std::optional<std::uint64_t>
            waiting_since;                        ///< head when the current attempt began to wait
        std::optional<std::uint64_t> gone_since;  ///< head when the call was first pointless
        unsigned reminders = 0;                   ///< of the nodes, since the current attempt
        unsigned spent_observations = 0;  ///< polls in a row with a spent nonce and no receipt
        bool price_refused = false;       ///< a node called the current attempt too cheap
        bool sent_once = false;           ///< by this run
        bool held = false;                ///< kHeld was told
        bool told = false;                ///< an event since the start says where it stands
    };
    /// What proofs of this many jobs in one call needed lately: tried on the next ones, which are
    /// estimated only where it does not suffice.
    struct GasTried {
        std::uint64_t gas = 0;
        std::uint64_t head = 0;  ///< of the estimate
    };
    /// A checked call that may be bound.
    struct Ready {
        std::vector<std::size_t> orders;  ///< indices into submit_all's
        BatchCall call;
        std::uint64_t gas = 0;
    };

    [[nodiscard]] Status check_journal(const std::vector<chain::Slot>& slots) const;
    [[nodiscard]] Status check_chain_nonce(std::uint64_t latest);
    [[nodiscard]] Result<std::uint64_t> next_nonce(std::uint64_t latest,
                                                   const std::vector<chain::Slot>& open);
    [[nodiscard]] Status check_ready_to_sign() const;
    /// The slot that the jobs of the call have already; nullopt = they are free.
    [[nodiscard]] Result<std::optional<chain::Slot>> slot_for(const BatchCall& call);
    /// How many slots may be bound now, by the chain's count of our transactions.
    [[nodiscard]] std::size_t room(const Facts& facts, const std::vector<chain::Slot>& open) const;
    /// A slot with its first attempt, signed and not stored.
    [[nodiscard]] Result<chain::Slot> make_slot(const Ready& ready, Facts& facts,
                                                const std::vector<chain::Slot>& open);
    /// Binds the calls in one write, then sends them. One answer for each, in order.
    [[nodiscard]] std::vector<Result<chain::Slot>> bind_and_send(std::span<const Ready> ready,
                                                                 Facts& facts,
                                                                 std::vector<chain::Slot>& open);
    [[nodiscard]] Status check_cost(std::uint64_t gas, std::uint64_t max_fee_wei,
                                    const Facts& facts, const std::vector<chain::Slot>& open);
    [[nodiscard]] Result<Facts> look();
    /// The gas of each call, or why the contract does not take it; one JSON-RPC batch.
    [[nodiscard]] std::vector<Result<std::uint64_t>> check(std::span<const BatchCall> calls,
                                                           const Facts& facts);
    [[nodiscard]] Status check_jobs(const BatchCall& call,
                                    std::span<const chain::TeeJob> jobs) const;
    /// The checks themselves; calls that fail with the gas that was tried are estimated.
    [[nodiscard]] Result<std::vector<CheckedCall>> checked(std::span<const BatchCall> calls,
                                                           const Facts& facts);
    /// 0 = it is to be estimated.
    [[nodiscard]] std::uint64_t gas_to_try(const BatchCall& call, std::uint64_t head) const;
    void note_estimate(const BatchCall& call, std::uint64_t estimate, std::uint64_t head);
    [[nodiscard]] bool pool_has_multicall();
    /// Those that the contract takes, joined to batches where that is asked for; the others get
    /// their answer.
    [[nodiscard]] std::vector<Ready> passing(std::vector<Ready> waiting, const Facts& facts,
                                             std::vector<Result<chain::Slot>>& answers);
    /// Joins calls that passed alone to batches that pass as a whole.
    [[nodiscard]] std::vector<Ready> join(std::vector<Ready> singles, const Facts& facts);
    [[nodiscard]] Error refused(JobId job, ByteView revert_data);
    [[nodiscard]] Result<chain::Attempt> sign(chain::AttemptKind kind, std::uint64_t tx_nonce,
                                              const Address& to, ByteView calldata,
                                              std::uint64_t max_fee_wei, std::uint64_t tip_wei,
                                              std::uint64_t gas);
    /// The slot's calldata, out of its stored first attempt.
    [[nodiscard]] static Result<Bytes> calldata_of(const chain::Slot& slot);
    [[nodiscard]] Result<SendClass> send(chain::Slot& slot);
    [[nodiscard]] SendClass judge(const chain::Slot& slot, const ChainReader::SendOutcome& outcome);
    /// The current attempt of each, lowest nonce first, in one request and one write.
    [[nodiscard]] Result<std::vector<SendClass>> send_all(std::span<chain::Slot> slots);
    /// What a write to the journal said; a failure latches.
    [[nodiscard]] Status stored(const Status& written);
    void reached(const char* name) const;
    [[nodiscard]] Error halt(std::uint64_t tx_nonce);
    void raise(SubmitterAlarm alarm, bool on);
    void publish_open(const std::vector<chain::Slot>& open);

    std::unique_ptr<TransactionSigner> own_signer_;
    ChainReader& reader_;
    chain::SubmissionJournal& journal_;
    TransactionSigner& signer_;
    SubmitterOptions options_;
    std::mutex mutex_;  ///< one call at a time
    std::atomic<bool> halted_{false};
    std::optional<Error> journal_failure_;
    std::optional<bool> has_multicall_;
    std::map<std::size_t, GasTried> gas_tried_;  ///< by the number of jobs; at most batch_max
    std::uint64_t finalized_moved_at_ = 0;       ///< head when `finalized` was last seen to move
    std::uint64_t folded_at_s_ = 0;              ///< chain time
    std::optional<std::uint64_t> nonce_before_;  ///< the chain's count at the last round
    unsigned regression_observations_ = 0;   ///< polls in a row that ended slots would have to open
    std::map<std::uint64_t, Track> tracks_;  ///< by nonce
    mutable std::mutex status_mutex_;        ///< of all below
    std::optional<Refusal> refusal_;
    SubmitterStatus status_;
    std::array<bool, kSubmitterAlarms> alarms_{};
};

}  // namespace pramana::chain_rpc
