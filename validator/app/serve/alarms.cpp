#include "operator_view.hpp"

#include <algorithm>

namespace pramana::app {
namespace {

bool deadline_is_near(const OperatorView& view, const AlarmLimits& limits) {
    if (!view.first_deadline_s || !view.cancel_delay_s) return false;
    return *view.first_deadline_s * 100 < *view.cancel_delay_s * limits.deadline_percent_min;
}

bool says(const OperatorView& view, std::string_view part) {
    return std::any_of(view.troubles.begin(), view.troubles.end(), [&](const std::string& trouble) {
        return trouble.find(part) != std::string::npos;
    });
}

}  // namespace

std::vector<Alarm> alarms_of(const OperatorView& view, const AlarmLimits& limits) {
    return {
        {"balance_low", view.proofs_left && *view.proofs_left < limits.proofs_left_min,
         "the account pays for few proofs, or none"},
        {"slot_old", view.oldest_slot_s > limits.slot_age_s_max,
         "a transaction has waited long for its block"},
        {"foreign_nonce", view.foreign_nonce || says(view, "nonce_gap"),
         "somebody else uses the validator's key: nothing more is signed"},
        {"finality_stall", view.finality_still_s > limits.finality_still_s_max,
         "the chain goes on and does not become final"},
        {"head_old", view.head_age_s && *view.head_age_s > limits.head_age_s_max,
         "the newest block is old: node or chain stands still"},
        {"job_deadline", deadline_is_near(view, limits),
         "a payer may soon cancel a job that is not on chain"},
        {"fee_ceiling", view.held_by_fee > 0, "the network's fee is above the configured ceiling"},
        {"insufficient_funds", view.held_by_funds > 0, "the account cannot pay for a transaction"},
        {"worker_not_active", view.worker_active && !*view.worker_active,
         "the pool does not list the validator as active"},
        {"chain_unreachable", !view.head.has_value(), "no endpoint answers"},
    };
}

}  // namespace pramana::app
