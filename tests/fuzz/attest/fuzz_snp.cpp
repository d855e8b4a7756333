#include "pramana/attest/snp.hpp"
#include "pramana/core/check.hpp"

// A report that reads is of the one size and a known version, covers its first bytes with the
// signature, and is accepted by nobody without a chain.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace pramana;
    using namespace pramana::attest;
    const ByteView input{bytes, size};
    const Result<SnpReport> report = parse_snp_report(input);
    if (report) {
        PRAMANA_CHECK(size == kSnpReportSize && report->version >= 2 && report->version <= 5);
        PRAMANA_CHECK(report->signed_bytes.size() == kSnpSignedSize);
        for (const SnpProductLine line :
             {SnpProductLine::kMilan, SnpProductLine::kGenoa, SnpProductLine::kTurin}) {
            const Result<SnpTcb> tcb = read_snp_tcb(line, report->reported_tcb);
            PRAMANA_CHECK(!tcb || tcb->reaches(*tcb));
        }
    }
    const Appraisal appraisal = appraise_snp({.report = input,
                                              .endorsement = input,
                                              .authorities = as_text(input),
                                              .revocations = input,
                                              .report_data = std::nullopt},
                                             vendor_roots(), {}, 1'790'000'000);
    PRAMANA_CHECK(!appraisal.accepted());
    return 0;
}
