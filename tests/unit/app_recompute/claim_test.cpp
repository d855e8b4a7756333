// What `score --json` prints is read back to the same values, and nothing else is read.
#include "replayed.hpp"

namespace pramana::app {
namespace {

using testing::Bench;

TEST(ScoreClaim, is_what_was_printed) {
    const Bench bench;
    OfflineCorpus corpus{store::CorpusKey{}, {}};
    (void)bench.scored(Bench::prose(1, 200), corpus);
    const ScoredFile file = bench.scored(Bench::prose(1, 100) + Bench::prose(2, 200), corpus);
    const std::string line = json_of(file, bench.scorer(), true);
    const std::variant<Claim, ClaimProblem> read = read_claim(line + '\n', "anything");
    const Claim* const claim = std::get_if<Claim>(&read);
    ASSERT_NE(claim, nullptr);
    EXPECT_EQ(ruleset_of(*claim), bench.ruleset().digest());
    EXPECT_EQ(model_of(*claim), bench.scorer().model_digest);
    const ScoreClaim& score = std::get<ScoreClaim>(*claim);
    EXPECT_EQ(score.steps, file.steps);
    EXPECT_EQ(score.verdicts, file.score.verdicts);
    EXPECT_EQ(score.score.trace, file.score.trace);
    EXPECT_EQ(score.score.mass_by_cause, file.score.mass_by_cause);
    EXPECT_EQ(score.score.novel_mass, file.score.novel_mass);
    EXPECT_EQ(score.score.uniqueness, file.score.uniqueness);
    EXPECT_EQ(score.score.pay_1024, file.score.pay_1024);
    EXPECT_EQ(place_of(*claim)->place, 1U);
    EXPECT_EQ(place_of(*claim)->previous_root, file.at.previous_root);
    EXPECT_EQ(place_of(*claim)->new_root, file.at.new_root);
    EXPECT_TRUE(score.has_chunks);
}

TEST(ScoreClaim, without_a_trace_has_no_chunks) {
    const Bench bench;
    OfflineCorpus corpus{store::CorpusKey{}, {}};
    const ScoredFile file = bench.scored(Bench::prose(1, 200), corpus);
    const auto read = read_claim(json_of(file, bench.scorer(), false), "anything");
    const ScoreClaim& claim = std::get<ScoreClaim>(std::get<Claim>(read));
    EXPECT_FALSE(claim.has_chunks);
    EXPECT_EQ(claim.steps.document, file.steps.document);
}

TEST(ScoreClaim, refuses_its_truncations) {
    const Bench bench;
    OfflineCorpus corpus{store::CorpusKey{}, {}};
    const std::string line =
        json_of(bench.scored(Bench::prose(1, 40), corpus), bench.scorer(), true);
    for (std::size_t size = 0; size < line.size(); ++size)
        EXPECT_TRUE(std::holds_alternative<ClaimProblem>(read_claim(line.substr(0, size), "text")))
            << size;
}

struct Change {
    const char* name;
    std::string_view from;
    std::string_view to;
};
// One member each that is missing, of another kind or out of its range.
const Change kChanges[] = {
    {"digest_too_short", R"("digest":"0x)", R"("digest":"0x00)"},
    {"no_model", R"("model_digest")", R"("model")"},
    {"epoch_above_32_bits", R"("epoch":0)", R"("epoch":4294967296)"},
    {"negative_place", R"("place":0)", R"("place":-1)"},
    {"mass_as_text", R"("mass":)", R"("mass":"1","was":)"},
    {"no_cause", R"("semantic":)", R"("magic":)"},
    {"reasons_as_object", R"("reasons":[)", R"("reasons":{},"were":[)"},
    {"weight_missing", R"("weight")", R"("heaviness")"},
    {"a_name_twice", R"("backend")", R"("file":"x","backend")"},
};
class ScoreClaimChange : public ::testing::TestWithParam<Change> {};
TEST_P(ScoreClaimChange, is_refused) {
    const Bench bench;
    OfflineCorpus corpus{store::CorpusKey{}, {}};
    std::string line = json_of(bench.scored(Bench::prose(1, 40), corpus), bench.scorer(), true);
    const std::size_t at = line.find(GetParam().from);
    ASSERT_NE(at, std::string::npos);
    line.replace(at, GetParam().from.size(), GetParam().to);
    EXPECT_TRUE(std::holds_alternative<ClaimProblem>(read_claim(line, "text")));
}
INSTANTIATE_TEST_SUITE_P(Members, ScoreClaimChange, ::testing::ValuesIn(kChanges),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::app
