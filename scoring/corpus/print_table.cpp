#include "corpus/print_table.hpp"

#include "chunk/words.hpp"
#include "pramana/core/check.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace pramana::scoring {
namespace {

// A remainder is read as eight bytes from its first one on: at most 56 bits and 7 of shift.
constexpr unsigned kBucketBitsMin = 8;
constexpr unsigned kBucketBitsMax = 31;
constexpr std::uint64_t kReadBytes = 8;

std::uint64_t mask_of(unsigned bits) noexcept { return (std::uint64_t{1} << bits) - 1; }

}  // namespace

unsigned PrintTable::bucket_bits(std::uint64_t count) noexcept {
    const auto width = static_cast<unsigned>(std::bit_width(count));
    return std::clamp(width < 3 ? 0U : width - 3, kBucketBitsMin, kBucketBitsMax);
}

std::uint64_t PrintTable::remainder_bytes(std::uint64_t count) noexcept {
    return (count * (64 - bucket_bits(count)) + 7) / 8 + kReadBytes;
}

std::uint64_t PrintTable::mixed(std::uint64_t hash) noexcept { return mix(hash); }

PrintTable::PrintTable(std::uint64_t count, std::span<const std::uint32_t> offsets,
                       std::span<const std::uint8_t> remainders) noexcept
    : count_{count}, bits_{bucket_bits(count)}, offsets_{offsets}, remainders_{remainders} {
    PRAMANA_CHECK(offsets.size() == offset_count(count) &&
                  remainders.size() == remainder_bytes(count));
}

std::uint64_t PrintTable::remainder(std::uint64_t index) const noexcept {
    const unsigned width = 64 - bits_;
    const std::uint64_t bit = index * width;
    std::uint64_t raw = 0;
    std::memcpy(&raw, remainders_.data() + bit / 8, kReadBytes);
    return (raw >> (bit % 8)) & mask_of(width);
}

bool PrintTable::contains(std::uint64_t hash) const noexcept {
    if (count_ == 0) return false;
    const std::uint64_t key = mixed(hash);
    const std::uint64_t bucket = key >> (64 - bits_);
    const std::uint64_t wanted = key & mask_of(64 - bits_);
    std::uint64_t low = offsets_[bucket];
    std::uint64_t high = offsets_[bucket + 1];
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        const std::uint64_t found = remainder(middle);
        if (found == wanted) return true;
        if (found < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

bool PrintTable::is_sound() const noexcept {
    return offsets_.front() == 0 && offsets_.back() == count_ &&
           std::is_sorted(offsets_.begin(), offsets_.end());
}

std::uint64_t PrintTable::Cursor::value() const noexcept {
    return (bucket_ << (64 - table_->bits_)) | table_->remainder(at_);
}

PrintTableWriter::PrintTableWriter(std::uint64_t count, std::span<std::uint32_t> offsets,
                                   std::span<std::uint8_t> remainders) noexcept
    : count_{count},
      bits_{PrintTable::bucket_bits(count)},
      offsets_{offsets},
      remainders_{remainders} {
    PRAMANA_CHECK(offsets.size() == PrintTable::offset_count(count) &&
                  remainders.size() == PrintTable::remainder_bytes(count));
    offsets_[0] = 0;
    std::fill(remainders_.begin(), remainders_.end(), std::uint8_t{0});
}

void PrintTableWriter::add(std::uint64_t mixed_hash) noexcept {
    PRAMANA_CHECK(at_ < count_);
    const unsigned width = 64 - bits_;
    for (const std::uint64_t bucket = mixed_hash >> width; bucket_ < bucket;)
        offsets_[++bucket_] = static_cast<std::uint32_t>(at_);
    const std::uint64_t bit = at_ * width;
    std::uint64_t raw = 0;
    std::memcpy(&raw, remainders_.data() + bit / 8, kReadBytes);
    raw |= (mixed_hash & mask_of(width)) << (bit % 8);
    std::memcpy(remainders_.data() + bit / 8, &raw, kReadBytes);
    ++at_;
}

void PrintTableWriter::finish() noexcept {
    PRAMANA_CHECK(at_ == count_);
    while (bucket_ + 1 < offsets_.size()) offsets_[++bucket_] = static_cast<std::uint32_t>(count_);
}

}  // namespace pramana::scoring
