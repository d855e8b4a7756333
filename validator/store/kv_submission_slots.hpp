#pragma once

#include "pramana/store/store.hpp"

#include "tables.hpp"

#include <mutex>

namespace pramana::store {

/// The journal of one signer. Several share the jobs' index, under the locks of the jobs.
class KvSubmissionSlots final : public SubmissionSlots {
  public:
    KvSubmissionSlots(Tables tables, const Address& signer) : tables_{tables}, signer_{signer} {}

    [[nodiscard]] Status bind_all(std::span<const SlotRecord> slots) override;
    [[nodiscard]] Status add_attempt(std::uint64_t tx_nonce, const SlotAttempt& attempt) override;
    [[nodiscard]] Status set_states(std::span<const SlotStep> steps) override;
    [[nodiscard]] Status reopen(std::uint64_t tx_nonce) override;
    [[nodiscard]] Status refill(std::uint64_t tx_nonce) override;
    /// The job's newest slot for the purpose, of whichever key.
    [[nodiscard]] Result<std::optional<SlotRecord>> newest_of(JobId job, SlotPurpose purpose);
    [[nodiscard]] Result<std::vector<SlotRecord>> open_slots() override;
    [[nodiscard]] Result<std::optional<SlotRecord>> slot_of(JobId job,
                                                            SlotPurpose purpose) override;
    [[nodiscard]] Result<std::vector<SlotRecord>> slots_from(std::uint64_t first,
                                                             std::size_t count_max) override;
    [[nodiscard]] Result<std::optional<std::uint64_t>> highest_nonce() override;
    [[nodiscard]] Result<Wei> spent_on(std::uint64_t day) override;
    [[nodiscard]] Status note_regression(const SlotRegression& regression) override;
    [[nodiscard]] Result<std::optional<SlotRegression>> last_regression() override;
    [[nodiscard]] Result<std::size_t> fold(std::uint64_t before_unix_s,
                                           std::size_t count_max) override;

  private:
    /// A job's entry in the index that all signers share.
    struct Holder {
        Address signer;
        std::uint64_t tx_nonce = 0;
    };
    /// Errors: kNotFound.
    [[nodiscard]] Result<SlotRecord> slot_at(const Address& signer, std::uint64_t tx_nonce);
    [[nodiscard]] Result<SlotRecord> slot(std::uint64_t tx_nonce) {
        return slot_at(signer_, tx_nonce);
    }
    /// Errors: kNotFound, kConflict.
    [[nodiscard]] Result<SlotRecord> open_slot(std::uint64_t tx_nonce);
    /// Errors: kNotFound, kConflict (open, folded).
    [[nodiscard]] Result<SlotRecord> ended_slot(std::uint64_t tx_nonce);
    /// Whether one of its jobs has a newer slot.
    [[nodiscard]] Result<bool> is_superseded(const SlotRecord& record);
    /// Stores an ended slot as sent and not included, and takes its cost back.
    [[nodiscard]] Status open_again(SlotRecord record);
    [[nodiscard]] Result<std::optional<Holder>> holder_of(JobId job, SlotPurpose purpose);
    /// Errors: kConflict.
    [[nodiscard]] Status check_jobs_free(const SlotRecord& slot_record);
    /// Errors: kConflict (another kFees slot of the contract is open).
    [[nodiscard]] Status check_fees_free(const SlotRecord& slot_record);
    /// Errors: kConflict (the job ended).
    [[nodiscard]] Status stage_jobs(WriteSet& changes, const SlotRecord& slot_record);
    /// Errors: kConflict.
    [[nodiscard]] Status stage_new(WriteSet& changes, const SlotRecord& slot_record);
    void stage_spent(WriteSet& changes, std::uint64_t day, const Wei& spent);

    Tables tables_;
    Address signer_;
    std::mutex writers_;  ///< taken before the locks of tables_
};

}  // namespace pramana::store
