#include "pramana/attest/roots.hpp"

#include "certificate.hpp"
#include "root_certificates.hpp"

namespace pramana::attest {
namespace {

std::vector<Bytes> certificates_of(std::string_view pem) {
    Result<std::vector<Bytes>> certificates = read_pem(pem);
    PRAMANA_CHECK(certificates.has_value());
    return std::move(*certificates);
}

}  // namespace

const PinnedRoots& vendor_roots() {
    static const PinnedRoots roots{.intel = certificates_of(kIntelSgxRootCa),
                                   .amd = {},
                                   .nvidia_device = {},
                                   .nvidia_rim = {}};
    return roots;
}

}  // namespace pramana::attest
