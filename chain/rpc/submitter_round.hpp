#pragma once

#include "pramana/chain_rpc/submitter.hpp"

namespace pramana::chain_rpc {

/// One poll over the open slots, lowest nonce first: reads what the chain says
/// (submitter_look.cpp), then settles what is mined (submitter_round.cpp) and pushes what is not
/// (submitter_push.cpp). Lives for one call, under the submitter's lock.
class Submitter::Round {
  public:
    Round(Submitter& owner, std::vector<chain::Slot> slots)
        : owner_{owner}, slots_{std::move(slots)} {}

    /// Errors end the round; what was stored before stays stored and is told again by the next.
    [[nodiscard]] Status run();
    [[nodiscard]] std::vector<SubmissionEvent> take_events() { return std::move(events_); }
    [[nodiscard]] const std::vector<chain::Slot>& slots() const noexcept { return slots_; }

  private:
    [[nodiscard]] Status look();
    void look_at_finality(const std::optional<BlockHeader>& finalized);
    [[nodiscard]] Status look_for_regression();
    [[nodiscard]] Status reopen_ended();
    [[nodiscard]] std::vector<Hash32> attempt_hashes() const;
    void take_receipts(const std::vector<Hash32>& hashes,
                       std::vector<std::optional<Receipt>>& receipts);
    [[nodiscard]] const Receipt* receipt_of(const chain::Slot& slot) const;
    [[nodiscard]] Status look_at_blocks();
    [[nodiscard]] Status look_at_waiting();
    void publish();
    [[nodiscard]] Status fold();

    [[nodiscard]] Status advance(chain::Slot& slot);
    [[nodiscard]] bool is_settled(const chain::Slot& slot, const Receipt& receipt) const;
    [[nodiscard]] Status take_receipt(chain::Slot& slot, const Receipt& receipt);
    [[nodiscard]] bool did_its_work(const chain::Slot& slot,
                                    const chain::Inclusion& inclusion) const;
    [[nodiscard]] chain::Inclusion include(chain::Slot& slot, const Receipt& receipt,
                                           std::uint64_t block_unix_s);
    [[nodiscard]] Status finish_when_final(chain::Slot& slot, const chain::Inclusion& inclusion);
    [[nodiscard]] Status land_by_state(chain::Slot& slot);
    [[nodiscard]] bool is_final(std::uint64_t block_number) const;
    [[nodiscard]] Result<chain::VoidReason> void_reason_of(const chain::Slot& slot);
    [[nodiscard]] Status reopen(chain::Slot& slot);
    [[nodiscard]] Status nonce_is_spent(chain::Slot& slot);

    [[nodiscard]] Status push(chain::Slot& slot);
    [[nodiscard]] Result<bool> is_pointless(const chain::Slot& slot);
    [[nodiscard]] Result<bool> reverts_now(const chain::Slot& slot);
    [[nodiscard]] Result<bool> should_replace(const chain::Slot& slot);
    [[nodiscard]] Status check_replacement(const chain::Slot& slot, std::uint64_t gas,
                                           std::uint64_t max_fee_wei);
    [[nodiscard]] Status replace(chain::Slot& slot, chain::AttemptKind kind);
    [[nodiscard]] Status send(chain::Slot& slot);
    [[nodiscard]] Result<FeeMarket> market();
    void hold(const chain::Slot& slot, Errc cause);
    void tell(SubmissionEvent::Kind kind, const chain::Slot& slot,
              std::optional<Error> cause = std::nullopt);

    Track& track(const chain::Slot& slot) { return owner_.tracks_[slot.tx_nonce]; }
    /// The slot's next state, which flush() writes; `point` is reached after that.
    void stage(chain::Slot& slot, chain::SlotState state,
               const std::optional<chain::Inclusion>& inclusion, const char* point,
               chain::VoidReason void_reason = chain::VoidReason::kNone);
    /// Writes what is staged, in one batch. Nothing is told of what could not be written.
    [[nodiscard]] Status flush();

    struct Canonical {
        Hash32 hash;
        std::uint64_t unix_s = 0;
    };
    Submitter& owner_;
    std::vector<chain::Slot> slots_;
    std::vector<SubmissionEvent> events_;
    std::vector<chain::SlotStep> steps_;  ///< staged
    std::vector<const char*> points_;     ///< crash points to reach once they are written
    std::size_t events_written_ = 0;      ///< those before it speak of what is written
    BlockHeader head_;
    std::uint64_t latest_nonce_ = 0;
    std::map<Hash32, Receipt> receipts_;
    std::map<Hash32, bool> known_;
    std::map<JobId, chain::TeeJob> jobs_;
    std::map<std::uint64_t, Canonical> canonical_;
    std::uint64_t finalized_ = 0;
    std::optional<FeeMarket> market_;
    bool lowest_waiting_ = true;  ///< no lower slot of this round waits for inclusion
    bool reopened_ = false;       ///< slots that had ended are open again
    bool money_gone_ = false;
    bool ceiling_hit_ = false;
    bool spend_hit_ = false;
    bool unsendable_ = false;
};

}  // namespace pramana::chain_rpc
