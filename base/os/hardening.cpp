#include "pramana/os/hardening.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace pramana {

Status forbid_core_dumps() {
    const rlimit none{0, 0};
    if (::setrlimit(RLIMIT_CORE, &none) != 0) return Error{Errc::kIo, "os.hardening.rlimit_core"};
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return Error{Errc::kIo, "os.hardening.dumpable"};
    return Done{};
}

Status lock_memory() {
    if (::mlockall(MCL_CURRENT | MCL_FUTURE) != 0) return Error{Errc::kMemoryLock, "os.hardening.mlockall"};
    return Done{};
}

}  // namespace pramana
