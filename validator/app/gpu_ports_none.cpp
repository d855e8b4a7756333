// A program without code for GPUs.
#include "gpu_ports.hpp"

namespace pramana::app {

std::string gpu_code_name() { return "none"; }
MakeDevicePort built_in_ports() { return {}; }

}  // namespace pramana::app
