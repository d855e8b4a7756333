// Which results go into which batch, and what follows from the answers. What the store says of a
// result is in result_records.cpp.
#include "result_publisher.hpp"

#include "pramana/chain/uint256.hpp"
#include "pramana/os/log.hpp"
#include "pramana/scoring/engine.hpp"
#include "result_records.hpp"

#include <algorithm>

namespace pramana::app {
namespace {

/// A batch that is in no block by then never will be: its nonce goes to a no-op.
constexpr std::uint64_t kDeadline_s = 3'600;
/// More than any batch takes, so that a plan sees who stands before whom.
constexpr std::size_t kCandidatesMax = 1'024;
constexpr std::uint8_t kJobTopic = 2;  // of ResultRecorded

chain_rpc::BatchCall call_of(const Address& registry, const chain::BatchPlan& plan, bool by_root,
                             std::uint64_t chain_id, const SigningKey& key) {
    chain_rpc::BatchCall call;
    call.purpose = chain::SlotPurpose::kResult;
    call.to = registry;
    const Hash32 domain = chain::result_registry::domain(chain_id, registry);
    for (const chain::AttestedResult& each : plan.results)
        call.jobs.push_back(
            {each.job, each.file, chain::result_registry::result_struct_hash(each)});
    if (by_root) {
        const chain::ResultTree tree = tree_of(plan.results);
        const Hash32 digest = chain::result_registry::root_digest(domain, plan.advance, tree);
        call.calldata = chain::result_registry::record_root(
            plan.advance, tree, chain::compact_signature(key.sign(digest)));
        call.success = {chain::SuccessSign::kLog, registry, chain::RootRecorded::topic0(), 0};
        return call;
    }
    const Hash32 digest = chain::result_registry::batch_digest(domain, plan.advance, plan.results);
    call.calldata = chain::result_registry::record_batch(
        plan.advance, plan.results, chain::compact_signature(key.sign(digest)));
    call.success = {chain::SuccessSign::kJobTopic, registry, chain::ResultRecorded::topic0(),
                    kJobTopic};
    return call;
}

/// What a slot that came to nothing says: the batch was one of a head that moved, unless it was us.
Error void_cause(chain::VoidReason reason) {
    if (reason == chain::VoidReason::kForeign) return {Errc::kNonceGap, "app.results.foreign"};
    if (reason == chain::VoidReason::kUnsendable)
        return {Errc::kInternal, "app.results.unsendable"};
    return {Errc::kCorpusHeadMoved, "app.results.voided"};
}

}  // namespace

const ResultRoute* ResultPublisher::route_of(const Address& dlp) const {
    const auto found = std::ranges::find(parts_.routes, dlp, &ResultRoute::dlp);
    return found == parts_.routes.end() ? nullptr : &*found;
}

Status ResultPublisher::offer(JobId job, const Address& dlp, const Address& tee) {
    const ResultRoute* const route = route_of(dlp);
    PRAMANA_CHECK(route != nullptr);
    for (std::size_t i = 0; i < parts_.signers.size(); ++i) {
        if (parts_.signers[i].key.address() != tee) continue;
        const std::lock_guard lock{mutex_};
        queue_.try_emplace(job, Waiting{route, i, parts_.clock.steady(), std::nullopt});
        return Done{};
    }
    return Error{Errc::kJobNotOurs, "app.results.key"};
}

Result<pipeline::ProofProgress> ResultPublisher::progress(JobId job) {
    using pipeline::ProofState;
    std::optional<chain::Slot> slot;
    for (const ResultSigner& signer : parts_.signers) {
        Result<std::optional<chain::Slot>> found =
            signer.journal.slot_of(job, chain::SlotPurpose::kResult);
        if (!found) return found.error();
        if (*found) slot = **std::move(found);
    }
    if (slot && slot->holds(job)) return progress_of(*slot, job);
    const std::lock_guard lock{mutex_};
    pipeline::ProofProgress progress;
    if (const auto found = recorded_.find(job); found != recorded_.end()) {
        progress.state = ProofState::kIncluded;
        if (found->second.final)
            progress.state = found->second.ours ? ProofState::kFinal : ProofState::kDoneByOther;
    } else if (const auto queued = queue_.find(job); queued != queue_.end()) {
        progress.state = ProofState::kQueued;
        progress.cause = queued->second.cause;
    } else if (slot) {
        progress.state = ProofState::kReverted;
        progress.cause = void_cause(slot->void_reason);
    }
    return progress;
}

std::vector<ResultPublisher::Batch> ResultPublisher::due_batches() {
    std::map<Group, Batch> groups;
    std::map<Group, std::chrono::steady_clock::time_point> oldest;
    const std::lock_guard lock{mutex_};
    for (const auto& [job, waiting] : queue_) {
        const Result<store::JobRecord> record = parts_.store.jobs().job(job);
        if (!record || !record->corpus) continue;
        const Group group{waiting.route->registry, *record->corpus, waiting.signer,
                          waiting.route->by_root};
        Batch& batch = groups.try_emplace(group, Batch{group, waiting.route, {}}).first->second;
        if (batch.jobs.size() < kCandidatesMax) batch.jobs.push_back(job);
        const auto [first, fresh] = oldest.try_emplace(group, waiting.since);
        if (!fresh) first->second = std::min(first->second, waiting.since);
    }
    std::erase_if(held_, [&](const auto& entry) { return !groups.contains(entry.first); });
    std::vector<Batch> due;
    for (auto& [group, batch] : groups)
        if (batch.jobs.size() >= batch.route->batch_max ||
            parts_.clock.steady() - oldest.at(group) >= batch.route->linger)
            due.push_back(std::move(batch));
    return due;
}

Result<std::string> ResultPublisher::recorded(JobId job) const {
    for (const ResultSigner& signer : parts_.signers) {
        const Result<std::optional<chain::Slot>> slot =
            signer.journal.slot_of(job, chain::SlotPurpose::kResult);
        if (!slot) return slot.error();
        if (!*slot) continue;
        if ((*slot)->state != chain::SlotState::kFinal)
            return Error{Errc::kProofNotFinal, "app.results.recorded"};
        return recorded_json(parts_.store, **slot, job, signer.key.address());
    }
    return Error{Errc::kNotFound, "app.results.recorded"};
}

void ResultPublisher::round() {
    settle_recorded();
    for (const Batch& batch : due_batches()) note(batch, send(batch));
}

/// A batch of this corpus that is in no block: the next one would build on a head that is not there
/// yet.
Result<bool> ResultPublisher::under_way(const Group& group) {
    for (const ResultSigner& signer : parts_.signers) {
        const Result<std::vector<chain::Slot>> open = signer.journal.open_slots();
        if (!open) return open.error();
        for (const chain::Slot& slot : *open) {
            if (slot.purpose != chain::SlotPurpose::kResult || slot.to != group.registry ||
                slot.state == chain::SlotState::kIncluded || slot.is_refilled())
                continue;
            const Result<store::JobRecord> job = parts_.store.jobs().job(slot.jobs.front().job);
            if (!job || job->corpus == group.corpus) return true;
        }
    }
    return false;
}

Result<Hash32> ResultPublisher::head_of(const Group& group, const chain_rpc::BlockHeader& at) {
    const Result<Bytes> answer =
        view_of(parts_.reader, group.registry,
                chain::result_registry::head(group.corpus.id, group.corpus.epoch), at);
    if (!answer) return answer.error();
    const Result<Word256> word = chain::decode_word(*answer);
    if (!word) return word.error();
    return Hash32{word->bytes};
}

Result<bool> ResultPublisher::is_bound(JobId job) {
    for (const ResultSigner& signer : parts_.signers) {
        const Result<std::optional<chain::Slot>> slot =
            signer.journal.slot_of(job, chain::SlotPurpose::kResult);
        if (!slot) return slot.error();
        if (*slot && (*slot)->holds(job)) return true;
    }
    return false;
}

Result<std::vector<chain::PendingResult>> ResultPublisher::pending_in(const Batch& batch) {
    std::vector<chain::PendingResult> pending;
    for (const JobId job : batch.jobs) {
        const Result<bool> bound = is_bound(job);
        if (!bound) return bound.error();
        Result<chain::PendingResult> one = Error{Errc::kConflict, "app.results.bound"};
        if (!*bound) one = pending_of(parts_.store, job);
        if (one)
            pending.push_back(*std::move(one));
        else if (one.error().code == Errc::kConflict)
            forget(job);
        else
            return one.error();
    }
    return pending;
}

Status ResultPublisher::send(const Batch& batch) {
    const Result<bool> waits = under_way(batch.group);
    if (!waits) return waits.error();
    if (*waits) return Error{Errc::kWaitsForBatch, "app.results.under_way"};
    const Result<chain_rpc::BlockHeader> at = parts_.reader.pin();
    if (!at) return at.error();
    const Result<Hash32> root = head_of(batch.group, *at);
    if (!root) return root.error();
    const store::CorpusKey& corpus = batch.group.corpus;
    const Result<chain::RecordedHead> head =
        heads_.find(corpus, scoring::Corpus::empty_root(corpus.id, corpus.epoch), *root);
    if (!head && head.error().code == Errc::kCorpusHeadForeign &&
        corpus.epoch < batch.route->epoch) {
        give_up(batch);
        return Done{};
    }
    if (!head) return head.error();
    const Result<std::vector<chain::PendingResult>> pending = pending_in(batch);
    if (!pending) return pending.error();
    if (pending->empty()) return Done{};
    const chain::CorpusAdvance corpus_now{.corpus_id = corpus.id,
                                          .epoch = corpus.epoch,
                                          .previous_root = {},
                                          .new_root = {},
                                          .deadline_unix_s = at->timestamp_s + kDeadline_s};
    const Result<chain::BatchPlan> plan =
        chain::plan_batch(corpus_now, *head, *pending, batch.route->batch_max);
    if (!plan) return plan.error();
    const ResultSigner& signer = parts_.signers[batch.group.signer];
    const Result<chain::Slot> slot =
        signer.submitter.submit(call_of(batch.group.registry, *plan, batch.group.by_root,
                                        parts_.reader.rpc().chain_id(), signer.key));
    if (!slot) return after_refusal(batch, *plan, *at, slot.error());
    for (const chain::AttestedResult& each : plan->results) forget(each.job);
    log::info("app.results.sent", {{"registry", batch.group.registry},
                                   {"results", plan->results.size()},
                                   {"tx_nonce", slot->tx_nonce},
                                   {"previous_root", plan->advance.previous_root},
                                   {"new_root", plan->advance.new_root}});
    return Done{};
}

Status ResultPublisher::after_refusal(const Batch& batch, const chain::BatchPlan& plan,
                                      const chain_rpc::BlockHeader& at, Error refusal) {
    // Somebody has recorded one of them: with our signature, or a result of their own.
    if (refusal.code == Errc::kJobNotOpen) return recognise(batch.group, plan, at);
    if (refusal.code != Errc::kValidatorNotListed || !batch.group.by_root) return refusal;
    // A root is hashed over the head that the contract has: over another one nobody has signed.
    const Result<Bytes> active = view_of(
        parts_.reader, batch.group.registry,
        chain::result_registry::is_active(parts_.signers[batch.group.signer].key.address()), at);
    if (!active) return active.error();
    const Result<bool> listed = chain::decode_bool(*active);
    if (!listed) return listed.error();
    return *listed ? Error{Errc::kCorpusHeadMoved, "app.results.root"} : refusal;
}

Result<std::optional<bool>> ResultPublisher::recorded_by_us(const Group& group,
                                                            const chain::AttestedResult& result,
                                                            const chain_rpc::BlockHeader& at) {
    namespace registry = chain::result_registry;
    const Result<Bytes> record =
        view_of(parts_.reader, group.registry,
                registry::record_of(result.pool, result.dlp, result.job), at);
    if (!record) return record.error();
    const Result<Word256> word = chain::decode_word(*record);
    if (!word) return word.error();
    for (const ResultSigner& signer : parts_.signers)
        if (Hash32{word->bytes} == registry::record_word(signer.key.address(), result))
            return std::optional{true};
    if (!word->is_zero()) return std::optional{false};
    const Result<Bytes> claimed =
        view_of(parts_.reader, group.registry,
                registry::is_claimed(result.pool, result.dlp, result.job), at);
    if (!claimed) return claimed.error();
    const Result<bool> spent = chain::decode_bool(*claimed);
    if (!spent) return spent.error();
    return *spent ? std::optional{false} : std::optional<bool>{};
}

Status ResultPublisher::recognise(const Group& group, const chain::BatchPlan& plan,
                                  const chain_rpc::BlockHeader& at) {
    std::optional<Address> root_signer;
    if (group.by_root) {
        const Result<Address> signer = signer_of_root(parts_.reader, group.registry, plan, at);
        if (!signer) return signer.error();
        if (!signer->is_zero()) root_signer = *signer;
    }
    for (const chain::AttestedResult& each : plan.results) {
        Result<std::optional<bool>> found = std::optional<bool>{};
        if (root_signer)
            found = std::optional{std::ranges::any_of(parts_.signers, [&](const ResultSigner& one) {
                return one.key.address() == *root_signer;
            })};
        else
            found = recorded_by_us(group, each, at);
        if (!found) return found.error();
        if (!*found) continue;
        log::warn("app.results.recorded_already", {{"job", each.job}, {"ours", **found}});
        const std::lock_guard lock{mutex_};
        recorded_.insert_or_assign(each.job, Recorded{group, each, at.number, **found, false});
        queue_.erase(each.job);
    }
    return Done{};  // the others go with the next round
}

bool ResultPublisher::is_final(std::uint64_t block) {
    const Result<chain_rpc::BlockHeader> newest = parts_.reader.pin();
    if (!newest || newest->number < block + parts_.finality.depth) return false;
    if (!parts_.finality.ask_finalized_tag) return true;
    const Result<chain_rpc::BlockHeader> final_block =
        parts_.reader.block(chain_rpc::BlockTag::kFinalized);
    return final_block && final_block->number >= block;
}

/// What was recognised counts once its block is final. Where a reorg took it away meanwhile it is
/// given up, and the pipeline offers the job again.
void ResultPublisher::settle_recorded() {
    std::map<JobId, Recorded> open;
    {
        const std::lock_guard lock{mutex_};
        std::erase_if(recorded_, [&](const auto& entry) {
            const Result<store::JobRecord> job = parts_.store.jobs().job(entry.first);
            return job && store::is_terminal(job->stage);
        });
        for (const auto& [job, recorded] : recorded_)
            if (!recorded.final) open.emplace(job, recorded);
    }
    for (const auto& [job, recorded] : open) {
        if (!is_final(recorded.seen_block)) continue;
        const Result<chain_rpc::BlockHeader> at = parts_.reader.pin();
        if (!at) return;
        // A root has no word of its own for each job: its own finality has to do.
        Result<std::optional<bool>> still = std::optional{recorded.ours};
        if (!recorded.group.by_root) still = recorded_by_us(recorded.group, recorded.result, *at);
        if (!still) return;
        const std::lock_guard lock{mutex_};
        if (*still == recorded.ours)
            recorded_[job].final = true;
        else
            recorded_.erase(job);
    }
}

void ResultPublisher::give_up(const Batch& batch) {
    {
        const std::lock_guard lock{mutex_};
        for (const JobId job : batch.jobs) {
            recorded_[job] = {
                .group = batch.group, .result = {}, .seen_block = 0, .ours = false, .final = true};
            queue_.erase(job);
        }
    }
    log::warn("app.results.given_up", {{"registry", batch.group.registry},
                                       {"corpus", batch.group.corpus.id},
                                       {"epoch", batch.group.corpus.epoch},
                                       {"results", batch.jobs.size()}});
}

void ResultPublisher::forget(JobId job) {
    const std::lock_guard lock{mutex_};
    queue_.erase(job);
}

void ResultPublisher::note(const Batch& batch, const Status& sent) {
    const std::lock_guard lock{mutex_};
    const bool waits = !sent && sent.error().code == Errc::kWaitsForBatch;
    const auto before = held_.find(batch.group);
    if (sent || waits) {
        if (before != held_.end()) {
            log::info("app.results.goes_on", {{"registry", batch.group.registry}});
            held_.erase(before);
        }
    } else if (before == held_.end() || before->second != sent.error().code) {
        log::warn("app.results.held",
                  {{"registry", batch.group.registry}, {"cause", sent.error()}});
        held_.insert_or_assign(batch.group, sent.error().code);
    }
    for (const JobId job : batch.jobs)
        if (const auto queued = queue_.find(job); queued != queue_.end())
            queued->second.cause = sent || waits ? std::nullopt : std::optional{sent.error()};
}

std::vector<std::string> ResultPublisher::troubles() const {
    const std::lock_guard lock{mutex_};
    std::vector<std::string> troubles;
    for (const auto& [group, code] : held_) {
        // What passes by itself in a round or two is no trouble.
        if (code == Errc::kBusy || code == Errc::kCorpusHeadMoved) continue;
        std::string text = "results_" + std::string{pramana::name_of(code)};
        if (std::ranges::find(troubles, text) == troubles.end()) troubles.push_back(text);
    }
    return troubles;
}

}  // namespace pramana::app
