#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace pramana::scoring {

/// Wishes for large pages where `bytes` of new memory will be written one after the other: else a
/// good part of reading a large file is the system handing out small ones. Changes nothing else.
inline void wish_large_pages(void* memory, std::size_t bytes) noexcept {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    constexpr std::uintptr_t kPage = std::uintptr_t{2} << 20U;
    const auto begin = reinterpret_cast<std::uintptr_t>(memory);
    const std::uintptr_t before =
        (kPage - begin % kPage) % kPage;  // the system asks for whole ones
    if (bytes < before + kPage) return;
    ::madvise(static_cast<char*>(memory) + before, (bytes - before) / kPage * kPage, MADV_HUGEPAGE);
#else
    static_cast<void>(memory), static_cast<void>(bytes);
#endif
}

}  // namespace pramana::scoring
