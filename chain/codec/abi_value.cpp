#include "abi_word.hpp"

#include "pramana/chain/uint256.hpp"

namespace pramana::chain::abi {
namespace {

bool all_are(ByteView bytes, std::uint8_t expected) noexcept {
    return std::all_of(bytes.begin(), bytes.end(),
                       [expected](std::uint8_t b) { return b == expected; });
}

}  // namespace

bool is_clean(const Type& type, const Word256& word) noexcept {
    const ByteView bytes = word.view();
    switch (type.kind) {
        case Kind::kUint: return all_are(bytes.first(kWord - type.size / 8), 0);
        case Kind::kInt: {
            const std::size_t unused = kWord - type.size / 8;
            const bool negative = (bytes[unused] & 0x80U) != 0;
            return all_are(bytes.first(unused), negative ? 0xff : 0x00);
        }
        case Kind::kAddress: return all_are(bytes.first(kWord - Address::kSize), 0);
        case Kind::kBool: return all_are(bytes.first(kWord - 1), 0) && bytes[kWord - 1] <= 1;
        case Kind::kFixedBytes: return all_are(bytes.subspan(type.size), 0);
        case Kind::kBytes:
        case Kind::kString:
        case Kind::kArray:
        case Kind::kFixedArray:
        case Kind::kTuple: break;
    }
    return false;
}

const Word256& Value::word() const {
    const Word256* word = std::get_if<Word256>(&of);
    PRAMANA_CHECK(word != nullptr);
    return *word;
}
const Bytes& Value::bytes() const {
    const Bytes* bytes = std::get_if<Bytes>(&of);
    PRAMANA_CHECK(bytes != nullptr);
    return *bytes;
}
std::string Value::text() const { return std::string{as_text(bytes())}; }
const std::vector<Value>& Value::items() const {
    const std::vector<Value>* items = std::get_if<std::vector<Value>>(&of);
    PRAMANA_CHECK(items != nullptr);
    return *items;
}

Value uint_value(std::uint64_t value) { return Value{to_word(value)}; }
Value word_value(const Word256& value) { return Value{value}; }
Value address_value(const Address& value) { return Value{to_word(value)}; }
Value bool_value(bool value) { return uint_value(value ? 1 : 0); }
Value bytes_value(ByteView value) { return Value{Bytes(value.begin(), value.end())}; }
Value text_value(std::string_view value) { return bytes_value(as_bytes_view(value)); }
Value list_value(std::vector<Value> items) { return Value{std::move(items)}; }

}  // namespace pramana::chain::abi
