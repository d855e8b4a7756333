#pragma once

#include "chain_adapters.hpp"
#include "pramana/crypto/secp256k1.hpp"

#include <functional>

/// What the pool and the DLPs owe for the work of one of our keys, and getting it. The daemon
/// claims by itself (Claims); this is for an operator who wants to have claimed all, before a key
/// leaves the pool.
namespace pramana::app {

/// Where a contributor's reward stands in the journal of the key that proved the job.
enum class RewardState : std::uint8_t { kFree, kUnderWay, kClaimed };
/// Errors: the journal's.
[[nodiscard]] Result<RewardState> reward_state(chain::SubmissionJournal& journal, JobId job);

/// A key with its journal; the journal is a view's where nothing is to be signed.
struct ClaimKey {
    ClaimKey(const SigningKey& mine, store::SubmissionSlots& slots, chain_rpc::ChainReader& reader,
             const chain_rpc::SubmitterOptions& options)
        : key{mine}, journal{slots}, submitter{reader, journal, mine, options} {}
    const SigningKey& key;
    JournalAdapter journal;
    chain_rpc::Submitter submitter;
};

/// One thing that is owed, and what became of it.
struct OwedClaim {
    /// The pool's fees for us, or a contributor's reward, for which `job` to `proof_index` are set.
    chain::SlotPurpose purpose = chain::SlotPurpose::kFees;
    JobId job{};
    FileId file{};
    Address dlp;
    std::uint64_t proof_index = 0;
    Wei fees;                           ///< kFees: what waits in the pool
    std::uint64_t gas = 0;              ///< estimate; 0 where it is not claimed
    std::string skipped;                ///< why it is not claimed; empty = it is, or was
    std::optional<chain::Slot> slot{};  ///< once it is bound
};

/// Everything owed to the key and to contributors for its final proofs: one entry for the fees if
/// there are any, one for each proof that may still earn its reward. What the contract refuses now
/// or would cost more gas than it brings us has its reason in `skipped`, what is on its way its
/// slot; what was claimed by us before is left out.
/// @param dlp  only its rewards, and no fees
/// Errors: those of journal, store and reader.
[[nodiscard]] Result<std::vector<OwedClaim>> find_owed(ClaimKey& key, store::JobStore& jobs,
                                                       chain_rpc::ChainReader& reader,
                                                       const std::optional<Address>& dlp);

/// What claiming it takes. Thread: pure.
[[nodiscard]] chain_rpc::BatchCall call_of(const OwedClaim& claim,
                                           const chain_rpc::Contracts& contracts);

/// How claim_all waits.
struct ClaimPace {
    std::function<void()> wait;      ///< between two rounds
    std::function<bool()> time_out;  ///< nothing more is waited for
};

/// Claims what is not skipped: binds each to a nonce, sends it, and follows it to its end. May be
/// interrupted at any time: what is bound goes on where the journal is opened next. An entry that
/// the contract refuses meanwhile gets its reason in `skipped`.
/// @param tell  of an entry whose slot or reason changed
/// Errors: kTimeout (what is bound is not final yet), kNonceGap, kInsufficientFunds, kFeeCeiling,
/// kSpendCeiling, kSignerFault, those of journal and reader. What was bound before an error that
/// stops the rest is followed to its end.
[[nodiscard]] Status claim_all(ClaimKey& key, const chain_rpc::Contracts& contracts,
                               std::span<OwedClaim> owed, const ClaimPace& pace,
                               const std::function<void(const OwedClaim&)>& tell);

}  // namespace pramana::app
