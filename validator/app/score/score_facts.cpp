#include "score_facts.hpp"

namespace pramana::app {

pipeline::ScoreFacts facts_of(const scoring::Score& score) {
    pipeline::ScoreFacts facts;
    facts.chunks = score.chunks;
    facts.mass = score.mass;
    facts.novel_mass = score.novel_mass;
    facts.uniqueness_q16 = score.uniqueness;
    facts.quality_q16 = score.quality;
    facts.pay_1024 = score.pay_1024;
    facts.rejected = score.rejected;
    facts.mass_by_cause = score.mass_by_cause;
    for (const scoring::Reason& reason : score.reasons) facts.reasons.emplace_back(reason.code);
    facts.trace = score.trace;
    return facts;
}

pipeline::PayTerms pay_terms_of(const scoring::Ruleset& ruleset) {
    const scoring::PayRules& pay = ruleset.values().pay;
    return {.novel_mass_reference = pay.novel_mass_reference,
            .novel_mass_min = pay.novel_mass_min,
            .quality_min_q16 = pay.quality_min_q16,
            .quality_full_q16 = pay.quality_full_q16,
            .by_share = pay.mode == scoring::PayMode::kByShare};
}

}  // namespace pramana::app
