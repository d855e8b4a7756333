#include "proof_router.hpp"

#include <algorithm>

namespace pramana::app {

using pipeline::ProofProgress;
using pipeline::ProofState;

Status ProofRouter::submit(const pipeline::ProofCall& call) {
    const auto key = std::ranges::find(keys_, call.tee, &Key::address);
    if (key == keys_.end()) return Error{Errc::kJobNotOurs, "app.router.key"};
    const ResultRoute* const route = results_.route_of(call.dlp);
    if (route == nullptr || route->pool_proofs) return key->proofs.submit(call);
    PRAMANA_TRY(results_.offer(call.job, call.dlp, call.tee));
    return Error{Errc::kWaitsForBatch, "app.router.offered"};
}

Result<ProofRouter::OfPool> ProofRouter::in_pool(JobId job) {
    OfPool found{.progress = {}, .key = keys_.front().address};
    for (const Key& key : keys_) {
        Result<ProofProgress> one = key.proofs.progress(job);
        if (!one) return one.error();
        if (one->state != ProofState::kNone) found = {*std::move(one), key.address};
    }
    return found;
}

Result<ProofProgress> ProofRouter::progress(JobId job) {
    const Result<store::JobRecord> record = jobs_.job(job);
    if (!record) return record.error();
    const ResultRoute* const route = results_.route_of(record->dlp);
    if (route != nullptr && !route->pool_proofs) return results_.progress(job);
    Result<OfPool> pool = in_pool(job);
    if (!pool) return pool.error();
    const bool included =
        pool->progress.state == ProofState::kIncluded || pool->progress.state == ProofState::kFinal;
    if (route == nullptr || !included) return pool->progress;
    const Result<ProofProgress> result = results_.progress(job);
    if (!result) return result.error();
    if (result->state == ProofState::kNone || result->state == ProofState::kReverted)
        PRAMANA_TRY(results_.offer(job, record->dlp, pool->key));
    if (result->state == ProofState::kFinal || result->state == ProofState::kDoneByOther)
        return pool->progress;
    pool->progress.state = ProofState::kIncluded;
    if (!pool->progress.cause) pool->progress.cause = result->cause;
    return pool->progress;
}

}  // namespace pramana::app
