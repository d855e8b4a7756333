#pragma once

#include "pramana/chain/submission_journal.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace pramana::testing_chain {

/// The reference for SubmissionJournal's contract. Writes may be made to fail.
class MemoryJournal final : public chain::SubmissionJournal {
  public:
    Status bind_all(std::span<const chain::Slot> slots) override;
    Status add_attempt(std::uint64_t tx_nonce, const chain::Attempt& attempt) override;
    Status set_states(std::span<const chain::SlotStep> steps) override;
    Status reopen(std::uint64_t tx_nonce) override;
    Status refill(std::uint64_t tx_nonce) override;
    Result<std::vector<chain::Slot>> open_slots() override;
    Result<std::optional<chain::Slot>> slot_of(JobId job, chain::SlotPurpose purpose) override;
    Result<std::vector<chain::Slot>> slots_from(std::uint64_t first,
                                                std::size_t count_max) override;
    Result<std::optional<std::uint64_t>> highest_nonce() override;
    Result<Wei> spent_on(std::uint64_t day) override;
    Status note_regression(const chain::Regression& regression) override;
    Result<std::optional<chain::Regression>> last_regression() override;
    Result<std::size_t> fold(std::uint64_t before_unix_s, std::size_t count_max) override;

    /// From now on every write fails so; nullopt = writes work again.
    void fail_writes(std::optional<Errc> code) { failing_ = code; }
    [[nodiscard]] std::map<std::uint64_t, chain::Slot>& slots() { return slots_; }
    [[nodiscard]] std::size_t writes() const { return writes_; }  ///< each one synced batch

  private:
    [[nodiscard]] Status bind_one(const chain::Slot& slot);
    [[nodiscard]] Status open_again(std::uint64_t tx_nonce, bool as_filler);
    [[nodiscard]] Result<chain::Slot*> open_slot(std::uint64_t tx_nonce);
    std::map<std::uint64_t, chain::Slot> slots_;
    std::map<std::uint64_t, Wei> spent_;
    std::optional<chain::Regression> regression_;
    std::optional<Errc> failing_;
    std::size_t writes_ = 0;
};

}  // namespace pramana::testing_chain
