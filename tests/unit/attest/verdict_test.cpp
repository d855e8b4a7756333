#include "pramana/attest/appraisal.hpp"
#include "pramana/core/json.hpp"

#include <gtest/gtest.h>

namespace pramana::attest {
namespace {

constexpr Check kChecks[] = {{"a.first", "The first.", "Look at the first."},
                             {"a.second", "The second.", "Look at the second."},
                             {"a.third", "The third.", "Look at the third."}};
constexpr Check kForeign{"b.other", "Of another table.", "Nothing."};

TEST(VerdictList, a_check_that_nobody_decided_refuses_the_evidence) {
    VerdictList verdicts{kChecks};
    verdicts.pass(kChecks[0], "1", "1");
    verdicts.not_applicable(kChecks[2], "the evidence has none");
    EXPECT_FALSE(verdicts.accepted());
    EXPECT_EQ(verdicts.first_failure(), nullptr);
    EXPECT_EQ(verdicts.at(kChecks[1]).outcome, Outcome::kNotReached);
    verdicts.pass(kChecks[1], "2", "2");
    EXPECT_TRUE(verdicts.accepted());
}

TEST(VerdictList, one_failure_refuses_the_evidence) {
    VerdictList verdicts{kChecks};
    verdicts.pass(kChecks[0], "1", "1");
    EXPECT_FALSE(verdicts.decide(kChecks[1], false, "2", "3"));
    verdicts.pass(kChecks[2], "3", "3");
    EXPECT_FALSE(verdicts.accepted());
    ASSERT_NE(verdicts.first_failure(), nullptr);
    EXPECT_EQ(verdicts.first_failure()->check->name, "a.second");
}

TEST(VerdictList, nothing_that_applies_is_not_acceptance) {
    VerdictList verdicts{kChecks};
    for (const Check& check : kChecks) verdicts.not_applicable(check, "not asked");
    EXPECT_FALSE(verdicts.accepted());
}

TEST(VerdictListDeathTest, deciding_twice_or_a_foreign_check_is_a_bug) {
    VerdictList verdicts{kChecks};
    verdicts.fail(kChecks[0], "1", "2");
    EXPECT_DEATH(verdicts.pass(kChecks[0], "1", "1"), "invariant broken");
    EXPECT_DEATH(verdicts.pass(kForeign, "1", "1"), "invariant broken");
}

TEST(Appraisal, the_text_holds_what_strangers_wrote_in_one_plain_line) {
    const std::string evil = "x\nACCEPTED\x1b[2J\x7f";
    Appraisal appraisal{.kind = "test",
                        .verdicts = VerdictList{kChecks},
                        .tcb_status = {},
                        .advisories = {evil},
                        .facts = {{"mr_td", evil}},
                        .valid_until = {}};
    appraisal.verdicts.pass(kChecks[0], evil, evil + "2");
    appraisal.verdicts.fail(kChecks[1], evil, std::string(10'000, 'y'));
    appraisal.verdicts.not_applicable(kChecks[2], evil);
    const std::string text = to_text(appraisal);
    EXPECT_EQ(text.find("\nACCEPTED"), std::string::npos) << text;
    EXPECT_EQ(text.find_first_of("\x1b\x7f"), std::string::npos) << text;
    EXPECT_NE(text.find("x?ACCEPTED?[2J?2\n"), std::string::npos) << text;
    EXPECT_EQ(text.find(std::string(8193, 'y')), std::string::npos) << "cut";
}

TEST(Appraisal, the_json_says_why_and_what_to_do) {
    Appraisal appraisal{.kind = "test",
                        .verdicts = VerdictList{kChecks},
                        .tcb_status = TcbStatus::kOutOfDate,
                        .advisories = {"INTEL-SA-00001"},
                        .facts = {{"mr_td", "00ff"}},
                        .valid_until = 1925769600};
    appraisal.verdicts.pass(kChecks[0], "1", "1");
    appraisal.verdicts.fail(kChecks[1], "2", "a \"3\"");
    const std::string text = to_json(appraisal);
    ASSERT_TRUE(read_json(text));
    EXPECT_EQ(text, R"({"kind":"test","accepted":false,"tcb_status":"OutOfDate",)"
                    R"("advisories":["INTEL-SA-00001"],"valid_until":"2031-01-10T00:00:00Z",)"
                    R"("facts":{"mr_td":"00ff"},"checks":[)"
                    R"({"name":"a.first","outcome":"passed","expected":"1","found":"1"},)"
                    R"({"name":"a.second","outcome":"failed","expected":"2","found":"a \"3\"",)"
                    R"("meaning":"The second.","next_step":"Look at the second."},)"
                    R"({"name":"a.third","outcome":"not_reached",)"
                    R"("meaning":"The third.","next_step":"Look at the third."}]})");
    EXPECT_EQ(appraisal.fact("mr_td")->value, "00ff");
    EXPECT_EQ(appraisal.fact("mr_seam"), nullptr);
}

TEST(Appraisal, the_text_is_for_people) {
    Appraisal appraisal{.kind = "test",
                        .verdicts = VerdictList{kChecks},
                        .tcb_status = {},
                        .advisories = {},
                        .facts = {{"mr_td", "00ff"}},
                        .valid_until = 1925769600};
    appraisal.verdicts.pass(kChecks[0], "1", "1");
    appraisal.verdicts.not_applicable(kChecks[2], "not asked");
    appraisal.verdicts.holds_until(kChecks[0], 1925769601);
    appraisal.verdicts.holds_until(kChecks[0], 1925769600);
    appraisal.verdicts.holds_until(kChecks[0], 1925769602);
    EXPECT_NE(to_text(appraisal).find("SKIPPED  The second. [a.second]\n         because "),
              std::string::npos);
    EXPECT_NE(to_text(appraisal).find("\nNOT ACCEPTED\n"), std::string::npos);
    appraisal.verdicts.fail(kChecks[1], "2", "3");
    EXPECT_EQ(to_text(appraisal),
              "This is test.\n"
              "ok       The first. [a.first]\n         found     1\n"
              "         holds     until 2031-01-10T00:00:00Z\n"
              "FAILED   The second. [a.second]\n         expected  2\n         found     3\n"
              "         to do     Look at the second.\n"
              "\nNot asked for by the policy, or not there\n-        a.third: not asked\n"
              "\nWhat the evidence says (worth something only when it is accepted)\n"
              "         mr_td                 00ff\n"
              "                               the firmware image that the TD started from\n"
              "\nkind        test\nends with   a.first\nNOT ACCEPTED: a.second failed\n");
}

// Everything that an appraisal can print has words.
TEST(Explain, every_status_and_every_kind_has_a_meaning) {
    for (int i = 0; i <= static_cast<int>(TcbStatus::kNoMatchingLevel); ++i)
        EXPECT_FALSE(meaning_of(static_cast<TcbStatus>(i)).empty()) << i;
    for (const std::string_view kind : {"tdx", "sgx", "intel", "sev_snp", "nvidia_gpu",
                                        "nvidia_set", "nvidia_nras", "dstack", "dstack_key"})
        EXPECT_FALSE(meaning_of_kind(kind).empty()) << kind;
    EXPECT_TRUE(meaning_of_kind("another").empty());
    EXPECT_TRUE(meaning_of_fact("another").empty());
}

TEST(TcbStatus, every_name_is_read_back_and_no_other) {
    for (int i = 0; i <= static_cast<int>(TcbStatus::kNoMatchingLevel); ++i) {
        const auto status = static_cast<TcbStatus>(i);
        EXPECT_EQ(tcb_status_of(name_of(status)), status);
    }
    for (const std::string_view name : {"", "uptodate", "Fabulous", "UpToDate "})
        EXPECT_FALSE(tcb_status_of(name)) << name;
}

}  // namespace
}  // namespace pramana::attest
