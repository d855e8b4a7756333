#pragma once

#include "pramana/scoring/model.hpp"
#include "pramana/scoring_cuda/runtime.hpp"

#include <functional>
#include <memory>
#include <string>

namespace pramana::app {

/// Makes what computes on the device of a name ("GPU-<uuid>"). It touches neither driver nor device
/// before its open().
using MakeDevicePort = std::function<std::unique_ptr<scoring::cuda::DevicePort>(
    std::shared_ptr<const scoring::Model> model, const std::string& uuid)>;

/// The code for GPUs in this program: its name ("CUDA 13.0", or "none") and its ports, null where
/// there is none. Decided when the program is built (PRAMANA_CUDA): gpu_ports_cuda.cpp or
/// gpu_ports_none.cpp is linked. Nothing is loaded: the code is part of the program's hash.
[[nodiscard]] std::string gpu_code_name();
[[nodiscard]] MakeDevicePort built_in_ports();

}  // namespace pramana::app
