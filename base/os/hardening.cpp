#include "pramana/os/hardening.hpp"

#include <linux/capability.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace pramana {
namespace {

/// Whether CAP_IPC_LOCK is in the effective set, which lifts RLIMIT_MEMLOCK.
bool may_lock_any_memory() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {};
    if (::syscall(SYS_capget, &header, sets) != 0) return false;
    return (sets[0].effective & (1U << CAP_IPC_LOCK)) != 0;
}

}  // namespace

Status forbid_core_dumps() {
    const rlimit none{0, 0};
    if (::setrlimit(RLIMIT_CORE, &none) != 0) return Error{Errc::kIo, "os.hardening.rlimit_core"};
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return Error{Errc::kIo, "os.hardening.dumpable"};
    return Done{};
}

void forget_library_settings() noexcept {
    for (const char* const name : {"OPENSSL_CONF", "OPENSSL_CONF_INCLUDE", "OPENSSL_ENGINES",
                                   "OPENSSL_MODULES", "SSL_CERT_DIR", "SSL_CERT_FILE"})
        ::unsetenv(name);
}

Status lock_memory() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_MEMLOCK, &limit) != 0)
        return Error{Errc::kMemoryLock, "os.hardening.limit"};
    if (limit.rlim_cur != RLIM_INFINITY && !may_lock_any_memory())
        return Error{Errc::kMemoryLock, "os.hardening.limit"};
    if (::mlockall(MCL_CURRENT | MCL_FUTURE) != 0)
        return Error{Errc::kMemoryLock, "os.hardening.mlockall"};
    return Done{};
}

Result<std::uint64_t> allow_open_files(std::uint64_t wanted) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return Error{Errc::kIo, "os.files.limit"};
    if (limit.rlim_cur >= wanted) return limit.rlim_cur;
    limit.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max);
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) return Error{Errc::kIo, "os.files.raise"};
    return limit.rlim_cur;
}

}  // namespace pramana
