#pragma once

#include "pramana/attest/dstack.hpp"

#include <optional>
#include <string>

namespace pramana::attest {

/// What is wrong with the events up to system-ready, in words; nullopt when nothing is.
[[nodiscard]] std::optional<std::string> boot_events_problem(const DstackEventLog& log,
                                                             const DstackPolicy& policy);
/// What is wrong with the events after system-ready.
[[nodiscard]] std::optional<std::string> after_boot_problem(const DstackEventLog& log,
                                                            const DstackPolicy& policy);

/// The payload of the event key-provider: {"name": ..., "id": ...}.
struct DstackKeyProvider {
    std::string name;
    Bytes id;
};
/// Errors: kEvidenceMalformed.
[[nodiscard]] Result<DstackKeyProvider> read_key_provider(ByteView payload);

}  // namespace pramana::attest
