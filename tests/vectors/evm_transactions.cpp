#include "vectors/evm_handlers.hpp"
#include "vectors/keys.hpp"

#include "pramana/chain/address.hpp"
#include "pramana/chain/transaction.hpp"
#include "pramana/chain/uint256.hpp"

namespace pramana::vectors {
namespace {

using chain::Transaction;
using chain::TxType;

Word256 word(const JsonView& object, std::string_view name) {
    return must(std::string{name}, chain::parse_decimal(number_text(member(object, name))));
}

std::vector<chain::AccessListEntry> access_list(const JsonView& list) {
    std::vector<chain::AccessListEntry> entries;
    for (const JsonView& row : list.items()) {
        chain::AccessListEntry entry;
        entry.address = must("address", chain::parse_address(text(row, "address")));
        for (const JsonView& key : member(row, "storageKeys").items()) {
            entry.storage_keys.push_back(fixed<Hash32>(key));
        }
        entries.push_back(std::move(entry));
    }
    return entries;
}

Transaction transaction_of(const JsonView& entry) {
    const JsonView fields = member(entry, "tx");
    Transaction tx;
    const std::uint64_t type = u64(entry, "type");
    expect(type <= 2, "unknown type");
    tx.type = static_cast<TxType>(type);
    if (has_member(entry, "chainId")) tx.chain_id = u64(entry, "chainId");
    tx.tx_nonce = u64(fields, "nonce");
    if (tx.type == TxType::kDynamicFee) {
        tx.max_fee_per_gas_wei = word(fields, "maxFeePerGas");
        tx.max_priority_fee_per_gas_wei = word(fields, "maxPriorityFeePerGas");
    } else {
        tx.gas_price_wei = word(fields, "gasPrice");
    }
    tx.gas_limit = word(fields, "gasLimit");
    if (has_member(fields, "to")) {
        tx.to = must("to", chain::parse_address(text(fields, "to")));
    }
    tx.value_wei = word(fields, "value");
    tx.input = hex(fields, "data");
    if (has_member(fields, "accessList"))
        tx.access_list = access_list(member(fields, "accessList"));
    return tx;
}

/// v as the type writes it.
std::uint64_t written_v(const Transaction& tx, const Signature65& signature) {
    const std::uint64_t parity = signature.bytes[64] - 27U;
    if (tx.type != TxType::kLegacy) return parity;
    return tx.chain_id ? 35 + 2 * *tx.chain_id + parity : 27 + parity;
}

void check_transaction(const JsonView& entry) {
    const Transaction tx = transaction_of(entry);
    const SigningKey key = signing_key(entry, "key");
    expect_bytes("unsigned", must("unsigned", chain::unsigned_payload(tx)), hex(entry, "unsigned"));
    expect_bytes("signing hash", must("signing hash", chain::signing_hash(tx)).view(),
                 hex(entry, "signingHash"));
    const chain::SignedTransaction made = must("sign", chain::sign_transaction(tx, key));
    const Bytes raw = hex(entry, "signed");
    expect_bytes("signed", made.raw, raw);
    expect_bytes("hash", made.hash.view(), hex(entry, "hash"));
    expect_bytes("r", made.signature.view().first(32), hex(entry, "r"));
    expect_bytes("s", made.signature.view().subspan(32, 32), hex(entry, "s"));
    expect(written_v(tx, made.signature) == u64(entry, "v"), "another v");
    expect_text("sender", chain::to_checksum(made.sender), text(entry, "from"));
    expect(must("decode", chain::decode_transaction(raw)) == made,
           "decodes to another transaction");
}

}  // namespace

void check_transactions(const VectorFile& file, Report& report) {
    each_case(file, report, "cases", check_transaction);
}

void check_transactions_invalid(const VectorFile& file, Report& report) {
    each_case(file, report, "cases", [](const JsonView& entry) {
        const Bytes raw = hex(entry, "raw");
        const Result<chain::SignedTransaction> decoded = chain::decode_transaction(raw);
        if (member(entry, "ok").raw() == "true") {
            expect_bytes("raw", must("decode", decoded).raw, raw);
        } else {
            must_refuse("decode", decoded, Errc::kMalformedChainData);
        }
    });
}

}  // namespace pramana::vectors
