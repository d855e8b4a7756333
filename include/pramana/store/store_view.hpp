#pragma once

#include "pramana/store/store.hpp"

namespace pramana::store {

/// The records of a data directory as they were when it was opened, for who looks on: it takes no
/// lock and changes nothing, so the validator may be running, or be dead. Writes of what it gives
/// fail with kStoreUnavailable.
class StoreView {
  public:
    virtual ~StoreView() = default;
    [[nodiscard]] virtual JobStore& jobs() = 0;
    [[nodiscard]] virtual CorpusLog& corpus() = 0;
    /// The journal of the key with this address. The reference lives as long as the view.
    [[nodiscard]] virtual SubmissionSlots& slots(const Address& signer) = 0;
    /// The newest slot of each purpose that ever held the job, over all keys. Errors:
    /// kStoreCorrupt, kStoreUnavailable.
    [[nodiscard]] virtual Result<std::vector<SlotRecord>> slots_of(JobId job) = 0;
};

/// Errors: kNotFound (no data directory), kStoreNewer, kStoreCorrupt, kStoreUnavailable.
[[nodiscard]] Result<std::unique_ptr<StoreView>> open_store_view(
    const std::filesystem::path& directory);

}  // namespace pramana::store
