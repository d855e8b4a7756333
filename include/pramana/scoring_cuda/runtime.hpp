#pragma once

#include "pramana/core/result.hpp"
#include "pramana/core/secret_vector.hpp"
#include "pramana/scoring/device_encoder.hpp"
#include "pramana/scoring/device_rows.hpp"

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

/// The encoder's work on one device: who waits, what goes together, what happens when the device is
/// gone. Knows nothing of CUDA: a port does (scoring_cuda/port.hpp, tests have another one).
/// Source: docs/gpu-runtime.md.
namespace pramana::scoring::cuda {

/// What one launch computes. Batches are padded to a few shapes, so that each has its CUDA graph.
struct BatchShape {
    std::uint32_t tokens = 0;  ///< [CLS] and [SEP] of each text among them
    std::uint32_t texts = 0;
    friend bool operator==(const BatchShape&, const BatchShape&) = default;
};

struct RuntimeLimits {
    std::uint32_t tokens_max = 128 << 10;  ///< of one launch, padding included
    std::uint32_t positions = 512;         ///< of the model: tokens of the longest text
    std::uint32_t words = 0;               ///< of the model's vocabulary
    /// How many shapes there are; 1/steps of tokens_max is the most that padding adds.
    std::uint32_t steps = 16;
    std::size_t row_hits_max = 1 << 20;  ///< of one search of rows: 16 MB on both sides
};
/// What a model takes.
[[nodiscard]] RuntimeLimits limits_of(const Model& model, std::uint32_t tokens_max = 128 << 10);
/// Texts of the largest shape: as many as there are if they have 32 tokens each.
[[nodiscard]] constexpr std::uint32_t texts_max(const RuntimeLimits& limits) noexcept {
    return limits.tokens_max / 32;
}
/// All shapes, smallest first.
[[nodiscard]] std::vector<BatchShape> shapes_of(const RuntimeLimits& limits);

/// What goes to the device for a shape, in one piece: ids u16 [tokens], padded to 16 bytes, then
/// offsets u32 [texts + 1]; both in the processor's byte order.
[[nodiscard]] constexpr std::size_t offsets_place(const BatchShape& shape) noexcept {
    return (std::size_t{shape.tokens} * sizeof(std::uint16_t) + 15) / 16 * 16;
}
[[nodiscard]] constexpr std::size_t input_bytes(const BatchShape& shape) noexcept {
    return offsets_place(shape) + (std::size_t{shape.texts} + 1) * sizeof(std::uint32_t);
}

/// One device, for the runtime. Two slots, so that one batch is brought while the other one is
/// computed. Thread: the runtime's device thread only.
class DevicePort {
  public:
    virtual ~DevicePort() = default;
    /// Context, model, memory and graphs for all shapes. Errors: kNoGpu, kGpuDriverOld,
    /// kModelMismatch (no retry helps), kDeviceLost, kBusy (no memory).
    [[nodiscard]] virtual Status open(const RuntimeLimits& limits) = 0;
    /// Wipes what still answers and gives everything back; also after an open() that failed.
    virtual void close() noexcept = 0;
    /// Host memory of a slot: input_bytes of the largest shape, and its texts x 384 codes.
    [[nodiscard]] virtual std::span<std::byte> input(unsigned slot) noexcept = 0;
    [[nodiscard]] virtual std::span<std::int8_t> output(unsigned slot) noexcept = 0;
    /// The three crossings of a batch, each begun and not waited for. Errors: kDeviceLost.
    [[nodiscard]] virtual Status upload(unsigned slot, std::size_t bytes) = 0;
    [[nodiscard]] virtual Status launch(unsigned slot, const BatchShape& shape) = 0;
    [[nodiscard]] virtual Status download(unsigned slot, std::uint32_t texts) = 0;
    /// Waits until the slot's batch is in output(). Errors: kDeviceLost.
    [[nodiscard]] virtual Status finish(unsigned slot) = 0;
    /// Overwrites what batches and searches left on the device, but rows; called when there is no
    /// work. Errors: kDeviceLost.
    [[nodiscard]] virtual Status wipe() = 0;

    // Rows of corpora, in places that are numbered. No batch is under way meanwhile, and each call
    // waits. Errors of all: kDeviceLost; kBusy: no memory. A port need not have any.

    [[nodiscard]] virtual Result<std::uint32_t> take_rows(std::uint64_t rows);
    [[nodiscard]] virtual Status put_rows(std::uint32_t place, std::uint64_t at,
                                          std::span<const std::int8_t> codes);
    /// As DeviceRows::scan(); `scan.place.number` is the place.
    [[nodiscard]] virtual Result<std::uint64_t> scan_rows(const RowScan& scan,
                                                          SecretVector<RowHit>& hits);
    /// Wipes a place; its number may be given out again.
    [[nodiscard]] virtual Status give_back_rows(std::uint32_t place);
};

struct RuntimeOptions {
    RuntimeLimits limits = {};
    std::chrono::microseconds linger = std::chrono::microseconds{300};  ///< to fill a batch
    std::uint64_t queue_tokens_max = 1 << 20;  ///< more than that is refused with kBusy
    unsigned rebuilds_max = 5;                 ///< attempts after each loss
    std::chrono::milliseconds rebuild_pause =
        std::chrono::milliseconds{200};  ///< twice as long after each attempt
    bool asleep = false;                 ///< begin without the device, until open()
};

enum class RuntimeState : std::uint8_t {
    kAsleep,  ///< waits for the first open()
    kStarting,
    kReady,
    kRebuilding,  ///< after a loss
    kDown,        ///< waits for the next open()
    kEnded,
};
/// "asleep", "starting", "ready", "rebuilding", "down", "ended".
[[nodiscard]] std::string_view name_of(RuntimeState state) noexcept;

struct RuntimeCounts {
    std::uint64_t batches = 0;
    std::uint64_t texts = 0;
    std::uint64_t tokens = 0;         ///< without padding
    std::uint64_t padded_tokens = 0;  ///< with it
    std::uint64_t crossings = 0;      ///< between host and device, three a batch
    std::uint64_t wipes = 0;
    std::uint64_t losses = 0;
    std::uint64_t rebuilds = 0;
    std::uint64_t refused = 0;  ///< with kBusy
    std::uint64_t rows_put = 0;
    std::uint64_t row_scans = 0;
};

/// A device behind the gate: batches of texts, and between them rows and their search. Thread: any;
/// calls block until the device has answered.
class DeviceRuntime final : public DeviceEncoder, public DeviceRows {
  public:
    /// Starts the device thread, which opens the port, at once or when it is woken.
    DeviceRuntime(std::string uuid, std::unique_ptr<DevicePort> port, RuntimeOptions options);
    /// As end(); no other call is under way.
    ~DeviceRuntime() override;
    /// Work that waits ends with kBusy, what was sent comes back, the port is closed. Once.
    void end();
    [[nodiscard]] std::string_view uuid() const noexcept override { return uuid_; }
    /// Waits for the first open(): why there is no device, if there is none.
    [[nodiscard]] Status started();
    /// Has a device that sleeps, or that was given up, opened now. Otherwise nothing. Does not
    /// wait.
    void open();
    /// Has what was sent come back, wipes the device and gives everything back; then it sleeps.
    /// What comes meanwhile is refused with kBusy. Does not wait.
    void close();
    [[nodiscard]] RuntimeState state() const;
    /// Why the device was lost or could not be opened last; nothing once it is there again.
    [[nodiscard]] std::optional<Error> trouble() const;
    [[nodiscard]] RuntimeCounts counts() const;
    [[nodiscard]] std::uint64_t life() const noexcept override;
    [[nodiscard]] std::size_t hits_max() const noexcept override {
        return options_.limits.row_hits_max;
    }
    void give_back(const RowPlace& place) noexcept override;

  private:
    struct Job;
    using Work = std::function<Status(DevicePort& port)>;
    /// Something else for the device thread, between batches.
    struct Task {
        Work work;
        std::optional<Status> done{};
    };
    /// Consecutive texts of a job, in a batch.
    struct Part {
        Job* job;
        std::size_t first_text;
        std::size_t texts;
    };
    struct Slot {
        std::vector<Part> parts;
        BatchShape shape;
        std::uint32_t tokens = 0;
        std::uint32_t texts = 0;
        bool busy = false;
    };

    /// Errors: kBusy (the queue is full, or the device is not there), kDeviceLost.
    [[nodiscard]] Status compute(const TokenBatch& batch, std::span<std::int8_t> codes) override;
    void check(const TokenBatch& batch, std::span<std::int8_t> codes) const;
    void run();
    [[nodiscard]] bool woken();
    [[nodiscard]] bool leaving() const;
    [[nodiscard]] bool leaves_now() const;
    [[nodiscard]] Result<RowPlace> take_rows(std::uint64_t rows) override;
    [[nodiscard]] Status put_rows(const RowPlace& place, std::uint64_t at,
                                  std::span<const std::int8_t> codes) override;
    [[nodiscard]] Result<std::uint64_t> scan_rows(const RowScan& scan,
                                                  SecretVector<RowHit>& hits) override;
    [[nodiscard]] Status loss_at_rest();
    [[nodiscard]] Status run_task(std::optional<std::uint64_t> life, Work work);
    [[nodiscard]] bool has_tasks() const;
    [[nodiscard]] Status run_tasks();
    void close_port();
    [[nodiscard]] bool open_with_retries();
    void work();
    [[nodiscard]] bool idle();
    void lose(const Error& error);
    [[nodiscard]] bool take(Slot& slot, bool wait);
    void take_parts(Slot& slot);
    [[nodiscard]] Status send(unsigned index);
    [[nodiscard]] Status receive(unsigned index);
    void stage(const Slot& slot, std::span<std::byte> input) const;
    void fail_all(const Error& error);

    const std::string uuid_;
    const std::unique_ptr<DevicePort> port_;
    const RuntimeOptions options_;
    const std::vector<BatchShape> shapes_;
    std::array<Slot, 2> slots_;

    mutable std::mutex mutex_;
    std::condition_variable to_device_;
    std::condition_variable to_callers_;
    std::deque<Job*> queue_;
    std::deque<Task*> tasks_;
    std::uint64_t queued_tokens_ = 0;
    std::uint64_t openings_ = 0;
    std::uint64_t life_ = 0;  ///< which opening this is; 0: the port is closed
    RuntimeState state_;
    bool wanted_;           ///< open() was called
    bool leaving_ = false;  ///< close() was called
    bool ending_ = false;
    bool unsaid_loss_ = false;  ///< while nobody waited: the next caller learns of it, and the gate
    std::optional<Status> started_;
    std::optional<Error> trouble_;
    RuntimeCounts counts_;
    std::thread thread_;
};

}  // namespace pramana::scoring::cuda
