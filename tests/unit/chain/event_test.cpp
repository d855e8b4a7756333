#include "pramana/chain/event.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/crypto/keccak.hpp"

#include "chain_test.hpp"

namespace pramana::chain::abi {
namespace {

Hash32 topic(std::string_view tail) {
    return fixed<Hash32>(std::string(64 - tail.size(), '0').append(tail));
}

// ERC-20: the best known event of all.
const char* kTransfer = "Transfer(address indexed,address indexed,uint256)";

Log transfer() {
    return {.address = {},
            .topics = {fixed<Hash32>(
                           "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"),
                       topic(kFirst), topic(kSecond)},
            .body = words({"05"})};
}

TEST(Event, decodes_and_encodes_a_transfer) {
    const Event event = *parse_event(kTransfer);
    EXPECT_EQ(topic0_of(event), transfer().topics[0]);
    const std::vector<EventArgument> arguments = *decode_event(event, transfer());
    ASSERT_EQ(arguments.size(), 3U);
    EXPECT_EQ(arguments[0].value, address_value(fixed<Address>(kFirst)));
    EXPECT_EQ(arguments[1].value, address_value(fixed<Address>(kSecond)));
    EXPECT_EQ(arguments[2].value, uint_value(5));
    EXPECT_EQ(*encode_event(event, arguments), transfer());
}

TEST(Event, refuses_logs_of_another_shape) {
    const Event event = *parse_event(kTransfer);
    std::vector<std::pair<const char*, Log>> wrong(7, {"", transfer()});
    wrong[0].first = "another topic0";
    wrong[0].second.topics[0].bytes[0] ^= 1U;
    wrong[1].first = "no topics";
    wrong[1].second.topics.clear();
    wrong[2].first = "a topic missing";
    wrong[2].second.topics.pop_back();
    wrong[3].first = "a topic too many";
    wrong[3].second.topics.push_back(topic("00"));
    wrong[4].first = "a body too short";
    wrong[4].second.body.pop_back();
    wrong[5].first = "a body too long";
    wrong[5].second.body.push_back(0);
    wrong[6].first = "an indexed address of 32 bytes";
    wrong[6].second.topics[1].bytes[0] = 1;
    for (const auto& [name, log] : wrong)
        EXPECT_EQ(decode_event(event, log).error().code, Errc::kMalformedChainData) << name;
}

TEST(Event, keeps_indexed_values_of_dynamic_types_as_hashes) {
    const Event event = *parse_event("E(string indexed,uint8[2] indexed,uint8)");
    Log log{.address = {},
            .topics = {keccak256("E(string,uint8[2],uint8)"), keccak256("hello"),
                       keccak256(words({"01", "02"}))},
            .body = words({"07"})};
    const std::vector<EventArgument> arguments = *decode_event(event, log);
    EXPECT_TRUE(arguments[0].hash_only);
    EXPECT_EQ(arguments[0].value.word().bytes, keccak256("hello").bytes);
    EXPECT_TRUE(arguments[1].hash_only);
    EXPECT_FALSE(arguments[2].hash_only);
    EXPECT_EQ(*encode_event(event, arguments), log);
}

TEST(Event, reads_anonymous_events_without_topic0) {
    const Event event =
        *parse_event("E(uint8 indexed,uint8 indexed,uint8 indexed,uint8 indexed,string) anonymous");
    const Log log{.address = {},
                  .topics = {topic("01"), topic("02"), topic("03"), topic("04")},
                  .body = words({"20", "00"})};
    const std::vector<EventArgument> arguments = *decode_event(event, log);
    EXPECT_EQ(arguments[3].value, uint_value(4));
    EXPECT_EQ(*encode_event(event, arguments), log);
}

TEST(Event, refuses_declarations_that_are_none) {
    for (const char* text : {"", "E", "(uint8)", "E(uint8", "E(uint)", "E(uint8,)",
                             "E(uint8 Indexed)", "E(uint8 indexed indexed)", "E(uint8)x",
                             "E(uint8 indexed,uint8 indexed,uint8 indexed,uint8 indexed)"})
        EXPECT_EQ(parse_event(text).error().code, Errc::kMalformedChainData) << text;
    EXPECT_TRUE(parse_event("E()")->inputs.empty());
    EXPECT_EQ(parse_event("E((uint8,bool)[] indexed,string)")->inputs.size(), 2U);
}

TEST(Event, refuses_arguments_that_do_not_fit) {
    const Event event = *parse_event("E(string indexed,uint8)");
    const EventArgument hash{word_value(to_word(std::uint64_t{1})), true};
    const std::vector<std::vector<EventArgument>> kUnfit = {
        {},
        {hash},
        {{text_value("plain"), false}, {uint_value(1), false}},
        {hash, {uint_value(256), false}},
        {hash, {uint_value(1), true}},
    };
    for (const auto& arguments : kUnfit)
        EXPECT_EQ(encode_event(event, arguments).error().code, Errc::kMalformedChainData);
}

}  // namespace
}  // namespace pramana::chain::abi
