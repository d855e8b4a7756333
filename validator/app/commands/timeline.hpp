#pragma once

#include "pramana/store/records.hpp"

#include <optional>
#include <string>
#include <vector>

namespace pramana::app {

/// One thing that the journal knows of a job.
struct Moment {
    std::optional<std::int64_t> unix_s;  ///< no value: stored without a time
    std::string what;                    ///< stable: a stage, "transaction", "in_block", "voided"
    std::string text;                    ///< for a person; may be empty
    std::string raw;                     ///< of a transaction, 0x hex; empty where there is none
    std::optional<Errc> cause;
};

/// The job's stages and its transactions, in the order of their happening; what has no time stands
/// right behind what it followed.
[[nodiscard]] std::vector<Moment> timeline_of(const store::JobRecord& job,
                                              const std::vector<store::SlotRecord>& slots);

/// For a terminal: a line for each moment, the raw bytes of transactions below theirs.
[[nodiscard]] std::string timeline_text(const std::vector<Moment>& moments);
/// A JSON array.
[[nodiscard]] std::string timeline_json(const std::vector<Moment>& moments);

}  // namespace pramana::app
