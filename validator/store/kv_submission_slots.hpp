#pragma once

#include "pramana/store/store.hpp"

#include "tables.hpp"

#include <mutex>

namespace pramana::store {

class KvSubmissionSlots final : public SubmissionSlots {
  public:
    explicit KvSubmissionSlots(Tables tables) : tables_{tables} {}

    [[nodiscard]] Status bind(const SlotRecord& slot) override;
    [[nodiscard]] Status add_attempt(std::uint64_t tx_nonce, const SlotAttempt& attempt) override;
    [[nodiscard]] Status set_state(std::uint64_t tx_nonce, SlotState state,
                                   const std::optional<SlotInclusion>& inclusion,
                                   SlotVoid void_reason) override;
    [[nodiscard]] Result<std::vector<SlotRecord>> open_slots() override;
    [[nodiscard]] Result<std::optional<SlotRecord>> slot_of(JobId job) override;
    [[nodiscard]] Result<std::optional<std::uint64_t>> highest_nonce() override;

  private:
    /// Errors: kNotFound.
    [[nodiscard]] Result<SlotRecord> slot(std::uint64_t tx_nonce);
    /// Errors: kNotFound, kConflict.
    [[nodiscard]] Result<SlotRecord> open_slot(std::uint64_t tx_nonce);

    Tables tables_;
    std::mutex writers_;  ///< taken before the locks of tables_
};

}  // namespace pramana::store
