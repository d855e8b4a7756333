#pragma once

#include "pramana/attest/appraisal.hpp"
#include "pramana/core/bytes.hpp"

#include <string>
#include <string_view>
#include <vector>

// The provider's mail about an export as evidence: its DKIM signature, checked against a key record
// that a witness signed. Source: RFC 6376, 8301, 8463; docs/ownership.md "Export mail".

namespace pramana::ownership {

inline constexpr std::size_t kMailBytesMax = std::size_t{1} << 20U;
inline constexpr std::size_t kMailHeaderBytesMax = std::size_t{64} << 10U;
inline constexpr std::size_t kMailFieldsMax = 256;
inline constexpr std::size_t kMailSignaturesMax = 8;

struct MailRules {
    std::vector<Address> witnesses;            ///< whose key records are believed
    std::vector<std::string> domains;          ///< that sign: `d=`, exactly, lower-case
    std::vector<std::string> subjects;         ///< exactly, unfolded; empty: any
    std::uint64_t record_age_s_max = 604'800;  ///< 7 days
    std::uint64_t mail_age_s_max = 7'776'000;  ///< 90 days
    std::uint32_t rsa_bits_min = 2048;  ///< below 1024 is refused whatever stands here (RFC 8301)
};

struct MailAppraisal {
    attest::Appraisal appraisal;
    /// SHA-256 of what was signed: the same for every copy of the mail, however it was wrapped, so
    /// that one mail can be counted once. Unkeyed: stays inside. Zeros unless accepted.
    Hash32 mail_id;
};

/// Judges a raw mail (message/rfc822, all lines ending with CRLF or all with LF) and the canonical
/// text of a signed key record (kind "export_mail"). Nothing of the mail gets into verdicts and
/// facts but the domain, selector, algorithm and time of a signature that a rule or record names;
/// no copy of it is left in memory. Thread: any.
[[nodiscard]] MailAppraisal appraise_mail(ByteView mail, std::string_view key_record,
                                          const MailRules& rules, attest::UnixTime now);

}  // namespace pramana::ownership
