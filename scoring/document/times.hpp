#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pramana::scoring {

/// A time as a text states it. Every reader of times here takes real dates of the proleptic
/// Gregorian calendar only (no 30 February, hour 24 or second 61) and zones that exist: UTC-12:00
/// to UTC+14:00 in steps of 15 minutes.
struct Stamp {
    std::int64_t unix_us = 0;
    std::int32_t offset_minutes = 0;  ///< of the zone that is written; unix_us is UTC
    bool zoned = false;               ///< false: local time of nobody knows where, taken as UTC
};

struct Civil {
    std::int32_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, microsecond = 0;
};

/// Microseconds since 1970 of a time in UTC. Nothing: there is no such time.
[[nodiscard]] std::optional<std::int64_t> unix_us_of(const Civil& civil) noexcept;

/// "2024-03-12T15:04:05.123456Z", "2024-03-12 15:04:05 UTC", "…+01:00"; fraction and zone may be
/// missing.
[[nodiscard]] std::optional<Stamp> parse_iso_time(std::string_view text) noexcept;
/// "Wed Oct 10 20:19:24 +0000 2018": the day of the week has to be that day's.
[[nodiscard]] std::optional<Stamp> parse_ctime(std::string_view text) noexcept;
/// RFC 5322 section 3.3: "Wed, 10 Oct 2018 20:19:24 +0000 (UTC)"; the day of the week may be
/// missing, the zone may be GMT or UTC.
[[nodiscard]] std::optional<Stamp> parse_mail_time(std::string_view text) noexcept;

}  // namespace pramana::scoring
