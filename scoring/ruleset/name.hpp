#pragma once

#include <string_view>

namespace pramana::scoring {

/// [a-z0-9-]{1,32}: rulesets, shared corpora and public texts are called so.
[[nodiscard]] bool is_ruleset_name(std::string_view name) noexcept;
/// "own", or "shared:" and a name.
[[nodiscard]] bool is_corpus_scope(std::string_view corpus) noexcept;

}  // namespace pramana::scoring
