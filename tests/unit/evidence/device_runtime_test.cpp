#include "device_world.hpp"

#include <future>

/// Whatever happens to a device, the codes are the CPU's. Source: docs/gpu-runtime.md.
namespace {

using namespace pramana;
using namespace pramana::device_world;

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
    callers.reserve(8);
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
    world.script->fail_where([](Call call, unsigned count) -> std::optional<Errc> {
        return call == GetParam().call && count == GetParam().count
                   ? std::optional{Errc::kDeviceLost}
                   : std::nullopt;
    });
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
    auto script = std::make_shared<Script>();
    script->fail_where([](Call call, unsigned count) -> std::optional<Errc> {
        return call == Call::kWipe && count == 1 ? std::optional{Errc::kDeviceLost} : std::nullopt;
    });
    World world{script};
    world.open();
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
    script->fail_where([](Call call, unsigned count) -> std::optional<Errc> {
        return call == Call::kOpen && count <= GetParam().times ? std::optional{GetParam().error}
                                                                : std::nullopt;
    });
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
    world.script->fail_where([](Call call, unsigned count) -> std::optional<Errc> {
        if (call == Call::kOpen || (call == Call::kLaunch && count == 1)) return Errc::kDeviceLost;
        return std::nullopt;
    });
    expect_the_cpus_codes(world, Texts{{5}});
    for (int i = 0; i < 2000 && world.runtime.state() != RuntimeState::kDown; ++i)
        std::this_thread::sleep_for(milliseconds{1});
    EXPECT_EQ(world.runtime.state(), RuntimeState::kDown);
    EXPECT_EQ(world.script->calls[0], 1U + 6) << "the first, and all attempts after the loss";
    world.open();
    expect_the_cpus_codes(world, Texts{{5}});
    EXPECT_EQ(world.encoder.counts().on_cpu, 2U);
}

TEST(DeviceRuntime, sleeps_until_it_is_opened_and_wakes_again_from_being_given_up) {
    World world{std::make_shared<Script>(), {.limits = kLimits, .rebuilds_max = 0, .asleep = true}};
    world.open();
    expect_the_cpus_codes(world, Texts{{5}});
    EXPECT_EQ(world.runtime.state(), RuntimeState::kAsleep);
    EXPECT_EQ(world.script->calls[0], 0U) << "the device was touched";
    world.script->fail_where([](Call call, unsigned count) -> std::optional<Errc> {
        return call == Call::kOpen && count == 1 ? std::optional{Errc::kBusy} : std::nullopt;
    });
    world.runtime.open();
    const Status first = world.runtime.started();
    ASSERT_FALSE(first);
    EXPECT_EQ(first.error().code, Errc::kBusy);
    for (int i = 0; i < 2000 && world.runtime.state() != RuntimeState::kDown; ++i)
        std::this_thread::sleep_for(milliseconds{1});
    EXPECT_EQ(world.runtime.trouble()->site, "fake.port");
    world.runtime.open();
    world.wait_until_ready();
    EXPECT_FALSE(world.runtime.trouble());
    world.runtime.open();
    expect_the_cpus_codes(world, Texts{{5}});
    EXPECT_EQ(world.encoder.counts().on_device, 1U);
    EXPECT_EQ(world.script->calls[0], 2U) << "what is open is not opened again";
}

TEST(DeviceRuntime, may_end_asleep) {
    World world{std::make_shared<Script>(), {.limits = kLimits, .asleep = true}};
    world.runtime.end();
    EXPECT_EQ(world.runtime.started().error().code, Errc::kBusy);
    EXPECT_EQ(world.runtime.state(), RuntimeState::kEnded);
    EXPECT_EQ(world.script->calls[0], 0U);
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
