#pragma once

#include "context.hpp"

namespace pramana::pipeline {

/// What time does: expiry of what never completes, release of sealed files, recovery at start.
class Housekeeping {
  public:
    Housekeeping(Context& context, Ledger& ledger) : context_{context}, ledger_{ledger} {}

    /// Handles what is due by now, a bounded number of records. One that fails does not keep the
    /// others. Errors: the first of the store.
    [[nodiscard]] Status run();
    /// Errors: as Pipeline::recover.
    [[nodiscard]] Status recover();

  private:
    /// When the record of what ended then is purged; 0 = never.
    [[nodiscard]] std::int64_t purge_time(std::int64_t ended_unix_s) const;
    [[nodiscard]] Status settle_contribution(const ContributionId& id, std::int64_t now);
    [[nodiscard]] Status settle_job(JobId id, std::int64_t now);
    [[nodiscard]] Status sweep_blobs();
    /// How many proofs each payer had today.
    [[nodiscard]] Status count_signed_today();

    Context& context_;
    Ledger& ledger_;
};

}  // namespace pramana::pipeline
