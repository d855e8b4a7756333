#include "pramana/chain/typed_data.hpp"

#include "pramana/chain/abi.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/crypto/keccak.hpp"

#include <set>

namespace pramana::chain {
namespace {

constexpr std::uint32_t kDepthMax = 32;

constexpr Error fail(std::string_view site) noexcept {
    return Error{Errc::kMalformedChainData, site};
}

/// `uint8[2][]` is an array of `uint8[2]`; the last brackets are the outermost.
struct ArrayType {
    std::string_view element;
    std::optional<std::uint64_t> length;
};
std::optional<ArrayType> as_array(std::string_view type) {
    const std::size_t open = type.rfind('[');
    if (!type.ends_with(']') || open == std::string_view::npos) return std::nullopt;
    const std::string_view digits = type.substr(open + 1, type.size() - open - 2);
    if (digits.empty()) return ArrayType{type.substr(0, open), std::nullopt};
    const Result<Word256> length = parse_decimal(digits);
    const Result<std::uint64_t> narrow = length ? to_u64(*length) : length.error();
    if (!narrow) return std::nullopt;
    return ArrayType{type.substr(0, open), *narrow};
}

std::string_view base_of(std::string_view type) { return type.substr(0, type.find('[')); }

/// `name` and every struct that it refers to. Visits each struct once, so cycles end.
Result<Done> collect(const TypedTypes& types, std::string_view name, std::uint32_t depth,
                     std::set<std::string_view>& found) {
    if (depth > kDepthMax) return fail("chain.typed_data.depth");
    const auto declared = types.find(name);
    if (declared == types.end()) return fail("chain.typed_data.struct");
    if (!found.insert(declared->first).second) return Done{};
    for (const TypedField& field : declared->second) {
        const std::string_view base = base_of(field.type);
        if (types.find(base) == types.end()) continue;
        PRAMANA_TRY(collect(types, base, depth + 1, found));
    }
    return Done{};
}

Result<Hash32> hash_value(const TypedTypes& types, std::string_view type, const TypedValue& value,
                          std::uint32_t depth);

Result<Bytes> encode_members(const TypedTypes& types, std::string_view name,
                             const TypedValue& value, std::uint32_t depth) {
    if (depth > kDepthMax) return fail("chain.typed_data.depth");
    const Result<std::string> text = encode_type(types, name);
    if (!text) return text.error();
    const auto* members = std::get_if<TypedValue::Struct>(&value.of);
    const std::vector<TypedField>& fields = types.find(name)->second;
    if (members == nullptr || members->size() != fields.size()) {
        return fail("chain.typed_data.members");
    }
    const Hash32 type_hash = keccak256(*text);
    Bytes out(type_hash.bytes.begin(), type_hash.bytes.end());
    for (const TypedField& field : fields) {
        const auto member = members->find(field.name);
        if (member == members->end()) return fail("chain.typed_data.members");
        const Result<Hash32> word = hash_value(types, field.type, member->second, depth + 1);
        if (!word) return word.error();
        append(out, word->view());
    }
    return out;
}

Result<Hash32> hash_array(const TypedTypes& types, const ArrayType& array, const TypedValue& value,
                          std::uint32_t depth) {
    const auto* items = std::get_if<TypedValue::List>(&value.of);
    if (items == nullptr || (array.length && *array.length != items->size())) {
        return fail("chain.typed_data.array");
    }
    Bytes joined;
    for (const TypedValue& item : *items) {
        const Result<Hash32> word = hash_value(types, array.element, item, depth + 1);
        if (!word) return word.error();
        append(joined, word->view());
    }
    return keccak256(joined);
}

/// Words and bytesN as the ABI writes them; `bytes` and `string` by hash.
Result<Hash32> hash_atom(std::string_view type, const TypedValue& value) {
    const Result<abi::Type> parsed = abi::parse_type(type);
    if (!parsed) return parsed.error();
    if (parsed->kind == abi::Kind::kTuple) return fail("chain.typed_data.type");
    const auto* word = std::get_if<Word256>(&value.of);
    const auto* bytes = std::get_if<Bytes>(&value.of);
    if (parsed->dynamic) {
        if (bytes == nullptr) return fail("chain.typed_data.value");
        return keccak256(*bytes);
    }
    if (word == nullptr && bytes == nullptr) return fail("chain.typed_data.value");
    const std::vector<abi::Type> one_type{*parsed};
    const std::vector<abi::Value> one{word != nullptr ? abi::word_value(*word)
                                                      : abi::bytes_value(*bytes)};
    const Result<Bytes> encoded = abi::encode(one_type, one);
    if (!encoded) return encoded.error();
    Hash32 out;
    std::copy(encoded->begin(), encoded->end(), out.bytes.begin());
    return out;
}

/// The 32 bytes that stand for a member in its struct.
Result<Hash32> hash_value(const TypedTypes& types, std::string_view type, const TypedValue& value,
                          std::uint32_t depth) {
    if (depth > kDepthMax) return fail("chain.typed_data.depth");
    if (const std::optional<ArrayType> array = as_array(type)) {
        return hash_array(types, *array, value, depth);
    }
    if (types.find(type) == types.end()) return hash_atom(type, value);
    const Result<Bytes> encoded = encode_members(types, type, value, depth);
    if (!encoded) return encoded.error();
    return keccak256(*encoded);
}

}  // namespace

Result<std::string> encode_type(const TypedTypes& types, std::string_view name) {
    std::set<std::string_view> found;
    PRAMANA_TRY(collect(types, name, 0, found));
    found.erase(name);
    std::vector<std::string_view> order{name};
    order.insert(order.end(), found.begin(), found.end());
    std::string text;
    for (const std::string_view struct_name : order) {
        text += std::string{struct_name} + "(";
        bool first = true;
        for (const TypedField& field : types.find(struct_name)->second) {
            text += (first ? "" : ",") + field.type + " " + field.name;
            first = false;
        }
        text += ")";
    }
    return text;
}

Result<Bytes> encode_struct(const TypedTypes& types, std::string_view name,
                            const TypedValue& value) {
    return encode_members(types, name, value, 0);
}

Result<Hash32> hash_struct(const TypedTypes& types, std::string_view name,
                           const TypedValue& value) {
    const Result<Bytes> encoded = encode_struct(types, name, value);
    if (!encoded) return encoded.error();
    return keccak256(*encoded);
}

Hash32 domain_separator(const TypedDomain& domain) {
    std::string type;
    Bytes members;
    const auto add = [&](std::string_view declaration, ByteView word) {
        type += (type.empty() ? "" : ",") + std::string{declaration};
        append(members, word);
    };
    if (domain.name) add("string name", keccak256(*domain.name).view());
    if (domain.version) add("string version", keccak256(*domain.version).view());
    if (domain.chain_id) add("uint256 chainId", domain.chain_id->view());
    if (domain.verifying_contract) {
        add("address verifyingContract", to_word(*domain.verifying_contract).view());
    }
    if (domain.salt) add("bytes32 salt", domain.salt->view());
    return keccak256({keccak256("EIP712Domain(" + type + ")").view(), members});
}

Hash32 typed_data_digest(const Hash32& domain_separator, const Hash32& struct_hash) {
    static constexpr std::uint8_t kPrefix[] = {0x19, 0x01};
    return keccak256({ByteView{kPrefix}, domain_separator.view(), struct_hash.view()});
}

}  // namespace pramana::chain
