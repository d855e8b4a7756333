// The processor in the place of a device: its memory is ordinary memory.
#include "gpu/device.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace pramana::gpu {

void require(int code, const char* where) {
    if (code == 0) return;
    std::fprintf(stderr, "emulated device: %s failed\n", where);
    std::exit(70);
}

DeviceBytes::DeviceBytes(std::size_t size) : size_{size} {
    // A device's allocations are aligned to 256 bytes; what is in them is anything.
    if (size == 0) return;
    memory_ = std::aligned_alloc(256, (size + 255) / 256 * 256);
    if (memory_ == nullptr) require(1, "allocation");
    std::memset(memory_, 0xA7, size);
}

DeviceBytes::~DeviceBytes() {
    if (memory_ == nullptr) return;
    std::memset(memory_, 0, size_);
    std::free(memory_);
}

void DeviceBytes::upload(const void* from, std::size_t size) {
    if (size > 0) std::memcpy(memory_, from, size);
}

void DeviceBytes::download(void* to, std::size_t size) const {
    if (size > 0) std::memcpy(to, memory_, size);
}

}  // namespace pramana::gpu
