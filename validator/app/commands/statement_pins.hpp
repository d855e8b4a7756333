#pragma once

#include "pramana/attest/policy.hpp"
#include "pramana/evidence/statement.hpp"

namespace pramana::app {

/// Decides every check of statement_checks that a policy's `statement` section is about: passed or
/// failed with what was expected and found, or not applicable where nothing is pinned. Pure.
void judge_pins(const evidence::Statement& stated, const attest::StatementPolicy& policy,
                attest::VerdictList& verdicts);

}  // namespace pramana::app
