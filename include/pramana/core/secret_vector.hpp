#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
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
        const std::size_t element = sizeof(T);  // NOLINT: of a hash table's buckets, a pointer
        wipe_memory(static_cast<void*>(memory), count * element);
        std::allocator<T>{}.deallocate(memory, count);
    }
    friend bool operator==(const WipingAllocator&, const WipingAllocator&) noexcept { return true; }
};

/// A growing buffer of plaintext or of something that reveals it.
template <class T>
using SecretVector = std::vector<T, WipingAllocator<T>>;
template <class Key>
using SecretSet = std::unordered_set<Key, std::hash<Key>, std::equal_to<Key>, WipingAllocator<Key>>;
template <class Key, class Value>
using SecretMap = std::unordered_map<Key, Value, std::hash<Key>, std::equal_to<Key>,
                                     WipingAllocator<std::pair<const Key, Value>>>;

}  // namespace pramana
