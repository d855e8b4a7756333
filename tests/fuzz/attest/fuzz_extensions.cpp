// Extensions of vendors' certificates: AMD's of signing keys, NVIDIA's firmware ids, Intel's of
// platforms. The input is a list of records: which object identifier, length (16 bits), value.

#include "certificate.hpp"
#include "intel/pck.hpp"
#include "nvidia/device.hpp"
#include "pramana/core/check.hpp"
#include "snp/endorsement.hpp"

#include <array>

namespace pramana::attest {
namespace {

constexpr std::size_t kOidSizeMax = 10;
struct Oid {
    std::size_t size;
    std::array<std::uint8_t, kOidSizeMax> bytes;
    [[nodiscard]] ByteView view() const { return ByteView{bytes}.first(size); }
};
constexpr std::uint8_t kAmd[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0x9c, 0x78, 0x01};
constexpr Oid amd(std::uint8_t a) {
    Oid out{9, {}};
    std::copy(std::begin(kAmd), std::end(kAmd), out.bytes.begin());
    out.bytes[8] = a;
    return out;
}
constexpr Oid amd(std::uint8_t a, std::uint8_t b) {
    Oid out = amd(a);
    out.bytes[9] = b;
    out.size = 10;
    return out;
}
constexpr std::array kOids = {amd(1),
                              amd(2),
                              amd(3, 1),
                              amd(3, 2),
                              amd(3, 3),
                              amd(3, 4),
                              amd(3, 5),
                              amd(3, 6),
                              amd(3, 7),
                              amd(3, 8),
                              amd(3, 9),
                              amd(4),
                              amd(5),
                              Oid{6, {0x67, 0x81, 0x05, 0x05, 0x04, 0x01}},
                              Oid{7, {0x67, 0x81, 0x05, 0x05, 0x04, 0x01, 0x01}},
                              Oid{9, {0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x01, 0x0d, 0x01}}};

void read_all(const Certificate& certificate) {
    const Result<SnpEndorsement> snp = read_snp_endorsement(certificate);
    if (snp) {
        PRAMANA_CHECK(!snp->product_name.empty());
        const bool vcek = snp->key == SnpSigningKey::kVcek;
        PRAMANA_CHECK(vcek ? !snp->hardware_id.empty() : snp->hardware_id.empty());
    } else {
        PRAMANA_CHECK(snp.error().code == Errc::kEvidenceMalformed);
    }
    (void)certified_fwid(certificate);
    const Result<PckExtension> pck = read_pck_extension(certificate);
    if (pck) PRAMANA_CHECK(pck->fmspc.size() == 6 && pck->cpu_svn.size() == 16);
}

}  // namespace
}  // namespace pramana::attest

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pramana::attest;
    Certificate certificate;
    certificate.common_name = size > 0 && (data[0] & 1U) != 0 ? "SEV-VLEK" : "SEV-VCEK";
    std::size_t at = 1;
    while (at + 3 <= size && certificate.extensions.size() < kExtensionsMax) {
        const Oid& oid = kOids[data[at] % kOids.size()];
        const std::size_t length = std::size_t{data[at + 1]} << 8U | data[at + 2];
        at += 3;
        if (length > size - at) break;
        certificate.extensions.push_back(
            {.oid = oid.view(), .critical = false, .value = pramana::ByteView{data + at, length}});
        at += length;
    }
    read_all(certificate);
    return 0;
}
