// Certificates and Intel's extension. What is accepted here, libcrypto has to
// read too and to find the same serial number in.

#include "certificate.hpp"
#include "der.hpp"
#include "intel/pck.hpp"
#include "pramana/core/check.hpp"

#include <openssl/bn.h>
#include <openssl/x509.h>

#include <memory>

namespace pramana::attest {
namespace {

void check_certificate(ByteView bytes) {
    const Result<Certificate> read = read_certificate(bytes);
    if (!read) {
        PRAMANA_CHECK(read.error().code == Errc::kEvidenceMalformed);
        return;
    }
    PRAMANA_CHECK(read->key.has_value());
    PRAMANA_CHECK(same_bytes(read->der, bytes));
    const unsigned char* at = bytes.data();
    const std::unique_ptr<X509, decltype(&X509_free)> oracle{
        d2i_X509(nullptr, &at, static_cast<long>(bytes.size())), X509_free};
    PRAMANA_CHECK(oracle != nullptr && at == bytes.data() + bytes.size());
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> serial{
        ASN1_INTEGER_to_BN(X509_get0_serialNumber(oracle.get()), nullptr), BN_free};
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> ours{
        BN_bin2bn(read->serial.data(), static_cast<int>(read->serial.size()), nullptr), BN_free};
    PRAMANA_CHECK(BN_cmp(serial.get(), ours.get()) == 0);
    (void)signed_by(*read->key, read->scheme, read->tbs, read->signature);
}

}  // namespace
}  // namespace pramana::attest

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pramana::attest;
    const pramana::ByteView bytes{data, size};
    check_certificate(bytes);
    const auto extension = read_pck_extension(bytes);
    if (extension) PRAMANA_CHECK(extension->cpu_svn.size() == 16);
    return 0;
}
