#include "unit/chain_rpc/memory_journal.hpp"

#include "pramana/core/check.hpp"

#include <algorithm>

namespace pramana::testing_chain {

using chain::Slot;
using chain::SlotJob;
using chain::SlotState;

namespace {
bool has_job(const Slot& slot, JobId job) {
    return std::any_of(slot.jobs.begin(), slot.jobs.end(),
                       [&](const SlotJob& each) { return each.job == job; });
}
}  // namespace

Status MemoryJournal::bind_all(std::span<const Slot> slots) {
    if (failing_) return Error{*failing_, "test.journal"};
    const std::map<std::uint64_t, Slot> before = slots_;
    for (const Slot& slot : slots)
        if (const Status bound = bind_one(slot); !bound) {
            slots_ = before;
            return bound;
        }
    ++writes_;
    return Done{};
}

Status MemoryJournal::bind_one(const Slot& slot) {
    PRAMANA_CHECK(slot.state == SlotState::kBound && slot.attempts.size() == 1 && !slot.inclusion);
    PRAMANA_CHECK(slot.jobs.empty() == (slot.purpose == chain::SlotPurpose::kFees));
    if (slots_.contains(slot.tx_nonce)) return Error{Errc::kConflict, "test.journal.nonce"};
    for (const auto& [tx_nonce, other] : slots_) {
        if (other.purpose != slot.purpose) continue;
        const bool holds = std::any_of(slot.jobs.begin(), slot.jobs.end(), [&](const SlotJob& j) {
            return has_job(other, j.job) && other.holds(j.job);
        });
        const bool fees = slot.jobs.empty() && other.to == slot.to && !is_terminal(other.state);
        if (holds || fees) return Error{Errc::kConflict, "test.journal.bind"};
    }
    slots_[slot.tx_nonce] = slot;
    return Done{};
}

Result<Slot*> MemoryJournal::open_slot(std::uint64_t tx_nonce) {
    if (failing_) return Error{*failing_, "test.journal"};
    const auto found = slots_.find(tx_nonce);
    if (found == slots_.end()) return Error{Errc::kNotFound, "test.journal"};
    if (chain::is_terminal(found->second.state))
        return Error{Errc::kConflict, "test.journal.terminal"};
    return &found->second;
}

Status MemoryJournal::add_attempt(std::uint64_t tx_nonce, const chain::Attempt& attempt) {
    const Result<Slot*> slot = open_slot(tx_nonce);
    if (!slot) return slot.error();
    if ((*slot)->attempts.size() >= chain::kAttemptsMax)
        return Error{Errc::kConflict, "test.journal.attempts"};
    (*slot)->attempts.push_back(attempt);
    ++writes_;
    return Done{};
}

Status MemoryJournal::set_states(std::span<const chain::SlotStep> steps) {
    for (const chain::SlotStep& step : steps)
        if (const Result<Slot*> slot = open_slot(step.tx_nonce); !slot) return slot.error();
    for (const chain::SlotStep& step : steps) {
        Slot& slot = slots_.at(step.tx_nonce);
        slot.state = step.state;
        slot.inclusion = step.inclusion;
        slot.void_reason = step.void_reason;
        if (!chain::is_terminal(step.state) || !step.inclusion) continue;
        Wei& day = spent_[step.inclusion->block_unix_s / chain::kDaySeconds];
        day = day + step.inclusion->cost();
    }
    ++writes_;
    return Done{};
}

Status MemoryJournal::reopen(std::uint64_t tx_nonce) { return open_again(tx_nonce, false); }

Status MemoryJournal::refill(std::uint64_t tx_nonce) { return open_again(tx_nonce, true); }

Status MemoryJournal::open_again(std::uint64_t tx_nonce, bool as_filler) {
    if (failing_) return Error{*failing_, "test.journal"};
    const auto found = slots_.find(tx_nonce);
    if (found == slots_.end()) return Error{Errc::kNotFound, "test.journal"};
    Slot& slot = found->second;
    if (!chain::is_terminal(slot.state) || slot.attempts.front().raw.empty())
        return Error{Errc::kConflict, "test.journal.reopen"};
    bool superseded = false;
    for (const auto& [other_nonce, other] : slots_)
        for (const SlotJob& each : slot.jobs)
            superseded = superseded || (other_nonce > tx_nonce && other.purpose == slot.purpose &&
                                        has_job(other, each.job));
    if (superseded != as_filler) return Error{Errc::kConflict, "test.journal.superseded"};
    if (as_filler) slot.jobs.clear();
    if (slot.inclusion) {
        Wei& day = spent_[slot.inclusion->block_unix_s / chain::kDaySeconds];
        day = day - slot.inclusion->cost();
    }
    slot.state = SlotState::kSent;
    slot.inclusion.reset();
    slot.void_reason = chain::VoidReason::kNone;
    return Done{};
}

Result<std::vector<Slot>> MemoryJournal::open_slots() {
    std::vector<Slot> open;
    for (const auto& [tx_nonce, slot] : slots_)
        if (!chain::is_terminal(slot.state)) open.push_back(slot);
    return open;
}

Result<std::optional<Slot>> MemoryJournal::slot_of(JobId job, chain::SlotPurpose purpose) {
    std::optional<Slot> newest;
    for (const auto& [tx_nonce, slot] : slots_)
        if (slot.purpose == purpose && has_job(slot, job)) newest = slot;
    return newest;
}

Result<std::vector<Slot>> MemoryJournal::slots_from(std::uint64_t first, std::size_t count_max) {
    std::vector<Slot> some;
    for (auto at = slots_.lower_bound(first); at != slots_.end() && some.size() < count_max; ++at)
        some.push_back(at->second);
    return some;
}

Result<std::optional<std::uint64_t>> MemoryJournal::highest_nonce() {
    if (slots_.empty()) return std::optional<std::uint64_t>{};
    return std::optional{slots_.rbegin()->first};
}

Result<Wei> MemoryJournal::spent_on(std::uint64_t day) { return spent_[day]; }

Status MemoryJournal::note_regression(const chain::Regression& regression) {
    if (failing_) return Error{*failing_, "test.journal"};
    regression_ = regression;
    return Done{};
}

Result<std::optional<chain::Regression>> MemoryJournal::last_regression() { return regression_; }

Result<std::size_t> MemoryJournal::fold(std::uint64_t before_unix_s, std::size_t count_max) {
    if (failing_) return Error{*failing_, "test.journal"};
    std::size_t folded = 0;
    for (auto& [tx_nonce, slot] : slots_) {
        const std::uint64_t unix_s =
            slot.inclusion ? slot.inclusion->block_unix_s : slot.bound_unix_s;
        if (folded == count_max || !chain::is_terminal(slot.state) || unix_s >= before_unix_s)
            break;
        if (slot.attempts.front().raw.empty()) continue;
        for (chain::Attempt& attempt : slot.attempts) attempt.raw.clear();
        ++folded;
    }
    return folded;
}

}  // namespace pramana::testing_chain
