#pragma once

#include "pramana/chain_rpc/submitter.hpp"
#include "pramana/chain_rpc/watcher.hpp"
#include "pramana/pipeline/ports.hpp"
#include "pramana/store/store.hpp"
#include "standing_reader.hpp"

#include <map>
#include <mutex>

namespace pramana::app {

/// The pipeline's chain reads over ChainReader. `head` goes through `probe`, whose calls are short:
/// who asks whether the daemon is ready does not wait for a node that hangs.
class ChainAdapter final : public pipeline::ChainPort {
  public:
    ChainAdapter(chain_rpc::ChainReader& reader, chain_rpc::ChainReader& probe,
                 const chain_rpc::FinalityPolicy& finality, const StandingOptions& standing,
                 chain_rpc::JobEvent job_event)
        : reader_{reader},
          probe_{probe},
          finality_{finality},
          standing_{reader, standing},
          job_event_{std::move(job_event)} {}
    Result<pipeline::ChainJob> job(JobId job) override;
    Result<pipeline::ChainStanding> standing(JobId job, const Address& dlp) override {
        return standing_.read(job, dlp);
    }
    Result<std::string> permission(FileId file, const Address& account) override;
    Result<pipeline::ChainDlp> dlp(const Address& dlp) override;
    Result<pipeline::ChainHead> head() override;
    Result<std::optional<store::SeedBlock>> submission_block(JobId job,
                                                             std::uint64_t seen) override;

  private:
    [[nodiscard]] Result<bool> is_final(std::uint64_t block, std::uint64_t newest) const;
    /// The first block that is not older than the job, if there is one. Remembered until the job is
    /// not found there.
    [[nodiscard]] Result<std::optional<std::uint64_t>> block_of_time(JobId job,
                                                                     std::uint64_t newest);

    chain_rpc::ChainReader& reader_;
    chain_rpc::ChainReader& probe_;
    chain_rpc::FinalityPolicy finality_;
    StandingReader standing_;
    const chain_rpc::JobEvent job_event_;
    std::mutex mutex_;
    std::map<JobId, std::uint64_t> looked_up_;  ///< under mutex_
};

/// The submitter's journal in our store: chain's types to the store's, value for value.
class JournalAdapter final : public chain::SubmissionJournal {
  public:
    explicit JournalAdapter(store::SubmissionSlots& slots) : slots_{slots} {}
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

  private:
    store::SubmissionSlots& slots_;
};

/// The watcher's cursor in our store.
class CursorAdapter final : public chain_rpc::WatchCursor {
  public:
    explicit CursorAdapter(store::JobStore& jobs) : jobs_{jobs} {}
    Result<std::optional<Bytes>> load() override { return jobs_.cursor(); }
    Status save(ByteView record) override { return jobs_.put_cursor(record); }

  private:
    store::JobStore& jobs_;
};

}  // namespace pramana::app
