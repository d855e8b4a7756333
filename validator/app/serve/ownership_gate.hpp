#pragma once

#include "pramana/ownership/appraise.hpp"
#include "pramana/pipeline/ports.hpp"
#include "pramana/scoring/ruleset.hpp"

#include <map>
#include <optional>
#include <span>

namespace pramana::app {

/// What a ruleset asks for; nothing: it asks for nothing.
[[nodiscard]] std::optional<ownership::Rules> ownership_rules_of(const scoring::Ruleset& ruleset);

/// Holds the evidence in envelopes against the rulesets that ask for it (docs/ownership.md).
/// Immutable. Thread: const, any thread.
class OwnershipGate {
  public:
    OwnershipGate() = default;
    explicit OwnershipGate(std::span<const scoring::Ruleset> rulesets);

    /// As pipeline::OpenerPort::ownership. The error's site names the check that failed first.
    [[nodiscard]] Result<std::optional<pipeline::OwnershipShown>> judge(
        const Hash32& ruleset, ByteView envelope, std::optional<std::int64_t> now) const;

  private:
    std::map<Hash32, ownership::Rules> rules_;  ///< by the ruleset's digest
};

}  // namespace pramana::app
