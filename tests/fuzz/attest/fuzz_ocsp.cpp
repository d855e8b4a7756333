#include "pramana/attest/ocsp.hpp"
#include "pramana/attest/roots.hpp"
#include "pramana/core/check.hpp"

// An answer about NVIDIA's root by nobody who has its key: it is never believed, whatever it is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace pramana;
    using namespace pramana::attest;
    constexpr UnixTime kNow = 1'795'000'000;
    const Bytes& root = vendor_roots().nvidia_device.front();
    const ByteView answer{bytes, size};
    const Result<OcspAnswer> read = read_ocsp_answer(answer, root, root, kNow);
    PRAMANA_CHECK(!read);
    const Errc code = read.error().code;
    PRAMANA_CHECK(code == Errc::kNotFound || code == Errc::kEvidenceMalformed ||
                  code == Errc::kEvidenceRefused);
    if (!is_ocsp_answer(answer)) PRAMANA_CHECK(code == Errc::kEvidenceMalformed);
    return 0;
}
