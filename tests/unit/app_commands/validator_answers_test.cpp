#include "commands/attestation.hpp"
#include "commands/instruction.hpp"
#include "commands/validator_api.hpp"
#include "pramana/core/hex.hpp"
#include "unit/evidence/stated.hpp"

#include <gmock/gmock.h>

namespace pramana::app {
namespace {

constexpr std::string_view kDlp = "0x00000000000000000000000000000000000000d1";
const std::string kRuleset(64, 'e');

std::string instruction_text() { return "pramana:1:31337:" + std::string{kDlp} + ':' + kRuleset; }

TEST(ParseInstruction, reads_its_three_parts) {
    const Result<ProofInstruction> read = parse_instruction(instruction_text());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->chain_id, 31337U);
    EXPECT_EQ(to_hex0x(read->dlp.view()), kDlp);
    EXPECT_EQ(to_hex(read->ruleset.view()), kRuleset);
}

struct NoInstruction {
    const char* name;
    std::string text;
};
// Contracts compare the text byte for byte, so every other spelling is another instruction.
const NoInstruction kNoInstructions[] = {
    {"empty", ""},
    {"other_version", "pramana:2:31337:" + std::string{kDlp} + ':' + kRuleset},
    {"leading_zero", "pramana:1:031337:" + std::string{kDlp} + ':' + kRuleset},
    {"plus_sign", "pramana:1:+31337:" + std::string{kDlp} + ':' + kRuleset},
    {"no_chain", "pramana:1::" + std::string{kDlp} + ':' + kRuleset},
    {"above_2_64", "pramana:1:18446744073709551616:" + std::string{kDlp} + ':' + kRuleset},
    {"upper_case_address",
     "pramana:1:31337:0x00000000000000000000000000000000000000D1:" + kRuleset},
    {"address_without_0x", "pramana:1:31337:" + std::string(42, '0') + ':' + kRuleset},
    {"upper_case_ruleset", "pramana:1:31337:" + std::string{kDlp} + ':' + std::string(64, 'E')},
    {"short_ruleset", "pramana:1:31337:" + std::string{kDlp} + ':' + std::string(63, 'e')},
    {"space_behind", "pramana:1:31337:" + std::string{kDlp} + ':' + kRuleset + ' '},
    {"other_separator", "pramana:1:31337;" + std::string{kDlp} + ':' + kRuleset},
};
class ParseInstructionStrictly : public testing::TestWithParam<NoInstruction> {};
TEST_P(ParseInstructionStrictly, refuses) {
    const Result<ProofInstruction> read = parse_instruction(GetParam().text);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Errc::kInstructionMismatch);
}
INSTANTIATE_TEST_SUITE_P(Forms, ParseInstructionStrictly, testing::ValuesIn(kNoInstructions),
                         [](const auto& row) { return std::string{row.param.name}; });

/// The validator's own writer makes it.
std::string answer_text() {
    return evidence::to_json(
        {.statement = evidence::to_canonical_json(evidence::stated()).value(), .evidence = "{}"});
}

TEST(AttestationIn, reads_what_the_validator_writes) {
    Outcome<evidence::AttestationAnswer> read = attestation_in(answer_text(), "here");
    ASSERT_TRUE(read) << read.failure().detail;
    EXPECT_EQ(read->statement, evidence::stated());
    EXPECT_TRUE(read->check_hashes());
}

TEST(AttestationIn, leaves_lies_about_hashes_to_check_hashes) {
    std::string text = answer_text();
    text.replace(text.find("\"min_bid_wei\":\"1"), 16, "\"min_bid_wei\":\"2");
    Outcome<evidence::AttestationAnswer> read = attestation_in(text, "here");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->check_hashes().error().code, Errc::kHashMismatch);
}

struct Damage {
    const char* name;
    const char* from;
    const char* to;
    const char* said;
};
const Damage kDamages[] = {
    {"not_json", "{\"format\"", "\"format\"", "cannot be read"},
    {"no_statement", "\"statement\":", "\"other\":", "cannot be read"},
    {"statement_of_version_1", "pramana:statement:2", "pramana:statement:1", "of a version"},
    {"answer_of_version_1", "pramana:attestation:2", "pramana:attestation:1", "of a version"},
    {"no_provider", "\"provider\"", "\"supplier\"", "canonical"},
    {"chain_id_a_fraction", "\"chain_id\":31337", "\"chain_id\":31337.5", "canonical"},
    {"key_off_the_curve", "\"encryption_key\":\"0x04", "\"encryption_key\":\"0x05", "canonical"},
    {"a_space", "\"encryption_key\":", "\"encryption_key\": ", "canonical"},
    {"long_address", "\"signing_address\":\"0x", "\"signing_address\":\"0x0", "canonical"},
    {"dlp_without_instruction", "\"instruction\"", "\"direction\"", "canonical"},
    {"no_report", "\"report_data\"", "\"report\"", "cannot be read"},
};
class AttestationInDamaged : public testing::TestWithParam<Damage> {};
TEST_P(AttestationInDamaged, is_refused_with_what_to_do) {
    std::string text = answer_text();
    const std::size_t at = text.find(GetParam().from);
    ASSERT_NE(at, text.npos);
    text.replace(at, std::string_view{GetParam().from}.size(), GetParam().to);
    const Outcome<evidence::AttestationAnswer> read = attestation_in(text, "here");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.failure().code, "evidence_malformed");
    EXPECT_EQ(read.failure().exit_code, 65);
    EXPECT_NE(read.failure().sentence.find(GetParam().said), std::string::npos)
        << read.failure().sentence;
    EXPECT_TRUE(read.failure().next_step.ends_with('.'));
}
INSTANTIATE_TEST_SUITE_P(Members, AttestationInDamaged, testing::ValuesIn(kDamages),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(ParseStatus, reads_what_a_client_acts_on) {
    const Result<StatusView> read = parse_status(
        R"({"id":"00","stage":"refused","terminal":true,"received_unix_s":1,"cause":)"
        R"({"code":"wrong_password","sentence":"No.","next_step":"Yes."},"job_id":3,"file_id":4,)"
        R"("proof_index":2,"result":{"pay_1024":512}})");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->stage, "refused");
    EXPECT_TRUE(read->terminal);
    EXPECT_EQ(read->job_id, 3U);
    EXPECT_EQ(read->file_id, 4U);
    EXPECT_EQ(read->proof_index, 2U);
    EXPECT_EQ(read->pay_1024, 512U);
    ASSERT_TRUE(read->cause);
    EXPECT_EQ(read->cause->code, "wrong_password");
    EXPECT_EQ(read->cause->next_step, "Yes.");
    EXPECT_EQ(read->cause->exit_code, 65);
}

TEST(ParseStatus, refuses_without_a_stage_or_an_end) {
    for (const std::string_view text :
         {"", "{}", R"({"stage":"final"})", R"({"terminal":true})", R"([1])"})
        EXPECT_FALSE(parse_status(text)) << text;
}

struct ReplyRow {
    const char* name;
    unsigned status;
    std::string_view body;
    const char* code;
    int exit_code;
};
// RFC 9457 as validator/http writes it; exit codes of sysexits.h.
const ReplyRow kReplies[] = {
    {"problem", 400, R"({"code":"hash_mismatch","detail":"Other bytes.","next_step":"Again."})",
     "hash_mismatch", 65},
    {"busy", 503, R"({"code":"busy","detail":"Full.","next_step":"Later."})", "busy", 75},
    {"disk_full", 507, R"({"code":"storage_full","detail":"Full.","next_step":"Later."})",
     "storage_full", 75},
    {"proxy_page", 502, "<html>", "fetch_failed", 69},
    {"problem_without_code", 404, R"({"detail":"x"})", "fetch_failed", 65},
};
class FailureOfReply : public testing::TestWithParam<ReplyRow> {};
TEST_P(FailureOfReply, keeps_the_validators_words) {
    const Failure failure = failure_of_reply(GetParam().status, GetParam().body);
    EXPECT_EQ(failure.code, GetParam().code);
    EXPECT_EQ(failure.exit_code, GetParam().exit_code);
    EXPECT_FALSE(failure.sentence.empty());
    EXPECT_FALSE(failure.next_step.empty());
}
INSTANTIATE_TEST_SUITE_P(Replies, FailureOfReply, testing::ValuesIn(kReplies),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Printable, leaves_nothing_for_a_terminal_to_obey) {
    EXPECT_EQ(printable("a\x1b[31m\r\nb\xc3\xa4"), "a?[31m??b??");
    EXPECT_EQ(printable("abcdef", 3), "abc...");
}

}  // namespace
}  // namespace pramana::app
