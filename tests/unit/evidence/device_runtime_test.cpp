#include "cuda/runtime.hpp"
#include "made_gpus.hpp"
#include "unit/scoring_embed/tiny_model.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <future>

/// The runtime of a device with a port that fails where a test wants it: whatever happens, the
/// codes are the CPU's. Source: docs/gpu-runtime.md.
namespace {

using namespace pramana;
using namespace pramana::evidence;
using namespace pramana::scoring;
using cuda::BatchShape;
using cuda::RuntimeState;
using std::chrono::milliseconds;

constexpr std::uint32_t kPositions = 64;  // of the small model
constexpr cuda::RuntimeLimits kLimits{
    .tokens_max = 1024, .positions = kPositions, .words = 120, .steps = 4};

enum class Call : std::uint8_t { kOpen, kUpload, kLaunch, kDownload, kFinish, kWipe };

/// What the port was asked for, and what it answers; shared with the test, because the runtime owns
/// the port.
struct Script {
    std::function<std::optional<Errc>(Call, unsigned count)> fails;
    std::function<void(Call)> meanwhile;
    std::array<std::atomic<unsigned>, 6> calls{};
    std::atomic<bool> clean{true};  ///< whether staging memory held zeros whenever it had to
};

/// Computes with the CPU what it was brought.
class ScriptedPort final : public cuda::DevicePort {
  public:
    explicit ScriptedPort(std::shared_ptr<Script> script) : script_{std::move(script)} {}
    Status open(const cuda::RuntimeLimits& limits) override {
        const Status status = say(Call::kOpen);
        if (!status) return status;
        const BatchShape largest = cuda::shapes_of(limits).back();
        for (Memory& slot : slots_) {
            slot.input.assign(cuda::input_bytes(largest), std::byte{0});
            slot.output.assign(std::size_t{largest.texts} * kEmbeddingDim, 0);
        }
        return status;
    }
    void close() noexcept override {
        for (Memory& slot : slots_) slot.codes.clear();
    }
    std::span<std::byte> input(unsigned slot) noexcept override { return slots_.at(slot).input; }
    std::span<std::int8_t> output(unsigned slot) noexcept override {
        return slots_.at(slot).output;
    }
    Status upload(unsigned slot, std::size_t bytes) override {
        slots_[slot].device.assign(slots_[slot].input.begin(),
                                   slots_[slot].input.begin() + static_cast<std::ptrdiff_t>(bytes));
        return say(Call::kUpload);
    }
    Status launch(unsigned slot, const BatchShape& shape) override {
        Memory& memory = slots_[slot];
        std::vector<std::uint16_t> ids(shape.tokens);
        std::vector<std::uint32_t> offsets(shape.texts + std::size_t{1});
        EXPECT_EQ(memory.device.size(), cuda::input_bytes(shape));
        std::memcpy(ids.data(), memory.device.data(), ids.size() * 2);
        std::memcpy(offsets.data(), memory.device.data() + cuda::offsets_place(shape),
                    offsets.size() * 4);
        EXPECT_EQ(offsets.front(), 0U);
        EXPECT_EQ(offsets.back(), shape.tokens) << "a launch has no tokens without a text";
        memory.codes.assign(std::size_t{shape.texts} * kEmbeddingDim, 0);
        for (std::size_t i = 0; i < shape.texts; ++i) {
            EXPECT_LE(offsets[i], offsets[i + 1]);
            EXPECT_LE(offsets[i + 1] - offsets[i], kPositions);
            if (offsets[i + 1] - offsets[i] < 2 || ids[offsets[i]] != 101) continue;  // padding
            const std::span<const std::uint16_t> pieces =
                std::span{ids}.subspan(offsets[i] + 1, offsets[i + 1] - offsets[i] - 2);
            const std::vector<std::uint32_t> one{0, static_cast<std::uint32_t>(pieces.size())};
            encoder_.embed({pieces, one},
                           std::span{memory.codes}.subspan(i * kEmbeddingDim, kEmbeddingDim));
        }
        return say(Call::kLaunch);
    }
    Status download(unsigned slot, std::uint32_t texts) override {
        std::copy_n(slots_[slot].codes.begin(), std::size_t{texts} * kEmbeddingDim,
                    slots_[slot].output.begin());
        return say(Call::kDownload);
    }
    Status finish(unsigned) override { return say(Call::kFinish); }
    Status wipe() override {
        for (const Memory& slot : slots_) {
            const bool zeros =
                std::ranges::all_of(slot.input, [](std::byte b) { return b == std::byte{0}; }) &&
                std::ranges::all_of(slot.output, [](std::int8_t c) { return c == 0; });
            if (!zeros) script_->clean = false;
        }
        return say(Call::kWipe);
    }

  private:
    struct Memory {
        std::vector<std::byte> input, device;
        std::vector<std::int8_t> output, codes;
    };
    Status say(Call call) {
        const unsigned count = ++script_->calls.at(static_cast<std::size_t>(call));
        if (script_->meanwhile) script_->meanwhile(call);
        if (script_->fails)
            if (const auto errc = script_->fails(call, count)) return Error{*errc, "fake.port"};
        return Done{};
    }
    std::shared_ptr<Script> script_;
    std::array<Memory, 2> slots_;
    Encoder encoder_{scoring::testing::tiny_model()};
};

const Hash32 kStatement{{7}};

struct World {
    explicit World(std::shared_ptr<Script> with = std::make_shared<Script>(),
                   cuda::RuntimeOptions options = {.limits = kLimits,
                                                   .rebuild_pause = milliseconds{1}})
        : script{std::move(with)},
          runtime{made::gpu_uuid(0), std::make_unique<ScriptedPort>(script), options} {}

    void open() {
        const GpuFreshness freshness = gate.begin(kStatement);
        const GpuChallenge challenge = gpu_challenge(kStatement, freshness, made::gpu_uuid(0));
        const made::MadeNvidia made = made::gpu_evidence_of(0, challenge.view());
        const GpuFacts facts = made::gpu_facts(1);
        const GpuCollection collection{
            .before = facts,
            .evidence = {.statement = kStatement,
                         .freshness = freshness,
                         .devices = {{made::gpu_uuid(0), made.report, made.chain}}},
            .after = facts};
        ASSERT_TRUE(gate.judge(collection, made::gpu_endorsements()).open());
    }
    void wait_until_ready() const {
        for (int i = 0; i < 2000 && runtime.state() != RuntimeState::kReady; ++i)
            std::this_thread::sleep_for(milliseconds{1});
        ASSERT_EQ(runtime.state(), RuntimeState::kReady);
    }

    std::shared_ptr<Script> script;
    made::TestClock clock;
    GpuGate gate{made::gpu_rules(), Hash32{{9}}, clock};
    cuda::DeviceRuntime runtime;
    Encoder cpu{scoring::testing::tiny_model()};
    GatedEncoder encoder{
        [this](const TokenBatch& batch, std::span<std::int8_t> codes) { cpu.embed(batch, codes); },
        gate,
        {&runtime}};
};

/// Texts of the given lengths, of any words.
struct Texts {
    explicit Texts(const std::vector<std::size_t>& lengths, std::uint32_t seed = 1) {
        scoring::testing::Sequence sequence{seed};
        for (const std::size_t length : lengths) {
            for (std::size_t i = 0; i < length; ++i)
                ids.push_back(static_cast<std::uint16_t>(sequence.below(kLimits.words)));
            offsets.push_back(static_cast<std::uint32_t>(ids.size()));
        }
    }
    [[nodiscard]] TokenBatch batch() const { return {ids, offsets}; }
    std::vector<std::uint16_t> ids;
    std::vector<std::uint32_t> offsets{0};
};

void expect_the_cpus_codes(World& world, const Texts& texts) {
    std::vector<std::int8_t> found(texts.batch().texts() * kEmbeddingDim, 1);
    std::vector<std::int8_t> wanted(found.size());
    world.encoder.embed(texts.batch(), found);
    world.cpu.embed(texts.batch(), wanted);
    EXPECT_EQ(found, wanted);
}

TEST(DeviceRuntime, gives_the_cpus_codes_for_any_batch_in_three_crossings_each) {
    World world;
    world.open();
    const std::vector<std::vector<std::size_t>> batches = {
        {},
        {0},
        {1},
        {62},
        {0, 0, 0},
        {62, 1, 30, 0, 61},
        {std::vector<std::size_t>(40, 62)},  // more than one launch takes
        {std::vector<std::size_t>(300, 1)},  // more texts than one launch takes
    };
    for (const auto& lengths : batches) expect_the_cpus_codes(world, Texts{lengths});
    EXPECT_EQ(world.encoder.counts().on_cpu, 0U);
    const cuda::RuntimeCounts counts = world.runtime.counts();
    EXPECT_EQ(counts.texts, 1U + 1 + 1 + 3 + 5 + 40 + 300);
    EXPECT_EQ(counts.crossings, 3 * counts.batches);
    EXPECT_GT(counts.batches, batches.size());
    EXPECT_LE(counts.tokens, counts.padded_tokens);
}

TEST(DeviceRuntime, joins_what_many_threads_bring) {
    World world{std::make_shared<Script>(),
                {.limits = kLimits, .linger = std::chrono::microseconds{20'000}}};
    world.open();
    std::vector<std::future<void>> callers;
    for (std::uint32_t caller = 0; caller < 8; ++caller)
        callers.push_back(std::async(std::launch::async, [&world, caller] {
            for (std::uint32_t round = 0; round < 5; ++round)
                expect_the_cpus_codes(world, Texts{{caller, 40, round}, caller * 100 + round});
        }));
    for (auto& caller : callers) caller.get();
    EXPECT_EQ(world.encoder.counts().on_device, 40U);
    EXPECT_LT(world.runtime.counts().batches, 40U) << "none of them waited for another";
}

TEST(DeviceRuntime, wipes_staging_and_device_when_there_is_no_work) {
    World world;
    world.open();
    expect_the_cpus_codes(world, Texts{{50, 60, 3}});
    for (int i = 0; i < 2000 && world.script->calls[5] == 0; ++i)
        std::this_thread::sleep_for(milliseconds{1});
    EXPECT_GE(world.script->calls[5], 1U);
    EXPECT_TRUE(world.script->clean);
}

struct LostAt {
    const char* name;
    Call call;
    unsigned count;
};
class DeviceLost : public ::testing::TestWithParam<LostAt> {};

TEST_P(DeviceLost, the_cpu_goes_on_and_the_device_comes_back_after_an_appraisal) {
    World world;
    world.open();
    world.script->fails = [](Call call, unsigned count) -> std::optional<Errc> {
        return call == GetParam().call && count == GetParam().count
                   ? std::optional{Errc::kDeviceLost}
                   : std::nullopt;
    };
    const Texts texts{std::vector<std::size_t>(60, 62)};  // four launches, two of them at a time
    expect_the_cpus_codes(world, texts);
    EXPECT_EQ(world.gate.status().reason, GpuGateReason::kDeviceLost);
    EXPECT_EQ(world.encoder.counts().on_cpu, 1U);
    expect_the_cpus_codes(world, texts);
    EXPECT_EQ(world.encoder.counts().on_cpu, 2U) << "it was not appraised again";
    EXPECT_EQ(world.runtime.counts().losses, 1U);
    world.wait_until_ready();
    world.open();
    const std::uint64_t before = world.encoder.counts().on_device;
    expect_the_cpus_codes(world, texts);
    EXPECT_EQ(world.encoder.counts().on_device, before + 1);
    EXPECT_EQ(world.runtime.counts().rebuilds, 1U);
}
INSTANTIATE_TEST_SUITE_P(
    Calls, DeviceLost,
    ::testing::Values(LostAt{"upload", Call::kUpload, 1}, LostAt{"second_upload", Call::kUpload, 2},
                      LostAt{"launch", Call::kLaunch, 1}, LostAt{"third_launch", Call::kLaunch, 3},
                      LostAt{"download", Call::kDownload, 1},
                      LostAt{"last_download", Call::kDownload, 4},
                      LostAt{"finish", Call::kFinish, 1}, LostAt{"last_finish", Call::kFinish, 4}),
    [](const auto& tested) { return std::string{tested.param.name}; });

TEST(DeviceRuntime, says_that_the_device_was_lost_while_nobody_waited) {
    World world;
    world.open();
    world.script->fails = [](Call call, unsigned count) -> std::optional<Errc> {
        return call == Call::kWipe && count == 1 ? std::optional{Errc::kDeviceLost} : std::nullopt;
    };
    expect_the_cpus_codes(world, Texts{{5}});
    for (int i = 0; i < 2000 && world.runtime.counts().rebuilds == 0; ++i)
        std::this_thread::sleep_for(milliseconds{1});
    EXPECT_EQ(world.gate.status().reason, GpuGateReason::kOpen) << "nobody has told it";
    expect_the_cpus_codes(world, Texts{{5}});
    EXPECT_EQ(world.encoder.counts().on_cpu, 1U) << "nothing goes to what was built anew";
    EXPECT_EQ(world.gate.status().reason, GpuGateReason::kDeviceLost);
    world.open();
    expect_the_cpus_codes(world, Texts{{5}});
    EXPECT_EQ(world.encoder.counts().on_device, 2U);
}

struct OpenFails {
    const char* name;
    Errc error;
    unsigned times;
    unsigned opens;  ///< attempts that are made
    bool ready;
};
class DeviceOpen : public ::testing::TestWithParam<OpenFails> {};

TEST_P(DeviceOpen, is_tried_as_often_as_it_may_help) {
    auto script = std::make_shared<Script>();
    script->fails = [](Call call, unsigned count) -> std::optional<Errc> {
        return call == Call::kOpen && count <= GetParam().times ? std::optional{GetParam().error}
                                                                : std::nullopt;
    };
    World world{script};
    world.open();
    const Status started = world.runtime.started();
    EXPECT_EQ(started.has_value(), GetParam().ready);
    if (!started) {
        EXPECT_EQ(started.error().code, GetParam().error);
    }
    EXPECT_EQ(script->calls[0], GetParam().opens);
    expect_the_cpus_codes(world, Texts{{5, 6}});
    EXPECT_EQ(world.encoder.counts().on_device, GetParam().ready ? 1U : 0U);
    EXPECT_EQ(world.gate.status().reason, GpuGateReason::kOpen);
}
INSTANTIATE_TEST_SUITE_P(
    Errors, DeviceOpen,
    ::testing::Values(OpenFails{"no_device", Errc::kNoGpu, 99, 1, false},
                      OpenFails{"driver_too_old", Errc::kGpuDriverOld, 99, 1, false},
                      OpenFails{"no_memory_at_first", Errc::kBusy, 2, 3, true},
                      OpenFails{"no_memory_for_ever", Errc::kBusy, 99, 6, false},
                      OpenFails{"lost_at_once", Errc::kDeviceLost, 1, 2, true}),
    [](const auto& tested) { return std::string{tested.param.name}; });

TEST(DeviceRuntime, gives_up_a_device_that_does_not_come_back) {
    World world;
    world.open();
    world.script->fails = [](Call call, unsigned count) -> std::optional<Errc> {
        if (call == Call::kOpen || (call == Call::kLaunch && count == 1)) return Errc::kDeviceLost;
        return std::nullopt;
    };
    expect_the_cpus_codes(world, Texts{{5}});
    for (int i = 0; i < 2000 && world.runtime.state() != RuntimeState::kDown; ++i)
        std::this_thread::sleep_for(milliseconds{1});
    EXPECT_EQ(world.runtime.state(), RuntimeState::kDown);
    EXPECT_EQ(world.script->calls[0], 1U + 6) << "the first, and all attempts after the loss";
    world.open();
    expect_the_cpus_codes(world, Texts{{5}});
    EXPECT_EQ(world.encoder.counts().on_cpu, 2U);
}

TEST(DeviceRuntime, refuses_what_the_queue_has_no_room_for) {
    auto script = std::make_shared<Script>();
    std::promise<void> go;
    std::promise<void> arrived;
    script->meanwhile = [&](Call call) {
        if (call != Call::kUpload || script->calls[1] > 1) return;
        arrived.set_value();
        go.get_future().wait();
    };
    World world{script, {.limits = kLimits, .queue_tokens_max = 100}};
    world.open();
    const auto embed = [&](std::size_t length) {
        return std::async(std::launch::async,
                          [&world, length] { expect_the_cpus_codes(world, Texts{{length}}); });
    };
    auto first = embed(5);
    arrived.get_future().wait();
    auto second = embed(60);  // either of these two waits, and the queue is full for the other one
    auto third = embed(60);
    for (int i = 0; i < 5000 && world.runtime.counts().refused == 0; ++i)
        std::this_thread::sleep_for(milliseconds{1});
    go.set_value();
    for (auto* caller : {&first, &second, &third}) caller->get();
    EXPECT_EQ(world.runtime.counts().refused, 1U);
    EXPECT_EQ(world.encoder.counts().on_cpu, 1U);
    EXPECT_EQ(world.gate.status().reason, GpuGateReason::kOpen) << "full is not lost";
}

TEST(DeviceRuntime, ends_with_work_that_waits) {
    auto script = std::make_shared<Script>();
    std::promise<void> go;
    std::promise<void> arrived;
    script->meanwhile = [&](Call call) {
        if (call != Call::kUpload || script->calls[1] > 1) return;
        arrived.set_value();
        go.get_future().wait();
    };
    auto world = std::make_unique<World>(script);
    world->open();
    const Texts texts{{9}};
    std::vector<std::int8_t> codes(kEmbeddingDim);
    std::vector<std::int8_t> other(kEmbeddingDim);
    const auto device = world->gate.admit(made::gpu_uuid(0));
    ASSERT_TRUE(device);
    const auto embed = [&] { return world->runtime.embed(*device, texts.batch(), codes); };
    auto first = std::async(std::launch::async, embed);
    arrived.get_future().wait();
    auto second = std::async(std::launch::async,
                             [&] { return world->runtime.embed(*device, texts.batch(), other); });
    auto end = std::async(std::launch::async, [&] {
        std::this_thread::sleep_for(milliseconds{50});  // the second one waits by then
        world->runtime.end();
    });
    std::this_thread::sleep_for(milliseconds{100});
    go.set_value();
    end.get();
    if (const Status waited = second.get(); !waited) {
        EXPECT_EQ(waited.error().code, Errc::kBusy);
    }
    EXPECT_TRUE(first.get()) << "what was sent comes back";
    const Status late = world->runtime.embed(*device, texts.batch(), other);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, Errc::kBusy);
    EXPECT_EQ(world->runtime.state(), RuntimeState::kEnded);
}

}  // namespace
