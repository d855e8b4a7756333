#include "pramana/core/check.hpp"
#include "pramana/scoring_document/extract.hpp"

namespace pramana {
namespace {

void fuzz(ByteView opened) {
    scoring::ExtractLimits limits;
    limits.formats = {.version = 2, .archive_depth_max = 3, .authenticity = 1};
    limits.expanded_bytes_max = 1U << 20U;
    limits.records_max = 1000;
    limits.members_max = 100;
    const Result<scoring::Document> document = scoring::extract(opened, limits);
    if (!document) {
        const Errc code = document.error().code;
        PRAMANA_CHECK(code == Errc::kUnknownFormat || code == Errc::kTooLarge ||
                      code == Errc::kTooFewTokens || code == Errc::kDecompressionLimit);
        return;
    }
    PRAMANA_CHECK(!document->records.empty() && document->records.size() <= limits.records_max);
    for (const scoring::Record& record : document->records)
        PRAMANA_CHECK(!record.text.empty() && record.unix_s >= 0);
    for (const scoring::CheckResult& check : document->authenticity.checks)
        PRAMANA_CHECK(check.examined > 0 && check.failed <= check.examined);
    PRAMANA_CHECK(document->authenticity.value_q16() <= 65'536);
}

}  // namespace
}  // namespace pramana

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    pramana::fuzz({bytes, size});
    return 0;
}
