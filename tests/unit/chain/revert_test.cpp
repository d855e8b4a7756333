#include "pramana/chain/revert.hpp"

#include "chain_test.hpp"

namespace pramana::chain {
namespace {

Bytes with_selector(std::string_view selector, const Bytes& body) {
    Bytes out = raw(selector);
    append(out, body);
    return out;
}

Revert decoded(const Bytes& returned) { return decode_revert(returned, vana_errors()); }

// "abc" as Solidity's require(false, "abc") returns it.
Bytes error_abc() {
    return with_selector(
        "08c379a0",
        words({"20", "03", "6162630000000000000000000000000000000000000000000000000000000000"}));
}

TEST(Revert, reads_error_strings_and_panics) {
    const Revert error = decoded(error_abc());
    EXPECT_EQ(error.kind, RevertKind::kError);
    EXPECT_EQ(error.message, "abc");
    const Revert panic = decoded(with_selector("4e487b71", words({"11"})));
    EXPECT_EQ(panic.kind, RevertKind::kPanic);
    EXPECT_EQ(panic.panic_code, 0x11U);
    EXPECT_EQ(describe(panic, {}), "Panic(17): arithmetic overflow");
}

TEST(Revert, reads_nothing_as_empty) {
    EXPECT_EQ(decoded({}).kind, RevertKind::kEmpty);
    EXPECT_EQ(describe(decoded({}), {}), "reverted without a reason");
}

struct CustomRow {
    std::string_view selector;
    std::string_view signature;
};
// vana-protocol.md 1.5: the selectors are the deployed contracts'.
const CustomRow kCustomRows[] = {
    {"10eddccd", "TeeNotActive()"},       {"09bde339", "InvalidProof()"},
    {"b969563b", "InvalidJobStatus()"},   {"15561365", "InvalidScore()"},
    {"d1e62b85", "InvalidJobTee()"},      {"90c2973e", "InvalidAttestator()"},
    {"29ed7f27", "NoActiveTee()"},        {"a208aa68", "FileAlreadyAdded()"},
    {"025dbdd4", "InsufficientFee()"},    {"f645eedf", "ECDSAInvalidSignature()"},
    {"9015f923", "NotJobOwner()"},        {"4b40143d", "CancelDelayNotPassed()"},
    {"86114455", "FileUrlAlreadyUsed()"}, {"969bf728", "NothingToClaim()"},
    {"abea3229", "NotFileOwner()"},       {"7668d56b", "TeeAlreadyAdded()"},
    {"d93c0665", "EnforcedPause()"},
};

TEST(Revert, names_the_errors_of_the_vana_contracts) {
    for (const CustomRow& row : kCustomRows) {
        const Revert revert = decoded(raw(row.selector));
        EXPECT_EQ(revert.kind, RevertKind::kCustom) << row.signature;
        EXPECT_EQ(revert.signature, row.signature);
        EXPECT_TRUE(revert.arguments.empty());
        EXPECT_EQ(describe(revert, vana_errors()).find(row.signature), 0U);
    }
}

TEST(Revert, decodes_the_arguments_of_custom_errors) {
    const Revert revert = decoded(with_selector("fce698f7", words({"40"})));
    EXPECT_EQ(revert.signature, "ECDSAInvalidSignatureLength(uint256)");
    ASSERT_EQ(revert.arguments.size(), 1U);
    EXPECT_EQ(revert.arguments[0], abi::uint_value(0x40));
    EXPECT_EQ(describe(revert, {}), "ECDSAInvalidSignatureLength(0x40)");
}

TEST(Revert, is_unknown_for_broken_bodies_and_foreign_selectors) {
    const std::pair<const char*, Bytes> kUnknown[] = {
        {"one byte", raw("08")},
        {"three bytes", raw("08c379")},
        {"foreign selector", with_selector("deadbeef", words({"01"}))},
        {"error without a body", raw("08c379a0")},
        {"error with an offset of 2^256",
         with_selector("08c379a0", words({std::string(64, 'f'), "00"}))},
        {"error longer than its data", with_selector("08c379a0", words({"20", "ff", "41"}))},
        {"panic without a body", raw("4e487b71")},
        {"panic above 64 bits", with_selector("4e487b71", words({"010000000000000000"}))},
        {"custom without its argument", raw("fce698f7")},
    };
    for (const auto& [name, returned] : kUnknown)
        EXPECT_EQ(decoded(returned).kind, RevertKind::kUnknown) << name;
    EXPECT_EQ(describe(decoded(raw("deadbeef")), {}), "unknown error 0xdeadbeef");
}

TEST(Revert, never_fails_on_a_truncation) {
    const Bytes whole = error_abc();
    for (std::size_t size = 1; size < whole.size(); ++size)
        EXPECT_EQ(
            decoded(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))).kind,
            RevertKind::kUnknown)
            << size;
}

// A contract's text goes into logs: no control characters, no escape sequences, no megabytes.
TEST(Revert, describes_foreign_text_in_printable_ascii) {
    Revert revert;
    revert.kind = RevertKind::kError;
    revert.message = "a\n\x1b[31m\xc3\xa9\\";
    EXPECT_EQ(describe(revert, {}), "Error(\"a\\x0a\\x1b[31m\\xc3\\xa9\\x5c\")");
    revert.message = std::string(100'000, 'y');
    EXPECT_LT(describe(revert, {}).size(), 300U);
}

}  // namespace
}  // namespace pramana::chain
