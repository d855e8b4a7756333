#include "gpu/device_clock.hpp"
#include "gpu/report.hpp"

#include "cuda/model.hpp"
#include "cuda/search.hpp"
#include "parity/chance.hpp"
#include "pramana/scoring_cuda/port.hpp"

#include <cstdlib>
#include <cstring>
#include <thread>

namespace pramana::gpu {
namespace {

using parity::require;
namespace cuda = scoring::cuda;

constexpr double kCrossingSeconds = 330e-6;  // docs/performance.md: what one small crossing costs
constexpr double kBandwidthShare = 0.2;
constexpr unsigned kBatches = 24;
constexpr std::size_t kCopyBytes = std::size_t{256} << 20U;
constexpr std::uint64_t kStartRows = 10'000'000;

void need(const Status& status, const char* what) {
    if (status) return;
    std::fprintf(stderr, "gpu_report: %s: %s\n", what, std::string{status.error().site}.c_str());
    std::exit(70);
}

void wait(double seconds) {
    const HostClock clock;
    while (clock.seconds() < seconds) {
    }
}

/// A port whose crossings cost what they cost through a bounce buffer: each is charged, and copies
/// are no faster than a share of what they are. An emulation: nothing is encrypted.
class BouncePort final : public cuda::DevicePort {
  public:
    BouncePort(std::unique_ptr<cuda::DevicePort> port, double bytes_a_second)
        : port_{std::move(port)}, bytes_a_second_{bytes_a_second} {}
    Status open(const cuda::RuntimeLimits& limits) override { return port_->open(limits); }
    void close() noexcept override { port_->close(); }
    std::span<std::byte> input(unsigned slot) noexcept override { return port_->input(slot); }
    std::span<std::int8_t> output(unsigned slot) noexcept override { return port_->output(slot); }
    Status upload(unsigned slot, std::size_t bytes) override {
        charge(bytes);
        return port_->upload(slot, bytes);
    }
    Status launch(unsigned slot, const cuda::BatchShape& shape) override {
        charge(0);
        return port_->launch(slot, shape);
    }
    Status download(unsigned slot, std::uint32_t texts) override {
        late_[slot] = std::size_t{texts} * scoring::kEmbeddingDim;
        return port_->download(slot, texts);
    }
    Status finish(unsigned slot) override {
        const Status status = port_->finish(slot);
        charge(std::exchange(late_[slot], 0));  // the copy out comes behind the computation
        return status;
    }
    Status wipe() override { return port_->wipe(); }

  private:
    void charge(std::size_t bytes) const {
        wait(kCrossingSeconds + static_cast<double>(bytes) / bytes_a_second_);
    }
    std::unique_ptr<cuda::DevicePort> port_;
    double bytes_a_second_;
    std::array<std::size_t, 2> late_{};
};

/// Fills a slot with texts of `length` tokens that fill the shape.
void stage(cuda::DevicePort& port, unsigned slot, const cuda::BatchShape& shape,
           std::uint32_t length, std::size_t words) {
    parity::Chance chance{slot};
    std::vector<std::uint16_t> ids(shape.tokens);
    for (std::uint16_t& id : ids) id = static_cast<std::uint16_t>(chance.below(words));
    std::vector<std::uint32_t> offsets(shape.texts + std::size_t{1});
    for (std::size_t i = 0; i < offsets.size(); ++i)
        offsets[i] = static_cast<std::uint32_t>(std::min<std::size_t>(i * length, shape.tokens));
    std::memcpy(port.input(slot).data(), ids.data(), ids.size() * sizeof ids[0]);
    std::memcpy(port.input(slot).data() + cuda::offsets_place(shape), offsets.data(),
                offsets.size() * sizeof offsets[0]);
}

/// Tokens a second of batches through two slots, as the runtime sends them; staging is copied anew
/// each time.
double stream(cuda::DevicePort& port, const cuda::RuntimeLimits& limits) {
    need(port.open(limits), "open");
    const cuda::BatchShape shape = cuda::shapes_of(limits).back();
    const std::uint32_t length = std::min<std::uint32_t>(128, limits.positions);
    for (unsigned slot = 0; slot < 2; ++slot) stage(port, slot, shape, length, limits.words);
    const auto send = [&](unsigned slot) {
        need(port.upload(slot, cuda::input_bytes(shape)), "upload");
        need(port.launch(slot, shape), "launch");
        need(port.download(slot, shape.tokens / length), "download");
    };
    for (unsigned slot = 0; slot < 2; ++slot) {  // not timed
        send(slot);
        need(port.finish(slot), "finish");
    }
    const HostClock clock;
    send(0);
    for (unsigned batch = 1; batch < kBatches; ++batch) {
        send(batch % 2);
        need(port.finish((batch + 1) % 2), "finish");
    }
    need(port.finish((kBatches - 1) % 2), "finish");
    const double seconds = clock.seconds();
    port.close();
    return static_cast<double>(kBatches) * shape.tokens / seconds;
}

/// Bytes a second from the host to the device.
double copy_speed(bool pinned) {
    void* host = nullptr;
    void* device = nullptr;
    if (pinned)
        require(cudaMallocHost(&host, kCopyBytes), "cudaMallocHost");
    else
        host = std::aligned_alloc(4096, kCopyBytes);
    require(cudaMalloc(&device, kCopyBytes), "cudaMalloc");
    std::memset(host, 1, kCopyBytes);
    std::vector<double> times;
    for (unsigned round = 0; round < 5; ++round) {
        const HostClock clock;
        require(cudaMemcpy(device, host, kCopyBytes, cudaMemcpyHostToDevice), "cudaMemcpy");
        require(cudaDeviceSynchronize(), "copy");
        times.push_back(clock.seconds());
    }
    require(cudaFree(device), "cudaFree");
    if (pinned)
        require(cudaFreeHost(host), "cudaFreeHost");
    else
        std::free(host);
    return static_cast<double>(kCopyBytes) / median(times);
}

}  // namespace

void measure_crossings(Context& context) {
    const double pinned = copy_speed(true);
    context.report.measured("crossings", "copies from pinned memory", pinned / 1e9, "GB/s");
    context.report.measured("crossings", "copies from pageable memory", copy_speed(false) / 1e9,
                            "GB/s");
    for (const std::uint32_t tokens : {64U << 10U, 128U << 10U, 256U << 10U}) {
        const cuda::RuntimeLimits limits = cuda::limits_of(*context.model, tokens);
        const std::string batch = "batches of " + std::to_string(tokens >> 10U) + " k";
        const auto run = [&](const char* what, cuda::CudaPortOptions options) {
            const auto port = cuda::make_cuda_port(context.model, options);
            const double speed = stream(*port, limits);
            context.report.measured("crossings", batch + what, speed / 1e6, "Mtok/s");
            return speed;
        };
        const double plain = run(", graphs, pinned staging", {});
        (void)run(", graphs, pageable staging", {.pinned = false});
        (void)run(", kernel by kernel", {.graphs = false});
        BouncePort bounced{cuda::make_cuda_port(context.model), pinned * kBandwidthShare};
        const double slow = stream(bounced, limits);
        context.report.measured("crossings", batch + ", EMULATED confidential mode", slow / 1e6,
                                "Mtok/s");
        context.report.measured("crossings", batch + ", lost to the EMULATED mode",
                                100 * (1 - slow / plain), "%",
                                tokens == 256U << 10U ? "at most 5" : "");
    }
    context.report.measured("crossings", "crossings a batch", 3, "", "at most 3");
}

void measure_start(Context& context) {
    constexpr std::uint64_t kPiece = 131'072;  // rows, 50 MB
    const std::uint64_t rows = std::min(kStartRows, context.options.rows_max);
    const std::vector<std::int8_t> host(kPiece * cuda::kSearchDim, 3);
    const HostClock clock;
    const auto model = scoring::Model::load(context.options.model, scoring::pinned_model_digest());
    const auto port = cuda::make_cuda_port(model ? *model : context.model);
    need(port->open(cuda::limits_of(*context.model)), "open");
    context.report.measured("start", "model read, checked and resident, graphs made",
                            clock.seconds(), "s");
    const Result<std::uint32_t> place = port->take_rows(rows);
    if (!place) need(place.error(), "rows");
    for (std::uint64_t at = 0; at < rows; at += kPiece)
        need(port->put_rows(*place, at,
                            std::span{host}.first(std::min(kPiece, rows - at) * cuda::kSearchDim)),
             "rows");
    context.report.measured("start", "model and " + std::to_string(rows) + " vectors resident",
                            clock.seconds(), "s", "at most 3");
    port->close();
}

}  // namespace pramana::gpu
