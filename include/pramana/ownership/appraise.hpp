#pragma once

#include "pramana/attest/appraisal.hpp"
#include "pramana/ownership/statement.hpp"

#include <optional>
#include <string>
#include <vector>

// Judging external evidence of ownership: one verdict for each thing that is looked at, as evidence
// of enclaves is judged. No clock: the time comes in. Source: docs/ownership.md. Thread: any.

namespace pramana::ownership {

/// Clocks of witnesses and validators may differ by so much.
inline constexpr std::uint64_t kSkewSeconds = 300;

/// Whom and what a DLP believes; of its ruleset.
struct Rules {
    std::vector<Address> witnesses;
    std::vector<std::string> providers;
    std::vector<Method> methods;
    std::uint64_t age_s_max = 0;    ///< of a statement, since it was issued
    bool content_required = false;  ///< the witness has to have had the file itself
};

/// What was opened, and the salt that came sealed with it.
struct OpenedContent {
    Hash32 sha256;
    Hash32 salt;
};

/// The contribution at hand, as the validator knows it from its own configuration, bytes and chain.
struct Contribution {
    std::uint64_t chain_id = 0;
    Address dlp;
    Address contributor;
    Hash32 sealed_sha256;
    std::optional<OpenedContent> content;  ///< nothing: not opened yet, or no salt came with it
};

/// Judges a witness statement (kind "ownership_statement"). What it says of the content is held
/// against the content where there is one at hand, and is "not applicable" where there is none,
/// unless the rules require it. Facts: provider, method, witness, statement (its digest), issued.
[[nodiscard]] attest::Appraisal appraise_statement(std::string_view text,
                                                   const Contribution& contribution,
                                                   const Rules& rules, attest::UnixTime now);

}  // namespace pramana::ownership
