#pragma once

#include "gpu/report.hpp"

namespace pramana::gpu {

#ifdef PRAMANA_GPU_EMULATED
inline constexpr bool kEmulated = true;
#else
inline constexpr bool kEmulated = false;
#endif

/// Says which device there is; false, and why on the standard output: there is none.
[[nodiscard]] bool describe_machine(Report& report);

/// Runs gpu_report_emulated, from the directory of this program, in its place. Returns only if it
/// is not there.
[[nodiscard]] int become_emulation(char** argv);

}  // namespace pramana::gpu
