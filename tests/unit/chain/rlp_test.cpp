#include "pramana/chain/rlp.hpp"

#include "pramana/chain/uint256.hpp"

#include "chain_test.hpp"

namespace pramana::chain::rlp {
namespace {

Item text(std::string_view content) { return string(as_bytes_view(content)); }

struct Row {
    std::string_view name;
    Item item;
    std::string encoded;
};

// Ethereum Yellow Paper, appendix B, and the examples of ethereum.org's RLP page. Rows sit on both
// sides of each branch: 0x7f and 0x80, 55 and 56 bytes, 255 and 256 bytes.
std::vector<Row> rows() {
    return {
        {"empty_string", text(""), "80"},
        {"zero_byte", string(raw("00")), "00"},
        {"last_single_byte", string(raw("7f")), "7f"},
        {"first_prefixed_byte", string(raw("80")), "8180"},
        {"dog", text("dog"), "83646f67"},
        {"longest_short_string", string(Bytes(55, 0x11)), "b7" + to_hex(Bytes(55, 0x11))},
        {"shortest_long_string", string(Bytes(56, 0x11)), "b838" + to_hex(Bytes(56, 0x11))},
        {"one_length_byte", string(Bytes(255, 0x11)), "b8ff" + to_hex(Bytes(255, 0x11))},
        {"two_length_bytes", string(Bytes(256, 0x11)), "b90100" + to_hex(Bytes(256, 0x11))},
        {"empty_list", list({}), "c0"},
        {"cat_dog", list({text("cat"), text("dog")}), "c88363617483646f67"},
        {"set_theory", list({list({}), list({list({})}), list({list({}), list({list({})})})}),
         "c7c0c1c0c3c0c1c0"},
        {"longest_short_list", list({string(Bytes(54, 0x11))}), "f7b6" + to_hex(Bytes(54, 0x11))},
        {"shortest_long_list", list({string(Bytes(55, 0x11))}), "f838b7" + to_hex(Bytes(55, 0x11))},
        {"integer_zero", integer(std::uint64_t{0}), "80"},
        {"integer_15", integer(std::uint64_t{15}), "0f"},
        {"integer_1024", integer(std::uint64_t{1024}), "820400"},
    };
}

TEST(Rlp, encodes_and_decodes_as_the_yellow_paper) {
    for (const Row& row : rows()) {
        EXPECT_EQ(to_hex(encode(row.item)), row.encoded) << row.name;
        const Result<Item> decoded = decode(raw(row.encoded));
        ASSERT_TRUE(decoded.has_value()) << row.name;
        EXPECT_EQ(*decoded, row.item) << row.name;
    }
}

TEST(Rlp, refuses_every_truncation_and_every_trailing_byte) {
    for (const Row& row : rows()) {
        const Bytes encoded = raw(row.encoded);
        for (std::size_t size = 0; size < encoded.size(); ++size)
            EXPECT_EQ(decode(ByteView{encoded}.first(size)).error().code, Errc::kMalformedChainData)
                << row.name << " cut to " << size;
        Bytes longer = encoded;
        longer.push_back(0x00);
        EXPECT_EQ(decode(longer).error().code, Errc::kMalformedChainData) << row.name;
    }
}

struct Refusal {
    std::string_view name;
    std::string encoded;
};
// Each breaks one rule of appendix B; the last two declare lengths that overflow a careless
// addition.
const Refusal kRefusals[] = {
    {"single_byte_with_prefix", "817f"},
    {"short_string_in_long_form", "b801ff"},
    {"string_of_55_in_long_form", "b837" + std::string(110, '1')},
    {"length_with_leading_zero", "b90038" + std::string(112, '1')},
    {"short_list_in_long_form", "f80101"},
    {"list_member_overruns_its_list", "c283646f67"},
    {"list_of_a_broken_member", "c2817f"},
    {"string_length_of_2_to_64", "bfffffffffffffffff00"},
    {"list_length_of_2_to_64", "ffffffffffffffffff00"},
};

TEST(Rlp, refuses_whatever_is_not_in_its_shortest_form) {
    for (const Refusal& row : kRefusals)
        EXPECT_EQ(decode(raw(row.encoded)).error().code, Errc::kMalformedChainData) << row.name;
}

TEST(Rlp, holds_its_limits) {
    const auto nested = [](std::size_t depth) {
        Item item = list({});
        for (std::size_t i = 1; i < depth; ++i) item = list({std::move(item)});
        return encode(item);
    };
    EXPECT_TRUE(decode(nested(16)).has_value());
    EXPECT_EQ(decode(nested(17)).error().code, Errc::kMalformedChainData);
    EXPECT_TRUE(decode(nested(3), {.depth_max = 3}).has_value());
    EXPECT_EQ(decode(nested(4), {.depth_max = 3}).error().code, Errc::kMalformedChainData);

    const Bytes many = encode(list(std::vector<Item>(9, text("a"))));  // ten items with the list
    EXPECT_TRUE(decode(many, {.items_max = 10}).has_value());
    EXPECT_EQ(decode(many, {.items_max = 9}).error().code, Errc::kMalformedChainData);
    EXPECT_TRUE(decode(many, {.bytes_max = many.size()}).has_value());
    EXPECT_EQ(decode(many, {.bytes_max = many.size() - 1}).error().code, Errc::kMalformedChainData);
}

TEST(Rlp, reads_integers_without_leading_zeros_only) {
    EXPECT_EQ(*as_word(string({})), Word256{});
    EXPECT_EQ(*as_u64(string(raw("ffffffffffffffff"))), UINT64_MAX);
    EXPECT_EQ(to_decimal(*as_word(string(raw("010000000000000000")))), "18446744073709551616");
    for (const Item& item :
         {string(raw("00")), string(raw("0001")), list({}), string(Bytes(33, 1))})
        EXPECT_EQ(as_word(item).error().code, Errc::kMalformedChainData);
    EXPECT_EQ(as_u64(string(raw("010000000000000000"))).error().code, Errc::kMalformedChainData);
}

}  // namespace
}  // namespace pramana::chain::rlp
