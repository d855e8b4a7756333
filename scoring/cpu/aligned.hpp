#pragma once

#include "pramana/core/secret_vector.hpp"

#include <new>
#include <vector>

namespace pramana::scoring {

/// Asks for pages of 2 MiB where the system has them: weights of 10 MB lie on more small pages than
/// a core remembers the addresses of. A hint; nothing depends on it.
void prefer_large_pages(void* memory, std::size_t size) noexcept;

/// Cache-line aligned memory, page-aligned where it is large; wiped before it is given back,
/// because activations reveal their text.
template <class T>
struct AlignedWipingAllocator {
    using value_type = T;
    static constexpr std::size_t kLarge = std::size_t{2} << 20U;
    static constexpr std::align_val_t alignment_of(std::size_t bytes) noexcept {
        return std::align_val_t{bytes < kLarge ? 64 : kLarge};
    }
    AlignedWipingAllocator() noexcept = default;
    template <class U>
    AlignedWipingAllocator(const AlignedWipingAllocator<U>&) noexcept {}  // NOLINT: by contract
    [[nodiscard]] T* allocate(std::size_t count) {
        const std::size_t bytes = count * sizeof(T);
        void* memory = ::operator new(bytes, alignment_of(bytes));
        if (bytes >= kLarge) prefer_large_pages(memory, bytes);
        return static_cast<T*>(memory);
    }
    void deallocate(T* memory, std::size_t count) noexcept {
        wipe_memory(memory, count * sizeof(T));
        ::operator delete(memory, alignment_of(count * sizeof(T)));
    }
    friend bool operator==(const AlignedWipingAllocator&, const AlignedWipingAllocator&) noexcept {
        return true;
    }
};

template <class T>
using AlignedVector = std::vector<T, AlignedWipingAllocator<T>>;

}  // namespace pramana::scoring
