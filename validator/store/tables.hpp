#pragma once

#include "pramana/store/records.hpp"

#include "key_value.hpp"
#include "lock_set.hpp"

namespace pramana::store {

/// What the stores over one engine share. Locks are taken before anything is read that a write
/// depends on.
struct Tables {
    KeyValue& engine;
    LockSet& locks;

    /// Errors: kNotFound, kStoreCorrupt.
    [[nodiscard]] Result<JobRecord> job(JobId id) const;
    /// Errors: kNotFound, kStoreCorrupt.
    [[nodiscard]] Result<ContributionRecord> contribution(const ContributionId& id) const;

    /// Adds the new record and its index entries to `changes`, and removes those of the stored one.
    /// The caller holds the record's lock. Sets `record.revision` to the new one. Errors: kConflict
    /// (the revision is not the stored one), kStoreCorrupt.
    [[nodiscard]] Status stage(WriteSet& changes, JobRecord& record) const;
    [[nodiscard]] Status stage(WriteSet& changes, ContributionRecord& record,
                               std::optional<ContributionRecord>* stored = nullptr) const;
    /// Adds the removal of the record and its index entries. Errors: kConflict, kNotFound,
    /// kStoreCorrupt.
    [[nodiscard]] Status stage_removal(WriteSet& changes, const JobRecord& record) const;
    [[nodiscard]] Status stage_removal(WriteSet& changes, const ContributionRecord& record) const;
};

}  // namespace pramana::store
