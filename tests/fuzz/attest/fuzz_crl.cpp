// Revocation lists. What is accepted here, libcrypto has to read too, with as many entries.

#include "crl.hpp"
#include "pramana/core/check.hpp"

#include <openssl/x509.h>

#include <memory>

namespace pramana::attest {
namespace {

void check_crl(ByteView bytes) {
    const Result<Crl> read = read_crl(bytes);
    if (!read) {
        PRAMANA_CHECK(read.error().code == Errc::kEvidenceMalformed);
        return;
    }
    for (const ByteView serial : read->serials) PRAMANA_CHECK(read->revokes(serial));
    const unsigned char* at = bytes.data();
    const std::unique_ptr<X509_CRL, decltype(&X509_CRL_free)> oracle{
        d2i_X509_CRL(nullptr, &at, static_cast<long>(bytes.size())), X509_CRL_free};
    PRAMANA_CHECK(oracle != nullptr && at == bytes.data() + bytes.size());
    const STACK_OF(X509_REVOKED)* const entries = X509_CRL_get_REVOKED(oracle.get());
    const int count = entries == nullptr ? 0 : sk_X509_REVOKED_num(entries);
    PRAMANA_CHECK(static_cast<std::size_t>(count) == read->serials.size());
}

}  // namespace
}  // namespace pramana::attest

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    pramana::attest::check_crl({data, size});
    return 0;
}
