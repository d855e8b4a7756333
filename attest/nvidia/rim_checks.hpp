#pragma once

#include "nvidia/device.hpp"

#include "pramana/attest/nvidia.hpp"

namespace pramana::attest {

/// What judging reference manifests needs.
struct RimContext {
    const NvidiaReport& report;
    const NvidiaIdentity& identity;
    const NvidiaEvidence& evidence;
    const PinnedRoots& roots;
    const NvidiaPolicy& policy;
    UnixTime now;
};

/// Decides the checks of both manifests and narrows `out.valid_until`.
void judge_rims(const RimContext& context, Appraisal& out);

}  // namespace pramana::attest
