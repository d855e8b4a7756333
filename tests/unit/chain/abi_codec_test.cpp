#include "pramana/chain/abi.hpp"
#include "pramana/chain/uint256.hpp"

#include "chain_test.hpp"

namespace pramana::chain::abi {
namespace {

std::vector<Type> types(std::string_view text) { return *parse_types(text); }
Value integer(std::string_view text) { return word_value(*parse_integer(text)); }

struct Row {
    std::string_view types;
    std::vector<Value> values;
    Bytes encoded;
};

// Solidity documentation, "Contract ABI Specification", sections "Examples" and "Use of Dynamic
// Types"; the last rows are the range edges of the formal specification.
std::vector<Row> rows() {
    return {
        {"()", {}, {}},
        {"(uint32,bool)", {uint_value(69), bool_value(true)}, words({"45", "01"})},
        {"(bytes3[2])",
         {list_value({text_value("abc"), text_value("def")})},
         raw("6162630000000000000000000000000000000000000000000000000000000000"
             "6465660000000000000000000000000000000000000000000000000000000000")},
        {"(bytes,bool,uint256[])",
         {text_value("dave"), bool_value(true),
          list_value({uint_value(1), uint_value(2), uint_value(3)})},
         words({"60", "01", "a0", "04",
                "6461766500000000000000000000000000000000000000000000000000000000", "03", "01",
                "02", "03"})},
        {"(uint256,uint32[],bytes10,bytes)",
         {uint_value(0x123), list_value({uint_value(0x456), uint_value(0x789)}),
          text_value("1234567890"), text_value("Hello, world!")},
         words({"0123", "80", "3132333435363738393000000000000000000000000000000000000000000000",
                "e0", "02", "0456", "0789", "0d",
                "48656c6c6f2c20776f726c642100000000000000000000000000000000000000"})},
        {"(uint256[][],string[])",
         {list_value({list_value({uint_value(1), uint_value(2)}), list_value({uint_value(3)})}),
          list_value({text_value("one"), text_value("two"), text_value("three")})},
         words({"40", "0140",
                "02", "40",
                "a0", "02",
                "01", "02",
                "01", "03",
                "03", "60",
                "a0", "e0",
                "03", "6f6e650000000000000000000000000000000000000000000000000000000000",
                "03", "74776f0000000000000000000000000000000000000000000000000000000000",
                "05", "7468726565000000000000000000000000000000000000000000000000000000"})},
        {"(string,bytes)", {text_value(""), bytes_value({})}, words({"40", "60", "00", "00"})},
        {"(int8,int16)",
         {integer("-128"), integer("32767")},
         words({"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff80", "7fff"})},
        {"((uint8,address)[2])",
         {list_value({list_value({uint_value(1), address_value(fixed<Address>(kFirst))}),
                      list_value({uint_value(2), address_value(fixed<Address>(kSecond))})})},
         words({"01", kFirst, "02", kSecond})},
    };
}

TEST(AbiCodec, encodes_and_decodes_as_the_specification) {
    for (const Row& row : rows()) {
        const Result<Bytes> encoded = encode(types(row.types), row.values);
        ASSERT_TRUE(encoded.has_value()) << row.types;
        EXPECT_EQ(to_hex(*encoded), to_hex(row.encoded)) << row.types;
        const Result<std::vector<Value>> decoded = decode_canonical(types(row.types), row.encoded);
        ASSERT_TRUE(decoded.has_value()) << row.types;
        EXPECT_EQ(*decoded, row.values) << row.types;
    }
}

TEST(AbiCodec, refuses_every_truncation) {
    for (const Row& row : rows())
        for (std::size_t size = 0; size < row.encoded.size(); ++size)
            EXPECT_EQ(decode(types(row.types), ByteView{row.encoded}.first(size)).error().code,
                      Errc::kMalformedChainData)
                << row.types << " cut to " << size;
}

struct Refusal {
    std::string_view name;
    std::string_view types;
    Bytes encoded;
};
constexpr std::string_view kOnes =
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";
const Refusal kRefusals[] = {
    {"uint8_of_256", "(uint8)", words({"0100"})},
    {"int8_of_128", "(int8)", words({"80"})},
    {"int8_with_half_a_sign", "(int8)",
     words({"0fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff80"})},
    {"bool_of_2", "(bool)", words({"02"})},
    {"address_of_21_bytes", "(address)", words({"01f39fd6e51aad88f6f4ce6ab8827279cfffb92266"})},
    {"bytes3_with_a_fourth", "(bytes3)",
     words({"6162630100000000000000000000000000000000000000000000000000000000"})},
    {"offset_behind_the_end", "(string)", words({"21", "00"})},
    {"offset_of_2_to_256", "(string)", words({kOnes, "00"})},
    {"offset_of_2_to_64", "(string)", words({"010000000000000000", "00"})},
    {"offset_that_wraps_to_0", "(string)", words({"ffffffffffffffe0", "00"})},
    {"length_above_the_rest", "(string)", words({"20", "21", "00"})},
    {"length_of_2_to_64_less_1", "(string)", words({"20", "ffffffffffffffff", "00"})},
    {"bytes_without_their_padding", "(bytes)",
     [] {
         Bytes cut = words({"20", "01"});
         cut.push_back(0xaa);
         return cut;
     }()},
    {"array_length_above_the_rest", "(uint256[])", words({"20", "02", "01"})},
    {"array_length_that_overflows", "(uint256[4][])", words({"20", "0400000000000000", "01"})},
    {"array_of_2_to_64_less_1", "(string[])", words({"20", "ffffffffffffffff", "00"})},
    {"offset_to_itself", "(string[])", words({"20", "02", "00", "00"})},
    {"two_members_that_share_a_tail", "(string[])",
     words({"20", "02", "40", "40", "01",
            "6100000000000000000000000000000000000000000000000000000000000000"})},
};

TEST(AbiCodec, refuses_hostile_encodings) {
    for (const Refusal& row : kRefusals)
        EXPECT_EQ(decode(types(row.types), row.encoded).error().code, Errc::kMalformedChainData)
            << row.name;
}

// 16 levels of arrays whose offsets all point back to one tail would be read 2^16 times and more by
// a decoder that does not count; ours stops after as many words as it was given.
TEST(AbiCodec, reads_no_more_words_than_it_was_given) {
    std::string text = "(uint256";
    for (int i = 0; i < 15; ++i) text += "[]";
    const std::vector<Type> deep = types(text + ")");
    Bytes hostile = words({"20"});
    for (int i = 0; i < 400; ++i) append(hostile, words({"0100"}));
    EXPECT_EQ(decode(deep, hostile).error().code, Errc::kMalformedChainData);
}

TEST(AbiCodec, canonical_refuses_what_the_plain_decoder_ignores) {
    const std::vector<Type> text = types("(string)");
    const Bytes gap = words({"40", "00", "00"});
    const Bytes trailing = words({"20", "00", "00"});
    const Bytes dirty =
        words({"20", "01", "6161000000000000000000000000000000000000000000000000000000000000"});
    for (const Bytes& encoded : {gap, trailing, dirty}) {
        EXPECT_TRUE(decode(text, encoded).has_value());
        EXPECT_EQ(decode_canonical(text, encoded).error().code, Errc::kMalformedChainData);
    }
}

TEST(AbiCodec, refuses_values_that_do_not_fit_their_types) {
    const std::pair<std::string_view, Value> kUnfit[] = {
        {"(uint8)", uint_value(256)},
        {"(int8)", integer("128")},
        {"(int8)", integer("-129")},
        {"(bool)", uint_value(2)},
        {"(uint256)", text_value("1")},
        {"(string)", uint_value(1)},
        {"(bytes4)", text_value("abc")},
        {"(bytes4)", text_value("abcde")},
        {"(uint8[2])", list_value({uint_value(1)})},
        {"(uint8[])", uint_value(1)},
        {"((uint8,bool))", list_value({uint_value(1)})},
        {"(address)", word_value(*parse_integer("-1"))},
    };
    for (const auto& [text, value] : kUnfit)
        EXPECT_EQ(encode(types(text), std::vector<Value>{value}).error().code,
                  Errc::kMalformedChainData)
            << text;
    EXPECT_EQ(encode(types("(uint8,uint8)"), std::vector<Value>{uint_value(1)}).error().code,
              Errc::kMalformedChainData);
}

// The static encoder writes what the generic one writes.
TEST(TupleEncoder, equals_the_generic_encoder) {
    const std::vector<Value> values = {
        uint_value(7),
        address_value(fixed<Address>(kFirst)),
        bool_value(true),
        text_value("url"),
        list_value({bytes_value(raw("0102")), list_value({uint_value(5), text_value("m")})}),
        list_value({uint_value(1), uint_value(2)}),
        list_value({list_value({address_value(fixed<Address>(kSecond)), text_value("k")}),
                    list_value({address_value(fixed<Address>(kFirst)), text_value("")})}),
        bytes_value(Bytes(33, 0xab))};
    const Result<Bytes> generic =
        encode(types("(uint256,address,bool,string,(bytes,(uint256,string)),(uint256,uint256),"
                     "(address,string)[],bytes)"),
               values);
    const TupleEncoder inner = TupleEncoder{}.uint(5).text("m");
    const TupleEncoder pair = TupleEncoder{}.uint(1).uint(2);
    const std::vector<TupleEncoder> permissions = {
        TupleEncoder{}.address(fixed<Address>(kSecond)).text("k"),
        TupleEncoder{}.address(fixed<Address>(kFirst)).text("")};
    TupleEncoder encoder;
    encoder.uint(7)
        .address(fixed<Address>(kFirst))
        .boolean(true)
        .text("url")
        .tuple(TupleEncoder{}.bytes(raw("0102")).tuple(inner))
        .tuple(pair)
        .array(permissions)
        .bytes(Bytes(33, 0xab));
    EXPECT_EQ(to_hex(encoder.encoded()), to_hex(*generic));
    EXPECT_EQ(to_hex(encoder.call(selector_of("baz(uint32,bool)"))), "cdcd77c0" + to_hex(*generic));
}

TEST(TupleEncoder, writes_empty_arrays_and_nothing) {
    EXPECT_TRUE(TupleEncoder{}.encoded().empty());
    EXPECT_EQ(TupleEncoder{}.array({}).encoded(), words({"20", "00"}));
}

}  // namespace
}  // namespace pramana::chain::abi
