#pragma once

#include "pramana/core/bytes.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace pramana::evidence {
class GpuGate;
}  // namespace pramana::evidence

namespace pramana {

/// The right to send tokens to one device, from the gate that appraised it (docs/gpu-gate.md).
/// Whoever submits work to a device has to show one. Nobody but the gate can make one: there is no
/// public constructor, no default and no way through bytes. It ends by itself: once the gate has
/// closed, every token of before is no longer current(), also after it opened again. Copies are the
/// same right. Thread: any.
class AppraisedDevice {
  public:
    /// As the driver names it: "GPU-" and five groups of hex digits.
    [[nodiscard]] const std::string& uuid() const noexcept { return uuid_; }
    /// SHA-256 of the kernel's boot id under which the device was appraised.
    [[nodiscard]] const Hash32& boot() const noexcept { return boot_; }
    /// Counts the openings and closings of the gate; of two tokens the higher is the newer.
    [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }
    /// Whether the gate still stands as it did when it gave this.
    [[nodiscard]] bool current() const noexcept {
        return now_->load(std::memory_order_acquire) == generation_;
    }

  private:
    friend class evidence::GpuGate;
    using Generation = std::shared_ptr<const std::atomic<std::uint64_t>>;
    AppraisedDevice(std::string uuid, const Hash32& boot, std::uint64_t generation,
                    Generation now) noexcept
        : uuid_{std::move(uuid)}, boot_{boot}, generation_{generation}, now_{std::move(now)} {}

    std::string uuid_;
    Hash32 boot_;
    std::uint64_t generation_;
    Generation now_;
};

/// Who says which devices may be sent tokens. Thread: any.
class DeviceGate {
  public:
    virtual ~DeviceGate() = default;
    /// Nothing: the device was not appraised in this boot, or something happened since. Then the
    /// CPU computes.
    [[nodiscard]] virtual std::optional<AppraisedDevice> admit(std::string_view uuid) = 0;
    /// A device that was admitted does not answer any more, or was reset: the gate closes until it
    /// has been appraised again.
    virtual void lost(const AppraisedDevice& device) = 0;
};

}  // namespace pramana
