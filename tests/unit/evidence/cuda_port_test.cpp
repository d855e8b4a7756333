#include "device_world.hpp"

#include "gpu/emulated/device.hpp"
#include "pramana/scoring/resident_rows.hpp"
#include "pramana/scoring_cuda/port.hpp"

#include <random>

/// The port of CUDA devices itself, with its kernels, over CUDA's calls on the processor
/// (bench/gpu/emulated): what it is asked for, what it gives back, what a failing call does.
namespace {

using namespace pramana;
using namespace pramana::device_world;

/// One emulated device behind a gate that is open.
struct CudaWorld : GateWorld {
    CudaWorld() {
        cuda::RuntimeOptions options{
            .limits = cuda::limits_of(*scoring::testing::tiny_model(), 512),
            .rebuild_pause = milliseconds{1}};
        options.limits.steps = 2;
        options.limits.row_hits_max = 64;
        runtime = std::make_unique<cuda::DeviceRuntime>(
            made::gpu_uuid(0),
            cuda::make_cuda_port(scoring::testing::tiny_model(), {.uuid = made::gpu_uuid(0)}),
            options);
        open();
        encoder.emplace([this](const TokenBatch& batch,
                               std::span<std::int8_t> codes) { cpu.embed(batch, codes); },
                        gate, std::vector<DeviceEncoder*>{runtime.get()});
    }
    ~CudaWorld() {
        runtime->end();
        runtime.reset();
        EXPECT_EQ(parity::device_objects(), 0U) << "something was not given back";
    }
    void expect_the_cpus(const std::vector<std::size_t>& lengths, std::uint32_t seed) {
        const Texts texts{lengths, seed};
        std::vector<std::int8_t> found(texts.batch().texts() * kEmbeddingDim, 1);
        std::vector<std::int8_t> wanted(found.size());
        encoder->embed(texts.batch(), found);
        cpu.embed(texts.batch(), wanted);
        EXPECT_EQ(found, wanted) << seed;
    }
    void wait_until_ready() const {
        for (int i = 0; i < 5000 && runtime->state() != RuntimeState::kReady; ++i)
            std::this_thread::sleep_for(milliseconds{1});
        ASSERT_EQ(runtime->state(), RuntimeState::kReady);
    }
    std::unique_ptr<cuda::DeviceRuntime> runtime;
    Encoder cpu{scoring::testing::tiny_model()};
    std::optional<GatedEncoder> encoder;
};

TEST(CudaPort, gives_the_cpus_codes_through_its_graphs) {
    CudaWorld world;
    world.expect_the_cpus({5, 0, 62, 31}, 1);
    world.expect_the_cpus({std::vector<std::size_t>(10, 60)}, 2);  // two launches at a time
    EXPECT_EQ(world.encoder->counts().on_cpu, 0U);
    EXPECT_EQ(world.runtime->counts().crossings, 3 * world.runtime->counts().batches);
}

TEST(CudaPort, is_lost_at_any_call_and_comes_back) {
    std::uint64_t lost = 0;
    for (const std::uint64_t calls : {1U, 2U, 3U, 4U, 7U, 20U}) {
        CudaWorld world;
        world.wait_until_ready();
        parity::fail_device_after(calls);
        world.expect_the_cpus({7, 3}, 3);
        world.expect_the_cpus({7, 3}, 4);  // hears of a loss while nobody waited
        parity::fail_device_after(0);
        const std::uint64_t before = world.encoder->counts().on_device;
        for (int round = 0; round < 3 && world.encoder->counts().on_device == before; ++round) {
            world.wait_until_ready();
            world.open();
            world.expect_the_cpus({7, 3}, 5);
        }
        EXPECT_EQ(world.encoder->counts().on_device, before + 1) << calls;
        lost += world.runtime->counts().losses;
    }
    EXPECT_GE(lost, 4U);
}

TEST(CudaPort, is_no_device_of_another_name) {
    const auto port = cuda::make_cuda_port(scoring::testing::tiny_model(),
                                           {.uuid = "GPU-00000000-0000-0000-0000-000000000001"});
    const Status opened = port->open(cuda::limits_of(*scoring::testing::tiny_model(), 512 * 16));
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Errc::kNoGpu);
    port->close();
}

/// Rows that lie on the device, searched by the kernel, against every dot product.
TEST(CudaPort, finds_in_its_rows_what_the_processor_finds) {
    std::mt19937 random{11};
    CudaWorld world;
    world.wait_until_ready();
    ResidentRows resident{
        world.gate, {world.runtime.get()}, {.rows_min = 1, .place_rows_min = 200}};
    const RowSetName name;
    std::vector<std::int8_t> rows;
    const auto code = [&] {
        return static_cast<std::int8_t>(static_cast<int>(random() % 255) - 127);
    };
    for (const std::size_t more : {1U, 130U, 69U, 1U, 100U}) {
        for (std::size_t i = 0; i < more * kEmbeddingDim; ++i) rows.push_back(code());
        std::vector<std::int8_t> queries(5 * kEmbeddingDim);
        for (std::int8_t& each : queries) each = code();
        const std::vector<std::int32_t> thresholds{100'000, 0, 250'000, -8'000'000, 150'000};
        const CodeBlock blocks[] = {{0, rows.size() / kEmbeddingDim, rows.data()}};
        SecretVector<RowHit> wanted;
        for (std::uint32_t q = 0; q < thresholds.size(); ++q)
            for (std::size_t row = 0; row < blocks[0].rows; ++row) {
                const std::int8_t* const codes = rows.data() + row * kEmbeddingDim;
                const std::int32_t dot = std::inner_product(
                    codes, codes + kEmbeddingDim,
                    queries.begin() + static_cast<std::ptrdiff_t>(q * kEmbeddingDim), 0);
                if (dot >= thresholds[q]) wanted.push_back({row, q, dot});
            }
        const auto found = resident.scan({.name = name.value(), .blocks = blocks},
                                         {.codes = queries, .thresholds = thresholds});
        ASSERT_TRUE(found);
        EXPECT_EQ(*found, wanted) << blocks[0].rows;
    }
    EXPECT_GT(resident.counts().in_parts, 0U);
    world.expect_the_cpus({9, 30}, 5);
    parity::limit_device_memory(0);
    rows.resize(rows.size() + 500 * kEmbeddingDim);
    const CodeBlock blocks[] = {{0, rows.size() / kEmbeddingDim, rows.data()}};
    const std::vector<std::int8_t> query(kEmbeddingDim);
    const std::vector<std::int32_t> threshold{1};
    EXPECT_FALSE(resident.scan({.name = name.value(), .blocks = blocks},
                               {.codes = query, .thresholds = threshold}));
    parity::limit_device_memory(~std::uint64_t{0});
    EXPECT_EQ(resident.counts().no_room, 1U);
    EXPECT_EQ(world.runtime->state(), RuntimeState::kReady) << "a full device is not a lost one";
    resident.forget(name.value());
}

}  // namespace
