#pragma once

#include "pramana/core/secret_vector.hpp"

#include <cstddef>
#include <type_traits>

namespace pramana::scoring {

/// Values of one call, on the stack where there are few of them. Not initialised; wiped.
template <class T, std::size_t kFew>
class Scratch {
    static_assert(std::is_trivially_copyable_v<T>);

  public:
    explicit Scratch(std::size_t size) : size_{size} {
        if (size > kFew) many_.resize(size);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() {
        if (size_ <= kFew) wipe_memory(few_, size_ * sizeof(T));
    }
    [[nodiscard]] T* data() noexcept { return size_ <= kFew ? few_ : many_.data(); }
    [[nodiscard]] const T* data() const noexcept { return size_ <= kFew ? few_ : many_.data(); }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    T& operator[](std::size_t i) noexcept { return data()[i]; }
    const T& operator[](std::size_t i) const noexcept { return data()[i]; }

  private:
    std::size_t size_;
    T few_[kFew];  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
    SecretVector<T> many_;
};

}  // namespace pramana::scoring
