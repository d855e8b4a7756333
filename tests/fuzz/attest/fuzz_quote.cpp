// Intel quotes: what a stranger sends first. Under the vendor's roots nothing made here is
// accepted.

#include "certificate.hpp"
#include "intel/pck.hpp"
#include "intel/quote.hpp"
#include "pramana/attest/intel.hpp"
#include "pramana/core/check.hpp"

namespace pramana::attest {
namespace {

bool lies_in(ByteView part, ByteView whole) {
    return part.empty() || (part.data() >= whole.data() &&
                            part.data() + part.size() <= whole.data() + whole.size());
}

void check_parts(const Quote& quote, ByteView bytes) {
    PRAMANA_CHECK(quote.enclave.has_value() != quote.td.has_value());
    PRAMANA_CHECK(quote.signed_bytes.size() + 4 + quote.signature_data_size + quote.trailing ==
                  bytes.size());
    PRAMANA_CHECK(quote.signature.size() == 64 && quote.attestation_key.size() == 64);
    PRAMANA_CHECK(quote.qe.whole.size() == 384 && quote.qe_signature.size() == 64);
    for (const ByteView part : {quote.signed_bytes, quote.signature, quote.attestation_key,
                                quote.qe.whole, quote.qe_auth, as_bytes_view(quote.pck_chain)})
        PRAMANA_CHECK(lies_in(part, bytes));
}

void check_chain(std::string_view pem) {
    const Result<std::vector<Certificate>> chain = read_pem_chain(pem);
    if (!chain) {
        PRAMANA_CHECK(chain.error().code == Errc::kEvidenceMalformed);
        return;
    }
    PRAMANA_CHECK(!chain->empty() && chain->size() <= kChainCertificatesMax);
    const Result<PckExtension> pck = read_pck_extension(chain->front());
    if (pck) PRAMANA_CHECK(pck->fmspc.size() == 6 && pck->ppid.size() == 16);
}

}  // namespace
}  // namespace pramana::attest

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pramana;
    using namespace pramana::attest;
    static const IntelEndorsements nothing = prepare({}, vendor_roots());
    const ByteView bytes{data, size};
    Quote quote;
    if (read_quote(bytes, quote)) return 0;
    check_parts(quote, bytes);
    check_chain(quote.pck_chain);
    if (size % 64 != 0) return 0;  // signatures cost more than all parsing
    const Appraisal appraisal = appraise_intel(bytes, *nothing, 1'900'000'000, {}, std::nullopt);
    PRAMANA_CHECK(!appraisal.accepted() && !appraisal.valid_until);
    PRAMANA_CHECK(!to_json(appraisal).empty());
    return 0;
}
