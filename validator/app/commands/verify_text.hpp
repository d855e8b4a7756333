#pragma once

#include "pramana/attest/appraisal.hpp"

#include <optional>
#include <string>
#include <vector>

namespace pramana::app {

/// The appraisals of everything that came together, and what they are about.
struct Verification {
    std::string source;  ///< file name or URL
    std::string form;    ///< "an Intel quote"
    attest::UnixTime judged_at = 0;
    std::optional<std::string> policy;  ///< file; nothing: the strict defaults
    /// When the sender says that it fetched the endorsements that came along.
    std::optional<attest::UnixTime> endorsed_at{};
    std::vector<attest::Appraisal> parts;

    /// Every part is accepted, and there is one.
    [[nodiscard]] bool accepted() const noexcept;
    /// The earliest end of all parts that have one.
    [[nodiscard]] std::optional<attest::UnixTime> valid_until() const noexcept;
    /// The checks that would tell another program from the right one and that the policy asks
    /// nothing of; empty: what runs inside was compared. Register 3 alone, and dstack's log with
    /// it, says nothing where the image below is not pinned: it could have written any log.
    [[nodiscard]] std::vector<std::string_view> not_pinned() const;
    /// The checks of report data, nonce or challenge that had nothing to compare with: a copy of
    /// older evidence passes them.
    [[nodiscard]] std::vector<std::string_view> not_compared() const;
};

/// "ACCEPTED until …", or "NOT ACCEPTED: …" with the first check that failed.
[[nodiscard]] std::string conclusion_of(const Verification& verification);
/// For people: the short answer first, then each part with every check, and the answer again in the
/// last line.
[[nodiscard]] std::string text_of(const Verification& verification);
/// {"format":"pramana:verification:1","source","form","judged_at","accepted","valid_until",
/// "not_pinned","not_compared","appraisals":[…]}: docs/commands.md "verify".
[[nodiscard]] std::string json_of(const Verification& verification);

}  // namespace pramana::app
