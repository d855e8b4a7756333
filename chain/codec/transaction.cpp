#include "pramana/chain/transaction.hpp"
#include "pramana/chain/rlp.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/crypto/keccak.hpp"

#include "transaction_fields.hpp"

namespace pramana::chain {
namespace {

constexpr Error kUnfit{Errc::kBadRequest, "chain.transaction.fields"};

rlp::Item access_list_item(const std::vector<AccessListEntry>& entries) {
    std::vector<rlp::Item> items;
    items.reserve(entries.size());
    for (const AccessListEntry& entry : entries) {
        std::vector<rlp::Item> keys;
        keys.reserve(entry.storage_keys.size());
        for (const Hash32& key : entry.storage_keys) keys.push_back(rlp::string(key.view()));
        items.push_back(rlp::list({rlp::string(entry.address.view()), rlp::list(std::move(keys))}));
    }
    return rlp::list(std::move(items));
}

/// The fields that all forms share, in their order: nonce, fees, gas, to, value, input, access
/// list.
std::vector<rlp::Item> common_items(const Transaction& tx) {
    std::vector<rlp::Item> items;
    const bool legacy = tx.type == TxType::kLegacy;
    if (!legacy) items.push_back(rlp::integer(*tx.chain_id));
    items.push_back(rlp::integer(tx.tx_nonce));
    if (tx.type == TxType::kDynamicFee) {
        items.push_back(rlp::integer(tx.max_priority_fee_per_gas_wei));
        items.push_back(rlp::integer(tx.max_fee_per_gas_wei));
    } else {
        items.push_back(rlp::integer(tx.gas_price_wei));
    }
    items.push_back(rlp::integer(tx.gas_limit));
    items.push_back(tx.to ? rlp::string(tx.to->view()) : rlp::string({}));
    items.push_back(rlp::integer(tx.value_wei));
    items.push_back(rlp::string(tx.input));
    if (!legacy) items.push_back(access_list_item(tx.access_list));
    return items;
}

/// EIP-2718: the type byte stands before the list; a legacy transaction is only the list.
Bytes envelope(TxType type, std::vector<rlp::Item> items) {
    Bytes out;
    if (type != TxType::kLegacy) out.push_back(static_cast<std::uint8_t>(type));
    append(out, rlp::encode(rlp::list(std::move(items))));
    return out;
}

Bytes signed_payload(const Transaction& tx, const Signature65& signature) {
    std::vector<rlp::Item> items = common_items(tx);
    const std::uint64_t parity = signature.bytes[64] - 27U;
    std::uint64_t v = parity;
    if (tx.type == TxType::kLegacy) v = tx.chain_id ? 35 + 2 * *tx.chain_id + parity : 27 + parity;
    Word256 r;
    Word256 s;
    std::copy_n(signature.bytes.begin(), 32, r.bytes.begin());
    std::copy_n(signature.bytes.begin() + 32, 32, s.bytes.begin());
    items.push_back(rlp::integer(v));
    items.push_back(rlp::integer(r));
    items.push_back(rlp::integer(s));
    return envelope(tx.type, std::move(items));
}

}  // namespace

bool is_well_formed(const Transaction& tx) {
    if (tx.tx_nonce == UINT64_MAX) return false;  // EIP-2681
    const bool dynamic = tx.type == TxType::kDynamicFee;
    const bool prices_fit =
        dynamic ? tx.gas_price_wei.is_zero()
                : tx.max_fee_per_gas_wei.is_zero() && tx.max_priority_fee_per_gas_wei.is_zero();
    if (!prices_fit || tx.max_priority_fee_per_gas_wei > tx.max_fee_per_gas_wei) return false;
    if (tx.type != TxType::kLegacy) return tx.chain_id.has_value();
    return tx.access_list.empty() && tx.chain_id.value_or(0) <= kLegacyChainIdMax;
}

Result<Bytes> unsigned_payload(const Transaction& transaction) {
    if (!is_well_formed(transaction)) return kUnfit;
    std::vector<rlp::Item> items = common_items(transaction);
    if (transaction.type == TxType::kLegacy && transaction.chain_id) {  // EIP-155
        items.push_back(rlp::integer(*transaction.chain_id));
        items.push_back(rlp::integer(std::uint64_t{0}));
        items.push_back(rlp::integer(std::uint64_t{0}));
    }
    return envelope(transaction.type, std::move(items));
}

Result<Hash32> signing_hash(const Transaction& transaction) {
    const Result<Bytes> payload = unsigned_payload(transaction);
    if (!payload) return payload.error();
    return keccak256(*payload);
}

Result<SignedTransaction> sign_transaction(const Transaction& transaction, const SigningKey& key) {
    const Result<Hash32> digest = signing_hash(transaction);
    if (!digest) return digest.error();
    SignedTransaction out{.transaction = transaction,
                          .signature = key.sign(*digest),
                          .sender = key.address(),
                          .raw = {},
                          .hash = {}};
    out.raw = signed_payload(transaction, out.signature);
    if (out.raw.size() > kRawTransactionBytesMax) return kUnfit;
    out.hash = keccak256(out.raw);
    return out;
}

}  // namespace pramana::chain
