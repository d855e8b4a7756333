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

/// Whether the submitter raises it.
bool submits_with(const OperatorView& view, std::string_view alarm) {
    return std::find(view.submitter_alarms.begin(), view.submitter_alarms.end(), alarm) !=
           view.submitter_alarms.end();
}

}  // namespace

std::vector<Alarm> alarms_of(const OperatorView& view, const AlarmLimits& limits) {
    return {
        {"balance_low", view.proofs_left && *view.proofs_left < limits.proofs_left_min,
         "the account pays for few proofs, or none"},
        {"slot_old",
         submits_with(view, "slot_old") || view.oldest_waiting_slot_s > limits.slot_age_s_max,
         "a transaction has waited long for its block"},
        {"foreign_nonce", view.foreign_nonce || says(view, "nonce_gap"),
         "somebody else uses the validator's key: nothing more is signed"},
        {"finality_stall", view.finality_still_s > limits.finality_still_s_max,
         "the chain goes on and does not become final"},
        {"head_old", view.head_age_s && *view.head_age_s > limits.head_age_s_max,
         "the newest block is old: node or chain stands still"},
        {"job_deadline", deadline_is_near(view, limits),
         "a payer may soon cancel a job that is not on chain"},
        {"fee_ceiling", submits_with(view, "fee_ceiling") || view.held_by_fee > 0,
         "the network's fee is above the configured ceiling"},
        {"insufficient_funds", submits_with(view, "insufficient_funds") || view.held_by_funds > 0,
         "the account cannot pay for a transaction"},
        {"worker_not_active", view.worker_active && !*view.worker_active,
         "the pool does not list the validator as active"},
        {"pending_foreign", submits_with(view, "pending_foreign"),
         "the pool shows transactions of the key that the journal does not have"},
        {"spend_ceiling", submits_with(view, "spend_ceiling"), "the day's ceiling is reached"},
        {"contract_paused", submits_with(view, "contract_paused"), "the contracts are paused"},
        {"unsendable", submits_with(view, "unsendable"),
         "a transaction was refused for good: a bug of ours"},
        {"journal_failed", submits_with(view, "journal_failed"),
         "the journal takes no writes: nothing more is signed"},
        {"signer_fault", submits_with(view, "signer_fault"),
         "the signer failed or signed something else"},
        {"validator_not_listed", says(view, "results_validator_not_listed"),
         "the registry of results does not list the validator's key"},
        {"corpus_head_foreign", says(view, "results_corpus_head_foreign"),
         "somebody else moved a corpus in the registry: its results wait"},
        {"chain_unreachable", !view.head.has_value(), "no endpoint answers"},
    };
}

}  // namespace pramana::app
