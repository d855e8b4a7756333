#pragma once

#include "certificate.hpp"

#include "pramana/attest/nvidia.hpp"

#include <span>
#include <string>

namespace pramana::attest {

/// What the certificates say the device is.
struct NvidiaIdentity {
    std::string chip;  ///< "GH100"
    NvidiaDevice device = NvidiaDevice::kHopperGpu;
};

/// From the chip's authority, which the root signed: "NVIDIA GH100 Identity". nullopt: a chain of
/// another length, or a chip of no known kind, or the names below do not say the same chip.
[[nodiscard]] std::optional<NvidiaIdentity> nvidia_identity(std::span<const Certificate> chain);

/// The firmware id in the device certificate. Hopper: TCG CompositeDeviceID; Blackwell: the first
/// of DiceTcbInfo's list. nullopt: there is none, or it does not read, or it is not SHA-384.
[[nodiscard]] std::optional<Hash48> certified_fwid(const Certificate& leaf);

/// nullopt: the report's fields contradict each other or have values that are not known.
[[nodiscard]] std::optional<NvidiaMode> nvidia_mode(const NvidiaReport& report);

}  // namespace pramana::attest
