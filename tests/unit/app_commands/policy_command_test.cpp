// `policy new|check|explain`: exit codes, and that no policy is made of evidence that is not
// accepted.

#include "commands/policy.hpp"

#include "attest_support/intel_evidence.hpp"
#include "command_fixture.hpp"

namespace pramana::app {
namespace {

namespace fs = std::filesystem;

class PolicyCommand : public CommandTest {
  protected:
    static Run run(const std::vector<std::string>& words) { return run_command(run_policy, words); }
};

TEST_F(PolicyCommand, check_names_every_mistake_by_its_path) {
    const std::string wrong =
        write("wrong", R"({"version":1,"intel":{"mrtd":[],"mr_td":["00"]},"amd":{"vmpl_max":9}})");
    const Run found = run({"check", wrong});
    EXPECT_EQ(found.exit_code, 78);
    for (const char* path : {": intel.mrtd ", ": intel.mr_td", ": amd.vmpl_max "})
        EXPECT_NE(found.out.find(wrong + path), std::string::npos) << found.out;
    EXPECT_EQ(run({"check", write("right", R"({"version":1})")}).exit_code, 0);
}

TEST_F(PolicyCommand, explain_speaks_of_every_vendor) {
    const Run strict = run({"explain"});
    EXPECT_EQ(strict.exit_code, 0);
    for (const char* title : {"Evidence\n", "\nIntel TDX and SGX\n", "\nAMD SEV-SNP\n",
                              "\nNVIDIA\n", "\ndstack\n", "\nStatement of a validator\n"})
        EXPECT_NE(strict.out.find(title), std::string::npos) << title;
    EXPECT_EQ(run({"explain", write("file", R"({"version":1})")}).out, strict.out);
    EXPECT_EQ(run({"explain", write("broken", "{")}).exit_code, 78);
}

TEST_F(PolicyCommand, new_makes_none_of_evidence_under_another_root) {
    const std::string quote =
        write("quote", as_text(attest::testing_support::IntelEvidence{}.make().quote));
    const std::string out = (folder_ / "policy.json").string();
    EXPECT_EQ(run({"new", quote, "--yes", "--out", out}).exit_code, 1);
    EXPECT_FALSE(fs::exists(out));
    EXPECT_EQ(run({"new", write("garbage", "words"), "--yes"}).exit_code, 65);
    EXPECT_EQ(run({"new", "/nowhere", "--yes"}).exit_code, 66);
}

TEST_F(PolicyCommand, usage_is_64) {
    for (const std::vector<std::string>& words : {std::vector<std::string>{},
                                                  {"new"},
                                                  {"check"},
                                                  {"burn", "x"},
                                                  {"new", "x", "--at", "now", "--yes"}})
        EXPECT_EQ(run(words).exit_code, 64);
}

}  // namespace
}  // namespace pramana::app
