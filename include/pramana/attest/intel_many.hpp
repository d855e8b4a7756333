#pragma once

#include "pramana/attest/intel.hpp"

namespace pramana::attest {

/// prepare() for who judges quotes of many machines: multiples of the key of Intel's PCK authority
/// are computed once in a process as well, in some 26 ms, so that the certificate of a machine that
/// was not seen before takes about half a verification. What is decided is the same. Thread: any.
/// Source: docs/attestation.md "Speed".
[[nodiscard]] IntelEndorsements prepare_for_many(const IntelCollateral& collateral,
                                                 const PinnedRoots& roots);

}  // namespace pramana::attest
