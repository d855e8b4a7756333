#pragma once

#include "nvml_calls.hpp"

#include "pramana/core/result.hpp"

#include <memory>
#include <string>

namespace pramana::evidence::nvml {

/// The loaded library. Unloaded with the last copy of `handle`.
struct Library {
    std::shared_ptr<void> handle;
    Calls calls;
};

/// Loads `name` and finds every function. Errors: kNoGpu (no such library), kGpuDriverOld (a
/// function is missing).
[[nodiscard]] Result<Library> load(const std::string& name);

/// What a code of the library means here; kSuccess is no error and aborts.
[[nodiscard]] Error error_of(Code code, std::string_view site);
/// Whether the same call may succeed a moment later.
[[nodiscard]] bool is_passing(Code code) noexcept;

}  // namespace pramana::evidence::nvml
