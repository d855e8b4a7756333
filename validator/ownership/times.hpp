#pragma once

#include "pramana/attest/appraisal.hpp"
#include "pramana/ownership/appraise.hpp"
#include "pramana/ownership/statement.hpp"

#include <algorithm>

namespace pramana::ownership {

/// `time` of a maker whose clock may differ by kSkewSeconds, 0 or more seconds ago.
[[nodiscard]] constexpr bool is_recent(std::uint64_t time, std::uint64_t age_max,
                                       attest::UnixTime now) noexcept {
    const bool in_future = time > now && time - now > kSkewSeconds;
    const bool too_old = time < now && now - time > age_max;
    return !in_future && !too_old;
}

/// Whether something made then may hold until then: after it was made, and within kLifetimeMax.
[[nodiscard]] constexpr bool is_span(std::uint64_t issued, std::uint64_t expires) noexcept {
    return expires > issued && expires - issued <= kLifetimeMax;
}

/// The last second in which something of this age still counts; no overflow.
[[nodiscard]] constexpr std::uint64_t end_of_age(std::uint64_t time,
                                                 std::uint64_t age_max) noexcept {
    return age_max > UINT64_MAX - time ? UINT64_MAX : time + age_max;
}

/// "2026-11-22T02:00:00Z", or the number where it lies beyond the calendar.
[[nodiscard]] inline std::string when(std::uint64_t time) {
    constexpr std::uint64_t kCalendarEnd = 253'402'300'799;  // 9999-12-31T23:59:59Z
    return time <= kCalendarEnd ? attest::time_text(time) : std::to_string(time);
}

/// The witness who signed `digest`; nothing: the signature is none, or not in its one form (v 27 or
/// 28, low s).
[[nodiscard]] inline std::optional<Address> witness_of(const Hash32& digest,
                                                       const Signature65& signature) {
    const std::uint8_t v = signature.bytes.back();
    if (v != 27 && v != 28) return std::nullopt;
    const Result<Address> signer = recover_address(digest, signature);
    return signer ? std::optional{*signer} : std::nullopt;
}

}  // namespace pramana::ownership
