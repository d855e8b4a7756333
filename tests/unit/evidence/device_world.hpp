#pragma once

#include "made_gpus.hpp"
#include "pramana/scoring_cuda/runtime.hpp"
#include "unit/scoring_embed/tiny_model.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <future>
#include <mutex>
#include <numeric>

/// A device's runtime with a port that fails where a test wants it, behind a gate.
namespace pramana::device_world {

using namespace pramana::evidence;
using namespace pramana::scoring;
using cuda::BatchShape;
using cuda::RuntimeState;
using std::chrono::milliseconds;

inline constexpr std::uint32_t kPositions = 64;  // of the small model
inline constexpr cuda::RuntimeLimits kLimits{
    .tokens_max = 1024, .positions = kPositions, .words = 120, .steps = 4};

enum class Call : std::uint8_t {
    kOpen,
    kUpload,
    kLaunch,
    kDownload,
    kFinish,
    kWipe,
    kTakeRows,
    kPutRows,
    kScanRows,
    kGiveBackRows
};

/// What the port was asked for, and what it answers; shared with the test, because the runtime owns
/// the port.
struct Script {
    using Fails = std::function<std::optional<Errc>(Call, unsigned count)>;
    /// Also while the device's thread is at work.
    void fail_where(Fails fails) {
        const std::lock_guard lock{mutex_};
        fails_ = std::move(fails);
    }
    [[nodiscard]] std::optional<Errc> failure(Call call, unsigned count) const {
        const std::lock_guard lock{mutex_};
        return fails_ ? fails_(call, count) : std::nullopt;
    }
    std::function<void(Call)> meanwhile;  ///< set before the runtime begins
    std::array<std::atomic<unsigned>, 10> calls{};
    std::atomic<std::uint64_t> rows_room{~std::uint64_t{0}};  ///< of all places together
    std::atomic<std::uint64_t> rows_taken{0};
    std::atomic<bool> clean{true};  ///< whether staging memory held zeros whenever it had to

  private:
    mutable std::mutex mutex_;
    Fails fails_;
};

/// Computes with the CPU what it was brought.
class ScriptedPort final : public cuda::DevicePort {
  public:
    explicit ScriptedPort(std::shared_ptr<Script> script) : script_{std::move(script)} {}
    Status open(const cuda::RuntimeLimits& limits) override {
        const Status status = say(Call::kOpen);
        if (!status) return status;
        hits_max_ = limits.row_hits_max;
        const BatchShape largest = cuda::shapes_of(limits).back();
        for (Memory& slot : slots_) {
            slot.input.assign(cuda::input_bytes(largest), std::byte{0});
            slot.output.assign(std::size_t{largest.texts} * kEmbeddingDim, 0);
        }
        return status;
    }
    void close() noexcept override {
        for (Memory& slot : slots_) slot.codes.clear();
        places_.clear();
        script_->rows_taken = 0;
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
    Result<std::uint32_t> take_rows(std::uint64_t rows) override {
        if (const Status said = say(Call::kTakeRows); !said) return said.error();
        if (script_->rows_taken + rows > script_->rows_room) return Error{Errc::kBusy, "fake.room"};
        script_->rows_taken += rows;
        places_.emplace_back(rows * kEmbeddingDim, std::int8_t{-128});  // which no code is
        return static_cast<std::uint32_t>(places_.size() - 1);
    }
    Status put_rows(std::uint32_t place, std::uint64_t at,
                    std::span<const std::int8_t> codes) override {
        std::vector<std::int8_t>& to = places_.at(place);
        EXPECT_LE(at * kEmbeddingDim + codes.size(), to.size());
        std::copy(codes.begin(), codes.end(),
                  to.begin() + static_cast<std::ptrdiff_t>(at * kEmbeddingDim));
        return say(Call::kPutRows);
    }
    Result<std::uint64_t> scan_rows(const RowScan& scan, SecretVector<RowHit>& hits) override {
        const std::vector<std::int8_t>& rows = places_.at(scan.place.number);
        EXPECT_LE(scan.queries.thresholds.size(), kRowQueriesMax);
        SecretVector<RowHit> found;
        for (std::uint32_t q = 0; q < scan.queries.thresholds.size(); ++q)
            for (std::uint64_t row = scan.begin; row < scan.end; ++row) {
                const std::int32_t dot = std::inner_product(
                    rows.begin() + static_cast<std::ptrdiff_t>(row * kEmbeddingDim),
                    rows.begin() + static_cast<std::ptrdiff_t>((row + 1) * kEmbeddingDim),
                    scan.queries.codes.begin() + q * kEmbeddingDim, 0);
                if (dot >= scan.queries.thresholds[q]) found.push_back({row, q, dot});
            }
        if (found.size() <= hits_max_) hits.insert(hits.end(), found.begin(), found.end());
        if (const Status said = say(Call::kScanRows); !said) return said.error();
        return found.size();
    }
    Status give_back_rows(std::uint32_t place) override {
        script_->rows_taken -= places_.at(place).size() / kEmbeddingDim;
        places_.at(place).clear();
        return say(Call::kGiveBackRows);
    }

  private:
    struct Memory {
        std::vector<std::byte> input, device;
        std::vector<std::int8_t> output, codes;
    };
    Status say(Call call) {
        const unsigned count = ++script_->calls.at(static_cast<std::size_t>(call));
        if (script_->meanwhile) script_->meanwhile(call);
        if (const auto errc = script_->failure(call, count)) return Error{*errc, "fake.port"};
        return Done{};
    }
    std::shared_ptr<Script> script_;
    std::array<Memory, 2> slots_;
    std::vector<std::vector<std::int8_t>> places_;
    std::size_t hits_max_ = 0;
    Encoder encoder_{scoring::testing::tiny_model()};
};

inline const Hash32 kStatement{{7}};

/// The gate of a machine with GPUs.
struct GateWorld {
    void open() {
        const GpuFreshness freshness = gate.begin(kStatement);
        const GpuFacts facts = made::gpu_facts(devices);
        GpuCollection collection{
            .before = facts,
            .evidence = {.statement = kStatement, .freshness = freshness, .devices = {}},
            .after = facts};
        for (unsigned i = 0; i < devices; ++i) {
            const GpuChallenge challenge = gpu_challenge(kStatement, freshness, made::gpu_uuid(i));
            const made::MadeNvidia made = made::gpu_evidence_of(i, challenge.view());
            collection.evidence.devices.push_back({made::gpu_uuid(i), made.report, made.chain});
        }
        ASSERT_TRUE(gate.judge(collection, made::gpu_endorsements()).open());
    }
    unsigned devices = 1;
    made::TestClock clock;
    GpuGate gate{made::gpu_rules(), Hash32{{9}}, clock};
};

struct World : GateWorld {
    explicit World(std::shared_ptr<Script> with = std::make_shared<Script>(),
                   cuda::RuntimeOptions options = {.limits = kLimits,
                                                   .rebuild_pause = milliseconds{1}})
        : script{std::move(with)},
          runtime{made::gpu_uuid(0), std::make_unique<ScriptedPort>(script), options} {}

    void wait_until_ready() const {
        for (int i = 0; i < 2000 && runtime.state() != RuntimeState::kReady; ++i)
            std::this_thread::sleep_for(milliseconds{1});
        ASSERT_EQ(runtime.state(), RuntimeState::kReady);
    }

    std::shared_ptr<Script> script;
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

inline void expect_the_cpus_codes(World& world, const Texts& texts) {
    std::vector<std::int8_t> found(texts.batch().texts() * kEmbeddingDim, 1);
    std::vector<std::int8_t> wanted(found.size());
    world.encoder.embed(texts.batch(), found);
    world.cpu.embed(texts.batch(), wanted);
    EXPECT_EQ(found, wanted);
}

}  // namespace pramana::device_world
