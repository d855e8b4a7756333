#include "options.hpp"

#include "commands/read_values.hpp"

#include <gmock/gmock.h>

namespace pramana::app {
namespace {

constexpr Option kOptions[] = {
    {"rpc", "URL", "a node", true}, {"file-id", "N", "a number\nfrom 1"},
    {"fee-wei", "N", "a fee"},      {"dlp", "0x..", "an address"},
    {"json", "", "a flag"},
};
constexpr Command kCommand{.name = "test",
                           .summary = "Tests.",
                           .operands = "FILE",
                           .operands_min = 0,
                           .operands_max = 1,
                           .options = kOptions,
                           .more = "More.\n"};

struct Refusal {
    const char* name;
    std::vector<std::string_view> args;
    const char* sentence;
};
// One row for each rule of options.hpp, parse_arguments().
const Refusal kRefusals[] = {
    {"missing_required", {"--json"}, "--rpc is missing: a node"},
    {"typo", {"--rcp", "x"}, "there is no option --rcp; did you mean --rpc?"},
    {"unlike_any", {"--verbose"}, "there is no option --verbose"},
    {"single_dash", {"-json"}, "there is no option --json; did you mean --json?"},
    {"no_value_at_the_end", {"--rpc"}, "--rpc needs a value: URL"},
    {"no_value_before_an_option", {"--rpc", "--json"}, "--rpc needs a value: URL"},
    {"value_for_a_flag", {"--rpc", "x", "--json=1"}, "--json takes no value"},
    {"twice", {"--rpc", "x", "--rpc=y"}, "--rpc stands twice"},
    {"too_many_operands", {"--rpc", "x", "a", "b"}, "'b' is too much"},
};
class ParseArguments : public testing::TestWithParam<Refusal> {};
TEST_P(ParseArguments, refuses_with_a_sentence) {
    const Parsed parsed = parse_arguments(kCommand, GetParam().args);
    EXPECT_FALSE(parsed.arguments);
    EXPECT_EQ(parsed.problem, GetParam().sentence);
}
INSTANTIATE_TEST_SUITE_P(Rules, ParseArguments, testing::ValuesIn(kRefusals),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(ParseArgumentsWell, both_forms_of_a_value_flags_and_operands) {
    const std::vector<std::string_view> args{
        "--rpc=http://x?a=b", "--file-id", "-7", "--json", "--", "--rpc"};
    const Parsed parsed = parse_arguments(kCommand, args);
    ASSERT_TRUE(parsed.arguments) << parsed.problem;
    EXPECT_EQ(parsed.arguments->text("rpc"), "http://x?a=b");
    EXPECT_EQ(parsed.arguments->text("file-id"), "-7");
    EXPECT_TRUE(parsed.arguments->has("json"));
    EXPECT_FALSE(parsed.arguments->has("fee-wei"));
    EXPECT_THAT(parsed.arguments->operands(), testing::ElementsAre("--rpc"));
}

TEST(ParseArgumentsWell, an_operand_can_be_required) {
    Command command = kCommand;
    command.operands_min = 1;
    const std::vector<std::string_view> args{"--rpc", "x"};
    EXPECT_EQ(parse_arguments(command, args).problem, "FILE is missing");
}

TEST(HelpOf, names_every_option_once_and_indents_its_lines) {
    EXPECT_EQ(help_of(kCommand),
              "usage: pramana test --rpc URL [options] FILE\n\nTests.\n\n"
              "  --rpc URL                 a node\n"
              "  --file-id N               a number\n"
              "                            from 1\n"
              "  --fee-wei N               a fee\n"
              "  --dlp 0x..                an address\n"
              "  --json                    a flag\n"
              "\nMore.\n");
}

struct Typo {
    const char* name;
    std::string_view word;
    std::optional<std::string_view> meant;
};
const Typo kTypos[] = {
    {"exact", "verify", "verify"},      {"removed", "verfy", "verify"},
    {"swapped", "vreify", "verify"},    {"two_typos", "contibut", "contribute"},
    {"three_typos", "contibu", {}},     {"half_of_a_short_word", "xb", {}},
    {"nothing_alike", "serve-all", {}},
};
class Nearest : public testing::TestWithParam<Typo> {};
TEST_P(Nearest, knows_what_was_meant) {
    const std::string_view known[] = {"verify", "contribute", "ab"};
    EXPECT_EQ(nearest(GetParam().word, known), GetParam().meant);
}
INSTANTIATE_TEST_SUITE_P(Words, Nearest, testing::ValuesIn(kTypos),
                         [](const auto& row) { return std::string{row.param.name}; });

struct BadValue {
    const char* name;
    std::vector<std::string_view> args;
    const char* problem;
};
const BadValue kBadValues[] = {
    {"url", {"--rpc", "ftp://x"}, "--rpc 'ftp://x' is not an http or https URL"},
    {"address",
     {"--rpc", "http://x", "--dlp", "0x12"},
     "--dlp '0x12' is not an address (0x and 40 hex digits; capitals must be the right checksum)"},
    {"number", {"--rpc", "http://x", "--file-id", "0x1"}, "--file-id '0x1' is not a whole number"},
    {"above_2_64",
     {"--rpc", "http://x", "--file-id", "18446744073709551616"},
     "--file-id '18446744073709551616' is not a number below 2^64"},
    {"first_of_two", {"--rpc", "x", "--file-id", "x"}, "--rpc 'x' is not an http or https URL"},
    {"password",
     {"--rpc", "https://me:secret@x"},
     "--rpc is not an http or https URL without name and password"},
    {"hostile_bytes", {"--rpc", "\x1b[2J"}, "--rpc '?[2J' is not an http or https URL"},
};
class ValueReaderProblem : public testing::TestWithParam<BadValue> {};
TEST_P(ValueReaderProblem, names_the_option_and_what_is_needed) {
    const Parsed parsed = parse_arguments(kCommand, GetParam().args);
    ASSERT_TRUE(parsed.arguments) << parsed.problem;
    ValueReader values{*parsed.arguments};
    static_cast<void>(values.url("rpc"));
    static_cast<void>(values.address("dlp"));
    static_cast<void>(values.whole_number("file-id"));
    EXPECT_EQ(values.problem(), GetParam().problem);
}
INSTANTIATE_TEST_SUITE_P(Values, ValueReaderProblem, testing::ValuesIn(kBadValues),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(ValueReaderWell, reads_what_is_there) {
    const std::vector<std::string_view> args{
        "--rpc",     "https://node.example/",
        "--dlp",     "0x00000000000000000000000000000000000000aB",
        "--file-id", "18446744073709551615",
        "--fee-wei", "340282366920938463463374607431768211456"};
    const Parsed parsed = parse_arguments(kCommand, args);
    ASSERT_TRUE(parsed.arguments) << parsed.problem;
    ValueReader values{*parsed.arguments};
    EXPECT_EQ(values.url("rpc"), "https://node.example");
    EXPECT_EQ(values.whole_number("file-id"), UINT64_MAX);
    EXPECT_EQ(values.wei("fee-wei").bytes[15], 1);
}

}  // namespace
}  // namespace pramana::app
