#pragma once

#include "gpu_ports.hpp"
#include "pramana/config/config.hpp"
#include "pramana/evidence/gpu_driver.hpp"
#include "pramana/scoring/resident_rows.hpp"

#include <string>
#include <vector>

namespace pramana::app {

/// Which devices this validator is to use, and why there are none if there are none: "not_wanted",
/// "no_gpu_code" (the program is built without), "no_gpu_with_evidence" (no driver, or one that
/// gives none), "driver_failed", "none_listed".
struct GpuChoice {
    std::vector<std::string> uuids{};
    std::string_view why_none{};         ///< literal; empty where there are some
    std::vector<std::string> missing{};  ///< named by the configuration, not listed by the driver
};
/// @param driver    null: there is none
/// @param has_code  whether the program can compute on GPUs
[[nodiscard]] GpuChoice choose_gpus(const config::Gpu& wanted, evidence::GpuDriver* driver,
                                    bool has_code);

/// The devices that compute embeddings for this validator's engine. Each sleeps until the gate
/// admits it: before that no context is made on it and nothing is sent to it. Thread: round() one;
/// the rest any.
class GpuDevices {
  public:
    /// Errors: none; a device that cannot be opened is told by round() and metrics().
    GpuDevices(const std::vector<std::string>& uuids, const MakeDevicePort& make,
               const std::shared_ptr<const scoring::Model>& model, const config::Gpu& settings);

    [[nodiscard]] std::vector<scoring::DeviceEncoder*> encoders() const;
    [[nodiscard]] std::vector<scoring::DeviceRows*> rows() const;
    /// Opens what the gate admits and is not open, closes what it does not admit, and tells what
    /// changed. Every few seconds.
    void round(DeviceGate& gate);
    /// Prometheus text (docs/gpu-runtime.md).
    [[nodiscard]] std::string metrics() const;

  private:
    struct Device {
        std::unique_ptr<scoring::cuda::DeviceRuntime> runtime;
        std::string told;  ///< state and trouble that the log has
    };
    static void tell(Device& device);
    std::vector<Device> devices_;
};

/// Corpora on devices: pramana_gpu_rows, pramana_row_scans_total{path} and what became of them.
[[nodiscard]] std::string to_metrics(const scoring::ResidentCounts& counts);
/// Where batches were computed: pramana_embed_batches_total{path}.
[[nodiscard]] std::string to_metrics(const scoring::DeviceCounts& counts);

}  // namespace pramana::app
