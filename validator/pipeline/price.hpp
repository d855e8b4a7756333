#pragma once

#include "pramana/pipeline/pipeline.hpp"

/// Money: what a bid has to cover. Pure functions; sums and products saturate at 2^256-1, so that
/// no overflow ever makes a job look paid.
namespace pramana::pipeline {

[[nodiscard]] Word256 saturating_sum(const Word256& a, const Word256& b) noexcept;

/// The work of every begun MiB.
[[nodiscard]] Word256 mib_wei(const PriceRules& rules, std::uint64_t sealed_bytes) noexcept;
/// Least bid for a file of that size, whatever gas costs: the larger of the flat minimum and the
/// work of every begun MiB.
[[nodiscard]] Word256 work_wei(const PriceRules& rules, std::uint64_t sealed_bytes) noexcept;
/// The gas of one proof that a bid has to cover.
[[nodiscard]] Word256 gas_wei(const PriceRules& rules, std::uint64_t gas_price_wei) noexcept;

/// The largest file whose work the bid pays, at most `bytes_max`; 0 = not even the flat minimum.
[[nodiscard]] std::uint64_t paid_bytes(const PriceRules& rules, const Word256& bid_wei,
                                       std::uint64_t bytes_max) noexcept;

}  // namespace pramana::pipeline
