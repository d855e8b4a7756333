#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <string>
#include <string_view>

/// Arithmetic and text of Word256, the chain's uint256 (32 bytes, big-endian). `<` and `==` of
/// Word256 are already the numeric order, because the most significant byte stands first.
/// Everything that counts money is checked: it reports an overflow and never wraps. Thread: pure
/// functions.
namespace pramana::chain {

[[nodiscard]] Word256 to_word(std::uint64_t value) noexcept;
/// An address as the ABI writes it: 12 zero bytes, then the 20.
[[nodiscard]] Word256 to_word(const Address& address) noexcept;
/// Errors: kMalformedChainData above 2^64-1.
[[nodiscard]] Result<std::uint64_t> to_u64(const Word256& value);
/// Errors: kMalformedChainData if one of the first 12 bytes is not zero.
[[nodiscard]] Result<Address> to_address(const Word256& value);
/// An id that contracts count: JobId or FileId. Errors: kMalformedChainData above 2^64-1.
template <class Id>
[[nodiscard]] Result<Id> to_id(const Word256& value) {
    const Result<std::uint64_t> narrow = to_u64(value);
    if (!narrow) return narrow.error();
    return Id{*narrow};
}

/// Decimal digits only, without leading zeros, sign or spaces; 0..2^256-1. Errors:
/// kMalformedChainData.
[[nodiscard]] Result<Word256> parse_decimal(std::string_view text);
/// A JSON-RPC quantity: `0x` and hex digits of either case without leading zeros; zero is `0x0`.
/// Errors: kMalformedChainData. Source: ethereum/execution-apis, "Quantity".
[[nodiscard]] Result<Word256> parse_quantity(std::string_view text);
/// An int256 in two's complement: decimal or `0x` hex, with an optional `-`; -2^255..2^256-1, so
/// that it also reads every uint256. Errors: kMalformedChainData.
[[nodiscard]] Result<Word256> parse_integer(std::string_view text);
[[nodiscard]] std::string to_decimal(const Word256& value);
/// The word read as int256 in two's complement.
[[nodiscard]] std::string to_signed_decimal(const Word256& value);
[[nodiscard]] std::string to_quantity(const Word256& value);

/// Errors of the five: kMalformedChainData if the result leaves 0..2^256-1 or the divisor is 0.
[[nodiscard]] Result<Word256> add(const Word256& a, const Word256& b);
[[nodiscard]] Result<Word256> subtract(const Word256& a, const Word256& b);
[[nodiscard]] Result<Word256> multiply(const Word256& a, const Word256& b);
/// a * b / divisor with a 512-bit product; only the quotient must fit. Rounds down.
[[nodiscard]] Result<Word256> mul_div(const Word256& a, const Word256& b, const Word256& divisor);
/// The same rounded up: fee bumps must not fall one wei short.
[[nodiscard]] Result<Word256> mul_div_up(const Word256& a, const Word256& b,
                                         const Word256& divisor);

}  // namespace pramana::chain
