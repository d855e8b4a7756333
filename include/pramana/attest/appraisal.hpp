#pragma once

#include "pramana/attest/verdict.hpp"
#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::attest {

/// Seconds since 1970, UTC.
using UnixTime = std::uint64_t;

/// How current a platform is, in Intel's words (Intel TDX DCAP, "TCB status"); kNoMatchingLevel:
/// below every level that the vendor still describes. The order is not a severity; merging is a
/// table.
enum class TcbStatus : std::uint8_t {
    kUpToDate,
    kSwHardeningNeeded,
    kConfigurationNeeded,
    kConfigurationAndSwHardeningNeeded,
    kOutOfDate,
    kOutOfDateConfigurationNeeded,
    kRevoked,
    kTdRelaunchAdvised,
    kTdRelaunchAdvisedConfigurationNeeded,
    kNoMatchingLevel,
};

/// The vendor's spelling: "UpToDate", "SWHardeningNeeded", "NoMatchingTcbLevel".
[[nodiscard]] std::string_view name_of(TcbStatus status) noexcept;
/// The status of this name; nullopt = there is none, which no caller may take for good.
[[nodiscard]] std::optional<TcbStatus> tcb_status_of(std::string_view name) noexcept;

/// Something that the evidence says about its maker: an identity or a measurement. Only worth
/// something when the appraisal is accepted.
struct Fact {
    std::string_view
        name;           ///< a literal, as in the vendor's documents, snake_case: "mr_td", "fmspc"
    std::string value;  ///< bytes as lower-case hex, in the order sent; numbers as decimal
};

/// What the verifier concludes from evidence, endorsements, a time and a policy (RFC 9334:
/// attestation result). There is no flag beside the verdicts that could disagree with them.
struct Appraisal {
    std::string_view kind;  ///< "tdx", "sgx", "sev_snp", "nvidia_gpu", "dstack"
    VerdictList verdicts;
    std::optional<TcbStatus> tcb_status;  ///< nothing: not established
    std::vector<std::string> advisories;  ///< sorted, each once
    std::vector<Fact> facts;
    std::optional<UnixTime>
        valid_until;  ///< the earliest end of all that was relied upon; nothing: not established

    [[nodiscard]] bool accepted() const noexcept { return verdicts.accepted(); }
    [[nodiscard]] const Fact* fact(std::string_view name) const noexcept;
};

/// {"kind","accepted","tcb_status","advisories","valid_until","facts":{…},"checks":[{"name","outcome",
/// "expected","found","until"}…]}; for a check that did not pass also "meaning" and "next_step".
[[nodiscard]] std::string to_json(const Appraisal& appraisal);

/// For people who never saw a quote: what this kind of evidence is; each check in a sentence, by
/// the question that it answers, with what was expected and found, until when it holds, and the
/// next step where it failed; what the evidence says, in words; and the conclusion in the last
/// line.
[[nodiscard]] std::string to_text(const Appraisal& appraisal);
/// The conclusion as one line: "ACCEPTED until 2026-12-01T00:00:00Z", "NOT ACCEPTED: NAME failed".
[[nodiscard]] std::string conclusion_of(const Appraisal& appraisal);

/// What evidence of a kind is: "a quote of …". Empty for a kind that is not known.
[[nodiscard]] std::string_view meaning_of_kind(std::string_view kind) noexcept;
/// What a status means for whoever relies on the platform.
[[nodiscard]] std::string_view meaning_of(TcbStatus status) noexcept;
/// What a fact of this name is; empty for a name that speaks for itself.
[[nodiscard]] std::string_view meaning_of_fact(std::string_view name) noexcept;

/// "2026-11-22T02:00:00Z".
[[nodiscard]] std::string time_text(UnixTime time);
/// "2026-11-22T02:00:00Z" and no other form. Errors: kEvidenceMalformed.
[[nodiscard]] Result<UnixTime> read_iso_time(std::string_view text);

}  // namespace pramana::attest
