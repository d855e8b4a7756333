#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <string>
#include <string_view>

namespace pramana::chain {

/// EIP-55: `0x` and 40 hex digits, upper case where the Keccak nibble is 8 or more.
[[nodiscard]] std::string to_checksum(const Address& address);
/// `0x` and 40 hex digits, all lower case, all upper case, or with a right EIP-55 checksum; a wrong
/// one means a mistyped address. Errors: kBadRequest.
[[nodiscard]] Result<Address> parse_address(std::string_view text);

/// Where a transaction of `deployer` without `to` puts its contract: keccak256(rlp([deployer,
/// nonce]))[12..].
[[nodiscard]] Address create_address(const Address& deployer, std::uint64_t tx_nonce);
/// EIP-1014: keccak256(0xff || deployer || salt || keccak256(init code))[12..].
[[nodiscard]] Address create2_address(const Address& deployer, const Hash32& salt,
                                      const Hash32& init_code_hash);

}  // namespace pramana::chain
