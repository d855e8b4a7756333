// A program with the CUDA kernels in it.
#include "gpu_ports.hpp"
#include "pramana/scoring_cuda/port.hpp"

namespace pramana::app {

std::string gpu_code_name() { return scoring::cuda::cuda_version(); }

MakeDevicePort built_in_ports() {
    return [](std::shared_ptr<const scoring::Model> model, const std::string& uuid) {
        return scoring::cuda::make_cuda_port(std::move(model), {.uuid = uuid});
    };
}

}  // namespace pramana::app
