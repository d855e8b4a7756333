#include "pramana/chain/rlp.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/crypto/keccak.hpp"

#include "transaction_fields.hpp"

namespace pramana::chain {
namespace {

constexpr Error fail(std::string_view site) noexcept {
    return Error{Errc::kMalformedChainData, site};
}

/// Takes the fields of a list in their order. After the first that does not parse, `ok()` stays
/// false and the rest is zero, so that the fields read as one list.
class FieldReader {
  public:
    explicit FieldReader(const std::vector<rlp::Item>& items) : items_{items} {}
    [[nodiscard]] bool ok() const noexcept { return ok_; }
    [[nodiscard]] bool at_end() const noexcept { return next_ == items_.size(); }

    Word256 word() { return keep(rlp::as_word(item())); }
    std::uint64_t u64() { return keep(rlp::as_u64(item())); }
    Bytes bytes() {
        const rlp::Item& field = item();
        ok_ = ok_ && !field.is_list;
        return field.bytes;
    }
    const std::vector<rlp::Item>& list() {
        const rlp::Item& field = item();
        ok_ = ok_ && field.is_list;
        return field.items;
    }
    template <class Fixed>
    Fixed fixed() {
        return keep(fixed_of<Fixed>(bytes()));
    }
    std::optional<Address> to() {
        const Bytes raw = bytes();
        if (raw.empty()) return std::nullopt;
        return keep(fixed_of<Address>(raw));
    }

  private:
    template <class Fixed>
    static Result<Fixed> fixed_of(const Bytes& raw) {
        if (raw.size() != Fixed::kSize) return fail("chain.transaction.size");
        Fixed out;
        std::copy(raw.begin(), raw.end(), out.bytes.begin());
        return out;
    }
    template <class T>
    T keep(Result<T> result) {
        ok_ = ok_ && result.has_value();
        return std::move(result).value_or(T{});
    }
    const rlp::Item& item() {
        static const rlp::Item kNone;
        if (next_ == items_.size()) {
            ok_ = false;
            return kNone;
        }
        return items_[next_++];
    }

    const std::vector<rlp::Item>& items_;
    std::size_t next_ = 0;
    bool ok_ = true;
};

std::vector<AccessListEntry> take_access_list(FieldReader& fields, bool& ok) {
    std::vector<AccessListEntry> entries;
    for (const rlp::Item& item : fields.list()) {
        FieldReader pair{item.items};
        AccessListEntry entry{.address = pair.fixed<Address>(), .storage_keys = {}};
        const std::vector<rlp::Item>& keys = pair.list();
        FieldReader key_reader{keys};
        while (!key_reader.at_end()) entry.storage_keys.push_back(key_reader.fixed<Hash32>());
        ok = ok && item.is_list && pair.ok() && pair.at_end() && key_reader.ok();
        entries.push_back(std::move(entry));
    }
    return entries;
}

/// Splits v into parity and, for a legacy transaction, the chain id. nullopt: not a v of this type.
std::optional<std::uint8_t> take_parity(std::uint64_t v, Transaction& tx) {
    if (tx.type != TxType::kLegacy) {
        if (v > 1) return std::nullopt;
        return static_cast<std::uint8_t>(v);
    }
    if (v == 27 || v == 28) return static_cast<std::uint8_t>(v - 27);
    if (v < 35) return std::nullopt;
    tx.chain_id = (v - 35) / 2;
    return static_cast<std::uint8_t>((v - 35) % 2);
}

Result<SignedTransaction> take_fields(TxType type, const std::vector<rlp::Item>& items) {
    SignedTransaction out;
    Transaction& tx = out.transaction;
    tx.type = type;
    FieldReader fields{items};
    bool lists_ok = true;
    if (type != TxType::kLegacy) tx.chain_id = fields.u64();
    tx.tx_nonce = fields.u64();
    if (type == TxType::kDynamicFee) {
        tx.max_priority_fee_per_gas_wei = fields.word();
        tx.max_fee_per_gas_wei = fields.word();
    } else {
        tx.gas_price_wei = fields.word();
    }
    tx.gas_limit = fields.word();
    tx.to = fields.to();
    tx.value_wei = fields.word();
    tx.input = fields.bytes();
    if (type != TxType::kLegacy) tx.access_list = take_access_list(fields, lists_ok);
    const std::optional<std::uint8_t> parity = take_parity(fields.u64(), tx);
    const Word256 r = fields.word();
    const Word256 s = fields.word();
    if (!fields.ok() || !fields.at_end() || !lists_ok) return fail("chain.transaction.fields");
    if (!parity) return fail("chain.transaction.parity");
    if (!is_well_formed(tx)) return fail("chain.transaction.values");
    std::copy(r.bytes.begin(), r.bytes.end(), out.signature.bytes.begin());
    std::copy(s.bytes.begin(), s.bytes.end(), out.signature.bytes.begin() + 32);
    out.signature.bytes[64] = static_cast<std::uint8_t>(27 + *parity);
    return out;
}

}  // namespace

Result<SignedTransaction> decode_transaction(ByteView raw) {
    if (raw.empty() || raw.size() > kRawTransactionBytesMax) return fail("chain.transaction.size");
    // EIP-2718: types are below 0x80, a legacy transaction starts with the prefix of its list.
    TxType type = TxType::kLegacy;
    ByteView list = raw;
    if (raw[0] == 1 || raw[0] == 2) {
        type = static_cast<TxType>(raw[0]);
        list = raw.subspan(1);
    }
    const Result<rlp::Item> item = rlp::decode(list, {.depth_max = 4});
    if (!item || !item->is_list) return fail("chain.transaction.rlp");
    Result<SignedTransaction> out = take_fields(type, item->items);
    if (!out) return out;
    const Result<Hash32> digest = signing_hash(out->transaction);
    if (!digest) return fail("chain.transaction.values");
    // Refuses a high s, and r or s out of range.
    const Result<Address> sender = recover_address(*digest, out->signature);
    if (!sender) return fail("chain.transaction.signature");
    out->sender = *sender;
    out->raw.assign(raw.begin(), raw.end());
    out->hash = keccak256(raw);
    return out;
}

}  // namespace pramana::chain
