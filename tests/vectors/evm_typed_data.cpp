#include "vectors/evm_handlers.hpp"
#include "vectors/keys.hpp"

#include "pramana/chain/address.hpp"
#include "pramana/chain/typed_data.hpp"
#include "pramana/chain/uint256.hpp"

namespace pramana::vectors {
namespace {

using chain::TypedTypes;
using chain::TypedValue;

TypedTypes types_of(const JsonView& types) {
    TypedTypes out;
    for (const JsonView::Member& declared : types.members()) {
        for (const JsonView& field : declared.value.items()) {
            out[declared.name].push_back({text(field, "name"), text(field, "type")});
        }
        out.try_emplace(declared.name);  // a struct without members
    }
    return out;
}

TypedValue atom(const std::string& type, const JsonView& value) {
    if (type == "bool") return {chain::to_word(std::uint64_t{value.raw() == "true" ? 1U : 0U})};
    if (type == "address") {
        return {chain::to_word(must("address", chain::parse_address(text(value))))};
    }
    if (type == "string") {
        const std::string content = text(value);
        return {Bytes(content.begin(), content.end())};
    }
    if (type.starts_with("bytes")) return {hex(value)};
    return {must("integer " + type, chain::parse_integer(number_text(value)))};
}

TypedValue value_of(const TypedTypes& types, const std::string& type, const JsonView& value) {
    if (type.ends_with(']')) {
        TypedValue::List items;
        for (const JsonView& item : value.items()) {
            items.push_back(value_of(types, type.substr(0, type.rfind('[')), item));
        }
        return {std::move(items)};
    }
    const auto declared = types.find(type);
    if (declared == types.end()) return atom(type, value);
    TypedValue::Struct members;
    for (const chain::TypedField& field : declared->second) {
        members[field.name] = value_of(types, field.type, member(value, field.name));
    }
    return {std::move(members)};
}

chain::TypedDomain domain_of(const JsonView& object) {
    chain::TypedDomain domain;
    if (has_member(object, "name")) domain.name = text(object, "name");
    if (has_member(object, "version")) domain.version = text(object, "version");
    if (has_member(object, "chainId")) {
        domain.chain_id =
            must("chainId", chain::parse_integer(number_text(member(object, "chainId"))));
    }
    if (has_member(object, "verifyingContract")) {
        domain.verifying_contract =
            must("verifyingContract", chain::parse_address(text(object, "verifyingContract")));
    }
    if (has_member(object, "salt")) domain.salt = fixed<Hash32>(object, "salt");
    return domain;
}

void check_case(const JsonView& entry) {
    const TypedTypes types = types_of(member(entry, "types"));
    const std::string primary = text(entry, "primaryType");
    const TypedValue message = value_of(types, primary, member(entry, "message"));
    expect_bytes("encodeData", must("encode", chain::encode_struct(types, primary, message)),
                 hex(entry, "encodeData"));
    const Hash32 separator = chain::domain_separator(domain_of(member(entry, "domain")));
    expect_bytes("domain separator", separator.view(), hex(entry, "domainSeparator"));
    const Hash32 digest = chain::typed_data_digest(
        separator, must("hash", chain::hash_struct(types, primary, message)));
    expect_bytes("digest", digest.view(), hex(entry, "digest"));
    const SigningKey key = signing_key(entry, "key");
    const Address signer = must("signer", chain::parse_address(text(entry, "signer")));
    expect_bytes("signer", key.address().view(), signer.view());
    expect_signature(digest, key, fixed<Signature65>(entry, "signature"), signer);
}

}  // namespace

void check_typed_data(const VectorFile& file, Report& report) {
    each_case(file, report, "cases", check_case);
}

}  // namespace pramana::vectors
