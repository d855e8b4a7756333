#include "device_world.hpp"

#include "pramana/scoring/resident_rows.hpp"
#include "unit/scoring_novelty/contributions.hpp"

/// Rows on devices: whatever happens to them, a search is the processor's or it is none. Source:
/// docs/gpu-runtime.md "Resident corpora".
namespace {

using namespace pramana;
using namespace pramana::device_world;

constexpr ResidentLimits kSmall{.rows_min = 1, .place_rows_min = 8};

/// Two devices behind one gate.
struct TwoDevices : GateWorld {
    explicit TwoDevices(std::size_t hits_max = 64) {
        devices = 2;
        for (unsigned i = 0; i < 2; ++i) {
            scripts.push_back(std::make_shared<Script>());
            cuda::RuntimeOptions options{.limits = kLimits, .rebuild_pause = milliseconds{1}};
            options.limits.row_hits_max = hits_max;
            runtimes.push_back(std::make_unique<cuda::DeviceRuntime>(
                made::gpu_uuid(i), std::make_unique<ScriptedPort>(scripts[i]), options));
        }
    }
    void wait_until_ready() {
        for (const auto& runtime : runtimes)
            for (int i = 0; i < 2000 && runtime->state() != RuntimeState::kReady; ++i)
                std::this_thread::sleep_for(milliseconds{1});
    }
    /// As the daemon does: what the gate no longer admits is closed, then opened again.
    void appraise_again() {
        for (const auto& runtime : runtimes) runtime->close();
        for (const auto& runtime : runtimes)
            for (int i = 0; i < 2000 && runtime->state() != RuntimeState::kAsleep; ++i)
                std::this_thread::sleep_for(milliseconds{1});
        open();
        for (const auto& runtime : runtimes) runtime->open();
        wait_until_ready();
    }
    [[nodiscard]] std::vector<DeviceRows*> rows() const {
        return {runtimes[0].get(), runtimes[1].get()};
    }
    std::vector<std::shared_ptr<Script>> scripts;
    std::vector<std::unique_ptr<cuda::DeviceRuntime>> runtimes;
};

/// Rows that grow, in blocks of any size.
struct Growing {
    void append(std::mt19937& random, std::size_t rows) {
        if (rows == 0) return;
        std::vector<std::int8_t>& codes = blocks.emplace_back(rows * kEmbeddingDim);
        for (std::int8_t& code : codes)
            code = static_cast<std::int8_t>(static_cast<int>(random() % 255) - 127);
    }
    [[nodiscard]] std::vector<CodeBlock> views() const {
        std::vector<CodeBlock> all;
        std::size_t row = 0;
        for (const auto& codes : blocks) {
            all.push_back({row, codes.size() / kEmbeddingDim, codes.data()});
            row += codes.size() / kEmbeddingDim;
        }
        return all;
    }
    RowSetName name;
    std::deque<std::vector<std::int8_t>> blocks;
};

/// The law: every dot product, one after the other.
SecretVector<RowHit> pairs_of(const std::vector<CodeBlock>& blocks, const RowQueries& queries) {
    SecretVector<RowHit> hits;
    for (std::uint32_t q = 0; q < queries.thresholds.size(); ++q)
        for (const CodeBlock& block : blocks)
            for (std::size_t row = 0; row < block.rows; ++row) {
                const std::int8_t* codes = block.codes + row * kEmbeddingDim;
                const std::int32_t dot = std::inner_product(
                    codes, codes + kEmbeddingDim, queries.codes.begin() + q * kEmbeddingDim, 0);
                if (dot >= queries.thresholds[q]) hits.push_back({block.first_row + row, q, dot});
            }
    return hits;
}

struct Questions {
    Questions(std::mt19937& random, std::size_t count) : codes(count * kEmbeddingDim) {
        for (std::int8_t& code : codes)
            code = static_cast<std::int8_t>(static_cast<int>(random() % 255) - 127);
        for (std::size_t i = 0; i < count; ++i)
            thresholds.push_back(random() % 5 == 0 ? -8'000'000  // every row
                                                   : static_cast<std::int32_t>(random() % 200'000));
    }
    [[nodiscard]] RowQueries view() const { return {codes, thresholds}; }
    std::vector<std::int8_t> codes;
    std::vector<std::int32_t> thresholds;
};

/// One of the calls about rows fails next, on one of the devices, in one of the ways.
void fail_next(TwoDevices& world, std::mt19937& random) {
    constexpr Call kCalls[] = {Call::kTakeRows, Call::kPutRows, Call::kScanRows};
    Script& script = *world.scripts[random() % 2];
    const Call call = kCalls[random() % 3];
    const unsigned at = script.calls[static_cast<std::size_t>(call)] + 1;
    const Errc errc = random() % 4 == 0 ? Errc::kBusy : Errc::kDeviceLost;
    script.fail_where([=](Call asked, unsigned count) -> std::optional<Errc> {
        return asked == call && count == at ? std::optional{errc} : std::nullopt;
    });
}

class ResidentWalk : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(ResidentWalk, finds_what_the_processor_finds_or_says_that_it_does_not) {
    std::mt19937 random{GetParam()};
    TwoDevices world;
    world.open();
    world.wait_until_ready();
    ResidentRows resident{world.gate, world.rows(), kSmall};
    auto set = std::make_unique<Growing>();
    unsigned found_there = 0;
    for (unsigned step = 0; step < 60; ++step) {
        switch (random() % 8) {
            case 0: fail_next(world, random); break;
            case 1:
            case 3: world.appraise_again(); break;
            case 2:  // a rollback, or another start: another set
                resident.forget(set->name.value());
                set = std::make_unique<Growing>();
                break;
            default: set->append(random, random() % 40); break;
        }
        const Questions questions{random, 1 + random() % 5 * (random() % 90)};
        const std::vector<CodeBlock> blocks = set->views();
        const auto found =
            resident.scan({.name = set->name.value(), .blocks = blocks}, questions.view());
        if (!found) continue;
        ++found_there;
        ASSERT_EQ(*found, pairs_of(blocks, questions.view())) << "step " << step;
    }
    EXPECT_GT(found_there, 10U);
    EXPECT_EQ(resident.counts().scans, found_there);
    EXPECT_GT(resident.counts().in_parts, 0U) << "nothing had more hits than there is room for";
    EXPECT_GT(world.scripts[1]->calls[static_cast<std::size_t>(Call::kScanRows)], 0U)
        << "the second device was never asked";
}
INSTANTIATE_TEST_SUITE_P(Seeds, ResidentWalk, ::testing::Range(1U, 9U));

TEST(ResidentRows, sends_each_row_once_and_all_again_after_a_loss) {
    std::mt19937 random{3};
    TwoDevices world;
    world.open();
    world.wait_until_ready();
    ResidentRows resident{world.gate, world.rows(), kSmall};
    Growing set;
    set.append(random, 30);
    const Questions questions{random, 3};
    const auto scan = [&] {
        const std::vector<CodeBlock> blocks = set.views();
        return resident.scan({.name = set.name.value(), .blocks = blocks}, questions.view());
    };
    ASSERT_TRUE(scan());
    ASSERT_TRUE(scan());
    EXPECT_EQ(resident.counts().put, 30U);
    EXPECT_EQ(resident.counts().rows, 30U);
    set.append(random, 5);
    ASSERT_TRUE(scan());
    EXPECT_EQ(resident.counts().put, 35U);

    const unsigned at = world.scripts[0]->calls[static_cast<std::size_t>(Call::kScanRows)] + 1;
    world.scripts[0]->fail_where([=](Call call, unsigned count) -> std::optional<Errc> {
        return call == Call::kScanRows && count == at ? std::optional{Errc::kDeviceLost}
                                                      : std::nullopt;
    });
    EXPECT_FALSE(scan()) << "half of the rows were not there";
    EXPECT_EQ(world.gate.status().reason, GpuGateReason::kDeviceLost);
    EXPECT_FALSE(scan()) << "it was not appraised again";
    EXPECT_EQ(resident.counts().lost, 1U);
    world.appraise_again();
    ASSERT_TRUE(scan());
    EXPECT_EQ(resident.counts().put, 70U) << "nothing of an earlier opening is used";
    EXPECT_EQ(resident.counts().rows, 35U);
    resident.forget(set.name.value());
    EXPECT_EQ(resident.counts().rows, 0U);
    EXPECT_EQ(world.scripts[0]->rows_taken + world.scripts[1]->rows_taken, 0U);
}

TEST(ResidentRows, leaves_to_the_processor_what_has_no_room_until_there_is_some) {
    std::mt19937 random{4};
    TwoDevices world;
    world.open();
    world.wait_until_ready();
    for (const auto& script : world.scripts) script->rows_room = 64;
    ResidentRows resident{world.gate, world.rows(), kSmall};
    Growing small, large;
    small.append(random, 40);
    large.append(random, 100);
    const Questions questions{random, 2};
    const auto scan = [&](const Growing& set) {
        const std::vector<CodeBlock> blocks = set.views();
        return resident.scan({.name = set.name.value(), .blocks = blocks}, questions.view());
    };
    ASSERT_TRUE(scan(small));
    EXPECT_FALSE(scan(large));
    EXPECT_EQ(resident.counts().rows, 40U) << "half of a set is of no use";
    const std::uint64_t sent = resident.counts().put;
    EXPECT_FALSE(scan(large));
    EXPECT_EQ(resident.counts().put, sent) << "nothing has changed that could make room";
    ASSERT_TRUE(scan(small));
    resident.forget(small.name.value());
    ASSERT_TRUE(scan(large));
}

TEST(ResidentRows, sends_nothing_through_a_closed_gate) {
    std::mt19937 random{5};
    TwoDevices world;
    world.wait_until_ready();
    ResidentRows resident{world.gate, world.rows(), kSmall};
    Growing set;
    set.append(random, 20);
    const Questions questions{random, 2};
    const std::vector<CodeBlock> blocks = set.views();
    EXPECT_FALSE(resident.scan({.name = set.name.value(), .blocks = blocks}, questions.view()));
    for (const auto& script : world.scripts)
        EXPECT_EQ(script->calls[static_cast<std::size_t>(Call::kTakeRows)], 0U);
    EXPECT_EQ(resident.counts().on_cpu, 1U);
}

/// Verdicts with rows on devices and without: corpus, quarantine and public texts; entries are
/// added, frozen and joined, devices are lost and come back.
TEST(ResidentRows, change_no_verdict) {
    const RulesetValues rules = scoring::testing::made_up_rules();
    unsigned on_device = 0;
    for (std::uint32_t seed = 1; seed <= 6; ++seed) {
        scoring::testing::World made{seed};
        std::mt19937 random{seed};
        TwoDevices world{4'096};
        world.open();
        world.wait_until_ready();
        ResidentRows resident{world.gate, world.rows(), kSmall};
        scoring::testing::Scene scene;
        for (unsigned i = 0; i < 4; ++i)
            scene.published.append(record_of(made.contribution(1 + made.below(4))));
        for (unsigned step = 0; step < 12; ++step) {
            scene.grow(made);
            if (step % 5 == 3) fail_next(world, random);
            if (step % 5 == 4) world.appraise_again();
            const Prepared::State state = made.contribution(1 + made.below(8));
            const CorpusIndex* const references[] = {&scene.published};
            const Background background{.corpus = &scene.corpus,
                                        .quarantine = &scene.quarantine,
                                        .owner = scene.asking,
                                        .references = references,
                                        .search = &resident};
            ASSERT_EQ(assess(state, background, rules, {}),
                      scene.known_of(state))
                << seed << ' ' << step;
        }
        on_device += static_cast<unsigned>(resident.counts().scans);
    }
    EXPECT_GT(on_device, 50U);
}

/// A corpus that is filled, settled, taken over from its segments and given up.
TEST(ResidentRows, go_with_their_corpus) {
    TwoDevices world{4'096};
    world.open();
    world.wait_until_ready();
    ResidentRows resident{world.gate, world.rows(), kSmall};
    RulesetValues values;
    values.name = "tiny-1";
    values.semantic = scoring::testing::kSemanticRules;
    const Ruleset ruleset = *Ruleset::make(values);
    scoring::testing::World made{7};
    const auto prepared = [&](std::size_t chunks) {
        auto state = std::make_unique<Prepared::State>(made.contribution(chunks));
        state->steps.ruleset = ruleset.digest();
        state->steps.chunks.resize(chunks);
        return Prepared{std::move(state)};
    };
    const auto expect_one_score = [&](const Corpus& with, const Corpus& without) {
        const Prepared asked = prepared(6);
        const auto a = with.score(asked, ruleset), b = without.score(asked, ruleset);
        ASSERT_TRUE(a && b);
        EXPECT_EQ(a->mass_by_cause, b->mass_by_cause);
        EXPECT_EQ(a->trace, b->trace);
    };
    auto with = std::make_unique<Corpus>(Hash32{}, 0);
    Corpus without{Hash32{}, 0};
    with->attach_search(resident);
    for (unsigned place = 0; place < 20; ++place) {
        const Bytes entry = place % 6 == 5
                                ? prepared(3).quarantine_entry(scoring::testing::owner(place))
                                : prepared(3).corpus_entry();
        ASSERT_TRUE(with->append(entry));
        ASSERT_TRUE(without.append(entry));
        if (place % 4 == 3) with->settle(1);
        expect_one_score(*with, without);
    }
    EXPECT_EQ(resident.counts().rows, 60U) << "freezing and joining send nothing again";
    EXPECT_EQ(resident.counts().put, 60U);

    auto again = std::make_unique<Corpus>(Hash32{}, 0);
    again->attach_search(resident);
    for (const CorpusSegment& segment : with->segments()) {
        SecretBlock bytes{segment.bytes.size()};
        std::ranges::copy(segment.bytes, bytes.expose_mutable().begin());
        ASSERT_TRUE(again->adopt(std::move(bytes)));
    }
    with.reset();
    EXPECT_EQ(resident.counts().rows, 0U) << "what is given up is wiped";
    expect_one_score(*again, without);
    EXPECT_EQ(resident.counts().rows, 60U);
}

}  // namespace
