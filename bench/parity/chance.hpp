#pragma once

#include <cstdint>

namespace pramana::parity {

/// SplitMix64 (Steele, Lea, Flood 2014): whole-number arithmetic only, so that every machine makes
/// the same documents and the same inputs.
class Chance {
  public:
    explicit Chance(std::uint64_t seed) noexcept : state_{seed} {}
    [[nodiscard]] std::uint64_t next() noexcept {
        state_ += 0x9E3779B97F4A7C15U;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }
    /// 0..bound-1; `bound` is 1..2^32. The bias is below 2^-32 and the same everywhere.
    [[nodiscard]] std::uint32_t below(std::uint64_t bound) noexcept {
        return static_cast<std::uint32_t>(((next() >> 32U) * bound) >> 32U);
    }
    /// About uniform in -1..1: a multiple of 2^-23, exact in binary32.
    [[nodiscard]] float symmetric() noexcept {
        return static_cast<float>(static_cast<std::int32_t>(below(1U << 24U)) - (1 << 23)) *
               0x1p-23F;
    }

  private:
    std::uint64_t state_;
};

}  // namespace pramana::parity
