#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace pramana::scoring {

enum class Format : std::uint8_t;  // pramana/scoring/document.hpp

/// What is looked at to tell an export that a service has made from one that was written by hand.
/// Codes are stable: docs/data-formats.md "Authenticity".
enum class Check : std::uint8_t {
    kSchema,
    kVersion,
    kIdForm,
    kIdUnique,
    kIdTime,
    kIdOrder,
    kTimeForm,
    kTimeRange,
    kTimeOrder,
    kGraph,
    kValues,
    kOwner,
    kCounts,
    kAgreement,
    kTextRange,
};
inline constexpr std::size_t kChecks = 15;

struct CheckRule {
    std::string_view code;          ///< "id_time"
    std::string_view expected;      ///< one sentence
    std::uint32_t weight;           ///< in the value of all checks
    std::uint32_t tolerance_milli;  ///< share of failures that services produce themselves
};
[[nodiscard]] const CheckRule& rule_of(Check check) noexcept;

/// One check over one export: counts alone, nothing of the content.
struct CheckResult {
    Format format{};
    Check check = Check::kSchema;
    std::uint64_t examined = 0;  ///< more than 0
    std::uint64_t failed = 0;
    [[nodiscard]] bool passed() const noexcept;
};

/// What the structure of an export says about its origin. A text that was made up in the right
/// form passes: the checks make forging work, not impossible. Integers only.
struct Authenticity {
    std::uint32_t version = 0;        ///< of the checks; 0: not asked for
    std::vector<CheckResult> checks;  ///< by format, then check; empty: nothing can be told
    /// Whether there were checks and all of them passed.
    [[nodiscard]] bool authentic() const noexcept;
    /// Weighted share of what did not fail, Q16; 0 without checks.
    [[nodiscard]] std::uint32_t value_q16() const noexcept;
};

}  // namespace pramana::scoring
