#include "pramana/scoring/device_encoder.hpp"

#include <algorithm>

namespace pramana::scoring {

Status DeviceEncoder::embed(const AppraisedDevice& device, const TokenBatch& batch,
                            std::span<std::int8_t> codes) {
    std::ranges::fill(codes, std::int8_t{0});
    if (device.uuid() != uuid())
        return Error{Errc::kDeviceNotAppraised, "scoring.device.other_device"};
    if (!device.current()) return Error{Errc::kDeviceNotAppraised, "scoring.device.token_ended"};
    Status computed = compute(batch, codes);
    if (computed && !device.current()) computed = Error{Errc::kDeviceLost, "scoring.device.closed"};
    if (!computed) std::ranges::fill(codes, std::int8_t{0});
    return computed;
}

GatedEncoder::GatedEncoder(OnCpu on_cpu, DeviceGate& gate, std::vector<DeviceEncoder*> devices)
    : on_cpu_{std::move(on_cpu)}, gate_{gate}, devices_{std::move(devices)} {}

bool GatedEncoder::embed_on_device(const TokenBatch& batch, std::span<std::int8_t> codes) {
    const std::size_t first = turn_.fetch_add(1, std::memory_order_relaxed);
    for (std::size_t i = 0; i < devices_.size(); ++i) {
        DeviceEncoder* const device = devices_[(first + i) % devices_.size()];
        const std::optional<AppraisedDevice> admitted = gate_.admit(device->uuid());
        if (!admitted) continue;
        const Status done = device->embed(*admitted, batch, codes);
        if (done) return true;
        if (done.error().code != Errc::kDeviceLost) continue;
        lost_.fetch_add(1, std::memory_order_relaxed);
        gate_.lost(*admitted);
    }
    return false;
}

void GatedEncoder::embed(const TokenBatch& batch, std::span<std::int8_t> codes) {
    if (embed_on_device(batch, codes)) {
        on_device_.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    on_cpu_count_.fetch_add(1, std::memory_order_relaxed);
    on_cpu_(batch, codes);
}

DeviceCounts GatedEncoder::counts() const noexcept {
    return {.on_device = on_device_.load(std::memory_order_relaxed),
            .on_cpu = on_cpu_count_.load(std::memory_order_relaxed),
            .lost = lost_.load(std::memory_order_relaxed)};
}

}  // namespace pramana::scoring
