#pragma once

#include "commands/ownership_rules.hpp"
#include "pramana/pipeline/ports.hpp"
#include "pramana/scoring/ruleset.hpp"

#include <map>
#include <optional>
#include <span>

namespace pramana::app {

/// Holds the evidence in envelopes against the rulesets that ask for it (docs/ownership.md).
/// Immutable. Thread: const, any thread.
class OwnershipGate {
  public:
    /// Of every ruleset that is served, whether or not it asks.
    explicit OwnershipGate(std::span<const scoring::Ruleset> rulesets);

    /// As pipeline::OpenerPort::ownership. The error's site names the check that failed first. A
    /// ruleset that the gate was not given is refused: it may ask for something.
    [[nodiscard]] Result<std::optional<pipeline::OwnershipShown>> judge(
        const Hash32& ruleset, ByteView envelope, std::optional<std::int64_t> now) const;

    /// Whether judge_content() looks at anything.
    [[nodiscard]] bool asks_for_content(const Hash32& ruleset) const;
    /// Holds what the statement says of the content against the opened file, where the ruleset
    /// wants that. No value: no salt came with the envelope. Errors: kOwnershipNotShown.
    [[nodiscard]] Status judge_content(
        const Hash32& ruleset, ByteView envelope,
        const std::optional<ownership::OpenedContent>& content) const;

  private:
    /// By the ruleset's digest; no value: it asks for nothing.
    std::map<Hash32, std::optional<ownership::Rules>> rules_;
};

}  // namespace pramana::app
