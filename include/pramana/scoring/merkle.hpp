#pragma once

#include "pramana/core/bytes.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// The append-only hash tree of RFC 9162 section 2.1 (the same as RFC 6962's) over SHA-256. Thread:
/// pure functions; a log is like a vector.
namespace pramana::scoring {

/// SHA-256(0x00 || data).
[[nodiscard]] Hash32 merkle_leaf(ByteView data) noexcept;
/// SHA-256(0x01 || left || right).
[[nodiscard]] Hash32 merkle_node(const Hash32& left, const Hash32& right) noexcept;

/// Leaves by place. Keeps 32 bytes a leaf and the heads of the complete subtrees.
class MerkleLog {
  public:
    void append(const Hash32& leaf);
    /// Appends many leaves at once whose complete subtrees are known. False, and nothing is
    /// changed, when there are not as many peaks as a tree of that size has.
    [[nodiscard]] bool append(std::span<const Hash32> leaves, std::span<const Hash32> peaks);
    [[nodiscard]] std::uint64_t size() const noexcept { return leaves_.size(); }
    [[nodiscard]] std::span<const Hash32> leaves() const noexcept { return leaves_; }
    /// Heads of the complete subtrees, largest first.
    [[nodiscard]] std::span<const Hash32> peaks() const noexcept { return peaks_; }
    /// Head of the tree of all leaves; SHA-256 of nothing when there are none. O(log size).
    [[nodiscard]] Hash32 head() const noexcept;
    /// Head of the tree of the first `size` leaves (<= size(), else aborts). O(size).
    [[nodiscard]] Hash32 head_at(std::uint64_t size) const;
    /// The partners on the way from leaf `place` to the head of the first `size` leaves (section
    /// 2.1.3.1); `place` < `size` <= size(), else aborts. O(size).
    [[nodiscard]] std::vector<Hash32> inclusion_proof(std::uint64_t place,
                                                      std::uint64_t size) const;
    /// That the tree of `first` leaves is the beginning of that of `second` (section 2.1.4.1);
    /// 1 <= `first` <= `second` <= size(), else aborts. O(second).
    [[nodiscard]] std::vector<Hash32> consistency_proof(std::uint64_t first,
                                                        std::uint64_t second) const;

  private:
    std::vector<Hash32> leaves_;
    std::vector<Hash32> peaks_;  ///< of the complete subtrees, largest first
};

/// RFC 9162 section 2.1.3.2. Any length and any numbers are safe.
[[nodiscard]] bool verify_inclusion(const Hash32& leaf, std::uint64_t place, std::uint64_t size,
                                    std::span<const Hash32> proof, const Hash32& head) noexcept;
/// RFC 9162 section 2.1.4.2; a tree of 0 leaves is the beginning of none.
[[nodiscard]] bool verify_consistency(std::uint64_t first, std::uint64_t second,
                                      const Hash32& first_head, const Hash32& second_head,
                                      std::span<const Hash32> proof) noexcept;

}  // namespace pramana::scoring
