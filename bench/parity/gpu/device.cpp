#include "parity/gpu/device.hpp"

#include <cuda_runtime_api.h>

#include <cstdio>
#include <cstdlib>

namespace pramana::parity {

Device find_device() {
    Device device;
    int count = 0;
    const cudaError_t asked = cudaGetDeviceCount(&count);
    if (asked != cudaSuccess || count == 0) {
        device.name = asked == cudaSuccess ? "there is none" : cudaGetErrorString(asked);
        return device;
    }
    cudaDeviceProp properties{};
    require(cudaGetDeviceProperties(&properties, 0), "cudaGetDeviceProperties");
    require(cudaDriverGetVersion(&device.driver), "cudaDriverGetVersion");
    device.found = true;
    device.name = properties.name;
    device.capability = properties.major * 10 + properties.minor;
    return device;
}

void require(int code, const char* where) {
    if (code == cudaSuccess) return;
    std::fprintf(stderr, "gpu_parity_probe: %s: %s\n", where,
                 cudaGetErrorString(static_cast<cudaError_t>(code)));
    std::exit(70);
}

DeviceBytes::DeviceBytes(std::size_t size) : size_{size} {
    if (size > 0) require(cudaMalloc(&memory_, size), "cudaMalloc");
}

DeviceBytes::~DeviceBytes() {
    if (memory_ == nullptr) return;
    require(cudaMemset(memory_, 0, size_), "cudaMemset");
    require(cudaFree(memory_), "cudaFree");
}

void DeviceBytes::upload(const void* from, std::size_t size) {
    if (size > 0) require(cudaMemcpy(memory_, from, size, cudaMemcpyHostToDevice), "cudaMemcpy");
}

void DeviceBytes::download(void* to, std::size_t size) const {
    if (size > 0) require(cudaMemcpy(to, memory_, size, cudaMemcpyDeviceToHost), "cudaMemcpy");
}

}  // namespace pramana::parity
