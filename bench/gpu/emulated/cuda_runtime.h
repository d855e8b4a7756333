#pragma once

// As much of CUDA's language as scoring/cuda/search.cu needs to be compiled for the processor.
// NOLINTBEGIN: the names are CUDA's.
#define __global__
#define __device__
#define __launch_bounds__(...)
enum { cudaSuccess = 0, cudaErrorInvalidValue = 1 };
// NOLINTEND
