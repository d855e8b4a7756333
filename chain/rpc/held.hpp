#pragma once

#include <optional>

namespace pramana::chain_rpc {

/// The value, or null: for optionals behind an accessor, where a reader (and the analyser) cannot
/// see that two calls give the same one.
template <class T>
[[nodiscard]] const T* held(const std::optional<T>& value) noexcept {
    return value ? &*value : nullptr;
}
template <class T>
[[nodiscard]] T* held(std::optional<T>& value) noexcept {
    return value ? &*value : nullptr;
}

}  // namespace pramana::chain_rpc
