#pragma once

#include "pramana/attest/dstack.hpp"
#include "pramana/core/result.hpp"
#include "pramana/evidence/dstack_guest.hpp"
#include "pramana/os/secret_bytes.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace pramana::keys {

/// A secret that the platform gives to this enclave on every start and to nobody else: what keys
/// that were made inside are kept under.
class SealingRoot {
  public:
    virtual ~SealingRoot() = default;
    /// "dstack", "sev_snp"; part of what a sealed file is bound to.
    [[nodiscard]] virtual std::string_view kind() const noexcept = 0;
    /// 32 bytes. Errors: of the platform.
    [[nodiscard]] virtual Result<SecretBytes> key() const = 0;
};

/// GetKey under the path of Purpose::kSealing. Errors of key(): those of dstack_secret().
[[nodiscard]] std::unique_ptr<SealingRoot> dstack_sealing_root(evidence::DstackGuest guest,
                                                               attest::DstackKeyPolicy policy);

/// What /dev/sev-guest does: ioctl(2) on it. 0, or an errno value.
using SnpGuestCall = std::function<int(unsigned long request, void* argument)>;
/// SNP_GET_DERIVED_KEY of the kernel's sev-guest driver: the processor's firmware derives it from
/// the chip's VCEK, the guest's policy and its launch measurement, so that neither another image
/// nor another machine gets it. Errors of key(): kBusy (EAGAIN, EBUSY: try again), kIo,
/// kEvidenceMalformed (the firmware says no). Stand-in: tests/unit/keys/sealing_root_test.cpp. Not
/// run on hardware.
[[nodiscard]] std::unique_ptr<SealingRoot> snp_sealing_root(SnpGuestCall call);
/// The same over the device. Errors: kNoTee (no such device, or not ours to open).
[[nodiscard]] Result<std::unique_ptr<SealingRoot>> open_snp_sealing_root(
    const std::string& device = "/dev/sev-guest");

}  // namespace pramana::keys
