#include "unit/chain_rpc/memory_journal.hpp"

#include <algorithm>

namespace pramana::testing_chain {

using chain::Slot;
using chain::SlotState;

Status MemoryJournal::bind(const Slot& slot) {
    if (failing_) return Error{*failing_, "test.journal"};
    PRAMANA_CHECK(slot.state == SlotState::kBound && slot.attempts.size() == 1 && !slot.inclusion);
    const bool job_taken = std::any_of(slots_.begin(), slots_.end(), [&](const auto& entry) {
        return entry.second.job == slot.job && entry.second.state != SlotState::kVoided;
    });
    if (job_taken || slots_.contains(slot.tx_nonce))
        return Error{Errc::kConflict, "test.journal.bind"};
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
    return Done{};
}

Status MemoryJournal::set_state(std::uint64_t tx_nonce, SlotState state,
                                const std::optional<chain::Inclusion>& inclusion,
                                chain::VoidReason void_reason) {
    const Result<Slot*> slot = open_slot(tx_nonce);
    if (!slot) return slot.error();
    (*slot)->state = state;
    (*slot)->inclusion = inclusion;
    (*slot)->void_reason = void_reason;
    return Done{};
}

Result<std::vector<Slot>> MemoryJournal::open_slots() {
    std::vector<Slot> open;
    for (const auto& [tx_nonce, slot] : slots_)
        if (!chain::is_terminal(slot.state)) open.push_back(slot);
    return open;
}

Result<std::optional<Slot>> MemoryJournal::slot_of(JobId job) {
    std::optional<Slot> newest;
    for (const auto& [tx_nonce, slot] : slots_)
        if (slot.job == job) newest = slot;
    return newest;
}

Result<std::optional<std::uint64_t>> MemoryJournal::highest_nonce() {
    if (slots_.empty()) return std::optional<std::uint64_t>{};
    return std::optional{slots_.rbegin()->first};
}

}  // namespace pramana::testing_chain
