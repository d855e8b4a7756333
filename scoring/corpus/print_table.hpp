#pragma once

#include "pramana/core/bytes.hpp"

#include <cstdint>
#include <span>

namespace pramana::scoring {

/// A fixed set of 64-bit hashes in 64 - d bits each and 2^d + 1 offsets, sorted: a mixed hash's
/// high d bits name its bucket, the rest lies there. d = floor(log2(count)) - 2 keeps four to eight
/// in a bucket, about 5.8 bytes a hash for ten millions of them. Crafted hashes cost a binary
/// search, no more. A view of borrowed bytes; little-endian.
class PrintTable {
  public:
    PrintTable() = default;
    /// `offsets` has 2^d + 1 values, `remainders` bytes_of(count).
    PrintTable(std::uint64_t count, std::span<const std::uint32_t> offsets,
               std::span<const std::uint8_t> remainders) noexcept;

    [[nodiscard]] static unsigned bucket_bits(std::uint64_t count) noexcept;
    [[nodiscard]] static std::uint64_t offset_count(std::uint64_t count) noexcept {
        return (std::uint64_t{1} << bucket_bits(count)) + 1;
    }
    [[nodiscard]] static std::uint64_t remainder_bytes(std::uint64_t count) noexcept;
    /// The order of the table; a bijection, so that equal mixed hashes are equal hashes.
    [[nodiscard]] static std::uint64_t mixed(std::uint64_t hash) noexcept;

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    [[nodiscard]] bool contains(std::uint64_t hash) const noexcept;
    /// Whether the offsets ascend from 0 to count: then no lookup leaves the table.
    [[nodiscard]] bool is_sound() const noexcept;
    /// Reads all mixed hashes in ascending order.
    class Cursor {
      public:
        explicit Cursor(const PrintTable& table) noexcept : table_{&table} { settle(); }
        [[nodiscard]] bool done() const noexcept { return at_ == table_->count_; }
        [[nodiscard]] std::uint64_t value() const noexcept;
        void next() noexcept {
            ++at_;
            settle();
        }

      private:
        void settle() noexcept {
            while (at_ < table_->count_ && at_ >= table_->offsets_[bucket_ + 1]) ++bucket_;
        }
        const PrintTable* table_;
        std::uint64_t at_ = 0;
        std::uint64_t bucket_ = 0;
    };

  private:
    [[nodiscard]] std::uint64_t remainder(std::uint64_t index) const noexcept;

    std::uint64_t count_ = 0;
    unsigned bits_ = 0;  ///< of the bucket
    std::span<const std::uint32_t> offsets_;
    std::span<const std::uint8_t> remainders_;
};

/// Fills a table's memory from mixed hashes that come strictly ascending.
class PrintTableWriter {
  public:
    PrintTableWriter(std::uint64_t count, std::span<std::uint32_t> offsets,
                     std::span<std::uint8_t> remainders) noexcept;
    void add(std::uint64_t mixed_hash) noexcept;
    /// After the last of `count`, else it aborts.
    void finish() noexcept;

  private:
    std::uint64_t count_;
    unsigned bits_;
    std::span<std::uint32_t> offsets_;
    std::span<std::uint8_t> remainders_;
    std::uint64_t at_ = 0;
    std::uint64_t bucket_ = 0;  ///< whose offset is written next, minus one
};

}  // namespace pramana::scoring
