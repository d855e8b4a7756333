#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/check.hpp"
#include "pramana/scoring_document/extract.hpp"

namespace pramana::scoring {

/// Limits that a fuzzer reaches, under a version of the formats.
inline ExtractLimits small_limits(const FormatRules& formats) {
    ExtractLimits limits;
    limits.formats = formats;
    limits.expanded_bytes_max = 1U << 20U;
    limits.records_max = 1000;
    limits.members_max = 100;
    return limits;
}

/// Reads anything as an opened file and checks what extract() promises of every result.
inline void check_extract(ByteView opened, const ExtractLimits& limits) {
    const Result<Document> document = extract(opened, limits);
    if (!document) {
        const Errc code = document.error().code;
        PRAMANA_CHECK(code == Errc::kUnknownFormat || code == Errc::kTooLarge ||
                      code == Errc::kTooFewTokens || code == Errc::kDecompressionLimit);
        return;
    }
    PRAMANA_CHECK(!document->records.empty() && document->records.size() <= limits.records_max);
    std::size_t bytes = 0;
    for (const Record& record : document->records) {
        PRAMANA_CHECK(!record.text.empty() && record.unix_s >= 0);
        bytes += record.text.size();
    }
    // A turn joins its parts with two line ends; nothing else adds to what was expanded.
    PRAMANA_CHECK(limits.formats.version > 1 || bytes <= 3 * limits.expanded_bytes_max);
    for (const CheckResult& check : document->authenticity.checks)
        PRAMANA_CHECK(check.examined > 0 && check.failed <= check.examined);
    PRAMANA_CHECK(document->authenticity.value_q16() <= 65'536);
}

}  // namespace pramana::scoring
