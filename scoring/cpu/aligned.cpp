#include "cpu/aligned.hpp"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace pramana::scoring {

void prefer_large_pages([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t size) noexcept {
#if defined(__linux__)
    static_cast<void>(madvise(memory, size, MADV_HUGEPAGE));  // refused: small pages, as before
#endif
}

}  // namespace pramana::scoring
