#include "pramana/chain/typed_data.hpp"

#include "pramana/chain/uint256.hpp"
#include "pramana/crypto/keccak.hpp"

#include "chain_test.hpp"

namespace pramana::chain {
namespace {

TypedValue text(std::string_view content) { return {Bytes(content.begin(), content.end())}; }
TypedValue integer(std::string_view digits) { return {*parse_integer(digits)}; }
TypedValue address(std::string_view hex) { return {to_word(fixed<Address>(hex))}; }

// EIP-712, "Example.js".
TypedTypes mail_types() {
    return {{"Person", {{"name", "string"}, {"wallet", "address"}}},
            {"Mail", {{"from", "Person"}, {"to", "Person"}, {"contents", "string"}}}};
}
TypedValue person(std::string_view name, std::string_view wallet) {
    return {TypedValue::Struct{{"name", text(name)}, {"wallet", address(wallet)}}};
}
TypedValue mail() {
    return {TypedValue::Struct{{"from", person("Cow", "cd2a3d9f938e13cd947ec05abc7fe734df8dd826")},
                               {"to", person("Bob", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")},
                               {"contents", text("Hello, Bob!")}}};
}
TypedDomain mail_domain() {
    TypedDomain domain;
    domain.name = "Ether Mail";
    domain.version = "1";
    domain.chain_id = to_word(std::uint64_t{1});
    domain.verifying_contract = fixed<Address>("cccccccccccccccccccccccccccccccccccccccc");
    return domain;
}

TEST(TypedData, matches_the_example_of_eip712) {
    EXPECT_EQ(*encode_type(mail_types(), "Mail"),
              "Mail(Person from,Person to,string contents)Person(string name,address wallet)");
    EXPECT_EQ(to_hex(hash_struct(mail_types(), "Mail", mail())->view()),
              "c52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e");
    const Hash32 separator = domain_separator(mail_domain());
    EXPECT_EQ(to_hex(separator.view()),
              "f2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f");
    const Hash32 digest = typed_data_digest(separator, *hash_struct(mail_types(), "Mail", mail()));
    EXPECT_EQ(to_hex(digest.view()),
              "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2");
    const SigningKey cow = key_of(to_hex(keccak256("cow").view()));
    EXPECT_EQ(to_hex(cow.address().view()), "cd2a3d9f938e13cd947ec05abc7fe734df8dd826");
    EXPECT_EQ(to_hex(cow.sign(digest).view()),
              "4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
              "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b915621c");
}

// Negative numbers, arrays of structs, arrays of arrays, bytesN, a domain of one member and one of
// none. Computed with ethers 6.17.0 TypedDataEncoder.
TypedTypes nested_types() {
    return {{"Inner", {{"n", "int16"}, {"tags", "string[]"}}},
            {"Outer", {{"rows", "Inner[2]"}, {"b", "bytes3"}, {"u", "uint256[][]"}}}};
}
TypedValue inner(std::string_view n, TypedValue::List tags) {
    return {TypedValue::Struct{{"n", integer(n)}, {"tags", {std::move(tags)}}}};
}
TypedValue nested() {
    const TypedValue::List numbers = {{TypedValue::List{integer("1"), integer("2")}},
                                      {TypedValue::List{}}};
    return {TypedValue::Struct{
        {"rows", {TypedValue::List{inner("-5", {text("a"), text("b")}), inner("7", {})}}},
        {"b", {raw("010203")}},
        {"u", {numbers}}}};
}

TEST(TypedData, hashes_arrays_negative_numbers_and_partial_domains) {
    EXPECT_EQ(*encode_type(nested_types(), "Outer"),
              "Outer(Inner[2] rows,bytes3 b,uint256[][] u)Inner(int16 n,string[] tags)");
    const Result<Hash32> hash = hash_struct(nested_types(), "Outer", nested());
    ASSERT_TRUE(hash.has_value());
    EXPECT_EQ(to_hex(hash->view()),
              "15f3528fff77fd582d72acf5f8d420532b5046d071e02abeb59227a1aaf50a66");
    TypedDomain salted;
    salted.salt.emplace().bytes.fill(0x22);
    EXPECT_EQ(to_hex(domain_separator(salted).view()),
              "71882ba1c99fa0a906350a69a2c23f821c60bf7727b1c30a788dd507356ae471");
    EXPECT_EQ(to_hex(typed_data_digest(domain_separator(salted), *hash).view()),
              "15dcf26578b52d49796bbe0e68e91a05ec1f1618df0414a5a49d593cd9311189");
    EXPECT_EQ(to_hex(domain_separator({}).view()),
              "6192106f129ce05c9075d319c1fa6ea9b3ae37cbd0c1ef92e2be7137bb07baa1");
}

/// A struct S with one member m of this type.
Result<Hash32> hash_member(std::string type, TypedValue value) {
    const TypedTypes types = {{"S", {{"m", std::move(type)}}}, {"Empty", {}}};
    return hash_struct(types, "S", {TypedValue::Struct{{"m", std::move(value)}}});
}

TEST(TypedData, refuses_values_that_do_not_fit) {
    EXPECT_TRUE(hash_member("uint8", integer("255")).has_value());
    EXPECT_TRUE(hash_member("Empty", {TypedValue::Struct{}}).has_value());
    const std::pair<const char*, TypedValue> kUnfit[] = {
        {"uint8", integer("256")},
        {"int8", integer("-129")},
        {"bool", integer("2")},
        {"address", integer("-1")},
        {"bytes3", {raw("0102")}},
        {"string", integer("1")},
        {"uint256", text("1")},
        {"uint8[2]", {TypedValue::List{integer("1")}}},
        {"uint8[]", integer("1")},
        {"Empty", {TypedValue::Struct{{"x", integer("1")}}}},
        {"Empty", integer("1")},
        {"Missing", {TypedValue::Struct{}}},
        {"uint", integer("1")},
        {"(uint8,bool)", {TypedValue::List{}}},
        {"uint8[x]", {TypedValue::List{}}},
        {"uint8]", {TypedValue::List{}}},
    };
    for (const auto& [type, value] : kUnfit)
        EXPECT_EQ(hash_member(type, value).error().code, Errc::kMalformedChainData) << type;
}

TEST(TypedData, refuses_missing_and_surplus_members) {
    const TypedTypes types = {{"S", {{"a", "uint8"}, {"b", "uint8"}}}};
    for (const TypedValue::Struct& members :
         {TypedValue::Struct{{"a", integer("1")}},
          TypedValue::Struct{{"a", integer("1")}, {"c", integer("1")}},
          TypedValue::Struct{{"a", integer("1")}, {"b", integer("1")}, {"c", integer("1")}}})
        EXPECT_EQ(hash_struct(types, "S", {members}).error().code, Errc::kMalformedChainData);
    EXPECT_EQ(encode_type(types, "T").error().code, Errc::kMalformedChainData);
}

// A type may refer to itself; its text is finite, and a value that nests for too long is refused.
TEST(TypedData, ends_on_recursive_types) {
    const TypedTypes types = {{"Node", {{"next", "Node[]"}}}};
    EXPECT_EQ(*encode_type(types, "Node"), "Node(Node[] next)");
    TypedValue value{TypedValue::Struct{{"next", {TypedValue::List{}}}}};
    EXPECT_TRUE(hash_struct(types, "Node", value).has_value());
    for (int i = 0; i < 20; ++i) {
        TypedValue outer{TypedValue::Struct{{"next", {TypedValue::List{value}}}}};
        value = std::move(outer);
    }
    EXPECT_EQ(hash_struct(types, "Node", value).error().code, Errc::kMalformedChainData);
}

}  // namespace
}  // namespace pramana::chain
