#include "pramana/chain/abi.hpp"

#include "chain_test.hpp"

namespace pramana::chain::abi {
namespace {

struct Row {
    std::string_view text;
    bool dynamic;
    std::uint32_t head_words;
};
// Solidity documentation, "Contract ABI Specification": which types are dynamic, and how long their
// heads are.
const Row kRows[] = {
    {"uint8", false, 1},
    {"uint256", false, 1},
    {"int8", false, 1},
    {"int256", false, 1},
    {"address", false, 1},
    {"bool", false, 1},
    {"bytes1", false, 1},
    {"bytes32", false, 1},
    {"bytes", true, 1},
    {"string", true, 1},
    {"uint256[]", true, 1},
    {"uint256[3]", false, 3},
    {"uint256[3][2]", false, 6},
    {"uint256[][2]", true, 1},
    {"string[2]", true, 1},
    {"(address,uint256)", false, 2},
    {"(address,string)", true, 1},
    {"(address,string)[]", true, 1},
    {"(bool,(bytes32,int16)[2])", false, 5},
    {"(bytes,(uint256,uint256,string,string,string))", true, 1},
};

TEST(AbiType, reads_canonical_text) {
    for (const Row& row : kRows) {
        const Result<Type> type = parse_type(row.text);
        ASSERT_TRUE(type.has_value()) << row.text;
        EXPECT_EQ(to_text(*type), row.text);
        EXPECT_EQ(type->dynamic, row.dynamic) << row.text;
        EXPECT_EQ(type->head_words, row.head_words) << row.text;
    }
}

TEST(AbiType, refuses_what_is_not_canonical) {
    for (const char* text : {"",
                             " ",
                             "uint",
                             "int",
                             "byte",
                             "fixed",
                             "fixed128x18",
                             "function",
                             "uint0",
                             "uint7",
                             "uint12",
                             "uint08",
                             "uint264",
                             "uint2560",
                             "int4294967304",
                             "bytes0",
                             "bytes01",
                             "bytes33",
                             "address20",
                             "bool8",
                             "string1",
                             "uint256 ",
                             " uint256",
                             "Uint256",
                             "()",
                             "(uint256",
                             "uint256)",
                             "(uint256,)",
                             "(,uint256)",
                             "(uint256 a)",
                             "uint256[",
                             "uint256]",
                             "uint256[0]",
                             "uint256[01]",
                             "uint256[-1]",
                             "uint256[a]",
                             "uint256[]]",
                             "[]",
                             "[2]",
                             "uint256[9999999999]",
                             "uint256,uint256",
                             "tuple(uint256)"})
        EXPECT_EQ(parse_type(text).error().code, Errc::kMalformedChainData) << text;
}

TEST(AbiType, bounds_what_a_type_may_cost) {
    EXPECT_TRUE(parse_type("uint8[65536]").has_value());
    EXPECT_EQ(parse_type("uint8[65537]").error().code, Errc::kMalformedChainData);
    EXPECT_EQ(parse_type("uint8[999999999][999999999]").error().code, Errc::kMalformedChainData);
    EXPECT_EQ(parse_type("(uint8[40000],uint8[40000])").error().code, Errc::kMalformedChainData);
    EXPECT_TRUE(parse_type(std::string(15, '(') + "bool" + std::string(15, ')')).has_value());
    EXPECT_EQ(parse_type(std::string(16, '(') + "bool" + std::string(16, ')')).error().code,
              Errc::kMalformedChainData);
    std::string arrays = "bool";
    for (int i = 0; i < 17; ++i) arrays += "[]";
    EXPECT_EQ(parse_type(arrays).error().code, Errc::kMalformedChainData);
    EXPECT_EQ(parse_type("bool" + std::string(4096, '[')).error().code, Errc::kMalformedChainData);
}

TEST(AbiType, reads_lists_and_the_empty_list) {
    EXPECT_EQ(parse_types("(uint256,(address,string)[],bytes)")->size(), 3U);
    EXPECT_TRUE(parse_types("()")->empty());
    for (const char* text : {"", "uint256", "(uint256", "(uint256)x", "(,)", "()()"})
        EXPECT_EQ(parse_types(text).error().code, Errc::kMalformedChainData) << text;
}

struct SelectorRow {
    std::string_view signature;
    std::string_view selector;
};
// Solidity documentation, "Contract ABI Specification", section "Examples".
const SelectorRow kSelectors[] = {
    {"baz(uint32,bool)", "cdcd77c0"},          {"bar(bytes3[2])", "fce353f6"},
    {"sam(bytes,bool,uint256[])", "a5643bf2"}, {"f(uint256,uint32[],bytes10,bytes)", "8be65246"},
    {"g(uint256[][],string[])", "2289b18c"},
};

TEST(Selector, is_the_one_of_the_specification) {
    for (const SelectorRow& row : kSelectors)
        EXPECT_EQ(to_hex(selector_of(row.signature).view()), row.selector) << row.signature;
}

}  // namespace
}  // namespace pramana::chain::abi
