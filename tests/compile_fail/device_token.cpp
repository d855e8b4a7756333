// The right to send tokens to a device cannot be made outside of the gate.
// expect: is private within this context
#include <cstdlib>
#include "pramana/core/appraised_device.hpp"
pramana::AppraisedDevice use() {
#ifdef FORBIDDEN
    return pramana::AppraisedDevice{"GPU-0", {}, 0, nullptr};
#else
    std::abort();
#endif
}
