#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/core/wei.hpp"

#include <optional>
#include <span>

namespace pramana::chain {

/// What one raw transaction is for.
enum class AttemptKind : std::uint8_t {
    kCall = 0,  ///< the slot's call
    kNoop =
        1,  ///< a transfer of 0 to ourselves: consumes the nonce of a call that became pointless
};

/// One signed transaction of a slot. Stored before its first byte goes to a socket; re-sent byte
/// for byte.
struct Attempt {
    AttemptKind kind = AttemptKind::kCall;
    Hash32 tx_hash;                 ///< keccak256 of the raw bytes
    Bytes raw;                      ///< EIP-2718 envelope as sent; empty once the slot is folded
    std::uint64_t max_fee_wei = 0;  ///< per gas
    std::uint64_t tip_wei = 0;      ///< per gas
    std::uint64_t gas_max = 0;
    std::uint64_t signed_unix_s = 0;  ///< chain time; 0 = not known
    friend bool operator==(const Attempt&, const Attempt&) = default;
};

/// What a slot's call is for. Values are stable: they are stored.
enum class SlotPurpose : std::uint8_t {
    kProof = 0,   ///< TeePool.addProof, alone or in a multicall
    kResult = 1,  ///< results of jobs into a registry contract
    kReward = 2,  ///< DLP.requestReward for the contributor of each job
    kFees = 3,    ///< TeePool.claim; has no job
};

/// A job that a slot works for.
struct SlotJob {
    JobId job{};
    FileId file{};
    Hash32 call_hash{};  ///< keccak256 of the job's own part of the call: what was promised for it
    friend bool operator==(const SlotJob&, const SlotJob&) = default;
};

/// How a receipt of status 1 shows for which jobs the call did its work. Values are stable.
enum class SuccessSign : std::uint8_t {
    kStatus = 0,     ///< the status is enough, for all jobs
    kLog = 1,        ///< a log of `emitter` with `topic0` is there, for all jobs
    kJobTopic = 2,   ///< such a log for each job, with the job's id in topics[topic]
    kFileTopic = 3,  ///< such a log for each job, with the file's id in topics[topic]
};
struct Recognition {
    SuccessSign sign = SuccessSign::kStatus;
    Address emitter;
    Hash32 topic0;
    std::uint8_t topic = 0;  ///< 1..3 where the sign asks for it
    friend bool operator==(const Recognition&, const Recognition&) = default;
};

/// A job for which the included transaction did its work.
struct LandedJob {
    JobId job{};
    std::optional<std::uint64_t>
        proof_index;  ///< from the registry's ProofAdded log, 1 for the first proof
    friend bool operator==(const LandedJob&, const LandedJob&) = default;
};

/// Where one of the slot's attempts stands on the chain.
struct Inclusion {
    std::uint64_t block_number = 0;
    Hash32 block_hash;
    std::uint64_t block_unix_s = 0;
    Hash32 tx_hash;
    bool succeeded = false;  ///< the receipt's status; false = it reverted
    std::uint64_t gas_used = 0;
    std::uint64_t gas_price_wei = 0;  ///< effective, per gas
    std::vector<LandedJob> landed;    ///< in the slot's order; empty for a revert or the no-op

    [[nodiscard]] Wei cost() const noexcept { return Wei::product(gas_used, gas_price_wei); }
    /// The job's entry, or null.
    [[nodiscard]] const LandedJob* landed_job(JobId job) const noexcept {
        for (const LandedJob& each : landed)
            if (each.job == job) return &each;
        return nullptr;
    }
    friend bool operator==(const Inclusion&, const Inclusion&) = default;
};

/// Values are stable: they are stored.
enum class SlotState : std::uint8_t {
    kBound = 0,  ///< nonce, jobs and first attempt are stored; whether a node has it is not known
    kSent = 1,   ///< a node has accepted an attempt
    kIncluded = 2,  ///< `inclusion` is set; a reorg may still undo it
    kFinal = 3,     ///< terminal: the call did its work, for the jobs in `inclusion.landed`
    kVoided = 4,  ///< terminal: the nonce is spent at finality and nothing was done (no-op, revert,
                  ///< foreign use that the operator accepted); the jobs may be bound again
};
[[nodiscard]] constexpr bool is_terminal(SlotState state) noexcept {
    return state == SlotState::kFinal || state == SlotState::kVoided;
}

/// Why a slot ended without doing its work. Values are stable: they are stored.
enum class VoidReason : std::uint8_t {
    kNone = 0,         ///< it did it
    kCanceled = 1,     ///< the payer canceled the job, or one of them
    kDoneByOther = 2,  ///< the job is completed, but not by a transaction of this journal
    kReverted = 3,     ///< the contract refused although the job is still open
    kForeign = 4,      ///< a transaction of no journal took the nonce; the operator accepted it
    kUnsendable = 5,   ///< no node would ever take the transaction: a bug of ours
    kJobGone = 6,      ///< a reorg took the job itself away
    kPointless = 7,    ///< the call reverted in eth_call for so long that a no-op took its nonce
};

/// One transaction nonce and the jobs that own it for all its attempts.
struct Slot {
    std::uint64_t tx_nonce = 0;
    SlotPurpose purpose = SlotPurpose::kProof;
    Address to;  ///< the contract that is called
    std::vector<SlotJob>
        jobs;  ///< 1..kSlotJobsMax different ones; none for kFees, or once refilled
    Recognition success;
    Hash32 call_hash;                ///< keccak256 of the calldata
    std::uint64_t bound_unix_s = 0;  ///< of the head when the nonce was bound
    SlotState state = SlotState::kBound;
    std::vector<Attempt>
        attempts;  ///< 1..kAttemptsMax, in the order of signing; the last is the current one
    std::optional<Inclusion> inclusion;  ///< set in kIncluded, kFinal and, unless foreign, kVoided
    VoidReason void_reason = VoidReason::kNone;  ///< set in kVoided

    /// Whether the job cannot be bound to another nonce for the same purpose: the slot is open, or
    /// it did the job's work.
    [[nodiscard]] bool holds(JobId job) const noexcept {
        if (!is_terminal(state)) return true;
        return state == SlotState::kFinal && inclusion && inclusion->landed_job(job) != nullptr;
    }
    /// Whether only its nonce is to be spent: its jobs went on under later ones.
    [[nodiscard]] bool is_refilled() const noexcept {
        return jobs.empty() && purpose != SlotPurpose::kFees;
    }
    friend bool operator==(const Slot&, const Slot&) = default;
};
inline constexpr std::size_t kAttemptsMax = 64;

/// The next state of an open slot.
struct SlotStep {
    std::uint64_t tx_nonce = 0;
    SlotState state = SlotState::kSent;
    std::optional<Inclusion> inclusion{};
    VoidReason void_reason = VoidReason::kNone;
};
inline constexpr std::size_t kSlotJobsMax = 256;

/// The chain's count of our transactions went down: a reorg. Stored before anything acts on it.
struct Regression {
    std::uint64_t times = 0;       ///< since the journal began
    std::uint64_t from_nonce = 0;  ///< what our journal had seen mined
    std::uint64_t to_nonce = 0;    ///< what the chain counts now
    std::uint64_t head_number = 0;
    std::uint64_t deepest = 0;  ///< blocks, of all so far; from the lowest inclusion that was lost
    friend bool operator==(const Regression&, const Regression&) = default;
};

inline constexpr std::uint64_t kDaySeconds = 86'400;

/// The durable record of every nonce of one key. Every write is one synced batch, so that a power
/// cut leaves the old or the new state; where the implementation also holds jobs, the stage of each
/// job of a kProof or kResult slot moves in the same batch. Several keys have a journal each; over
/// all of them a job has at most one slot of a purpose that holds it. A slot is never deleted.
/// Thread: calls come from one thread at a time. Errors of every function: kStoreUnavailable,
/// kStoreCorrupt, of writes also kStorageFull; more where named. Source: reference chain.md section
/// 4, rules 1 to 9 and 15; contract suites in tests/unit/chain_rpc and tests/unit/store.
class SubmissionJournal {
  public:
    virtual ~SubmissionJournal() = default;

    /// Stores new slots in kBound, each with its first attempt: all or none, in one batch. Their
    /// nonces and, for one purpose, their jobs are different. Errors: kConflict: a nonce is taken
    /// by any slot, a job has a slot of this purpose that holds it, or for kFees another one of the
    /// same contract is open.
    [[nodiscard]] virtual Status bind_all(std::span<const Slot> slots) = 0;
    [[nodiscard]] Status bind(const Slot& slot) { return bind_all({&slot, 1}); }

    /// Appends an attempt to an open slot; the state stays. Errors: kNotFound, kConflict (terminal,
    /// or kAttemptsMax reached).
    [[nodiscard]] virtual Status add_attempt(std::uint64_t tx_nonce, const Attempt& attempt) = 0;

    /// Sets state, inclusion and void reason of open slots with different nonces: all or none, in
    /// one batch. A terminal state with an inclusion adds its cost to the day of its block. Errors:
    /// kNotFound, kConflict (terminal).
    [[nodiscard]] virtual Status set_states(std::span<const SlotStep> steps) = 0;
    [[nodiscard]] Status set_state(std::uint64_t tx_nonce, SlotState state,
                                   const std::optional<Inclusion>& inclusion,
                                   VoidReason void_reason) {
        const SlotStep step{tx_nonce, state, inclusion, void_reason};
        return set_states({&step, 1});
    }

    /// Opens a terminal slot again as kSent without inclusion, because finality did not hold, and
    /// takes its cost back. Errors: kNotFound, kConflict (open, folded, or one of its jobs has a
    /// newer slot).
    [[nodiscard]] virtual Status reopen(std::uint64_t tx_nonce) = 0;
    /// The same where jobs of the slot have a newer one: it is opened without any job, and only its
    /// nonce is to be spent again. Errors: kNotFound, kConflict (open, folded, or none of its jobs
    /// has a newer slot).
    [[nodiscard]] virtual Status refill(std::uint64_t tx_nonce) = 0;

    /// All slots that are not terminal, ascending by nonce.
    [[nodiscard]] virtual Result<std::vector<Slot>> open_slots() = 0;

    /// The newest slot of the job for this purpose, if this key ever had one.
    [[nodiscard]] virtual Result<std::optional<Slot>> slot_of(JobId job, SlotPurpose purpose) = 0;

    /// Slots with a nonce of at least `first`, ascending, at most `count_max`: the whole history.
    [[nodiscard]] virtual Result<std::vector<Slot>> slots_from(std::uint64_t first,
                                                               std::size_t count_max) = 0;

    /// The highest nonce ever bound, terminal or not.
    [[nodiscard]] virtual Result<std::optional<std::uint64_t>> highest_nonce() = 0;

    /// What terminal slots cost on the UTC day `unix_s / kDaySeconds`, by the time of their blocks.
    [[nodiscard]] virtual Result<Wei> spent_on(std::uint64_t day) = 0;

    [[nodiscard]] virtual Status note_regression(const Regression& regression) = 0;
    /// The newest one, with the counters. nullopt = never.
    [[nodiscard]] virtual Result<std::optional<Regression>> last_regression() = 0;

    /// Drops the raw bytes of terminal slots whose block (for a foreign one: whose binding) is
    /// older than `before_unix_s`, from the lowest nonce on and up to the first that is open or
    /// younger, at most `count_max`. What remains of a slot is small and stays for ever. Returns
    /// how many were folded.
    [[nodiscard]] virtual Result<std::size_t> fold(std::uint64_t before_unix_s,
                                                   std::size_t count_max) = 0;
};

}  // namespace pramana::chain
