#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <optional>

namespace pramana::chain {

/// What one raw transaction is for.
enum class AttemptKind : std::uint8_t {
    kProof = 0,
    kNoop = 1,  ///< a transfer of 0 to ourselves: consumes the nonce of a job that became pointless
};

/// One signed transaction of a slot. Stored before its first byte goes to a socket; re-sent byte
/// for byte.
struct Attempt {
    AttemptKind kind = AttemptKind::kProof;
    Hash32 tx_hash;                 ///< keccak256(raw)
    Bytes raw;                      ///< EIP-2718 envelope as sent
    std::uint64_t max_fee_wei = 0;  ///< per gas
    std::uint64_t tip_wei = 0;      ///< per gas
    std::uint64_t gas_max = 0;
    friend bool operator==(const Attempt&, const Attempt&) = default;
};

/// Where one of the slot's attempts stands on the chain.
struct Inclusion {
    std::uint64_t block_number = 0;
    Hash32 block_hash;
    Hash32 tx_hash;
    bool succeeded = false;  ///< the receipt's status; false = it reverted
    std::uint64_t gas_used = 0;
    std::uint64_t gas_price_wei = 0;  ///< effective, per gas
    std::optional<std::uint64_t>
        proof_index;  ///< from the registry's ProofAdded log, 1 for the first proof
    friend bool operator==(const Inclusion&, const Inclusion&) = default;
};

/// Values are stable: they are stored.
enum class SlotState : std::uint8_t {
    kBound = 0,     ///< nonce, job and first attempt are stored; whether a node has it is not known
    kSent = 1,      ///< a node has accepted an attempt
    kIncluded = 2,  ///< `inclusion` is set; a reorg may still undo it
    kFinal = 3,     ///< terminal: the proof is final on chain
    kVoided = 4,    ///< terminal: the nonce is spent at finality without the proof (no-op, revert,
                    ///< foreign use that the operator accepted); the job may be bound again
};
[[nodiscard]] constexpr bool is_terminal(SlotState state) noexcept {
    return state == SlotState::kFinal || state == SlotState::kVoided;
}

/// Why a slot ended without our proof. Values are stable: they are stored.
enum class VoidReason : std::uint8_t {
    kNone = 0,         ///< it did not
    kCanceled = 1,     ///< the payer canceled the job
    kDoneByOther = 2,  ///< the job is completed, but not by a transaction of this journal
    kReverted = 3,     ///< the contract refused the proof although the job is still open
    kForeign = 4,      ///< a transaction of no journal took the nonce; the operator accepted it
    kUnsendable = 5,  ///< no node would ever take the transaction: a bug of ours
    kJobGone = 6,     ///< a reorg took the job itself away
};

/// One transaction nonce and the job that owns it for all its attempts.
struct Slot {
    std::uint64_t tx_nonce = 0;
    JobId job{};
    FileId file{};
    Hash32 call_hash;  ///< keccak256 of the calldata
    SlotState state = SlotState::kBound;
    std::vector<Attempt>
        attempts;  ///< 1..kAttemptsMax, in the order of signing; the last is the current one
    std::optional<Inclusion> inclusion;  ///< set in kIncluded, kFinal and, unless foreign, kVoided
    VoidReason void_reason = VoidReason::kNone;  ///< set in kVoided
    friend bool operator==(const Slot&, const Slot&) = default;
};
inline constexpr std::size_t kAttemptsMax = 64;

/// The durable record of every nonce of one key. Every write is one synced batch, so that a power
/// cut leaves the old or the new state; where the implementation also holds jobs, the job's stage
/// moves in the same batch. A slot is never deleted while it is open. Thread: calls come from one
/// thread at a time. Source: reference chain.md section 4, rules 1 to 9; contract suite in
/// tests/unit/chain_rpc.
class SubmissionJournal {
  public:
    virtual ~SubmissionJournal() = default;

    /// Stores a new slot in kBound with its first attempt. Refused when the nonce is taken by any
    /// slot, or when the job has a slot that is not kVoided. Errors: kConflict, kStoreUnavailable,
    /// kStorageFull.
    [[nodiscard]] virtual Status bind(const Slot& slot) = 0;

    /// Appends an attempt to an open slot; the state stays. Errors: kNotFound, kConflict (terminal,
    /// or kAttemptsMax reached), kStoreUnavailable, kStorageFull.
    [[nodiscard]] virtual Status add_attempt(std::uint64_t tx_nonce, const Attempt& attempt) = 0;

    /// Sets state, inclusion and void reason of an open slot. Errors: kNotFound, kConflict (the
    /// slot is terminal), kStoreUnavailable, kStorageFull.
    [[nodiscard]] virtual Status set_state(std::uint64_t tx_nonce, SlotState state,
                                           const std::optional<Inclusion>& inclusion,
                                           VoidReason void_reason) = 0;

    /// All slots that are not terminal, ascending by nonce. Errors: kStoreUnavailable,
    /// kStoreCorrupt.
    [[nodiscard]] virtual Result<std::vector<Slot>> open_slots() = 0;

    /// The job's newest slot, if it ever had one. Errors: kStoreUnavailable, kStoreCorrupt.
    [[nodiscard]] virtual Result<std::optional<Slot>> slot_of(JobId job) = 0;

    /// The highest nonce ever bound, terminal or not. Errors: kStoreUnavailable, kStoreCorrupt.
    [[nodiscard]] virtual Result<std::optional<std::uint64_t>> highest_nonce() = 0;
};

}  // namespace pramana::chain
