#include "fees.hpp"

#include <algorithm>
#include <limits>

namespace pramana::chain_rpc {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

std::uint64_t add_up_to_most(std::uint64_t a, std::uint64_t b) noexcept {
    return a > kMost - b ? kMost : a + b;
}

/// value * (100 + percent) / 100, rounded up, at least value + 1; kMost instead of an overflow.
std::uint64_t raised(std::uint64_t value, std::uint32_t percent) noexcept {
    const std::uint64_t factor = 100ULL + percent;
    const std::uint64_t whole = value / 100;
    if (whole > kMost / factor) return kMost;
    const std::uint64_t rest = ((value % 100) * factor + 99) / 100;
    return std::max(add_up_to_most(whole * factor, rest), add_up_to_most(value, 1));
}

}  // namespace

std::uint64_t fee_ceiling(const FeePolicy& policy, std::uint64_t gas, bool beyond_soft) noexcept {
    const std::uint64_t hard = policy.max_fee_wei_ceiling;
    const std::uint64_t per_gas = beyond_soft ? hard : std::min(hard, policy.max_fee_wei_soft);
    if (Wei::product(gas, per_gas) <= policy.tx_cost_max) return per_gas;
    const Wide limit = (Wide{policy.tx_cost_max.high} << 64U) | policy.tx_cost_max.low;
    return static_cast<std::uint64_t>(limit / gas);  // below per_gas
}

Result<Fees> offer_fees(const FeeMarket& market, const FeePolicy& policy, std::uint64_t ceiling) {
    const std::uint64_t tip =
        std::clamp(market.tip_median_wei, policy.tip_wei_min, policy.tip_wei_max);
    const std::uint64_t least = add_up_to_most(market.next_base_fee_wei, tip);
    if (least > ceiling) return Error{Errc::kFeeCeiling, "chain_rpc.fees.offer"};
    const std::uint64_t wanted = add_up_to_most(market.next_base_fee_wei, least);
    return Fees{std::min(wanted, ceiling), tip};
}

Result<Fees> bump_fees(const Fees& current, const FeeMarket& market, const FeePolicy& policy,
                       std::uint64_t ceiling) {
    Fees next{raised(current.max_fee_wei, policy.bump_percent),
              raised(current.tip_wei, policy.bump_percent)};
    if (next.max_fee_wei > ceiling) return Error{Errc::kFeeCeiling, "chain_rpc.fees.bump"};
    if (const Result<Fees> offer = offer_fees(market, policy, ceiling)) {
        next.max_fee_wei = std::max(next.max_fee_wei, offer->max_fee_wei);
        next.tip_wei = std::max(next.tip_wei, offer->tip_wei);
    } else {
        next.max_fee_wei = ceiling;  // the most that may be paid; it waits for the base fee to fall
    }
    next.tip_wei = std::min(next.tip_wei, next.max_fee_wei);
    return next;
}

bool is_priced_out(const Fees& current, const FeeMarket& market) noexcept {
    if (current.max_fee_wei < market.next_base_fee_wei) return true;
    const std::uint64_t room = current.max_fee_wei - market.next_base_fee_wei;
    return std::min(current.tip_wei, room) < market.tip_median_wei;
}

std::uint64_t gas_cut(std::uint64_t block_gas_limit, const FeePolicy& policy) noexcept {
    return std::min(policy.gas_max, block_gas_limit / 4);
}

Result<std::uint64_t> gas_with_margin(std::uint64_t estimate, std::uint64_t block_gas_limit,
                                      const FeePolicy& policy) {
    const std::uint64_t most = gas_cut(block_gas_limit, policy);
    if (estimate > most) return Error{Errc::kRpcRejected, "chain_rpc.fees.gas"};
    return std::min(most, estimate + estimate / 4);
}

Wei cost_max_of(const chain::Slot& slot) noexcept {
    Wei most;
    for (const chain::Attempt& attempt : slot.attempts)
        most = std::max(most, Wei::product(attempt.gas_max, attempt.max_fee_wei));
    return most;
}

}  // namespace pramana::chain_rpc
