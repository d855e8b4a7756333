#include "pramana/core/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace pramana::detail {

void check_failed(const char* condition, const char* file, int line) noexcept {
    std::fprintf(stderr, "pramana: invariant broken: %s (%s:%d)\n", condition, file, line);
    std::abort();
}

}  // namespace pramana::detail
