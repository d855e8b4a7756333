// The calls of CUDA's runtime, for the emulated device. NOLINTBEGIN: CUDA's names.
#include "gpu/emulated/device.hpp"

#include "gpu/emulated/block.hpp"

#include <cuda_runtime_api.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <set>
#include <vector>

using Work = std::vector<std::function<void()>>;

struct CUstream_st {
    Work waiting;
    bool captures = false;
};
struct CUgraph_st {
    Work work;
};

namespace {

using pramana::parity::broken;
constexpr std::size_t kGuard = 256;
constexpr unsigned char kRubbish = 0xA5;

struct Device {
    std::set<cudaStream_t> streams;
    std::set<const void*> objects;
    std::uint64_t memory = 0;
    // Set by a test while the device's thread is at work.
    std::atomic<std::uint64_t> memory_max{std::numeric_limits<std::uint64_t>::max()};
    std::atomic<std::uint64_t> fails_after{0};
    bool failed = false;
};
Device device;

/// Whether a call works: once one did not, none does.
bool works() {
    if (device.fails_after > 0 && device.fails_after.fetch_sub(1) == 1) device.failed = true;
    return !device.failed;
}

void finish(CUstream_st& stream) {
    Work now;
    now.swap(stream.waiting);
    for (const auto& each : now) each();
}

void finish_all() {
    for (cudaStream_t stream : device.streams) finish(*stream);
}

void* take(std::size_t size) {
    const std::size_t padded = (size + kGuard - 1) / kGuard * kGuard + 2 * kGuard;
    auto* const all = static_cast<unsigned char*>(std::aligned_alloc(kGuard, padded));
    if (all == nullptr) return nullptr;
    std::memset(all, kRubbish, padded);
    std::memcpy(all, &size, sizeof size);
    device.objects.insert(all + kGuard);
    return all + kGuard;
}

std::size_t size_of(const void* memory) {
    std::size_t size = 0;
    std::memcpy(&size, static_cast<const unsigned char*>(memory) - kGuard, sizeof size);
    return size;
}

void give_back(void* memory) {
    if (device.objects.erase(memory) == 0) broken("memory is freed that is not there");
    auto* const bytes = static_cast<unsigned char*>(memory);
    for (std::size_t i = 0; i < kGuard; ++i)
        if (bytes[size_of(memory) + i] != kRubbish) broken("a write behind an allocation");
    std::free(bytes - kGuard);
}

cudaError_t run(cudaStream_t stream, std::function<void()> work) {
    return static_cast<cudaError_t>(pramana::parity::enqueue(stream, std::move(work)));
}

}  // namespace

namespace pramana::parity {

int enqueue(CUstream_st* stream, std::function<void()> work) {
    if (!works()) return cudaErrorUnknown;
    if (stream == nullptr) {
        finish_all();
        work();
    } else {
        if (!device.streams.contains(stream)) broken("a stream that is not there");
        stream->waiting.push_back(std::move(work));
    }
    return cudaSuccess;
}

void fail_device_after(std::uint64_t calls) { device.fails_after = calls; }
std::uint64_t device_objects() noexcept { return device.objects.size(); }
void limit_device_memory(std::uint64_t bytes) { device.memory_max = bytes; }

}  // namespace pramana::parity

cudaError_t cudaMalloc(void** memory, std::size_t size) {
    if (!works()) return cudaErrorUnknown;
    if (device.memory + size > device.memory_max) return cudaErrorMemoryAllocation;
    *memory = take(size);
    if (*memory == nullptr) return cudaErrorMemoryAllocation;
    device.memory += size;
    return cudaSuccess;
}

cudaError_t cudaFree(void* memory) {
    if (memory == nullptr) return cudaSuccess;
    if (!works()) return cudaErrorUnknown;
    finish_all();
    device.memory -= size_of(memory);
    give_back(memory);
    return cudaSuccess;
}

cudaError_t cudaMallocHost(void** memory, std::size_t size) {
    if (!works()) return cudaErrorUnknown;
    *memory = take(size);
    return *memory == nullptr ? cudaErrorMemoryAllocation : cudaSuccess;
}

cudaError_t cudaFreeHost(void* memory) {
    // Unlike a device's, the processor's memory is there after a failure too.
    if (memory != nullptr) give_back(memory);
    return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t size, cudaMemcpyKind,
                            cudaStream_t stream) {
    return run(stream, [=] { std::memcpy(to, from, size); });
}
cudaError_t cudaMemcpy(void* to, const void* from, std::size_t size, cudaMemcpyKind kind) {
    return cudaMemcpyAsync(to, from, size, kind, nullptr);
}
cudaError_t cudaMemsetAsync(void* memory, int value, std::size_t size, cudaStream_t stream) {
    return run(stream, [=] { std::memset(memory, value, size); });
}
cudaError_t cudaMemset(void* memory, int value, std::size_t size) {
    return cudaMemsetAsync(memory, value, size, nullptr);
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
    if (!works()) return cudaErrorUnknown;
    *stream = new CUstream_st;
    device.streams.insert(*stream);
    device.objects.insert(*stream);
    return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
    if (!works()) return cudaErrorUnknown;
    if (stream == nullptr)
        finish_all();
    else
        finish(*stream);
    return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
    if (!works()) return cudaErrorUnknown;
    finish(*stream);
    device.streams.erase(stream);
    device.objects.erase(stream);
    delete stream;
    return cudaSuccess;
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
    if (!works()) return cudaErrorUnknown;
    finish(*stream);
    stream->captures = true;
    return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
    if (!works() || !stream->captures) return cudaErrorUnknown;
    stream->captures = false;
    *graph = new CUgraph_st;
    (*graph)->work.swap(stream->waiting);
    device.objects.insert(*graph);
    return cudaSuccess;
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* ready, cudaGraph_t graph, unsigned long long) {
    if (!works()) return cudaErrorUnknown;
    *ready = new CUgraph_st{*graph};
    device.objects.insert(*ready);
    return cudaSuccess;
}

cudaError_t cudaGraphUpload(cudaGraphExec_t, cudaStream_t) {
    return works() ? cudaSuccess : cudaErrorUnknown;
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t ready, cudaStream_t stream) {
    // As of now: it may be destroyed before the stream is waited for.
    return run(stream, [work = ready->work] {
        for (const auto& each : work) each();
    });
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
    if (device.objects.erase(graph) == 0) broken("a graph is destroyed that is not there");
    delete graph;
    return cudaSuccess;
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t ready) { return cudaGraphDestroy(ready); }

cudaError_t cudaSetDevice(int) { return works() ? cudaSuccess : cudaErrorUnknown; }

cudaError_t cudaDeviceSynchronize() {
    if (!works()) return cudaErrorUnknown;
    finish_all();
    return cudaSuccess;
}

/// Memory and streams of the device go with its context.
cudaError_t cudaDeviceReset() {
    device.failed = false;
    for (cudaStream_t stream : device.streams) {
        device.objects.erase(stream);
        delete stream;
    }
    device.streams.clear();
    const std::set<const void*> left = device.objects;
    for (const void* object : left) give_back(const_cast<void*>(object));
    device.memory = 0;
    return cudaSuccess;
}

cudaError_t cudaGetLastError() { return device.failed ? cudaErrorUnknown : cudaSuccess; }

cudaError_t cudaGetDeviceCount(int* count) {
    *count = 1;
    return works() ? cudaSuccess : cudaErrorNoDevice;
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
    // GPU-0b1e5ed0-0000-4000-8000-000000000000, as a uuid is laid out.
    constexpr cudaUUID_t kUuid{{0x0B, 0x1E, 0x5E, '\xD0', 0, 0, 0x40, 0, '\x80'}};
    *properties = {"emulated on the processor", kUuid, std::size_t{1} << 30U, 0, 0, 3};
    return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr which, int) {
    *value = which == cudaDevAttrMaxSharedMemoryPerBlockOptin
                 ? static_cast<int>(pramana::parity::shared_bytes_max)
                 : 0;
    return cudaSuccess;
}

cudaError_t cudaDriverGetVersion(int* version) {
    *version = CUDART_VERSION;
    return cudaSuccess;
}

const char* cudaGetErrorString(cudaError_t) { return "refused by the emulation"; }
// NOLINTEND
