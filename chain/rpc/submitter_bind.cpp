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

/// What the caller may do about a contract's own error.
Errc errc_of(const chain::Revert& revert) noexcept {
    if (revert.kind != chain::RevertKind::kCustom) return Errc::kReverted;
    if (revert.signature == "InvalidJobStatus()") return Errc::kJobNotOpen;
    if (revert.signature == "InvalidJobTee()") return Errc::kJobNotOurs;
    if (revert.signature == "TeeNotActive()") return Errc::kWorkerNotActive;
    if (revert.signature == "EnforcedPause()") return Errc::kContractPaused;
    // The registry of results (contracts-abi/src/registry).
    if (revert.signature == "ValidatorNotActive(address)") return Errc::kValidatorNotListed;
    if (revert.signature == "WrongPreviousRoot(bytes32,bytes32)") return Errc::kCorpusHeadMoved;
    if (revert.signature == "ResultAlreadyRecorded(address,address,uint256)" ||
        revert.signature == "RootAlreadyRecorded(bytes32)")
        return Errc::kJobNotOpen;
    return Errc::kReverted;
}

JobId first_job(const BatchCall& call) {
    return call.jobs.empty() ? JobId{} : call.jobs.front().job;
}

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

Error Submitter::refused(JobId job, ByteView revert_data) {
    std::vector<chain::ErrorAbi> known{chain::vana_errors().begin(), chain::vana_errors().end()};
    known.insert(known.end(), options_.errors.begin(), options_.errors.end());
    const chain::Revert revert = chain::decode_revert(revert_data, known);
    const std::string reason = chain::describe(revert, known);
    log::warn("submitter.preflight_reverts", {{"job", job}, log::Field::vetted("reason", reason)});
    const Errc code = errc_of(revert);
    if (code == Errc::kContractPaused || code == Errc::kWorkerNotActive)
        raise(SubmitterAlarm::kContractPaused, true);
    const std::lock_guard lock{status_mutex_};
    refusal_ = Refusal{job, reason};
    ++status_.refusals;
    return {code, "chain_rpc.submitter.preflight"};
}

Status Submitter::check_jobs(const BatchCall& call, std::span<const chain::TeeJob> jobs) {
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (jobs[i].status != chain::JobStatus::kSubmitted)
            return Error{Errc::kJobNotOpen, "chain_rpc.submitter.job"};
        if (jobs[i].tee != address()) return Error{Errc::kJobNotOurs, "chain_rpc.submitter.job"};
        if (jobs[i].file != call.jobs[i].file)
            return Error{Errc::kConflict, "chain_rpc.submitter.file"};
    }
    return Done{};
}

Result<Submitter::Facts> Submitter::look() {
    Facts facts;
    const Result<BlockHeader> head = reader_.block(BlockTag::kLatest);
    if (!head) return head.error();
    facts.head = *head;
    const Result<FeeMarket> market = reader_.fee_market();
    if (!market) return market.error();
    facts.market = *market;
    const Result<Word256> balance = reader_.balance(address());
    if (!balance) return balance.error();
    facts.balance = Wei::from(*balance);
    const Result<std::uint64_t> nonce = reader_.transaction_count(address());
    if (!nonce) return nonce.error();
    facts.chain_nonce = *nonce;
    const std::uint64_t day = facts.head.timestamp_s / chain::kDaySeconds;
    const Result<Wei> spent = journal_.spent_on(day);
    if (!spent) return spent.error();
    facts.spent_today = *spent;
    const std::lock_guard lock{status_mutex_};
    status_.head_number = facts.head.number;
    status_.head_unix_s = facts.head.timestamp_s;
    status_.balance = facts.balance;
    status_.chain_nonce = facts.chain_nonce;
    status_.day = day;
    status_.spent_today = facts.spent_today;
    status_.proof_cost = Wei::product(status_.gas_last, facts.market.next_base_fee_wei);
    return facts;
}

std::vector<Result<std::uint64_t>> Submitter::check(std::span<const BatchCall> calls,
                                                    const Facts& facts) {
    std::vector<Result<std::uint64_t>> answers;
    const Result<std::vector<CheckedCall>> checked =
        check_calls(reader_, address(), calls, BlockRef{facts.head.number});
    for (std::size_t i = 0; i < calls.size(); ++i) {
        const auto answer = [&]() -> Result<std::uint64_t> {
            if (!checked) return checked.error();
            const CheckedCall& one = (*checked)[i];
            if (const Error* const failed = held(one.failed)) return *failed;
            PRAMANA_TRY(check_jobs(calls[i], one.jobs));
            for (const std::optional<Bytes>* data : {&one.call.revert_data, &one.gas.revert_data})
                if (const Bytes* const revert = held(*data))
                    return refused(first_job(calls[i]), *revert);
            const std::uint64_t estimate = one.gas.value.value_or(0);
            Result<std::uint64_t> gas =
                gas_with_margin(estimate, facts.head.gas_limit, options_.fees);
            if (gas && calls[i].purpose == SlotPurpose::kProof) {
                raise(SubmitterAlarm::kContractPaused, false);
                const std::lock_guard lock{status_mutex_};
                status_.gas_last = estimate / calls[i].jobs.size();
                status_.proof_cost = Wei::product(status_.gas_last, facts.market.next_base_fee_wei);
            }
            return gas;
        };
        answers.push_back(answer());
    }
    return answers;
}

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

Result<Slot> Submitter::bind_and_send(const BatchCall& call, std::uint64_t gas, Facts& facts,
                                      std::vector<Slot>& open) {
    PRAMANA_TRY(check_ready_to_sign());
    const Result<Fees> fees =
        offer_fees(facts.market, options_.fees, fee_ceiling(options_.fees, gas, false));
    raise(SubmitterAlarm::kFeeCeiling, !fees);
    if (!fees) {
        const std::lock_guard lock{status_mutex_};
        ++status_.fee_ceiling_hits;
        return fees.error();
    }
    PRAMANA_TRY(check_cost(gas, fees->max_fee_wei, facts, open));
    const Result<std::uint64_t> nonce = next_nonce(facts.chain_nonce, open);
    if (!nonce) return nonce.error();
    Slot slot;
    slot.tx_nonce = *nonce;
    slot.purpose = call.purpose;
    slot.to = call.to;
    slot.jobs = call.jobs;
    slot.success = call.success;
    slot.call_hash = keccak256(ByteView{call.calldata});
    slot.bound_unix_s = facts.head.timestamp_s;
    Result<chain::Attempt> attempt = sign(chain::AttemptKind::kCall, *nonce, call.to, call.calldata,
                                          fees->max_fee_wei, fees->tip_wei, gas);
    if (!attempt) return attempt.error();
    attempt->signed_unix_s = facts.head.timestamp_s;
    slot.attempts.push_back(std::move(*attempt));
    reached("before_bind");
    PRAMANA_TRY(stored(journal_.bind(slot)));
    reached("after_sign");
    log::info("submitter.bound", {{"job", first_job(call)},
                                  {"jobs", call.jobs.size()},
                                  {"tx_nonce", *nonce},
                                  {"tx", slot.attempts.back().tx_hash}});
    open.push_back(slot);
    const Result<SendClass> sent = send(open.back());
    if (!sent) return sent.error();
    const std::lock_guard lock{status_mutex_};
    status_.highest_nonce = *nonce;
    return open.back();
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
    if (open->size() >= options_.window) return Error{Errc::kBusy, "chain_rpc.submitter.window"};
    Result<Facts> facts = look();
    if (!facts) return facts.error();
    const Result<std::uint64_t> gas = check({&call, 1}, *facts).front();
    if (!gas) return gas.error();
    Result<Slot> slot = bind_and_send(call, *gas, *facts, *open);
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
    const std::size_t room = options_.window - std::min(options_.window, open->size());
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
        else if (waiting.size() < room * options_.batch_max)
            waiting.push_back({{i}, std::move(call), 0});
    }
    if (waiting.empty()) return answers;
    Result<Facts> facts = look();
    if (!facts) {
        for (const Ready& one : waiting) answers[one.orders.front()] = facts.error();
        return answers;
    }
    const std::vector<Ready> passed = passing(std::move(waiting), *facts, answers);
    for (std::size_t i = 0; i < std::min(room, passed.size()); ++i) {
        const Result<Slot> slot = bind_and_send(passed[i].call, passed[i].gas, *facts, *open);
        for (const std::size_t order : passed[i].orders) answers[order] = slot;
    }
    publish_open(*open);
    return answers;
}

}  // namespace pramana::chain_rpc
