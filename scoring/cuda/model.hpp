#pragma once

#include "cuda/encoder.hpp"
#include "pramana/core/result.hpp"
#include "pramana/scoring/model.hpp"

#include <vector>

namespace pramana::scoring::cuda {

/// The encoder's weights in device memory: one allocation of about 23 MB for the pinned model,
/// freed with the object. Weights are public: they are not wiped. Move-only. Thread: made, used and
/// destroyed on the device thread.
class DeviceModel {
  public:
    /// Copies all weights to the current device and waits until they are there.
    /// Errors: kDeviceLost (no memory for them, or the device failed).
    [[nodiscard]] static Result<DeviceModel> upload(const Model& model);
    ~DeviceModel();
    DeviceModel(DeviceModel&& other) noexcept;
    DeviceModel& operator=(DeviceModel&& other) noexcept;

    /// Valid as long as this object lives where it is.
    [[nodiscard]] ModelArguments arguments() const noexcept;
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

  private:
    DeviceModel() = default;
    void* memory_ = nullptr;
    std::size_t bytes_ = 0;
    ModelArguments arguments_{};
    std::vector<LayerArguments> layers_;
};

}  // namespace pramana::scoring::cuda
