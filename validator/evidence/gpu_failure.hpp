#pragma once

#include "pramana/attest/nvidia.hpp"

namespace pramana::evidence {

/// The name of the first check that failed, of the devices before the set; empty: none did.
inline std::string_view first_failure(const attest::NvidiaSetAppraisal& appraisal) {
    for (const attest::Appraisal& device : appraisal.devices)
        if (const attest::Verdict* const failed = device.verdicts.first_failure())
            return failed->check->name;
    const attest::Verdict* const failed = appraisal.set.verdicts.first_failure();
    return failed == nullptr ? std::string_view{} : failed->check->name;
}

}  // namespace pramana::evidence
