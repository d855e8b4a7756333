#include "pramana/attest/roots.hpp"

#include "certificate.hpp"
#include "root_certificates.hpp"
#include "root_certificates_amd_nvidia.hpp"

namespace pramana::attest {
namespace {

std::vector<Bytes> certificates_of(std::string_view pem) {
    Result<std::vector<Bytes>> certificates = read_pem(pem);
    PRAMANA_CHECK(certificates.has_value());
    return std::move(*certificates);
}

std::vector<Bytes> amd_roots() {
    std::vector<Bytes> roots;
    for (const std::string_view pem : {kAmdArkMilan, kAmdArkGenoa, kAmdArkTurin})
        roots.push_back(certificates_of(pem).front());
    return roots;
}

}  // namespace

const PinnedRoots& vendor_roots() {
    static const PinnedRoots roots{.intel = certificates_of(kIntelSgxRootCa),
                                   .amd = amd_roots(),
                                   .nvidia_device = certificates_of(kNvidiaDeviceIdentityCa),
                                   .nvidia_rim = certificates_of(kNvidiaRimRootCa)};
    return roots;
}

}  // namespace pramana::attest
