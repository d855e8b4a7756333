// Everything before a nonce is bound, and the binding: what refuses here costs nothing.
#include "fees.hpp"
#include "held.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/chain_rpc/submitter.hpp"
#include "pramana/crypto/keccak.hpp"
#include "pramana/os/log.hpp"
#include "submit_reads.hpp"

#include <algorithm>
#include <set>

namespace pramana::chain_rpc {

using chain::Slot;
using chain::SlotJob;
using chain::SlotPurpose;
using chain::SlotState;

namespace {

constexpr std::size_t kChecksAtOnce = 16;  // three calls each: below every batch limit in use

/// Jobs without a hash of their own were promised the whole call.
BatchCall with_hashes(BatchCall call) {
    const Hash32 whole = keccak256(ByteView{call.calldata});
    for (SlotJob& each : call.jobs)
        if (each.call_hash.is_zero()) each.call_hash = whole;
    return call;
}

BatchCall call_of(const Contracts& contracts, JobId job, const ProofCall& call) {
    return with_hashes({SlotPurpose::kProof,
                        contracts.tee_pool,
                        {SlotJob{job, call.file, {}}},
                        call.calldata,
                        proof_sign(contracts)});
}

}  // namespace

Status Submitter::preflight(const BatchCall& call) {
    const std::lock_guard lock{mutex_};
    const Result<Facts> facts = look();
    if (!facts) return facts.error();
    const Result<std::uint64_t> gas = check({&call, 1}, *facts).front();
    if (!gas) return gas.error();
    return Done{};
}

Status Submitter::preflight(JobId job, const ProofCall& call) {
    return preflight(call_of(reader_.contracts(), job, call));
}

Result<std::uint64_t> Submitter::next_nonce(std::uint64_t latest, const std::vector<Slot>& open) {
    PRAMANA_TRY(check_chain_nonce(latest));
    const Result<std::optional<std::uint64_t>> highest = journal_.highest_nonce();
    if (!highest) return highest.error();
    const std::uint64_t* const bound = held(*highest);
    const std::uint64_t next = std::max(latest, bound != nullptr ? *bound + 1 : 0);
    // Nonces are contiguous: below `next` and not yet mined there is nothing but open slots.
    const auto unmined = static_cast<std::uint64_t>(std::count_if(
        open.begin(), open.end(), [&](const Slot& slot) { return slot.tx_nonce >= latest; }));
    if (next - latest != unmined)
        return Error{Errc::kNodeInconsistent, "chain_rpc.submitter.behind"};
    return next;
}

/// What the new transaction and all open ones may cost must be there, and below the day's ceiling:
/// a transaction that cannot pay would block the rest.
Status Submitter::check_cost(std::uint64_t gas, std::uint64_t max_fee_wei, const Facts& facts,
                             const std::vector<Slot>& open) {
    Wei waiting = Wei::product(gas, max_fee_wei);
    Wei landed;  // in blocks that are not final: paid, but not counted by the journal yet
    for (const Slot& slot : open) {
        const chain::Inclusion* const included = held(slot.inclusion);
        if (included == nullptr) waiting = waiting + cost_max_of(slot);
        if (included != nullptr && included->block_unix_s / chain::kDaySeconds ==
                                       facts.head.timestamp_s / chain::kDaySeconds)
            landed = landed + included->cost();
    }
    if (facts.balance < waiting)
        return Error{Errc::kInsufficientFunds, "chain_rpc.submitter.funds"};
    const bool over = options_.fees.day_cost_max < facts.spent_today + landed + waiting;
    raise(SubmitterAlarm::kSpendCeiling, over);
    if (!over) return Done{};
    const std::lock_guard lock{status_mutex_};
    ++status_.spend_ceiling_hits;
    return Error{Errc::kSpendCeiling, "chain_rpc.submitter.day"};
}

std::size_t Submitter::room(const Facts& facts, const std::vector<Slot>& open) const {
    const auto waiting =
        static_cast<std::size_t>(std::count_if(open.begin(), open.end(), [&](const Slot& slot) {
            return slot.tx_nonce >= facts.chain_nonce;
        }));
    return std::min(options_.window - std::min(options_.window, waiting),
                    options_.open_slots_max - std::min(options_.open_slots_max, open.size()));
}

Result<Slot> Submitter::make_slot(const Ready& ready, Facts& facts, const std::vector<Slot>& open) {
    const BatchCall& call = ready.call;
    const Result<Fees> fees =
        offer_fees(facts.market, options_.fees, fee_ceiling(options_.fees, ready.gas, false));
    raise(SubmitterAlarm::kFeeCeiling, !fees);
    if (!fees) {
        const std::lock_guard lock{status_mutex_};
        ++status_.fee_ceiling_hits;
        return fees.error();
    }
    PRAMANA_TRY(check_cost(ready.gas, fees->max_fee_wei, facts, open));
    if (!facts.next_nonce) {
        const Result<std::uint64_t> next = next_nonce(facts.chain_nonce, open);
        if (!next) return next.error();
        facts.next_nonce = *next;
    }
    Slot slot;
    slot.tx_nonce = *facts.next_nonce;
    slot.purpose = call.purpose;
    slot.to = call.to;
    slot.jobs = call.jobs;
    slot.success = call.success;
    slot.call_hash = keccak256(ByteView{call.calldata});
    slot.bound_unix_s = facts.head.timestamp_s;
    Result<chain::Attempt> attempt =
        sign(chain::AttemptKind::kCall, slot.tx_nonce, call.to, call.calldata, fees->max_fee_wei,
             fees->tip_wei, ready.gas);
    if (!attempt) return attempt.error();
    attempt->signed_unix_s = facts.head.timestamp_s;
    slot.attempts.push_back(std::move(*attempt));
    ++*facts.next_nonce;
    return slot;
}

// All slots of a group are on disk before the first byte of any of them is sent.
std::vector<Result<Slot>> Submitter::bind_and_send(std::span<const Ready> ready, Facts& facts,
                                                   std::vector<Slot>& open) {
    std::vector<Result<Slot>> answers(ready.size(),
                                      Error{Errc::kBusy, "chain_rpc.submitter.window"});
    std::vector<std::size_t> made;
    const std::size_t before = open.size();
    for (std::size_t i = 0; i < ready.size(); ++i) {
        const Status may = check_ready_to_sign();
        Result<Slot> slot = may ? make_slot(ready[i], facts, open) : may.error();
        if (slot) {
            open.push_back(*slot);
            made.push_back(i);
        }
        answers[i] = std::move(slot);
    }
    if (made.empty()) return answers;
    const std::span<Slot> fresh = std::span{open}.subspan(before);
    for (std::size_t i = 0; i < fresh.size(); ++i) reached("before_bind");
    if (const Status bound = stored(journal_.bind_all(fresh)); !bound) {
        open.resize(before);
        facts.next_nonce.reset();
        // One of them is taken by another key: the others must not wait for it.
        const bool apart = bound.error().code == Errc::kConflict && made.size() > 1;
        for (const std::size_t i : made)
            answers[i] = apart ? bind_and_send(ready.subspan(i, 1), facts, open).front()
                               : Result<Slot>{bound.error()};
        return answers;
    }
    for (const Slot& slot : fresh) {
        reached("after_sign");
        log::info("submitter.bound", {{"job", slot.jobs.empty() ? JobId{} : slot.jobs.front().job},
                                      {"jobs", slot.jobs.size()},
                                      {"tx_nonce", slot.tx_nonce},
                                      {"tx", slot.attempts.back().tx_hash}});
    }
    const Result<std::vector<SendClass>> sent = send_all(fresh);
    for (std::size_t i = 0; i < made.size(); ++i)
        answers[made[i]] = sent ? Result<Slot>{fresh[i]} : sent.error();
    const std::lock_guard lock{status_mutex_};
    status_.highest_nonce = fresh.back().tx_nonce;
    return answers;
}

Result<std::optional<Slot>> Submitter::slot_for(const BatchCall& call) {
    if (call.jobs.empty()) {
        const Result<std::vector<Slot>> open = journal_.open_slots();
        if (!open) return open.error();
        for (const Slot& slot : *open)
            if (slot.purpose == call.purpose && slot.to == call.to) return std::optional{slot};
        return std::optional<Slot>{};
    }
    std::optional<Slot> common;
    for (const SlotJob& each : call.jobs) {
        Result<std::optional<Slot>> found = journal_.slot_of(each.job, call.purpose);
        if (!found) return found.error();
        Slot* const slot = held(*found);
        if (slot == nullptr || !slot->holds(each.job)) continue;
        const bool same = std::find(slot->jobs.begin(), slot->jobs.end(), each) != slot->jobs.end();
        if (!same || (common && common->tx_nonce != slot->tx_nonce))
            return Error{Errc::kConflict, "chain_rpc.submitter.other_call"};
        common = std::move(*slot);
    }
    const auto holds = [&](const SlotJob& each) { return common->holds(each.job); };
    if (common && !std::all_of(call.jobs.begin(), call.jobs.end(), holds))
        return Error{Errc::kConflict, "chain_rpc.submitter.some_bound"};
    return common;
}

Result<Slot> Submitter::submit(const BatchCall& given) {
    PRAMANA_CHECK(given.jobs.size() <= chain::kSlotJobsMax);
    PRAMANA_CHECK(given.jobs.empty() == (given.purpose == SlotPurpose::kFees));
    const std::lock_guard lock{mutex_};
    PRAMANA_TRY(check_ready_to_sign());
    const BatchCall call = with_hashes(given);
    Result<std::optional<Slot>> known = slot_for(call);
    if (!known) return known.error();
    if (Slot* const slot = held(*known)) return std::move(*slot);
    Result<std::vector<Slot>> open = journal_.open_slots();
    if (!open) return open.error();
    if (open->size() >= options_.open_slots_max)
        return Error{Errc::kBusy, "chain_rpc.submitter.open_slots"};
    Result<Facts> facts = look();
    if (!facts) return facts.error();
    if (room(*facts, *open) == 0) return Error{Errc::kBusy, "chain_rpc.submitter.window"};
    const Result<std::uint64_t> gas = check({&call, 1}, *facts).front();
    if (!gas) return gas.error();
    const Ready ready{{0}, call, *gas};
    Result<Slot> slot = bind_and_send({&ready, 1}, *facts, *open).front();
    publish_open(*open);
    return slot;
}

Result<Slot> Submitter::submit(JobId job, const ProofCall& call) {
    return submit(call_of(reader_.contracts(), job, call));
}

/// An upgraded pool may gain or lose it, so recover() asks anew.
bool Submitter::pool_has_multicall() {
    if (!has_multicall_) {
        const Result<CallOutcome<Bytes>> outcome = reader_.call(
            {address(), reader_.contracts().tee_pool, multicall_of(std::span<const Bytes>{})});
        if (!outcome) return false;
        has_multicall_ = outcome->value.has_value();
        log::info("submitter.multicall", {{"available", *has_multicall_}});
    }
    return *has_multicall_;
}

std::vector<Submitter::Ready> Submitter::join(std::vector<Ready> singles, const Facts& facts) {
    if (singles.size() < 2) return singles;
    BatchCall whole = singles.front().call;
    whole.jobs.clear();
    std::vector<Bytes> parts;
    std::uint64_t gas = 0;
    for (const Ready& one : singles) {
        whole.jobs.push_back(one.call.jobs.front());
        parts.push_back(one.call.calldata);
        gas += one.gas;
    }
    whole.calldata = multicall_of(parts);
    if (singles.size() <= options_.batch_max &&
        gas <= gas_cut(facts.head.gas_limit, options_.fees)) {
        const Result<std::uint64_t> fits = check({&whole, 1}, facts).front();
        if (fits) {
            Ready joined{{}, std::move(whole), *fits};
            for (const Ready& one : singles) joined.orders.push_back(one.orders.front());
            return {std::move(joined)};
        }
    }
    // Whole batches first, so that a queue of any length is cut evenly; else halves.
    const std::size_t half =
        singles.size() > options_.batch_max ? options_.batch_max : singles.size() / 2;
    const auto middle = singles.begin() + static_cast<std::ptrdiff_t>(half);
    std::vector<Ready> all = join({singles.begin(), middle}, facts);
    for (Ready& ready : join({middle, singles.end()}, facts)) all.push_back(std::move(ready));
    return all;
}

std::vector<Submitter::Ready> Submitter::passing(std::vector<Ready> waiting, const Facts& facts,
                                                 std::vector<Result<Slot>>& answers) {
    std::vector<Ready> passed;
    for (std::size_t start = 0; start < waiting.size(); start += kChecksAtOnce) {
        std::vector<BatchCall> calls;
        for (std::size_t i = start; i < std::min(waiting.size(), start + kChecksAtOnce); ++i)
            calls.push_back(waiting[i].call);
        const std::vector<Result<std::uint64_t>> gas = check(calls, facts);
        for (std::size_t i = 0; i < gas.size(); ++i) {
            Ready& one = waiting[start + i];
            if (gas[i])
                passed.push_back({one.orders, std::move(one.call), *gas[i]});
            else
                answers[one.orders.front()] = gas[i].error();
        }
    }
    if (options_.batch_max > 1 && passed.size() > 1 && pool_has_multicall())
        return join(std::move(passed), facts);
    return passed;
}

std::vector<Result<Slot>> Submitter::submit_all(std::span<const ProofOrder> orders) {
    const std::lock_guard lock{mutex_};
    std::vector<Result<Slot>> answers(orders.size(),
                                      Error{Errc::kBusy, "chain_rpc.submitter.window"});
    const auto all_refused = [&](const Error& error) {
        return std::vector<Result<Slot>>(orders.size(), error);
    };
    if (const Status ready = check_ready_to_sign(); !ready) return all_refused(ready.error());
    Result<std::vector<Slot>> open = journal_.open_slots();
    if (!open) return all_refused(open.error());
    std::vector<Ready> waiting;
    std::set<JobId> seen;
    for (std::size_t i = 0; i < orders.size(); ++i) {
        BatchCall call = call_of(reader_.contracts(), orders[i].job, orders[i].call);
        Result<std::optional<Slot>> known = slot_for(call);
        if (!known)
            answers[i] = known.error();
        else if (Slot* const slot = held(*known))
            answers[i] = std::move(*slot);
        else if (!seen.insert(orders[i].job).second)
            answers[i] = Error{Errc::kConflict, "chain_rpc.submitter.twice"};
        else if (waiting.size() < options_.window * options_.batch_max)
            waiting.push_back({{i}, std::move(call), 0});
    }
    if (waiting.empty() || open->size() >= options_.open_slots_max) return answers;
    Result<Facts> facts = look();
    if (!facts) {
        for (const Ready& one : waiting) answers[one.orders.front()] = facts.error();
        return answers;
    }
    // Where more wait than fit, not before half the window is free: a group shares its reads, its
    // writes and mostly its block.
    const std::size_t most = room(*facts, *open);
    const bool fits = waiting.size() <= most * options_.batch_max;
    if (!fits && most < options_.window / 2) return answers;
    if (waiting.size() > most * options_.batch_max) waiting.resize(most * options_.batch_max);
    if (waiting.empty()) return answers;
    std::vector<Ready> passed = passing(std::move(waiting), *facts, answers);
    if (passed.size() > most) passed.resize(most);
    const std::vector<Result<Slot>> bound = bind_and_send(passed, *facts, *open);
    for (std::size_t i = 0; i < passed.size(); ++i)
        for (const std::size_t order : passed[i].orders) answers[order] = bound[i];
    publish_open(*open);
    return answers;
}

}  // namespace pramana::chain_rpc
