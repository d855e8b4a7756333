#pragma once

#include <cstdint>
#include <functional>

struct CUstream_st;

/// The emulated device as a whole: what it holds, and when it fails.
namespace pramana::parity {

/// Has `work` happen when the stream is waited for, in the order of the calls; without a stream
/// now. A stream that is being captured keeps it for its graph. Returns 0 or a cudaError_t.
int enqueue(CUstream_st* stream, std::function<void()> work);

/// The n-th call from now on fails, and all behind it, until the device is reset; 0: none does.
void fail_device_after(std::uint64_t calls);
/// Memory, streams and graphs that are not given back.
[[nodiscard]] std::uint64_t device_objects() noexcept;
/// Device memory at a time; more is refused as on a device that is full.
void limit_device_memory(std::uint64_t bytes);

}  // namespace pramana::parity
