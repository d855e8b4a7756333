#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/crypto/secp256k1.hpp"

#include <optional>

namespace pramana::chain {

enum class TxType : std::uint8_t {
    kLegacy = 0,      ///< EIP-155, or older where there is no chain id
    kAccessList = 1,  ///< EIP-2930
    kDynamicFee = 2,  ///< EIP-1559
};

struct AccessListEntry {
    Address address;
    std::vector<Hash32> storage_keys;
    friend bool operator==(const AccessListEntry&, const AccessListEntry&) = default;
};

/// A transaction before it is signed. Fields that its type does not have are zero or empty.
struct Transaction {
    TxType type = TxType::kDynamicFee;
    std::optional<std::uint64_t> chain_id;  ///< absent only in a legacy transaction before EIP-155
    std::uint64_t tx_nonce = 0;             ///< below 2^64-1 (EIP-2681)
    Word256 gas_price_wei;                  ///< kLegacy, kAccessList
    Word256 max_priority_fee_per_gas_wei;   ///< kDynamicFee; at most max_fee_per_gas_wei
    Word256 max_fee_per_gas_wei;            ///< kDynamicFee
    Word256 gas_limit;
    std::optional<Address> to;  ///< absent: creates a contract
    Word256 value_wei;
    Bytes input;
    std::vector<AccessListEntry> access_list;  ///< kAccessList, kDynamicFee
    friend bool operator==(const Transaction&, const Transaction&) = default;
};

/// A signed transaction and what follows from its bytes.
struct SignedTransaction {
    Transaction transaction;
    Signature65 signature;  ///< v is 27 + parity whatever the type
    Address sender;
    Bytes raw;    ///< what eth_sendRawTransaction takes
    Hash32 hash;  ///< keccak256(raw)
    friend bool operator==(const SignedTransaction&, const SignedTransaction&) = default;
};

/// As geth's pool: larger ones are refused everywhere.
inline constexpr std::size_t kRawTransactionBytesMax = std::size_t{128} * 1024;
/// v = 35 + 2 * chain id + parity must fit 64 bits.
inline constexpr std::uint64_t kLegacyChainIdMax = (UINT64_MAX - 36) / 2;

/// What is signed: with the type byte, or with (chain id, 0, 0) after EIP-155.
/// Errors of the three: kBadRequest if the fields do not make a transaction of this type.
[[nodiscard]] Result<Bytes> unsigned_payload(const Transaction& transaction);
[[nodiscard]] Result<Hash32> signing_hash(const Transaction& transaction);
/// Deterministic (RFC 6979) and low s (EIP-2): the same transaction and key give the same bytes.
[[nodiscard]] Result<SignedTransaction> sign_transaction(const Transaction& transaction,
                                                         const SigningKey& key);

/// Reads a raw transaction and recovers its sender. Strict: canonical RLP, the exact fields of the
/// type, parity 0 or 1 (v 27, 28 or by EIP-155), 0 < s <= n/2, tip not above cap, at most
/// kRawTransactionBytesMax. Encoding the result again gives `raw`. Errors: kMalformedChainData.
[[nodiscard]] Result<SignedTransaction> decode_transaction(ByteView raw);

}  // namespace pramana::chain
