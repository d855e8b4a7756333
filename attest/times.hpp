#pragma once

#include "pramana/attest/appraisal.hpp"
#include "pramana/core/result.hpp"

#include <algorithm>

namespace pramana::attest {

/// The content of an ASN.1 UTCTime (RFC 5280 section 4.1.2.5.1: "YYMMDDHHMMSSZ", 1970 to 2049) or
/// GeneralizedTime ("YYYYMMDDHHMMSSZ"). Errors: kEvidenceMalformed.
[[nodiscard]] Result<UnixTime> read_utc_time(std::string_view text);
[[nodiscard]] Result<UnixTime> read_generalized_time(std::string_view text);

/// A time from `begin` to `end`, both ends included.
struct Window {
    UnixTime begin = 0;
    UnixTime end = ~UnixTime{0};
    [[nodiscard]] bool holds(UnixTime now) const noexcept { return begin <= now && now <= end; }
    /// What lies in both.
    void narrow(const Window& other) noexcept {
        begin = std::max(begin, other.begin);
        end = std::min(end, other.end);
    }
};

/// "2025-06-19T10:16:03Z to 2025-07-19T10:16:03Z".
[[nodiscard]] std::string text_of(const Window& window);

}  // namespace pramana::attest
