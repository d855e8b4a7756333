#pragma once

#include "pramana/core/appraised_device.hpp"
#include "pramana/core/result.hpp"
#include "pramana/scoring/encoder.hpp"

#include <atomic>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace pramana::scoring {

/// An encoder on a device outside of the CPU's enclave. The only way to give it tokens is embed(),
/// and embed() asks for the right to do so. Thread: as the implementation says.
class DeviceEncoder {
  public:
    virtual ~DeviceEncoder() = default;
    /// The device's name at the driver, as in AppraisedDevice::uuid().
    [[nodiscard]] virtual std::string_view uuid() const noexcept = 0;

    /// Index codes of `batch`, the same bits as Encoder::embed() writes. `device` has to be of this
    /// device and current, before anything is sent and after everything came back; otherwise
    /// `codes` is all zeros. Errors: kDeviceNotAppraised (nothing was sent), kDeviceLost (also when
    /// the gate closed meanwhile), those of compute().
    [[nodiscard]] Status embed(const AppraisedDevice& device, const TokenBatch& batch,
                               std::span<std::int8_t> codes);

  private:
    /// Computes on the device. Private: it is called by embed() alone. Errors: kDeviceLost, kBusy
    /// (a batch that has no room there now).
    [[nodiscard]] virtual Status compute(const TokenBatch& batch, std::span<std::int8_t> codes) = 0;
};

/// Where batches were computed, for metrics.
struct DeviceCounts {
    std::uint64_t on_device = 0;
    std::uint64_t on_cpu = 0;  ///< because no device was admitted, or it failed
    std::uint64_t lost = 0;    ///< devices that failed while they worked
};

/// Embeds on a device as long as the gate admits one, else on the CPU: the same bits in both ways.
/// Devices take turns.
/// Thread: embed() from any thread if the devices allow that.
class GatedEncoder {
  public:
    /// The CPU's encoder.
    using OnCpu = std::function<void(const TokenBatch& batch, std::span<std::int8_t> codes)>;
    /// `gate` and `devices` outlive this.
    GatedEncoder(OnCpu on_cpu, DeviceGate& gate, std::vector<DeviceEncoder*> devices);
    /// As Encoder::embed(). Never fails: what no device computes, the CPU does.
    void embed(const TokenBatch& batch, std::span<std::int8_t> codes);
    [[nodiscard]] DeviceCounts counts() const noexcept;

  private:
    [[nodiscard]] bool embed_on_device(const TokenBatch& batch, std::span<std::int8_t> codes);
    OnCpu on_cpu_;
    DeviceGate& gate_;
    std::vector<DeviceEncoder*> devices_;
    std::atomic<std::size_t> turn_{0};
    std::atomic<std::uint64_t> on_device_{0};
    std::atomic<std::uint64_t> on_cpu_count_{0};
    std::atomic<std::uint64_t> lost_{0};
};

}  // namespace pramana::scoring
