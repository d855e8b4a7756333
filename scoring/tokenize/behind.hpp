#pragma once

#include "pramana/core/secret_vector.hpp"

#include <algorithm>
#include <cstddef>

namespace pramana::scoring {

/// Writes behind what a buffer holds, with one comparison a value. The buffer is longer meanwhile,
/// by whole blocks; nobody else may touch it until this is gone.
template <class T, std::size_t kBlock>
class Behind {
  public:
    explicit Behind(SecretVector<T>& to) : to_{to}, next_{to.data() + to.size()}, end_{next_} {}
    Behind(const Behind&) = delete;
    Behind& operator=(const Behind&) = delete;
    ~Behind() { to_.resize(size()); }

    /// Where `count` values may be written, at most a block.
    [[nodiscard]] T* room(std::size_t count) {
        if (static_cast<std::size_t>(end_ - next_) < count) grow();
        return next_;
    }
    void written(std::size_t count) noexcept { next_ += count; }
    void take_back(std::size_t count) noexcept { next_ -= count; }
    void push_back(const T& value) {
        *room(1) = value;
        ++next_;
    }
    [[nodiscard]] std::size_t size() const noexcept {
        return static_cast<std::size_t>(next_ - to_.data());
    }

  private:
    [[gnu::noinline]] void grow() {
        const std::size_t before = size();
        if (to_.capacity() < before + kBlock)
            to_.reserve(std::max(before + kBlock, 2 * to_.capacity()));
        to_.resize(before + kBlock);
        next_ = to_.data() + before;
        end_ = next_ + kBlock;
    }
    SecretVector<T>& to_;
    T* next_;
    T* end_;
};

}  // namespace pramana::scoring
