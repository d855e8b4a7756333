#pragma once

#include "pramana/core/check.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::attest {

/// One thing that an appraisal examines. Each kind of evidence has one constant table of them, in
/// the order in which they are examined; `name` is stable and appears in JSON, logs and
/// docs/attestation.md.
struct Check {
    std::string_view name;       ///< "intel.quote.signature"
    std::string_view meaning;    ///< one sentence for a reader who never saw a quote
    std::string_view next_step;  ///< what to do when it fails, one sentence
};

/// kNotReached: something that this check needs failed first. It counts like a failure.
/// kNotApplicable: the evidence has no such part, or the policy asks for nothing here; `found` says
/// which.
enum class Outcome : std::uint8_t { kNotReached, kPassed, kFailed, kNotApplicable };

/// "passed", "failed", "not_reached", "not_applicable".
[[nodiscard]] std::string_view name_of(Outcome outcome) noexcept;

/// What one check came to, in words.
struct Verdict {
    const Check* check = nullptr;  ///< into a constant table
    Outcome outcome = Outcome::kNotReached;
    std::string expected;
    std::string found;
    /// When it stops to hold, seconds since 1970, UTC; nothing: no date decides about it.
    std::optional<std::uint64_t> until;
};

/// One verdict for each check of a table. It begins with every check kNotReached, so a check that
/// somebody forgets refuses the evidence. Thread: none; belongs to one appraisal.
class VerdictList {
  public:
    explicit VerdictList(std::span<const Check> table);

    /// Each check is decided once; deciding it twice, or one that is not in the table, aborts.
    void pass(const Check& check, std::string expected, std::string found);
    void fail(const Check& check, std::string expected, std::string found);
    void not_applicable(const Check& check, std::string why);
    /// pass() or fail(); returns `passed`.
    bool decide(const Check& check, bool passed, std::string expected, std::string found);

    /// Notes when a check that was decided stops to hold; an earlier time that was noted stays.
    void holds_until(const Check& check, std::uint64_t time);

    [[nodiscard]] bool passed(const Check& check) const {
        return at(check).outcome == Outcome::kPassed;
    }
    [[nodiscard]] const Verdict& at(const Check& check) const;
    [[nodiscard]] std::span<const Verdict> all() const noexcept { return verdicts_; }
    /// The first check that failed; nullptr when none did.
    [[nodiscard]] const Verdict* first_failure() const noexcept;
    /// Every check passed or does not apply, and at least one passed.
    [[nodiscard]] bool accepted() const noexcept;

  private:
    [[nodiscard]] std::size_t index_of(const Check& check) const;
    void set(const Check& check, Outcome outcome, std::string expected, std::string found);
    std::span<const Check> table_;
    std::vector<Verdict> verdicts_;
};

}  // namespace pramana::attest
