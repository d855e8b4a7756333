#include "ownership_rules.hpp"

#include <iterator>

namespace pramana::app {

std::optional<ownership::Rules> ownership_rules_of(const scoring::Ruleset& ruleset) {
    const scoring::OwnershipRules& asked = ruleset.values().ownership;
    if (asked.version == 1) return std::nullopt;
    ownership::Rules rules;
    rules.witnesses = asked.witnesses;
    rules.providers = asked.providers;
    rules.age_s_max = asked.age_s_max;
    rules.content_required = asked.content;
    for (std::size_t i = 0; i < std::size(scoring::kOwnershipMethods); ++i) {
        const auto method = ownership::method_of(scoring::kOwnershipMethods[i]);
        PRAMANA_CHECK(method.has_value());
        if ((asked.methods >> i & 1U) != 0) rules.methods.push_back(*method);
    }
    return rules;
}

}  // namespace pramana::app
