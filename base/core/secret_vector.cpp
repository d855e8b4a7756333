#include "pramana/core/secret_vector.hpp"

#include <cstring>

namespace pramana {

void wipe_memory(void* memory, std::size_t size) noexcept {
    if (size == 0) return;
    std::memset(memory, 0, size);
    // The compiler must assume that this statement reads the memory, so the stores above stay.
    __asm__ __volatile__("" : : "r"(memory) : "memory");
}

}  // namespace pramana
