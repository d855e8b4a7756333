#include "gpu/machine.hpp"

namespace pramana::gpu {

bool describe_machine(Report& report) {
    report.about("device", "none: the kernels run on the processor, emulated");
    return true;
}

int become_emulation(char**) { return 64; }

}  // namespace pramana::gpu
