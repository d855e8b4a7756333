#pragma once

#include "pramana/chain/submission_journal.hpp"
#include "pramana/chain_rpc/chain_reader.hpp"
#include "pramana/crypto/secp256k1.hpp"

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

struct FeePolicy {
    std::uint64_t tip_wei_min = 1'000'000;  ///< per gas; the offer when the market shows none
    std::uint64_t tip_wei_max = 50'000'000'000;
    std::uint64_t max_fee_wei_ceiling = 500'000'000'000;  ///< per gas; above it nothing is signed
    std::uint64_t gas_max = 16'777'216;  ///< EIP-7825; also at most a quarter of the block
    std::uint32_t bump_percent = 15;     ///< of both fees, rounded up; geth asks for 10
};

struct FinalityPolicy {
    std::uint64_t depth = 24;       ///< blocks on top of the inclusion
    bool ask_finalized_tag = true;  ///< and the `finalized` block is at or above it
};

struct SubmitterOptions {
    std::size_t window = 16;  ///< open slots; geth guarantees 16 executable per account
    FeePolicy fees;
    FinalityPolicy finality;
    std::uint64_t replace_after_blocks = 4;
    /// Polls in a row that must show a spent nonce without a receipt before it counts as foreign:
    /// indexes lag.
    unsigned foreign_observations = 3;
    /// The operator's word: transactions of this key with a lower nonce that are not in the journal
    /// were theirs.
    std::uint64_t foreign_nonces_accepted_below = 0;
    /// Told the names of crash points as they are passed: "after_sign" (bound, nothing sent yet),
    /// "after_send", "after_attempt" (replacement stored, not sent), "after_included",
    /// "after_final". Empty = nobody listens.
    std::function<void(const char*)> crash_point;
};

/// What changed for a job. Repeated after a restart; the receiver is idempotent.
struct SubmissionEvent {
    enum class Kind : std::uint8_t {
        kSent,      ///< a node has the transaction
        kReplaced,  ///< a new attempt under the same nonce was stored and sent
        kIncluded,  ///< in a block, proof accepted, not final
        kReverted,  ///< in a block without the proof (refused by the contract, or the no-op), not
                    ///< final
        kReopened,  ///< a reorg took the block away
        kHeld,      ///< waits: `cause` is kFeeCeiling or kInsufficientFunds
        kFinal,
        kVoided,   ///< the nonce is spent at finality without the proof; see `void_reason`
        kForeign,  ///< kNonceGap: somebody else uses the key; nothing more is signed
    };
    Kind kind = Kind::kSent;
    JobId job{};
    std::uint64_t tx_nonce = 0;
    Hash32 tx_hash;
    std::optional<chain::Inclusion> inclusion;
    chain::VoidReason void_reason = chain::VoidReason::kNone;  ///< kVoided
    std::optional<Error> cause;                                ///< kHeld, kForeign
};

/// Why the last preflight refused, for logs and operators.
struct Refusal {
    JobId job{};
    std::string reason;  ///< decoded: "InvalidJobStatus()", "Error(text)", "Panic(17)", "0x…" or ""
};

/// Gets exactly one proof per job onto the chain with one key. A nonce, its job and the raw bytes
/// are in the journal, synced, before the first byte is sent; recovery sends the stored bytes again
/// and never signs anew; all attempts of a job share its nonce, so the protocol itself lets at most
/// one of them in. Truth is only a receipt in a canonical block. A nonce that somebody else spent
/// stops everything (kNonceGap). Thread: any, calls are serialised; each blocks on the node.
/// Source: reference chain.md section 4.
class Submitter {
  public:
    /// All references outlive the submitter. One key must have one submitter: the journal's lock
    /// sees to that.
    Submitter(ChainReader& reader, chain::SubmissionJournal& journal, const SigningKey& key,
              SubmitterOptions options);

    /// Call once at start, before submit: checks the journal's own consistency and the chain's
    /// nonce, and sends every open slot's stored bytes again. Idempotent. Errors: kStoreCorrupt,
    /// kNonceGap, those of journal and reader.
    [[nodiscard]] Status recover();

    /// Preflight (jobs(id), eth_call, gas estimate), then binds the next nonce, stores the signed
    /// transaction and sends it once. A revert never costs a nonce. After success the proof is on
    /// its way whatever the node said; poll() does the rest. The same job and call again returns
    /// its slot. Errors: kJobNotOpen, kJobNotOurs, kReverted (see last_refusal), kBusy (window
    /// full), kConflict (the job is bound to another call), kFeeCeiling, kInsufficientFunds,
    /// kNonceGap, those of journal and reader.
    [[nodiscard]] Result<chain::Slot> submit(JobId job, const ProofCall& call);

    /// Whether the contract would take the proof now; nothing is signed or stored. Errors: as
    /// submit's preflight.
    [[nodiscard]] Status preflight(JobId job, const ProofCall& call);

    /// One round over the open slots, lowest nonce first: receipts, reorgs, finality, re-sending,
    /// fees. Call it every block or so. Errors: kNonceGap once halted, those of journal and reader;
    /// the next poll goes on.
    [[nodiscard]] Result<std::vector<SubmissionEvent>> poll();

    [[nodiscard]] const Address& address() const noexcept { return key_.address(); }
    /// Both answer at once, also while another call waits for the node.
    [[nodiscard]] bool halted() const noexcept { return halted_; }
    [[nodiscard]] std::optional<Refusal> last_refusal() const;

  private:
    class Round;  // one poll; submitter_round.cpp
    /// What only this run knows of a slot.
    struct Track {
        std::optional<std::uint64_t>
            waiting_since;                        ///< head when the current attempt began to wait
        std::optional<std::uint64_t> gone_since;  ///< head when the job was first missing
        unsigned spent_observations = 0;  ///< polls in a row with a spent nonce and no receipt
        bool price_refused = false;       ///< a node called the current attempt too cheap
        bool held = false;                ///< kHeld was told
        bool told = false;                ///< an event since the start says where it stands
    };

    [[nodiscard]] Status check_journal(const std::vector<chain::Slot>& slots) const;
    [[nodiscard]] Status check_chain_nonce(std::uint64_t latest);
    [[nodiscard]] Result<std::uint64_t> next_nonce(const std::vector<chain::Slot>& open);
    [[nodiscard]] Result<std::uint64_t> checked_gas(JobId job, const ProofCall& call);
    [[nodiscard]] Status check_funds(std::uint64_t gas, std::uint64_t max_fee_wei,
                                     const std::vector<chain::Slot>& open);
    [[nodiscard]] Error refused(JobId job, ByteView revert_data);
    [[nodiscard]] Result<chain::Attempt> sign(chain::AttemptKind kind, std::uint64_t tx_nonce,
                                              ByteView calldata, std::uint64_t max_fee_wei,
                                              std::uint64_t tip_wei, std::uint64_t gas) const;
    /// The proof's calldata, out of the stored first attempt.
    [[nodiscard]] static Result<Bytes> calldata_of(const chain::Slot& slot);
    [[nodiscard]] Result<SendClass> send(const chain::Slot& slot);
    void reached(const char* name) const;
    [[nodiscard]] Error halt(std::uint64_t tx_nonce);

    ChainReader& reader_;
    chain::SubmissionJournal& journal_;
    const SigningKey& key_;
    SubmitterOptions options_;
    std::mutex mutex_;  ///< one call at a time
    std::atomic<bool> halted_{false};
    mutable std::mutex refusal_mutex_;
    std::optional<Refusal> refusal_;
    std::map<std::uint64_t, Track> tracks_;  ///< by nonce
};

}  // namespace pramana::chain_rpc
