// The real engine, corpus, segments and store under many threads; chain and keys are fakes.
#include "../scoring_embed/tiny_model.hpp"
#include "serve/scoring_adapter.hpp"
#include "world.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <thread>

namespace pramana::app {
namespace {

using pipeline::World;
constexpr std::uint8_t kCopies = 100;

scoring::Ruleset small_ruleset() {
    scoring::RulesetValues values;
    values.name = "tiny-1";
    values.model_sha256 = scoring::testing::tiny_model()->digest();
    values.chunk = {.pieces_min = 8, .boundary_pieces_min = 20, .pieces_max = 40};
    values.pay.novel_mass_min = 1;
    values.pay.novel_mass_reference = 1'000;
    values.pay.quality_min_q16 = 0;  // words in no order are poor text
    values.pay.quality_full_q16 = 1;
    return *scoring::Ruleset::make(values);
}

/// Words that the small model knows, in sentences.
std::string prose(std::size_t count) {
    scoring::testing::Sequence chance{5};
    const std::vector<std::string>& words = scoring::testing::tiny_words();
    std::string text;
    for (std::size_t i = 0; i < count;) {
        const std::string& word = words[chance.below(static_cast<std::uint32_t>(words.size()))];
        if (word.front() < 'a' || word.front() > 'z') continue;
        text += word + (++i % 9 == 0 ? ". " : " ");
    }
    return text;
}

class Copies : public ::testing::Test {
  protected:
    Copies() {
        const char* const memory = ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
        directory_ =
            std::filesystem::path{memory} / ("pramana_copies_" + std::to_string(::getpid()));
        std::filesystem::remove_all(directory_);
        store::StoreOptions options;
        options.directory = directory_;
        options.free_bytes_min = 0;
        store_ = *store::open_store(options);
        world_ = std::make_unique<World>(*store_);
        world_->options.dlps[0].ruleset = small_ruleset().digest();
        world_->options.dlps[0].pay = {.novel_mass_reference = 1'000,
                                       .novel_mass_min = 1,
                                       .quality_min_q16 = 0,
                                       .quality_full_q16 = 1};
        world_->options.dlps[0].instruction =
            pipeline::proof_instruction(world_->options.chain_id, world_->options.dlps[0].address,
                                        world_->options.dlps[0].ruleset);
        world_->chain.dlps[world_->options.dlps[0].address].proof_instruction =
            world_->options.dlps[0].instruction;
        start();
    }
    ~Copies() override {
        pipeline_.reset();
        scoring_.reset();
        world_.reset();
        store_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }

    /// The pipeline over what is stored, after a restart too: nothing of the corpus is in memory.
    void start() {
        pipeline_.reset();
        std::vector<scoring::Ruleset> rulesets;
        rulesets.push_back(small_ruleset());
        scoring_ = std::make_unique<ScoringAdapter>(
            scoring::testing::tiny_model(), std::move(rulesets), scoring::ParallelFor{},
            CorpusKeep{.directory = directory_ / "corpus", .vault_key = SecretBytes{32}});
        const pipeline::Ports ports{.chain = &world_->chain,
                                    .proofs = &world_->proofs,
                                    .opener = &world_->opener,
                                    .fetch = &world_->fetch,
                                    .vault = &world_->vault,
                                    .score = scoring_.get(),
                                    .evidence = &world_->evidence};
        pipeline_ =
            std::make_unique<pipeline::Pipeline>(*store_, ports, world_->clock, world_->options);
        ASSERT_TRUE(pipeline_->recover());
    }
    [[nodiscard]] store::CorpusHead head() const {
        const pipeline::CorpusName& corpus = world_->options.dlps[0].corpus;
        return *store_->corpus().head({corpus.id, corpus.epoch});
    }
    [[nodiscard]] pipeline::CorpusState in_memory() const {
        return scoring_->state(world_->options.dlps[0].corpus);
    }

    std::filesystem::path directory_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<World> world_;
    std::unique_ptr<ScoringAdapter> scoring_;
    std::unique_ptr<pipeline::Pipeline> pipeline_;
};

// reference scoring.md 3.4: of 100 copies in flight exactly one is new.
TEST_F(Copies, of_one_text_in_flight_at_once_exactly_one_is_new) {
    const std::string text = prose(300);
    for (std::uint8_t i = 1; i <= kCopies; ++i) {
        ASSERT_TRUE(pipeline_->admit(world_->upload(i, text)));
        world_->request_own(i, i, text);
    }
    {
        const pipeline::Runner runner{*pipeline_, 8};
        for (std::uint8_t i = 1; i <= kCopies; ++i)
            ASSERT_TRUE(pipeline_->on_job_seen(JobId{i}, 1));
        for (int wait = 0; wait < 6'000 && head().size < kCopies; ++wait)
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    ASSERT_EQ(head().size, kCopies);
    for (int round = 0; round < 20; ++round) {
        pipeline_->tick();
        world_->proofs.mine();
        world_->clock.advance(60);
    }
    int paid = 0;
    for (std::uint8_t i = 1; i <= kCopies; ++i) {
        const Result<pipeline::ContributionStatus> status = pipeline_->job_status(JobId{i});
        ASSERT_TRUE(status);
        ASSERT_TRUE(status->result) << int{i};
        const bool first = world_->evidence.facts_of(JobId{i}).place == CorpusPosition{0};
        EXPECT_EQ(status->result->pay_1024 > 0, first);
        EXPECT_EQ(status->result->novel_mass > 0, first);
        paid += status->result->pay_1024 > 0 ? 1 : 0;
    }
    EXPECT_EQ(paid, 1);
    EXPECT_EQ(in_memory().root, head().root);
    start();
    EXPECT_EQ(in_memory().size, kCopies);
    EXPECT_EQ(in_memory().root, head().root);
}

}  // namespace
}  // namespace pramana::app
