// `verify FILE`: exit codes of sysexits.h, and that evidence under a root made here is never
// accepted.

#include "commands/verify_evidence.hpp"

#include "attest_support/intel_evidence.hpp"
#include "command_fixture.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/evidence/attestation.hpp"
#include "unit/evidence/stated.hpp"

namespace pramana::app {
namespace {

namespace fs = std::filesystem;
using attest::testing_support::IntelEvidence;

class VerifyEvidence : public CommandTest {
  protected:
    VerifyEvidence() {
        const IntelEvidence::Made made = IntelEvidence{}.make();
        quote_ = write("quote.bin", as_text(made.quote));
        hex_ = write("quote.hex", to_hex(made.quote) + '\n');
        json_ = write("quote.json", JsonObject{}.text("quote", to_hex(made.quote)).str());
        collateral_ = write("collateral.json", attest::json_of(made.collateral));
    }
    static Run run(const std::vector<std::string>& words) {
        return run_command(run_verify_evidence, words);
    }

    /// A validator's answer with a quote that is not over it.
    static std::string answer_text() {
        return evidence::to_json(
            {.statement = evidence::to_canonical_json(evidence::stated()).value(),
             .evidence = R"({"kind":"tdx","quote":")" + to_hex(IntelEvidence{}.make().quote) +
                         R"("})"});
    }

    std::string quote_, hex_, json_, collateral_;
};

TEST_F(VerifyEvidence, refuses_a_quote_under_another_root_than_intels_in_all_three_forms) {
    for (const std::string& file : {quote_, hex_, json_}) {
        const Run refused =
            run({file, "--collateral", collateral_, "--at", "2030-03-17T17:46:40Z"});
        EXPECT_EQ(refused.exit_code, 1);
        EXPECT_NE(refused.out.find("\nNOT ACCEPTED: intel.pck.root failed\n"), std::string::npos)
            << refused.out;
    }
}

TEST_F(VerifyEvidence, a_refused_quote_leaves_no_ledger) {
    const fs::path ledger = folder_ / "ledger";
    EXPECT_EQ(run({quote_, "--collateral", collateral_, "--ledger", ledger.string()}).exit_code, 1);
    EXPECT_FALSE(fs::exists(ledger));
}

TEST_F(VerifyEvidence, prints_json) {
    const Run refused = run({quote_, "--collateral", collateral_, "--json"});
    const Result<JsonView> json = read_json(refused.out);
    ASSERT_TRUE(json);
    EXPECT_FALSE(json->member("accepted")->boolean().value());
    EXPECT_EQ(json->member("appraisals")->items().at(0).member("kind")->text().value(), "tdx");
    EXPECT_EQ(json->member("form")->text().value(), "an Intel quote");
    EXPECT_EQ(json->member("not_pinned")->items().size(), 4U);
}

struct AnswerRow {
    const char* name;
    const char* from;
    const char* to;
    const char* said;  ///< empty: it is read, and judged
};
// Only the one canonical text of a statement is read (docs/formats.md "Statement"): a text that
// says the same in other bytes has another hash.
const AnswerRow kAnswers[] = {
    {"as_it_was_written", "", "", ""},
    {"with_a_space", "\"chain_id\":31337", "\"chain_id\": 31337", "the one canonical text"},
    {"number_as_text", "\"chain_id\":31337", "\"chain_id\":\"31337\"", "the one canonical text"},
    {"member_renamed", "\"anchor\"", "\"anchos\"", "the one canonical text"},
    {"address_of_another_key", "\"signing_address\":\"0x7", "\"signing_address\":\"0x8",
     "the one canonical text"},
    {"statement_of_another_version", "pramana:statement:2", "pramana:statement:3", "of a version"},
    {"answer_of_another_version", "pramana:attestation:2", "pramana:attestation:1", "of a version"},
    {"answer_without_evidence", "\"evidence\":{\"kind\"", "\"evidenze\":{\"kind\"",
     "attestation cannot be read"},
    {"evidence_of_no_kind", "\"kind\":\"tdx\",\"quote\"", "\"kind\":\"tdx\",\"quite\"",
     "of no kind that is known here"},
    {"gpu_evidence_that_does_not_read", "\"gpu_evidence\":null", "\"gpu_evidence\":{}",
     "of no kind that is known here"},
};
TEST_F(VerifyEvidence, takes_a_validators_answer_in_its_canonical_form_and_no_other) {
    const std::string answer = answer_text();
    for (const AnswerRow& row : kAnswers) {
        SCOPED_TRACE(row.name);
        std::string text = answer;
        const std::size_t at = text.find(row.from);
        ASSERT_NE(at, text.npos);
        text.replace(at, std::string_view{row.from}.size(), row.to);
        const Run judged = run({write("answer.json", text)});
        const std::string_view said = row.said;
        EXPECT_EQ(judged.exit_code, said.empty() ? 1 : 65);
        EXPECT_EQ(judged.out.find("[statement.hash]") != std::string::npos, said.empty());
        if (said.empty()) continue;
        EXPECT_TRUE(judged.errors.starts_with("error: evidence_malformed: ")) << judged.errors;
        EXPECT_NE(judged.errors.find(said), std::string::npos) << judged.errors;
        EXPECT_NE(judged.errors.find("\n  next: "), std::string::npos);
    }
}

// What is asked for is judged or said not to be: passing over it would look like an answer.
TEST_F(VerifyEvidence, passes_over_nothing_that_was_asked_for) {
    const std::string bytes64(128, '0');
    const std::string bytes32(64, '0');
    const std::string answer = write("answer.json", answer_text());
    const std::string token = write("nras.json", R"([["JWT","a.b.c"],{"GPU-0":"a.b.c"}])");
    EXPECT_EQ(run({quote_, "--nonce", bytes32}).exit_code, 64);
    EXPECT_EQ(run({token, "--report-data", bytes64}).exit_code, 64);
    EXPECT_EQ(run({token, "--nonce", bytes32}).exit_code, 1);
    for (const std::vector<std::string>& asked :
         {std::vector<std::string>{answer, "--report-data", bytes64},
          {answer, "--nonce", bytes32}}) {
        const Run refused = run(asked);
        EXPECT_EQ(refused.exit_code, 64);
        EXPECT_NE(refused.errors.find("a validator's answer"), std::string::npos);
    }
    const Run gpus = run({quote_, "--collateral", collateral_, "--gpus", "8"});
    EXPECT_NE(gpus.out.find("[nvidia.set.count]\n         expected  8 devices"), std::string::npos)
        << gpus.out;
}

// An archived statement comes with the collateral of its time: it stays verifiable as of then.
TEST_F(VerifyEvidence, says_as_of_when_an_old_answer_was_good) {
    evidence::AttestationParts parts{
        .statement = evidence::to_canonical_json(evidence::stated()).value(), .evidence = {}};
    IntelEvidence intel;
    std::ranges::copy(parts.report().bytes, intel.td_report.begin() + 520);
    const IntelEvidence::Made made = intel.make();
    parts.evidence = R"({"kind":"tdx","quote":")" + to_hex(made.quote) + R"("})";
    parts.collateral =
        R"({"fetched_unix_s":1900000000,"intel":)" + attest::json_of(made.collateral) + '}';
    const std::string file = write("old.json", evidence::to_json(parts));
    static attest::PinnedRoots roots;
    roots = made.roots;
    const auto judged = [&](const std::vector<std::string>& words) {
        return run_command(
            [](std::span<const std::string_view> args) { return run_verify_evidence(args, roots); },
            words);
    };
    const Run now = judged({file, "--at", "2040-01-01T00:00:00Z"});
    EXPECT_EQ(now.exit_code, 1);
    EXPECT_NE(now.out.find("--at 2030-03-17T17:46:40Z\n"), std::string::npos) << now.out;
    const Run then = judged({file, "--at", "2030-03-17T17:46:40Z"});
    EXPECT_EQ(then.out.find("--at "), std::string::npos);
    EXPECT_NE(then.out.find("\nACCEPTED until "), std::string::npos) << then.out;
}

TEST_F(VerifyEvidence, exit_codes_are_those_of_sysexits) {
    const std::string garbage = write("garbage", "{");
    const std::string policy = write("policy", R"({"version":1,"intel":{"mrtd":[]}})");
    EXPECT_EQ(run({}).exit_code, 64);
    EXPECT_EQ(run({quote_}).exit_code, 1) << "without endorsements";
    EXPECT_EQ(run({quote_, "--nonce", "00"}).exit_code, 64);
    EXPECT_EQ(run({quote_, "--gpus", "0"}).exit_code, 64);
    EXPECT_EQ(run({"http://127.0.0.1:1/"}).exit_code, 69);
    EXPECT_EQ(run({quote_, "--collateral", collateral_, "--at", "now"}).exit_code, 64);
    EXPECT_EQ(run({quote_, "--collateral", collateral_, "--report-data", "00"}).exit_code, 64);
    EXPECT_EQ(run({quote_, "--collateral", garbage}).exit_code, 65);
    EXPECT_EQ(run({garbage, "--collateral", collateral_}).exit_code, 65);
    EXPECT_EQ(run({"/nowhere", "--collateral", collateral_}).exit_code, 66);
    EXPECT_EQ(run({quote_, "--collateral", "/nowhere"}).exit_code, 66);
    EXPECT_EQ(run({quote_, "--collateral", collateral_, "--policy", policy}).exit_code, 78);
    EXPECT_EQ(run({quote_, "--collateral", collateral_, "--ledger", garbage}).exit_code, 65);
}

}  // namespace
}  // namespace pramana::app
