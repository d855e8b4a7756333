#pragma once

#include "pramana/core/json.hpp"
#include "pramana/scoring/ruleset.hpp"
#include "ruleset/file_section.hpp"

#include <optional>
#include <string>

/// The part of a ruleset that asks for evidence of ownership. It is a gate beside the score: no
/// integer of a score reads it. Source: docs/ownership.md "In a ruleset".
namespace pramana::scoring {

/// Version 1 has one form. Lists are ascending, so that one meaning has one text.
[[nodiscard]] bool valid(const OwnershipRules& rules);
/// Its canonical text.
[[nodiscard]] std::string text_of(const OwnershipRules& rules);
/// Reads that text, loosely: for readers that write again what they read, and compare.
[[nodiscard]] OwnershipRules ownership_of(const std::optional<JsonView>& object);
/// Reads a builder's member `ownership`, if it is there.
void read_ownership(FileSection& file, OwnershipRules& rules);

}  // namespace pramana::scoring
