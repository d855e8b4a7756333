#pragma once

#include "pramana/attest/appraisal.hpp"

#include <string>

namespace pramana::made {

/// The names of the checks that failed, in order, with a space between; not reached ones do not
/// count, so that a row of a table names the cause alone.
[[nodiscard]] inline std::string failed_checks(const attest::Appraisal& appraisal) {
    std::string out;
    for (const attest::Verdict& verdict : appraisal.verdicts.all()) {
        if (verdict.outcome != attest::Outcome::kFailed) continue;
        if (!out.empty()) out += ' ';
        out += verdict.check->name;
    }
    return out;
}

/// One row is accepted exactly when it names no failed check.
[[nodiscard]] inline bool agrees(const attest::Appraisal& appraisal, const std::string& failed) {
    return failed_checks(appraisal) == failed && appraisal.accepted() == failed.empty();
}

}  // namespace pramana::made
