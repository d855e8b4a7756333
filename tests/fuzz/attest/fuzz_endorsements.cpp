// Endorsements of any form, and SNP's table of certificates.

#include "pramana/attest/evidence_file.hpp"
#include "pramana/core/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pramana;
    using namespace pramana::attest;
    const ByteView input{data, size};
    Endorsements out;
    for (const Status& added : {add_endorsements(input, out), add_snp_certificates(input, out),
                                add_endorsements(input, out)})
        PRAMANA_CHECK(added || added.error().code == Errc::kEvidenceMalformed);
    PRAMANA_CHECK(out.snp_endorsement.size() <= size);
    return 0;
}
