#include "made_gpus.hpp"

#include "pramana/scoring/device_encoder.hpp"

#include <gtest/gtest.h>

#include <random>

/// Whatever happens in whatever order: no token reaches a device unless the last thing that
/// mattered was an appraisal that accepted it, and the codes are the same in every case.
namespace {

using namespace pramana;
using namespace pramana::evidence;
using scoring::DeviceEncoder;
using scoring::GatedEncoder;
using scoring::TokenBatch;

/// Stands for an encoder: every code depends on the tokens.
void codes_of(const TokenBatch& batch, std::span<std::int8_t> codes) {
    for (std::size_t i = 0; i < codes.size(); ++i)
        codes[i] = static_cast<std::int8_t>(batch.ids[i % batch.ids.size()] * std::size_t{7} + i);
}

/// A device that does what it is told, and counts.
class FakeDevice final : public DeviceEncoder {
  public:
    explicit FakeDevice(unsigned index) : uuid_{made::gpu_uuid(index)} {}
    [[nodiscard]] std::string_view uuid() const noexcept override { return uuid_; }
    std::size_t received = 0;
    std::optional<Errc> fails;
    std::function<void()> meanwhile;

  private:
    Status compute(const TokenBatch& batch, std::span<std::int8_t> codes) override {
        ++received;
        codes_of(batch, codes);
        if (meanwhile) meanwhile();
        if (fails) return Error{*fails, "fake.device"};
        return Done{};
    }
    std::string uuid_;
};

const Hash32 kStatement{{7}};
const std::vector<std::uint16_t> kIds = {101, 2023, 2003, 102};
const std::vector<std::uint32_t> kOffsets = {0, 4};
const TokenBatch kBatch{.ids = kIds, .offsets = kOffsets};

GpuGateRules rules_for(std::chrono::hours age_max) {
    GpuGateRules out = made::gpu_rules();
    out.age_max = age_max;
    return out;
}

struct World {
    explicit World(std::chrono::hours age_max = std::chrono::hours{24})
        : gate{rules_for(age_max), Hash32{{9}}, clock} {}
    made::TestClock clock;
    GpuGate gate;
    GpuFacts facts = made::gpu_facts(1);
    FakeDevice device{0};
    GatedEncoder encoder{codes_of, gate, {&device}};

    GpuCollection collect(const GpuFreshness& freshness) {
        const GpuChallenge challenge = gpu_challenge(kStatement, freshness, made::gpu_uuid(0));
        const made::MadeNvidia made = made::gpu_evidence_of(0, challenge.view());
        return {.before = facts,
                .evidence = {.statement = kStatement,
                             .freshness = freshness,
                             .devices = {{made::gpu_uuid(0), made.report, made.chain}}},
                .after = facts};
    }
    bool judge(const GpuCollection& collection) {
        return gate.judge(collection, made::gpu_endorsements()).open();
    }
    void open() { ASSERT_TRUE(judge(collect(gate.begin(kStatement)))); }
    /// Where one batch went; its codes are checked.
    bool reaches_the_device() {
        const std::size_t before = device.received;
        std::vector<std::int8_t> codes(scoring::kEmbeddingDim, 1);
        std::vector<std::int8_t> expected(codes.size());
        encoder.embed(kBatch, codes);
        codes_of(kBatch, expected);
        EXPECT_EQ(codes, expected);
        return device.received > before;
    }
};

TEST(GatedEncoder, sends_nothing_before_an_appraisal_and_the_bits_are_the_same) {
    World world;
    EXPECT_FALSE(world.reaches_the_device());
    world.open();
    EXPECT_TRUE(world.reaches_the_device());
    EXPECT_EQ(world.encoder.counts().on_device, 1U);
    EXPECT_EQ(world.encoder.counts().on_cpu, 1U);
}

TEST(GatedEncoder, a_lost_device_closes_the_gate_and_the_cpu_finishes_the_batch) {
    World world;
    world.open();
    world.device.fails = Errc::kDeviceLost;
    EXPECT_TRUE(world.reaches_the_device());
    EXPECT_EQ(world.gate.status().reason, GpuGateReason::kDeviceLost);
    world.device.fails.reset();
    EXPECT_FALSE(world.reaches_the_device()) << "it answers again, and was not appraised again";
    world.open();
    EXPECT_TRUE(world.reaches_the_device());
    EXPECT_EQ(world.encoder.counts().lost, 1U);
}

TEST(GatedEncoder, a_busy_device_stays_admitted) {
    World world;
    world.open();
    world.device.fails = Errc::kBusy;
    EXPECT_TRUE(world.reaches_the_device());
    EXPECT_EQ(world.gate.status().reason, GpuGateReason::kOpen);
    EXPECT_EQ(world.encoder.counts().on_cpu, 1U);
}

TEST(DeviceEncoder, codes_from_a_device_that_the_gate_closed_meanwhile_are_dropped) {
    World world;
    world.open();
    const std::optional<AppraisedDevice> token = world.gate.admit(made::gpu_uuid(0));
    world.device.meanwhile = [&] { world.gate.observe(Error{Errc::kDeviceLost, "test"}); };
    std::vector<std::int8_t> codes(scoring::kEmbeddingDim, 1);
    EXPECT_EQ(world.device.embed(*token, kBatch, codes).error().code, Errc::kDeviceLost);
    EXPECT_EQ(codes, std::vector<std::int8_t>(codes.size(), 0));
    EXPECT_EQ(world.device.embed(*token, kBatch, codes).error().code, Errc::kDeviceNotAppraised);
    EXPECT_EQ(world.device.received, 1U) << "an ended token sends nothing";
}

TEST(DeviceEncoder, takes_no_token_of_another_device) {
    World world;
    world.open();
    FakeDevice other{1};
    std::vector<std::int8_t> codes(scoring::kEmbeddingDim);
    const std::optional<AppraisedDevice> token = world.gate.admit(made::gpu_uuid(0));
    EXPECT_EQ(other.embed(*token, kBatch, codes).error().code, Errc::kDeviceNotAppraised);
    EXPECT_EQ(other.received, 0U);
}

/// Does random things to a world and knows, from the rules alone, whether its gate is open.
class Walk {
  public:
    explicit Walk(unsigned seed) : random_{seed} {}
    void step() {
        switch (random_() % 12) {
            case 0:
            case 1:
            case 2: good_judgement(); break;
            case 3: bad_judgement(); break;
            case 4: replayed_judgement(); break;
            case 5: world_.gate.observe(world_.facts); break;
            case 6: other_facts(); break;
            case 7:
                world_.gate.observe(Error{Errc::kDeviceLost, "walk"});
                open_ = false;
                break;
            case 8: lose_an_old_token(); break;
            case 9: pass_time(); break;
            default: (void)world_.gate.begin(kStatement); break;
        }
        check();
    }

  private:
    void good_judgement() {
        last_ = world_.collect(world_.gate.begin(kStatement));
        EXPECT_TRUE(world_.judge(*last_));
        open_ = true;
        opened_at_ = now_;
        // tokens of before end with a new opening
        ended_.insert(ended_.end(), live_.begin(), live_.end());
        live_.clear();
    }
    void bad_judgement() {
        GpuCollection bad = world_.collect(world_.gate.begin(kStatement));
        Bytes& report = bad.evidence.devices[0].report;
        switch (random_() % 4) {
            case 0: report[random_() % report.size()] ^= 1U; break;
            case 1: bad.after.devices[0].compute_mode = ComputeMode::kShared; break;
            case 2: bad.before.developer_tools = bad.after.developer_tools = true; break;
            default: bad.evidence.devices.clear(); break;
        }
        EXPECT_FALSE(world_.judge(bad));
        open_ = false;
    }
    void replayed_judgement() {
        if (!last_) return;
        EXPECT_FALSE(world_.judge(*last_));
        open_ = false;
    }
    void other_facts() {
        GpuFacts other = world_.facts;
        if (random_() % 2 == 0)
            other.accepting_work = false;
        else
            other.devices[0].mps_processes = 1;
        world_.gate.observe(other);
        open_ = false;
    }
    void lose_an_old_token() {
        if (ended_.empty()) return;
        world_.gate.lost(ended_[random_() % ended_.size()]);  // says nothing about now
    }
    void pass_time() {
        const auto seconds = static_cast<std::int64_t>(random_() % (kAge / 2));
        if (now_ + seconds > kListsEnd) return;
        world_.clock.advance(seconds);
        now_ += seconds;
    }
    void check() {
        if (now_ - opened_at_ >= kAge) open_ = false;
        if (!open_) {
            ended_.insert(ended_.end(), live_.begin(), live_.end());
            live_.clear();
        }
        EXPECT_EQ(world_.reaches_the_device(), open_);
        const std::optional<AppraisedDevice> token = world_.gate.admit(made::gpu_uuid(0));
        EXPECT_EQ(token.has_value(), open_);
        if (token) live_.push_back(*token);
        for (const AppraisedDevice& one : live_) EXPECT_TRUE(one.current());
        for (const AppraisedDevice& one : ended_) EXPECT_FALSE(one.current());
    }

    static constexpr std::int64_t kAge = 7'200;
    static constexpr std::int64_t kListsEnd = 86'400;  ///< of the made revocation lists
    std::mt19937 random_;
    World world_{std::chrono::hours{2}};
    std::optional<GpuCollection> last_;
    std::vector<AppraisedDevice> live_, ended_;
    std::int64_t now_ = 0;
    std::int64_t opened_at_ = 0;
    bool open_ = false;
};

TEST(GpuGateWalk, only_an_appraisal_opens_and_everything_else_closes_or_changes_nothing) {
    for (unsigned seed = 1; seed <= 5; ++seed) {
        Walk walk{seed};
        for (unsigned step = 0; step < 50 && !testing::Test::HasFailure(); ++step) {
            SCOPED_TRACE("seed " + std::to_string(seed) + " step " + std::to_string(step));
            walk.step();
        }
    }
}

}  // namespace
