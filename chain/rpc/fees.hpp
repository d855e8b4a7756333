#pragma once

#include "pramana/chain_rpc/submitter.hpp"

/// EIP-1559 fees, in wei per gas. Pure functions. Source: reference chain.md section 4, rules 10
/// and 11.
namespace pramana::chain_rpc {

struct Fees {
    std::uint64_t max_fee_wei = 0;
    std::uint64_t tip_wei = 0;
    friend bool operator==(const Fees&, const Fees&) = default;
};

/// The highest cap that a transaction with this gas limit may have: the soft or the hard ceiling,
/// and what tx_cost_max allows.
[[nodiscard]] std::uint64_t fee_ceiling(const FeePolicy& policy, std::uint64_t gas,
                                        bool beyond_soft) noexcept;

/// For a first attempt: cap = 2 * base + tip, which lasts six full blocks of rising base fee; the
/// cap is cut to the ceiling as long as it still pays base + tip. Errors: kFeeCeiling.
[[nodiscard]] Result<Fees> offer_fees(const FeeMarket& market, const FeePolicy& policy,
                                      std::uint64_t ceiling);

/// For a replacement: both fees raised by bump_percent, rounded up and by at least 1, or to the
/// market's offer if that is more. Errors: kFeeCeiling (the smallest replacement is above the
/// ceiling).
[[nodiscard]] Result<Fees> bump_fees(const Fees& current, const FeeMarket& market,
                                     const FeePolicy& policy, std::uint64_t ceiling);

/// Whether the market left an attempt behind: its cap is below the next base fee, or what it leaves
/// for the tip is below the median.
[[nodiscard]] bool is_priced_out(const Fees& current, const FeeMarket& market) noexcept;

/// The most that one transaction may use: the policy's maximum and a quarter of the block.
[[nodiscard]] std::uint64_t gas_cut(std::uint64_t block_gas_limit,
                                    const FeePolicy& policy) noexcept;

/// estimate * 1.25, cut to gas_cut. Errors: kRpcRejected when the estimate itself is above the cut:
/// the call does not fit.
[[nodiscard]] Result<std::uint64_t> gas_with_margin(std::uint64_t estimate,
                                                    std::uint64_t block_gas_limit,
                                                    const FeePolicy& policy);

/// The most that one of the slot's attempts may cost.
[[nodiscard]] Wei cost_max_of(const chain::Slot& slot) noexcept;

}  // namespace pramana::chain_rpc
