#pragma once

#include "pramana/chain/submission_journal.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace pramana::testing_chain {

/// The reference for SubmissionJournal's contract. Every write is counted and may be made to fail.
class MemoryJournal final : public chain::SubmissionJournal {
  public:
    Status bind(const chain::Slot& slot) override;
    Status add_attempt(std::uint64_t tx_nonce, const chain::Attempt& attempt) override;
    Status set_state(std::uint64_t tx_nonce, chain::SlotState state,
                     const std::optional<chain::Inclusion>& inclusion,
                     chain::VoidReason void_reason) override;
    Result<std::vector<chain::Slot>> open_slots() override;
    Result<std::optional<chain::Slot>> slot_of(JobId job) override;
    Result<std::optional<std::uint64_t>> highest_nonce() override;

    /// From now on every write fails so.
    void fail_writes(Errc code) { failing_ = code; }
    [[nodiscard]] std::map<std::uint64_t, chain::Slot>& slots() { return slots_; }

  private:
    [[nodiscard]] Result<chain::Slot*> open_slot(std::uint64_t tx_nonce);
    std::map<std::uint64_t, chain::Slot> slots_;
    std::optional<Errc> failing_;
};

}  // namespace pramana::testing_chain
