#pragma once

#include "pramana/core/secret_vector.hpp"

#include <cstdint>
#include <span>

namespace pramana::scoring {

/// A growing set of 64-bit hashes: open addressing, 11 to 23 bytes an element. Wiped on
/// destruction.
class FlatSet {
  public:
    void insert(std::uint64_t key);
    void insert(std::span<const std::uint64_t> keys);
    /// Room for so many, so that it does not grow on the way.
    void reserve(std::size_t keys);
    [[nodiscard]] bool contains(std::uint64_t key) const noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return count_ + (has_zero_ ? 1U : 0U); }

    /// All of them, in no order that means anything.
    [[nodiscard]] SecretVector<std::uint64_t> keys() const;

  private:
    [[nodiscard]] std::size_t slot_of(std::uint64_t key) const noexcept;
    [[nodiscard]] std::size_t first_slot_of(std::uint64_t key) const noexcept;
    void resize(std::size_t slots);

    SecretVector<std::uint64_t> slots_;  // power of two; 0 = empty
    std::size_t count_ = 0;
    bool has_zero_ = false;
};

}  // namespace pramana::scoring
