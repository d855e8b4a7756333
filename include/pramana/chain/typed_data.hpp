#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// Typed structured data: hashing for signatures. Source: EIP-712. Thread: pure functions.
namespace pramana::chain {

struct TypedField {
    std::string name;
    std::string
        type;  ///< an atomic type, `bytes`, `string`, a struct name, or an array of one of these
};
/// Struct name to members in declared order.
using TypedTypes = std::map<std::string, std::vector<TypedField>, std::less<>>;

/// A word for integers (negative ones in two's complement), addresses and booleans; bytes for
/// bytesN, bytes and string; a vector for arrays; a map for structs.
struct TypedValue {
    using List = std::vector<TypedValue>;
    using Struct = std::map<std::string, TypedValue, std::less<>>;
    std::variant<Word256, Bytes, List, Struct> of;
};

/// The domain's type is made of the members that are present, in the EIP's order.
struct TypedDomain {
    std::optional<std::string> name;
    std::optional<std::string> version;
    std::optional<Word256> chain_id;
    std::optional<Address> verifying_contract;
    std::optional<Hash32> salt;
};

/// `Mail(Person from,...)Person(...)`: the struct, then what it refers to, sorted by name.
/// Errors of these: kMalformedChainData for an unknown type, a missing or surplus member, a value
/// that does not fit its type, or more than 32 levels.
[[nodiscard]] Result<std::string> encode_type(const TypedTypes& types, std::string_view name);
/// typeHash || encoded members.
[[nodiscard]] Result<Bytes> encode_struct(const TypedTypes& types, std::string_view name,
                                          const TypedValue& value);
/// keccak256(encode_struct(...)).
[[nodiscard]] Result<Hash32> hash_struct(const TypedTypes& types, std::string_view name,
                                         const TypedValue& value);
[[nodiscard]] Hash32 domain_separator(const TypedDomain& domain);
/// keccak256(0x19 0x01 || domain separator || struct hash): what is signed.
[[nodiscard]] Hash32 typed_data_digest(const Hash32& domain_separator, const Hash32& struct_hash);

}  // namespace pramana::chain
