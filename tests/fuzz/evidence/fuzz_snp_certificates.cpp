#include "pramana/core/check.hpp"
#include "pramana/evidence/snp_certificates.hpp"

// A host's certificate table, as it comes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto read = pramana::evidence::read_snp_certificates({bytes, size});
    if (read) PRAMANA_CHECK(read->endorsement.size() <= size);
    return 0;
}
