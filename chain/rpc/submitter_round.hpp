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
    [[nodiscard]] Status look_at_finality();
    [[nodiscard]] Status look_for_regression();
    [[nodiscard]] Status reopen_ended();
    [[nodiscard]] Status look_at_transactions();
    [[nodiscard]] Status look_at_jobs();
    void publish();
    [[nodiscard]] Status fold();

    [[nodiscard]] Status advance(chain::Slot& slot);
    [[nodiscard]] Status take_receipt(chain::Slot& slot, const Receipt& receipt);
    [[nodiscard]] bool did_its_work(const chain::Slot& slot,
                                    const chain::Inclusion& inclusion) const;
    [[nodiscard]] Result<chain::Inclusion> include(chain::Slot& slot, const Receipt& receipt,
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
    [[nodiscard]] Status set_state(chain::Slot& slot, chain::SlotState state,
                                   const std::optional<chain::Inclusion>& inclusion,
                                   chain::VoidReason void_reason = chain::VoidReason::kNone);

    struct Canonical {
        Hash32 hash;
        std::uint64_t unix_s = 0;
    };
    Submitter& owner_;
    std::vector<chain::Slot> slots_;
    std::vector<SubmissionEvent> events_;
    BlockHeader head_;
    std::uint64_t latest_nonce_ = 0;
    std::map<Hash32, Receipt> receipts_;
    std::map<Hash32, bool> known_;
    std::map<JobId, chain::TeeJob> jobs_;
    std::map<std::uint64_t, Canonical> canonical_;
    std::uint64_t finalized_ = 0;
    std::optional<FeeMarket> market_;
    bool lowest_waiting_ = true;  ///< no lower slot of this round waits for inclusion
    bool money_gone_ = false;
    bool ceiling_hit_ = false;
    bool spend_hit_ = false;
    bool unsendable_ = false;
};

}  // namespace pramana::chain_rpc
