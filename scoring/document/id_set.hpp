#pragma once

#include "pramana/core/secret_vector.hpp"

#include <cstdint>
#include <string_view>

namespace pramana::scoring {

/// A fast 64-bit hash of an id. Not keyed: who makes ids collide makes their own file look wrong,
/// nobody else's, and not slow (IdSet). Never 0.
[[nodiscard]] std::uint64_t hash_of_id(std::string_view id) noexcept;

/// A growing set of such hashes: open addressing, wiped on destruction.
class IdSet {
  public:
    /// False: it was there.
    bool insert(std::uint64_t hash);
    bool insert(std::string_view id) { return insert(hash_of_id(id)); }
    [[nodiscard]] bool contains(std::uint64_t hash) const noexcept;
    [[nodiscard]] bool contains(std::string_view id) const { return contains(hash_of_id(id)); }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    /// All of them, in no order that means anything.
    [[nodiscard]] SecretVector<std::uint64_t> hashes() const;

  private:
    [[nodiscard]] std::size_t place_of(std::uint64_t hash) const noexcept;
    SecretVector<std::uint64_t> slots_ = SecretVector<std::uint64_t>(16);  // power of two; 0: empty
    std::size_t size_ = 0;
};

}  // namespace pramana::scoring
