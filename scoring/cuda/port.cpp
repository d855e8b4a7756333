#include "pramana/scoring_cuda/port.hpp"

#include "cuda/model.hpp"
#include "cuda/port_rows.hpp"
#include "cuda/status.hpp"
#include "model/parts.hpp"
#include "pramana/core/hex.hpp"

#include <cuda_runtime_api.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace pramana::scoring::cuda {
namespace {

constexpr unsigned kSlots = 2;

std::string uuid_text(const cudaUUID_t& uuid) {
    const std::span bytes{reinterpret_cast<const std::uint8_t*>(uuid.bytes), sizeof uuid.bytes};
    std::string text = to_hex(ByteView{bytes});
    for (const std::size_t place : {8U, 13U, 18U, 23U}) text.insert(place, "-");
    return "GPU-" + text;
}

int attribute(cudaDeviceAttr which, int ordinal) {
    int value = 0;
    return cudaDeviceGetAttribute(&value, which, ordinal) == cudaSuccess ? value : 0;
}

/// One slot's memory, on both sides, and what runs over it.
struct SlotMemory {
    std::byte* input = nullptr;
    std::int8_t* output = nullptr;
    std::byte* device_input = nullptr;
    std::int8_t* device_codes = nullptr;
    void* workspace = nullptr;
    cudaStream_t stream = nullptr;
    std::vector<cudaGraphExec_t> graphs;  ///< in the order of the shapes
};

class CudaPort final : public DevicePort {
  public:
    CudaPort(std::shared_ptr<const Model> model, CudaPortOptions options)
        : model_{std::move(model)}, options_{std::move(options)} {}
    ~CudaPort() override { CudaPort::close(); }

    Status open(const RuntimeLimits& limits) override;
    void close() noexcept override;
    std::span<std::byte> input(unsigned slot) noexcept override {
        return {slots_.at(slot).input, slots_.at(slot).input == nullptr ? 0 : input_size_};
    }
    std::span<std::int8_t> output(unsigned slot) noexcept override {
        return {slots_.at(slot).output, slots_.at(slot).output == nullptr ? 0 : output_size_};
    }
    Status upload(unsigned slot, std::size_t bytes) override {
        const SlotMemory& memory = slots_.at(slot);
        return status_of(cudaMemcpyAsync(memory.device_input, memory.input, bytes,
                                         cudaMemcpyHostToDevice, memory.stream),
                         "scoring.cuda.upload");
    }
    Status launch(unsigned slot, const BatchShape& shape) override;
    Status download(unsigned slot, std::uint32_t texts) override {
        const SlotMemory& memory = slots_.at(slot);
        return status_of(
            cudaMemcpyAsync(memory.output, memory.device_codes, std::size_t{texts} * kEmbeddingDim,
                            cudaMemcpyDeviceToHost, memory.stream),
            "scoring.cuda.download");
    }
    Status finish(unsigned slot) override {
        return status_of(cudaStreamSynchronize(slots_.at(slot).stream), "scoring.cuda.finish");
    }
    Status wipe() override;
    Result<std::uint32_t> take_rows(std::uint64_t rows) override { return rows_.take(rows); }
    Status put_rows(std::uint32_t place, std::uint64_t at,
                    std::span<const std::int8_t> codes) override {
        return rows_.put(place, at, codes);
    }
    Result<std::uint64_t> scan_rows(const RowScan& scan, SecretVector<RowHit>& hits) override {
        return rows_.scan(scan, hits);
    }
    Status give_back_rows(std::uint32_t place) override { return rows_.give_back(place); }

  private:
    Status open_slot(SlotMemory& memory);
    Status capture(SlotMemory& memory, const BatchShape& shape);
    [[nodiscard]] int encode(const SlotMemory& memory, const BatchShape& shape) const;
    Status take_staging(void** memory, std::size_t bytes) const;
    void free_staging(void* memory, std::size_t bytes) const;

    const std::shared_ptr<const Model> model_;
    const CudaPortOptions options_;
    std::optional<DeviceModel> weights_;
    std::vector<BatchShape> shapes_;
    std::array<SlotMemory, kSlots> slots_;
    DeviceRowMemory rows_;
    std::size_t input_size_ = 0;
    std::size_t output_size_ = 0;
    std::size_t workspace_size_ = 0;
    bool begun_ = false;  ///< open() has made a context
};

Status CudaPort::open(const RuntimeLimits& limits) {
    const auto devices = cuda_devices();
    if (!devices) return devices.error();
    const auto found = std::ranges::find_if(*devices, [this](const CudaDevice& device) {
        return options_.uuid.empty() ? device.ordinal == options_.ordinal
                                     : device.uuid == options_.uuid;
    });
    if (found == devices->end()) return Error{Errc::kNoGpu, "scoring.cuda.no_such_device"};
    if (limits.positions > model_->parts().positions ||
        limits.words > model_->parts().vocabulary.size())
        return Error{Errc::kModelMismatch, "scoring.cuda.limits"};
    begun_ = true;
    if (Status chosen = status_of(cudaSetDevice(found->ordinal), "scoring.cuda.device"); !chosen)
        return chosen;
    shapes_ = shapes_of(limits);
    input_size_ = input_bytes(shapes_.back());
    output_size_ = std::size_t{shapes_.back().texts} * kEmbeddingDim;
    workspace_size_ = workspace_bytes(shapes_.back().tokens, shapes_.back().texts);
    Result<DeviceModel> weights = DeviceModel::upload(*model_);
    if (!weights) return weights.error();
    weights_.emplace(std::move(*weights));
    for (SlotMemory& memory : slots_)
        if (Status opened = open_slot(memory); !opened) return opened;
    rows_.open(limits.row_hits_max, static_cast<unsigned>(found->multiprocessors));
    return status_of(cudaDeviceSynchronize(), "scoring.cuda.open");
}

Status CudaPort::take_staging(void** memory, std::size_t bytes) const {
    if (options_.pinned) return status_of(cudaMallocHost(memory, bytes), "scoring.cuda.staging");
    *memory = std::aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);
    if (*memory == nullptr) return Error{Errc::kBusy, "scoring.cuda.staging"};
    return Done{};
}

void CudaPort::free_staging(void* memory, std::size_t bytes) const {
    if (memory == nullptr) return;
    wipe_memory(memory, bytes);
    if (options_.pinned)
        (void)cudaFreeHost(memory);
    else
        std::free(memory);
}

Status CudaPort::open_slot(SlotMemory& memory) {
    void* input = nullptr;
    void* output = nullptr;
    Status status = take_staging(&input, input_size_);
    memory.input = static_cast<std::byte*>(input);
    if (status) status = take_staging(&output, output_size_);
    memory.output = static_cast<std::int8_t*>(output);
    const auto take = [&status](auto** to, std::size_t bytes) {
        if (status)
            status =
                status_of(cudaMalloc(reinterpret_cast<void**>(to), bytes), "scoring.cuda.memory");
    };
    take(&memory.device_input, input_size_);
    take(&memory.device_codes, output_size_);
    take(&memory.workspace, workspace_size_);
    if (status)
        status = status_of(cudaStreamCreateWithFlags(&memory.stream, cudaStreamNonBlocking),
                           "scoring.cuda.stream");
    if (!options_.graphs) return status;
    for (std::size_t i = 0; status && i < shapes_.size(); ++i) status = capture(memory, shapes_[i]);
    return status;
}

int CudaPort::encode(const SlotMemory& memory, const BatchShape& shape) const {
    const Batch batch{.ids = reinterpret_cast<const std::uint16_t*>(memory.device_input),
                      .offsets = reinterpret_cast<const std::uint32_t*>(memory.device_input +
                                                                        offsets_place(shape)),
                      .texts = shape.texts,
                      .tokens = shape.tokens};
    return launch_encode(weights_->arguments(), batch, memory.workspace, memory.device_codes,
                         memory.stream);
}

Status CudaPort::capture(SlotMemory& memory, const BatchShape& shape) {
    cudaGraph_t graph = nullptr;
    cudaGraphExec_t ready = nullptr;
    cudaError_t failed = cudaStreamBeginCapture(memory.stream, cudaStreamCaptureModeThreadLocal);
    if (failed != cudaSuccess) return error_of(failed, "scoring.cuda.capture");
    const int launched = encode(memory, shape);
    failed = cudaStreamEndCapture(memory.stream, &graph);
    if (failed == cudaSuccess) failed = static_cast<cudaError_t>(launched);
    if (failed == cudaSuccess) failed = cudaGraphInstantiate(&ready, graph, 0);
    if (failed == cudaSuccess) {
        memory.graphs.push_back(ready);
        failed = cudaGraphUpload(ready, memory.stream);
    }
    if (graph != nullptr) (void)cudaGraphDestroy(graph);
    return status_of(failed, "scoring.cuda.graph");
}

Status CudaPort::launch(unsigned slot, const BatchShape& shape) {
    const SlotMemory& memory = slots_.at(slot);
    if (!options_.graphs) return status_of(encode(memory, shape), "scoring.cuda.launch");
    const auto at = std::find(shapes_.begin(), shapes_.end(), shape);
    if (at == shapes_.end()) return Error{Errc::kDeviceLost, "scoring.cuda.shape"};
    return status_of(
        cudaGraphLaunch(memory.graphs.at(static_cast<std::size_t>(at - shapes_.begin())),
                        memory.stream),
        "scoring.cuda.launch");
}

Status CudaPort::wipe() {
    int failed = cudaSuccess;
    for (const SlotMemory& memory : slots_) {
        const auto clear = [&](void* at, std::size_t bytes) {
            if (failed == cudaSuccess && at != nullptr)
                failed = cudaMemsetAsync(at, 0, bytes, memory.stream);
        };
        clear(memory.device_input, input_size_);
        clear(memory.device_codes, output_size_);
        clear(memory.workspace, workspace_size_);
    }
    for (const SlotMemory& memory : slots_)
        if (failed == cudaSuccess && memory.stream != nullptr)
            failed = cudaStreamSynchronize(memory.stream);
    if (failed != cudaSuccess) return status_of(failed, "scoring.cuda.wipe");
    return rows_.wipe();
}

void CudaPort::close() noexcept {
    // Any call would make a context, on a device that nobody has opened.
    if (!std::exchange(begun_, false)) return;
    (void)wipe();  // what does not answer any more cannot be wiped: its memory is the driver's
    for (SlotMemory& memory : slots_) {
        for (const cudaGraphExec_t graph : memory.graphs) (void)cudaGraphExecDestroy(graph);
        if (memory.stream != nullptr) (void)cudaStreamDestroy(memory.stream);
        (void)cudaFree(memory.device_input);
        (void)cudaFree(memory.device_codes);
        (void)cudaFree(memory.workspace);
        free_staging(memory.input, input_size_);
        free_staging(memory.output, output_size_);
        memory = {};
    }
    rows_.close();
    weights_.reset();
    // An error that stays does so with its context: only a new one computes again.
    if (cudaDeviceSynchronize() != cudaSuccess) (void)cudaDeviceReset();
    (void)cudaGetLastError();
}

}  // namespace

Result<std::vector<CudaDevice>> cuda_devices() {
    int driver = 0;
    int count = 0;
    if (cudaDriverGetVersion(&driver) != cudaSuccess || driver == 0)
        return Error{Errc::kNoGpu, "scoring.cuda.driver"};
    if (const cudaError_t asked = cudaGetDeviceCount(&count); asked != cudaSuccess) {
        (void)cudaGetLastError();
        return error_of(asked, "scoring.cuda.devices");
    }
    if (count == 0) return Error{Errc::kNoGpu, "scoring.cuda.devices"};
    std::vector<CudaDevice> devices;
    for (int i = 0; i < count; ++i) {
        cudaDeviceProp properties{};
        if (const cudaError_t asked = cudaGetDeviceProperties(&properties, i); asked != cudaSuccess)
            return error_of(asked, "scoring.cuda.properties");
        devices.push_back({.ordinal = i,
                           .name = properties.name,
                           .uuid = uuid_text(properties.uuid),
                           .capability = properties.major * 10 + properties.minor,
                           .driver = driver,
                           .clock_khz = attribute(cudaDevAttrClockRate, i),
                           .memory_khz = attribute(cudaDevAttrMemoryClockRate, i),
                           .multiprocessors = properties.multiProcessorCount,
                           .memory_bytes = properties.totalGlobalMem});
    }
    return devices;
}

std::string cuda_version() {
    return "CUDA " + std::to_string(CUDART_VERSION / 1000) + '.' +
           std::to_string(CUDART_VERSION % 1000 / 10);
}

std::unique_ptr<DevicePort> make_cuda_port(std::shared_ptr<const Model> model,
                                           CudaPortOptions options) {
    return std::make_unique<CudaPort>(std::move(model), std::move(options));
}

}  // namespace pramana::scoring::cuda
