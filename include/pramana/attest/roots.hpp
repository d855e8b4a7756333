#pragma once

#include "pramana/core/bytes.hpp"

#include <vector>

namespace pramana::attest {

/// The self-signed certificates, DER, in which chains may end. Every appraisal takes them as an
/// argument; there is no other way to trust a root and no system trust store.
struct PinnedRoots {
    std::vector<Bytes> intel;          ///< Intel SGX Root CA
    std::vector<Bytes> amd;            ///< AMD Root Keys, one for each product line
    std::vector<Bytes> nvidia_device;  ///< NVIDIA Device Identity CA
    std::vector<Bytes> nvidia_rim;     ///< NVIDIA CoRIM signing Root CA: reference measurements
};

/// The vendors' own roots, built in.
[[nodiscard]] const PinnedRoots& vendor_roots();

}  // namespace pramana::attest
