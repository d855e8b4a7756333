#include "command_fixture.hpp"
#include "commands/ownership.hpp"

namespace pramana::app {
namespace {

// The first account of the mnemonic "test test … junk", known to everybody.
constexpr std::string_view kWitnessKey =
    "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80\n";
constexpr const char* kWitness = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
constexpr const char* kDlp = "0x5fbdb2315678afecb367f032d93f642f64180aa3";
constexpr const char* kContributor = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";

class OwnershipCommand : public CommandTest {
  protected:
    static Run run(const std::vector<std::string>& words) {
        return run_command(run_ownership, words);
    }
    /// Of a contribution whose sealed file holds `sealed`.
    std::vector<std::string> about(const std::string& verb, const std::string& sealed) {
        return {verb,
                "--chain-id",
                "1480",
                "--dlp",
                kDlp,
                "--contributor",
                kContributor,
                "--sealed",
                write("sealed", sealed),
                "--provider",
                "chatgpt",
                "--at",
                "2026-11-22T02:00:00Z"};
    }
    std::string statement() {
        std::vector<std::string> words = about("sign", "sealed bytes");
        words.insert(words.end(), {"--wallet", write("witness.key", kWitnessKey)});
        const Run made = run(words);
        EXPECT_EQ(made.exit_code, 0) << made.errors;
        return write("statement.json", made.out);
    }
    std::vector<std::string> judging(const std::string& sealed, const std::string& file) {
        std::vector<std::string> words = about("verify", sealed);
        words.insert(words.begin() + 1, file);
        words.insert(words.end(), {"--witness", kWitness});
        return words;
    }
};

TEST_F(OwnershipCommand, signs_what_it_accepts) {
    const Run judged = run(judging("sealed bytes", statement()));
    EXPECT_EQ(judged.exit_code, 0) << judged.out << judged.errors;
    EXPECT_NE(judged.out.find("what a witness says of who owns"), std::string::npos) << judged.out;
    EXPECT_NE(judged.out.find("ACCEPTED until 2026-12-22T02:00:00Z"), std::string::npos);
}

TEST_F(OwnershipCommand, signs_for_the_largest_file_that_validators_score) {
    constexpr std::size_t kOpenedMax = std::size_t{64} << 20U;  // docs/formats.md "Sealed file"
    std::vector<std::string> words = about("sign", std::string(kOpenedMax + 1'000, 's'));
    words.insert(words.end(), {"--wallet", write("witness.key", kWitnessKey)});
    EXPECT_EQ(run(words).exit_code, 0);
}

TEST_F(OwnershipCommand, refuses_a_statement_for_another_file_and_says_so) {
    std::vector<std::string> words = judging("other bytes", statement());
    words.emplace_back("--json");
    const Run judged = run(words);
    EXPECT_EQ(judged.exit_code, 1);
    EXPECT_NE(judged.out.find(R"("name":"ownership.statement.file","outcome":"failed")"),
              std::string::npos)
        << judged.out;
}

TEST_F(OwnershipCommand, ties_a_statement_to_the_content) {
    const std::string digest(64, 'a'), other(64, 'c');
    const std::string salt = write("salt", std::string(64, 'b') + '\n');
    std::vector<std::string> words = about("sign", "sealed bytes");
    words.insert(words.end(), {"--wallet", write("witness.key", kWitnessKey), "--content-sha256",
                               digest, "--salt", salt});
    const std::string file = write("statement.json", run(words).out);
    for (const auto& [content, code] : {std::pair{digest, 0}, std::pair{other, 1}}) {
        std::vector<std::string> ask = judging("sealed bytes", file);
        ask.insert(ask.end(), {"--content-sha256", content, "--salt", salt});
        EXPECT_EQ(run(ask).exit_code, code);
    }
}

TEST_F(OwnershipCommand, judges_a_mail_under_a_record_that_it_signed) {
    const Bytes key = *read_file("tests/unit/ownership/mails/rsa_relaxed_relaxed.key", 4096);
    std::string text{as_text(key)};
    text.pop_back();
    const Run made = run({"record", "--wallet", write("witness.key", kWitnessKey), "--domain",
                          "mail.provider.example", "--selector", "export", "--record", text, "--at",
                          "2026-11-19T00:00:00Z"});
    ASSERT_EQ(made.exit_code, 0) << made.errors;
    const std::string record = write("record.json", made.out);
    const auto judged = [&](const std::string& mail, const std::string& domain) {
        return run({"mail", mail, "--key-record", record, "--witness", kWitness, "--domain", domain,
                    "--at", "2026-11-19T01:00:00Z"});
    };
    const std::string mail = "tests/unit/ownership/mails/rsa_relaxed_relaxed.eml";
    const Run good = judged(mail, "other.example,mail.provider.example");
    EXPECT_EQ(good.exit_code, 0) << good.out;
    EXPECT_EQ(good.out.find("alex"), std::string::npos);
    EXPECT_EQ(judged(mail, "other.example").exit_code, 1);
    EXPECT_EQ(judged("tests/unit/ownership/mails/weak_key.eml", "mail.provider.example").exit_code,
              1);
}

TEST_F(OwnershipCommand, asks_for_what_is_missing) {
    const std::string key = write("witness.key", kWitnessKey);
    const std::vector<std::vector<std::string>> wrong = {
        {"guess"},
        {"sign"},
        {"verify"},
        {"mail"},
        {"sign", "a file"},
        {"sign", "--wallet", key, "--provider", "Chat GPT", "--chain-id", "1", "--dlp", kDlp,
         "--contributor", kContributor, "--sealed-sha256", std::string(64, 'a')},
        {"sign", "--wallet", key, "--provider", "chatgpt", "--chain-id", "1", "--dlp", kDlp,
         "--contributor", kContributor},
        {"sign", "--wallet", key, "--provider", "chatgpt", "--chain-id", "1", "--dlp", "0x12",
         "--contributor", kContributor, "--sealed-sha256", std::string(64, 'a')},
        {"record", "--wallet", key, "--domain", "Provider", "--selector", "s", "--record", "p=x"},
        {"record", "--wallet", key, "--domain", "a.b", "--selector", "s", "--record", "p=x",
         "--days", "367"},
        {"verify", "f", "--at", "yesterday"},
    };
    for (const std::vector<std::string>& words : wrong)
        EXPECT_EQ(run(words).exit_code, 64) << words.front() << ' ' << words.size();
    std::vector<std::string> nowhere = judging("sealed bytes", "/nowhere.json");
    EXPECT_EQ(run(nowhere).exit_code, 66);
}

}  // namespace
}  // namespace pramana::app
