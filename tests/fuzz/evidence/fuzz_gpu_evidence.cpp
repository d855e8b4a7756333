// GPU evidence as one text: what is read is written again byte for byte, so one evidence has one
// hash.
#include "pramana/evidence/gpu_evidence.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
    const std::string_view text = pramana::as_text({input, size});
    const pramana::Result<pramana::evidence::GpuEvidence> read =
        pramana::evidence::read_gpu_evidence(text);
    if (read && pramana::evidence::to_json(*read) != text) std::abort();
    return 0;
}
