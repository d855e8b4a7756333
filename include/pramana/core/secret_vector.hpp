#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>
#include <vector>

namespace pramana {

/// Overwrites `size` bytes with zeros; the compiler may not drop it, even right before the memory
/// is freed.
void wipe_memory(void* memory, std::size_t size) noexcept;

/// Wipes every block before it is given back, the ones that growth leaves behind included. For core
/// and scoring, which link no library; elsewhere plaintext of fixed size lives in SecretBytes
/// (pramana/os/secret_bytes.hpp).
template <class T>
struct WipingAllocator {
    static_assert(std::is_trivially_destructible_v<T>,
                  "wiping is only meaningful for plain values");
    using value_type = T;
    WipingAllocator() noexcept = default;
    template <class U>
    WipingAllocator(const WipingAllocator<U>&) noexcept {
    }  // NOLINT: rebinding is implicit by contract
    [[nodiscard]] T* allocate(std::size_t count) { return std::allocator<T>{}.allocate(count); }
    void deallocate(T* memory, std::size_t count) noexcept {
        wipe_memory(memory, count * sizeof(T));
        std::allocator<T>{}.deallocate(memory, count);
    }
    friend bool operator==(const WipingAllocator&, const WipingAllocator&) noexcept { return true; }
};

/// A growing buffer of plaintext or of something that reveals it.
template <class T>
using SecretVector = std::vector<T, WipingAllocator<T>>;

}  // namespace pramana
