#pragma once

#include "pramana/chain/submission_journal.hpp"

#include <array>
#include <vector>

namespace pramana::chain_rpc {

/// What an operator must look at; goes away by itself when the cause does, except kForeignNonce.
enum class SubmitterAlarm : std::uint8_t {
    kForeignNonce,       ///< somebody else signs with our key: nothing more is signed
    kPendingForeign,     ///< the pool shows transactions of our key that the journal does not have
    kFinalityStalled,    ///< `finalized` has not moved for FinalityPolicy::stall_blocks
    kBalanceLow,         ///< fewer than BalancePolicy::proofs_min proofs can be paid
    kInsufficientFunds,  ///< the lowest slot cannot be paid: all wait
    kFeeCeiling,         ///< the network's fee is above the soft or hard ceiling
    kSpendCeiling,       ///< the day's ceiling is reached
    kSlotOld,            ///< a slot is in no block for longer than SubmitterOptions::slot_age_max_s
    kUnsendable,         ///< a transaction of ours was refused for good: our bug
    kContractPaused,     ///< the contract is paused, or this validator is not active in the pool
    kJournalFailed,      ///< the journal did not take a write: nothing more is signed
    kSignerFault,        ///< the signer failed or signed something else
};
inline constexpr std::size_t kSubmitterAlarms = 12;
/// `foreign_nonce`, `pending_foreign`, …: stable.
[[nodiscard]] std::string_view name_of(SubmitterAlarm alarm) noexcept;

/// One key's submissions as the last poll and submit left them. Counters count since the start of
/// the process, but for the ones that the journal keeps.
struct SubmitterStatus {
    Address address;
    // Open slots by state; kFinal and kVoided count those that ended since the start.
    std::array<std::uint64_t, 5> slots{};  ///< by chain::SlotState
    std::uint64_t jobs_open = 0;           ///< in open slots
    std::uint64_t jobs_landed = 0;         ///< in slots that became final since the start
    std::uint64_t oldest_age_s = 0;        ///< of the open slots, in chain time
    std::uint64_t oldest_waiting_s = 0;    ///< of those that are in no block
    std::optional<std::uint64_t> lowest_unfinished_nonce;
    std::uint64_t chain_nonce = 0;  ///< transactions of ours that are mined, at `latest`
    std::optional<std::uint64_t> highest_nonce;  ///< ever bound
    std::optional<std::uint64_t> foreign_nonce;  ///< the first that somebody else spent

    std::uint64_t sends = 0;
    std::uint64_t resends = 0;       ///< of bytes that were sent before
    std::uint64_t replacements = 0;  ///< attempts after the first with a higher fee ("bumps")
    std::uint64_t noops = 0;
    std::uint64_t reverts = 0;  ///< transactions of ours that were mined and failed
    std::uint64_t reorgs = 0;   ///< times that an inclusion was lost, since the start
    std::uint64_t reorg_depth_max = 0;
    std::uint64_t regressions = 0;  ///< of the chain's count, since the journal began
    std::uint64_t refusals = 0;     ///< preflights that refused
    std::uint64_t folded = 0;       ///< slots whose raw bytes were dropped
    std::uint64_t fee_ceiling_hits = 0;
    std::uint64_t spend_ceiling_hits = 0;

    std::uint64_t day = 0;  ///< UTC, by chain time
    Wei spent_today;        ///< by receipts
    Wei committed;          ///< the most that open slots may still cost
    Wei balance;
    Wei proof_cost;  ///< what a proof costs now: the last estimate at the next base fee
    std::uint64_t proofs_left = 0;  ///< balance / proof_cost; 0 until both are known
    std::uint64_t gas_last = 0;     ///< estimate per job of the last preflight

    std::uint64_t head_number = 0;
    std::uint64_t head_unix_s = 0;
    std::uint64_t finalized_number = 0;
    std::uint64_t finality_stalled_blocks = 0;  ///< blocks since `finalized` last moved

    std::vector<SubmitterAlarm> alarms;  ///< ascending
};

}  // namespace pramana::chain_rpc
