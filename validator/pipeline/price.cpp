#include "price.hpp"

#include "pramana/core/endian.hpp"

namespace pramana::pipeline {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t kMiB = 1U << 20U;
constexpr std::size_t kHighHalf = 16;  // bytes of a Word256 that no Wide reaches

Word256 word_of(Wide value) noexcept {
    Word256 word;
    store_be(static_cast<std::uint64_t>(value >> 64U), word.bytes.data() + kHighHalf);
    store_be(static_cast<std::uint64_t>(value), word.bytes.data() + kHighHalf + 8);
    return word;
}

std::uint64_t begun_mib(std::uint64_t bytes) noexcept {
    return bytes / kMiB + (bytes % kMiB == 0 ? 0 : 1);
}

}  // namespace

Word256 saturating_sum(const Word256& a, const Word256& b) noexcept {
    Word256 sum;
    unsigned carry = 0;
    for (std::size_t i = sum.bytes.size(); i-- > 0;) {
        carry += unsigned{a.bytes[i]} + b.bytes[i];
        sum.bytes[i] = static_cast<std::uint8_t>(carry & 0xFFU);
        carry >>= 8U;
    }
    if (carry != 0) sum.bytes.fill(0xFF);
    return sum;
}

Word256 mib_wei(const PriceRules& rules, std::uint64_t sealed_bytes) noexcept {
    return word_of(Wide{rules.work_wei_per_mib} * begun_mib(sealed_bytes));
}

Word256 work_wei(const PriceRules& rules, std::uint64_t sealed_bytes) noexcept {
    return std::max(mib_wei(rules, sealed_bytes), rules.min_bid_wei);
}

Word256 gas_wei(const PriceRules& rules, std::uint64_t gas_price_wei) noexcept {
    // 2^24 gas * 2^14 percent * 2^64 wei stays below 2^128.
    return word_of(Wide{rules.proof_gas} * rules.gas_percent * gas_price_wei / 100);
}

std::uint64_t paid_bytes(const PriceRules& rules, const Word256& bid_wei,
                         std::uint64_t bytes_max) noexcept {
    if (bid_wei < rules.min_bid_wei) return 0;
    if (!(bid_wei < work_wei(rules, bytes_max))) return bytes_max;
    // The bid is below a Wide now, and work_wei_per_mib is not 0.
    const Wide bid = (Wide{load_be<std::uint64_t>(bid_wei.bytes.data() + kHighHalf)} << 64U) |
                     load_be<std::uint64_t>(bid_wei.bytes.data() + kHighHalf + 8);
    return static_cast<std::uint64_t>(bid / rules.work_wei_per_mib) * kMiB;
}

}  // namespace pramana::pipeline
