// Pure decisions, and what is shown of a score.
#include "rules.hpp"

#include "notes.hpp"
#include "schedule.hpp"

#include "pipeline_fixture.hpp"

namespace pramana::pipeline {
namespace {

struct UrlRow {
    const char* name;
    const char* url;
    bool ours;
};
const std::string kHex(64, 'a');
const UrlRow kUrlRows[] = {
    {"ours", "https://v.example/v1/blobs/", true},
    {"another_host", "https://w.example/v1/blobs/", false},
    {"another_scheme", "http://v.example/v1/blobs/", false},
    {"a_longer_host", "https://v.example.org/v1/blobs/", false},
    {"another_path", "https://v.example/v1/proofs/", false},
    {"a_path_in_between", "https://v.example/x/v1/blobs/", false},
};
class UrlTest : public testing::TestWithParam<UrlRow> {};
INSTANTIATE_TEST_SUITE_P(Rows, UrlTest, testing::ValuesIn(kUrlRows),
                         [](const auto& row) { return std::string{row.param.name}; });
TEST_P(UrlTest, is_ours_only_if_it_is_exactly_a_blobs) {
    const std::string url = GetParam().url;
    EXPECT_EQ(own_blob_of(url + kHex, "https://v.example").has_value(), GetParam().ours);
    EXPECT_FALSE(own_blob_of(url + kHex + "a", "https://v.example"));
    EXPECT_FALSE(own_blob_of(url + kHex.substr(1), "https://v.example"));
    EXPECT_FALSE(own_blob_of(url + kHex.substr(1) + "A", "https://v.example")) << "one spelling";
    EXPECT_FALSE(own_blob_of(url + kHex.substr(1) + "g", "https://v.example"));
}

TEST(ScoreWad, is_linear_and_ends_at_one) {
    EXPECT_EQ(score_wad_of(0), 0U);
    EXPECT_EQ(score_wad_of(1), 976'562'500'000'000U);
    EXPECT_EQ(score_wad_of(1024), 1'000'000'000'000'000'000U);
}

struct ShownRow {
    const char* name;
    std::uint64_t mass;
    std::array<std::uint64_t, 6> lost;  ///< new, exact, lexical, semantic, internal, public
    std::uint32_t uniqueness_milli;
    std::uint32_t matched_milli;
    std::uint32_t internal_milli;
};
// reference scoring.md 3.4 "What leaves the enclave": one merged class in steps of 1/8, none below
// 1,024 tokens (4,096 characters), internal repetition in full.
const ShownRow kShownRows[] = {
    {"empty", 0, {}, 0, 0, 0},
    {"all_new", 100'000, {100'000, 0, 0, 0, 0, 0}, 1000, 0, 0},
    {"all_copied", 100'000, {0, 100'000, 0, 0, 0, 0}, 0, 1000, 0},
    {"causes_are_merged", 100'000, {50'000, 12'500, 12'500, 12'500, 0, 12'500}, 500, 500, 0},
    {"rounded_to_the_nearest_eighth", 100'000, {70'000, 0, 0, 30'000, 0, 0}, 750, 250, 0},
    {"half_a_step_rounds_up", 160'000, {150'000, 10'000, 0, 0, 0, 0}, 875, 125, 0},
    {"just_below_half_a_step", 160'001, {150'001, 9'999, 0, 0, 0, 0}, 1000, 0, 0},
    {"one_character_too_few_to_show", 4'095, {0, 4'095, 0, 0, 0, 0}, 1000, 0, 0},
    {"just_enough_to_show", 4'096, {0, 4'096, 0, 0, 0, 0}, 0, 1000, 0},
    {"internal_is_exact", 100'000, {66'700, 0, 0, 0, 33'300, 0}, 625, 0, 333},
};
class ShownTest : public testing::TestWithParam<ShownRow> {};
INSTANTIATE_TEST_SUITE_P(Rows, ShownTest, testing::ValuesIn(kShownRows),
                         [](const auto& row) { return std::string{row.param.name}; });
TEST_P(ShownTest, is_coarse) {
    ScoreFacts facts;
    facts.mass = GetParam().mass;
    facts.mass_by_cause = GetParam().lost;
    const PublicResult shown = public_result_of(facts, PayTerms{});
    EXPECT_EQ(shown.uniqueness_milli, GetParam().uniqueness_milli);
    EXPECT_EQ(shown.matched_milli, GetParam().matched_milli);
    EXPECT_EQ(shown.internal_milli, GetParam().internal_milli);
}

struct ShownMassRow {
    const char* name;
    std::uint32_t pay_1024;
    std::uint32_t quality_q16;
    std::uint64_t novel_mass;
};
// docs/scoring.md "Pay" turned round: g is 0 at 0.30 and 1 from 0.70 on, N_ref 65,536, N_min 1,024.
const ShownMassRow kShownMassRows[] = {
    {"nothing_paid", 0, 65'536, 0},
    {"least_pay_is_the_minimum_mass", 1, 65'536, 1'024},
    {"full_quality", 100, 65'536, 6'400},
    {"just_full_quality", 100, 45'875, 6'400},
    {"half_quality_takes_twice_the_mass", 100, 32'768, 12'800},
    {"all_that_is_paid", 1024, 65'536, 65'536},
};
class ShownMassTest : public testing::TestWithParam<ShownMassRow> {};
INSTANTIATE_TEST_SUITE_P(Rows, ShownMassTest, testing::ValuesIn(kShownMassRows),
                         [](const auto& row) { return std::string{row.param.name}; });
TEST_P(ShownMassTest, says_no_more_than_the_pay) {
    ScoreFacts facts;
    facts.mass = 200'000;
    facts.quality_q16 = GetParam().quality_q16;
    facts.pay_1024 = GetParam().pay_1024;
    for (const std::uint64_t exact : {0U, 6'463U, 131'072U}) {
        facts.novel_mass = exact;
        EXPECT_EQ(public_result_of(facts, PayTerms{}).novel_mass, GetParam().novel_mass);
    }
}

TEST(PublicResultTest, says_by_share_only_the_least_that_is_paid) {
    const PayTerms by_share{.novel_mass_reference = 0, .by_share = true};
    ScoreFacts facts;
    facts.mass = 200'000;
    facts.quality_q16 = 65'536;
    for (const std::uint32_t pay : {1U, 512U, 1024U}) {
        facts.pay_1024 = pay;
        EXPECT_EQ(public_result_of(facts, by_share).novel_mass, by_share.novel_mass_min);
    }
    facts.pay_1024 = 0;
    EXPECT_EQ(public_result_of(facts, by_share).novel_mass, 0U);
}

TEST(PublicResultTest, hides_the_reasons_of_matches_that_it_hides) {
    ScoreFacts facts;
    facts.mass = 4'095;
    facts.mass_by_cause = {0, 4'095, 0, 0, 0, 0};
    facts.reasons = {"exact_copy", "low_quality"};
    EXPECT_EQ(public_result_of(facts, PayTerms{}).reasons, std::vector<std::string>{"low_quality"});
    facts.mass = facts.mass_by_cause[1] = 4'096;
    EXPECT_EQ(public_result_of(facts, PayTerms{}).reasons, facts.reasons);
}

TEST(Notes, are_read_back) {
    KeyNote key;
    key.key = SecretBytes::copy_of(as_bytes_view("password"));
    key.message = "seed";
    key.permission = PermissionSecret{Bytes(16, 1), SecretBytes{32}};
    const Result<KeyNote> read = read_key_note(write_note(key));
    ASSERT_TRUE(read);
    EXPECT_EQ(as_text(read->key.expose()), "password");
    EXPECT_EQ(read->message, "seed");
    EXPECT_EQ(read->permission->iv, Bytes(16, 1));
    EXPECT_EQ(read->permission->ephemeral_key.size(), 32U);
    EXPECT_FALSE(read_key_note(write_note(KeyNote{}))->permission);

    ScoreNote score;
    score.facts.pay_1024 = 1024;
    score.facts.mass_by_cause = {1, 2, 3, 4, 5, 6};
    score.facts.reasons = {"near_copy", "repetitive"};
    score.facts.trace = hash_of("trace");
    score.key_matches_permission = false;
    score.keyed = KeyedHashes{.text = hash_of("text"), .trace = hash_of("keyed")};
    const Result<ScoreNote> again = read_score_note(write_note(score));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->facts.mass_by_cause, score.facts.mass_by_cause);
    EXPECT_EQ(again->facts.reasons, score.facts.reasons);
    EXPECT_EQ(again->facts.trace, score.facts.trace);
    EXPECT_EQ(again->key_matches_permission, false);
    EXPECT_EQ(again->keyed, score.keyed);
}

TEST(Notes, refuse_their_truncations_and_a_pay_above_one) {
    KeyNote key;
    key.key = SecretBytes::copy_of(as_bytes_view("password"));
    const SecretBytes written = write_note(key);
    for (std::size_t size = 0; size < written.size(); ++size)
        EXPECT_EQ(code_of(read_key_note(SecretBytes::copy_of(written.expose().first(size)))),
                  "store_corrupt");
    ScoreNote score;
    score.facts.pay_1024 = 1025;
    EXPECT_EQ(code_of(read_score_note(write_note(score))), "store_corrupt");
}

TEST(ScheduleTest, gives_a_job_to_one_at_a_time_and_the_most_overdue_first) {
    Schedule schedule;
    const Schedule::Time zero{};
    schedule.wake(JobId{2}, zero + Schedule::Delay{5});
    schedule.wake(JobId{1}, zero + Schedule::Delay{5});
    schedule.wake(JobId{3}, zero);
    EXPECT_EQ(schedule.take(zero + Schedule::Delay{9}), JobId{3});
    EXPECT_EQ(schedule.take(zero + Schedule::Delay{9}), JobId{1}) << "equal: the lowest id";
    EXPECT_FALSE(schedule.take_this(JobId{1}, Schedule::Delay{0})) << "somebody has it";
    EXPECT_EQ(schedule.take(zero + Schedule::Delay{9}), JobId{2});
    schedule.put_back(JobId{2}, zero + Schedule::Delay{50}, zero + Schedule::Delay{9});
    EXPECT_EQ(schedule.take(zero + Schedule::Delay{49}), std::nullopt) << "2 is not due yet";
    schedule.wake(JobId{3}, zero);  // while it is worked
    schedule.put_back(JobId{3}, zero + Schedule::Delay{1000}, zero + Schedule::Delay{49});
    EXPECT_EQ(schedule.take(zero + Schedule::Delay{49}), JobId{3})
        << "what was woken is due at once";
    schedule.drop(JobId{3});
    EXPECT_EQ(schedule.size(), 2U);
}

// A reorg may tell a job's id anew, for another request, in the moment in which it ends.
TEST(ScheduleTest, loses_no_job_that_was_woken_while_it_was_given_back_for_good) {
    Schedule schedule;
    const Schedule::Time now = Schedule::Time{} + Schedule::Delay{9};
    schedule.wake(JobId{1}, now);
    ASSERT_EQ(schedule.take(now), JobId{1});
    schedule.wake(JobId{1}, now);
    schedule.drop(JobId{1});
    ASSERT_EQ(schedule.take(now), JobId{1});
    schedule.drop(JobId{1});
    EXPECT_EQ(schedule.take(now), std::nullopt);
    EXPECT_EQ(schedule.size(), 0U);
}

TEST(ScheduleTest, counts_failures_in_a_row) {
    Schedule schedule;
    schedule.wake(JobId{1}, {});
    EXPECT_EQ(schedule.count_failure(JobId{1}), 1U);
    EXPECT_EQ(schedule.count_failure(JobId{1}), 2U);
    schedule.forgive(JobId{1});
    EXPECT_EQ(schedule.count_failure(JobId{1}), 1U);
}

struct ErrorRow {
    Errc code;
    Reaction reaction;
};
const ErrorRow kErrorRows[] = {
    {Errc::kConflict, Reaction::kAgain},     {Errc::kRpcUnavailable, Reaction::kBackOff},
    {Errc::kDeviceLost, Reaction::kBackOff}, {Errc::kStorageFull, Reaction::kBackOff},
    {Errc::kNonceGap, Reaction::kBackOff},   {Errc::kInternal, Reaction::kCount},
    {Errc::kStoreCorrupt, Reaction::kCount}, {Errc::kMalformedMessage, Reaction::kCount},
};
TEST(ReactionTest, depends_on_who_can_act) {
    for (const ErrorRow& row : kErrorRows)
        EXPECT_EQ(reaction_to(row.code), row.reaction) << pramana::name_of(row.code);
}

}  // namespace
}  // namespace pramana::pipeline
