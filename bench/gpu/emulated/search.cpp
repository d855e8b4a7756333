// The search kernels as the processor's code. NOLINTBEGIN: they are a source of their own
#include "cuda/search.cu"
// NOLINTEND
