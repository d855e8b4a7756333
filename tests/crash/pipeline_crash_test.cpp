// kill -9 at every named crash point, at several visits, once and again and again: nothing that was
// acknowledged is lost and nothing is proved twice. Issue 2, item 9; reference chain.md section 5,
// rows 1 to 10.
#include "pramana/store/store.hpp"

#include "child.hpp"

#include <fstream>
#include <map>
#include <set>

namespace pramana {
namespace {

constexpr std::uint64_t kContributions = 6;
constexpr std::uint64_t kTexts = 3;

class CrashTest : public testing::Test {
  protected:
    /// Runs the daemon in small until it ends or kills itself at `crash_at` ("" = never).
    int run_child(const std::string& crash_at) const {
        return wait_for_child(start_child(PRAMANA_CRASH_CHILD, {directory}, crash_at, -1));
    }

    /// Different transactions that the chain saw, by job.
    std::map<std::uint64_t, std::set<std::string>> sent() const {
        std::map<std::uint64_t, std::set<std::string>> by_job;
        std::ifstream in{directory / "chain"};
        std::string what;
        std::uint64_t job = 0;
        while (in >> what >> job) {
            std::string tx_hash;
            if (what == "send" && in >> tx_hash) by_job[job].insert(tx_hash);
        }
        return by_job;
    }

    void expect_everything_once() const {
        store::StoreOptions options;
        options.directory = directory / "store";
        options.free_bytes_min = 0;
        Result<std::unique_ptr<store::Store>> store = store::open_store(options);
        ASSERT_TRUE(store) << name_of(store.error().code);
        std::set<std::uint64_t> places;
        for (std::uint64_t id = 1; id <= kContributions; ++id) {
            const Result<store::JobRecord> job = (*store)->jobs().job(JobId{id});
            ASSERT_TRUE(job) << id;
            EXPECT_EQ(job->stage, store::Stage::kFinal) << id;
            ASSERT_TRUE(job->place) << id;
            places.insert(number(*job->place));
            const auto slot = *(*store)->slots(Address{}).slot_of(JobId{id});
            ASSERT_TRUE(slot) << id;
            EXPECT_EQ(slot->attempts.size(), 1U) << id;
            EXPECT_EQ(slot->attempts[0].tx_hash, job->tx_hash) << id;
            const Result<Bytes> document = (*store)->jobs().proof_document(*job->document);
            EXPECT_TRUE(document) << id;
        }
        EXPECT_EQ(places.size(), kContributions) << "each has its own place";
        const store::CorpusKey corpus{
            (*store)->jobs().job(JobId{1})->corpus.value_or(store::CorpusKey{})};
        EXPECT_EQ((*store)->corpus().head(corpus)->size, kContributions);
        EXPECT_EQ(**(*store)->slots(Address{}).highest_nonce(), kContributions - 1)
            << "contiguous nonces";
        expect_paid_once(**store);

        const std::map<std::uint64_t, std::set<std::string>> transactions = sent();
        EXPECT_EQ(transactions.size(), kContributions);
        for (const auto& [job, hashes] : transactions) EXPECT_EQ(hashes.size(), 1U) << job;
    }

    /// Of the contributions with the same text exactly one is paid: its document says so.
    static void expect_paid_once(store::Store& store) {
        std::map<std::uint64_t, int> paid_by_text;
        for (std::uint64_t id = 1; id <= kContributions; ++id) {
            const store::JobRecord job = *store.jobs().job(JobId{id});
            const Bytes document = *store.jobs().proof_document(*job.document);
            if (as_text(document).find("\"pay\":100") != std::string_view::npos)
                ++paid_by_text[id % kTexts];
        }
        EXPECT_EQ(paid_by_text.size(), kTexts);
        for (const auto& [text, paid] : paid_by_text) EXPECT_EQ(paid, 1) << text;
    }

    ScratchDirectory scratch{"pramana_crash"};
    const std::filesystem::path& directory = scratch.path();
};

struct Point {
    const char* at;
};
const Point kPoints[] = {
    {"after_admit"},     {"after_admit:4"}, {"after_admit:6"}, {"after_place"},
    {"after_place:4"},   {"after_place:6"}, {"after_append"},  {"after_append:4"},
    {"after_append:6"},  {"after_prove"},   {"after_prove:4"}, {"after_prove:6"},
    {"after_sign"},      {"after_sign:4"},  {"after_sign:6"},  {"after_send"},
    {"after_send:4"},    {"after_send:6"},  {"after_include"}, {"after_include:4"},
    {"after_include:6"},
};
class CrashPointTest : public CrashTest, public testing::WithParamInterface<Point> {};
INSTANTIATE_TEST_SUITE_P(Points, CrashPointTest, testing::ValuesIn(kPoints), [](const auto& row) {
    std::string name = row.param.at;
    for (char& c : name)
        if (c == ':') c = '_';
    return name;
});

TEST_P(CrashPointTest, loses_nothing_and_proves_nothing_twice) {
    ASSERT_EQ(run_child(GetParam().at), kKilled) << "the point was not reached";
    ASSERT_EQ(run_child(""), 0);
    expect_everything_once();
}

TEST_F(CrashTest, survives_all_points_in_a_row_twice) {
    for (int round = 0; round < 2; ++round)
        for (const char* point : {"after_admit", "after_place", "after_append", "after_prove",
                                  "after_sign", "after_send", "after_include"})
            static_cast<void>(run_child(point));  // a point that is behind is not reached again
    ASSERT_EQ(run_child(""), 0);
    expect_everything_once();
}

TEST_F(CrashTest, a_crash_at_the_same_point_again_and_again_still_ends) {
    for (int round = 0; round < 5; ++round) ASSERT_EQ(run_child("after_place"), kKilled);
    ASSERT_EQ(run_child(""), 0);
    expect_everything_once();
}

TEST_F(CrashTest, an_acknowledged_upload_is_there_after_a_crash) {
    ASSERT_EQ(run_child("after_admit:4"), kKilled);
    std::ifstream in{directory / "acknowledged"};
    std::uint64_t acknowledged = 0;
    std::uint64_t id = 0;
    while (in >> id) ++acknowledged;
    EXPECT_EQ(acknowledged, 3U);
    store::StoreOptions options;
    options.directory = directory / "store";
    options.free_bytes_min = 0;
    Result<std::unique_ptr<store::Store>> store = store::open_store(options);
    ASSERT_TRUE(store);
    EXPECT_EQ((*store)->jobs().usage_total().count, 4U) << "stored, and the fourth not told";
}

TEST_F(CrashTest, an_undisturbed_run_ends) {
    ASSERT_EQ(run_child(""), 0);
    expect_everything_once();
}

}  // namespace
}  // namespace pramana
