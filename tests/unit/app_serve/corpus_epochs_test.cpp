#include "serve/corpus_epochs.hpp"

#include "../pipeline/fakes.hpp"

#include <gtest/gtest.h>

namespace pramana::app {
namespace {

using pipeline::filled;

pipeline::ServedDlp dlp_of(std::uint8_t address, std::uint8_t corpus, std::uint32_t epoch) {
    pipeline::ServedDlp dlp;
    dlp.address = filled<Address>(address);
    dlp.corpus = {filled<Hash32>(corpus), epoch};
    return dlp;
}

struct EpochRow {
    const char* name;
    std::vector<pipeline::ServedDlp> dlps;
    std::string_view said;  ///< "" = may start
};
// docs/operations.md "A new epoch of a corpus". Corpus 1 has given places away in epochs 2 and 5.
const EpochRow kRows[] = {
    {"goes_on", {dlp_of(1, 1, 5)}, ""},
    {"begins_the_next", {dlp_of(1, 1, 6)}, ""},
    {"begins_a_later_one", {dlp_of(1, 1, 0xffffffff)}, ""},
    {"another_corpus_begins_anywhere", {dlp_of(1, 2, 3)}, ""},
    {"back_to_one_that_was", {dlp_of(1, 1, 2)}, "has come to epoch 5"},
    {"back_to_one_that_never_was", {dlp_of(1, 1, 4)}, "has come to epoch 5"},
    {"back_to_the_default", {dlp_of(1, 1, 0)}, "has come to epoch 5"},
    {"the_second_goes_back", {dlp_of(1, 2, 0), dlp_of(2, 1, 2)}, "has come to epoch 5"},
    {"shared_in_one_epoch", {dlp_of(1, 1, 6), dlp_of(2, 1, 6)}, ""},
    {"shared_in_two_epochs", {dlp_of(1, 1, 5), dlp_of(2, 1, 6)}, "the same shared corpus"},
};
class CorpusEpochs : public testing::TestWithParam<EpochRow> {};
TEST_P(CorpusEpochs, never_go_back) {
    const auto store = store::make_memory_store({});
    std::uint64_t id = 0;
    for (const std::uint32_t epoch : {2U, 5U}) {
        store::JobRecord job;
        job.id = JobId{++id};
        ASSERT_TRUE(store->jobs().put(job));
        ASSERT_TRUE(store->corpus().take_place(job, {filled<Hash32>(1), epoch}));
    }
    const Outcome<Done> checked = check_epochs(GetParam().dlps, store->corpus());
    ASSERT_EQ(bool{checked}, GetParam().said.empty());
    if (checked) return;
    EXPECT_NE(checked.failure().sentence.find(GetParam().said), std::string::npos)
        << checked.failure().sentence;
    EXPECT_EQ(checked.failure().code, "config_invalid");
}
INSTANTIATE_TEST_SUITE_P(Rows, CorpusEpochs, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::app
