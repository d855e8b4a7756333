#pragma once

#include "pramana/core/secret_vector.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace pramana {

/// Appends plain values in one copy: vector's own insert takes them one by one where the allocator
/// is not the standard one. `from` lies outside of `to`.
template <class T>
void append_plain(SecretVector<T>& to, const T* from, std::size_t count) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (count == 0) return;
    const std::size_t before = to.size();
    if (to.capacity() - before < count) {
        SecretVector<T> more;
        more.reserve(std::max(before + count, 2 * to.capacity()));
        more.resize(before);
        if (before > 0) std::memcpy(more.data(), to.data(), before * sizeof(T));
        to.swap(more);
    }
    to.resize(before + count);
    std::memcpy(to.data() + before, from, count * sizeof(T));
}

}  // namespace pramana
