#include "gpu/fill.hpp"

#include <cuda_runtime.h>

namespace pramana::gpu {
namespace {

constexpr unsigned kThreads = 256;
constexpr unsigned kBlocks = 4096;

__global__ void fill(std::uint64_t* words, std::uint64_t count, std::uint64_t first_place) {
    for (std::uint64_t i = std::uint64_t{blockIdx.x} * kThreads + threadIdx.x; i < count;
         i += std::uint64_t{kBlocks} * kThreads)
        words[i] = fill_word(first_place + i);
}

}  // namespace

int launch_fill(std::int8_t* codes, std::uint64_t words, std::uint64_t first_place,
                CUstream_st* stream) {
    fill<<<kBlocks, kThreads, 0, stream>>>(reinterpret_cast<std::uint64_t*>(codes), words,
                                           first_place);
    return cudaPeekAtLastError();
}

}  // namespace pramana::gpu
