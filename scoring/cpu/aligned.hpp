#pragma once

#include "pramana/core/secret_vector.hpp"

#include <new>
#include <vector>

namespace pramana::scoring {

/// Cache-line aligned memory; wiped before it is given back, because activations reveal their text.
template <class T>
struct AlignedWipingAllocator {
    using value_type = T;
    static constexpr std::align_val_t kAlignment{64};
    AlignedWipingAllocator() noexcept = default;
    template <class U>
    AlignedWipingAllocator(const AlignedWipingAllocator<U>&) noexcept {}  // NOLINT: by contract
    [[nodiscard]] T* allocate(std::size_t count) {
        return static_cast<T*>(::operator new(count * sizeof(T), kAlignment));
    }
    void deallocate(T* memory, std::size_t count) noexcept {
        wipe_memory(memory, count * sizeof(T));
        ::operator delete(memory, kAlignment);
    }
    friend bool operator==(const AlignedWipingAllocator&, const AlignedWipingAllocator&) noexcept {
        return true;
    }
};

template <class T>
using AlignedVector = std::vector<T, AlignedWipingAllocator<T>>;

}  // namespace pramana::scoring
