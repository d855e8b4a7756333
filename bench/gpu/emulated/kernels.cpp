// The CUDA kernels as the processor's code. NOLINTBEGIN: they are sources of their own
#include "cuda/attention.cu"
#include "cuda/linear.cu"
#include "cuda/rows.cu"
// NOLINTEND
