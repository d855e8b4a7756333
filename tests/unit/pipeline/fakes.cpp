#include "fakes.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/pipeline/crash_point.hpp"

#include <fstream>
#include <stdexcept>

namespace pramana::pipeline {

Hash32 hash_of(std::string_view text) {
    Sha256 hash;
    hash.update(text);
    return hash.finish();
}

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

Word256 wei(std::uint64_t value) {
    Word256 out;
    store_be(value, out.bytes.data() + 24);
    return out;
}

// ------------------------------------------------------------------------------------------

Result<ChainJob> FakeChain::job(JobId id) {
    const std::lock_guard lock{mutex_};
    if (down) return Error{*down, "fake.chain"};
    const auto found = jobs.find(id);
    return found == jobs.end() ? ChainJob{} : found->second;
}

Result<ChainStanding> FakeChain::standing(JobId id, const Address& dlp) {
    const std::lock_guard lock{mutex_};
    if (down) return Error{*down, "fake.chain"};
    ChainStanding standing;
    standing.block = block;
    if (const auto found = jobs.find(id); found != jobs.end()) standing.job = found->second;
    if (const auto found = files.find(standing.job.file); found != files.end())
        standing.file = found->second;
    standing.tee_active = tee_active;
    standing.gas_price_wei = gas_price_wei;
    if (!dlp.is_zero()) standing.dlp = dlps.at(dlp);
    return standing;
}

Result<std::string> FakeChain::permission(FileId file, const Address& account) {
    const std::lock_guard lock{mutex_};
    if (down) return Error{*down, "fake.chain"};
    const auto found = permissions.find({file, account});
    return found == permissions.end() ? std::string{} : found->second;
}

Result<ChainDlp> FakeChain::dlp(const Address& address) {
    const std::lock_guard lock{mutex_};
    if (down) return Error{*down, "fake.chain"};
    return dlps.at(address);
}

Result<ChainHead> FakeChain::head() {
    const std::lock_guard lock{mutex_};
    if (down) return Error{*down, "fake.chain"};
    return ChainHead{.number = 1, .unix_s = 1};
}

Result<std::optional<store::SeedBlock>> FakeChain::submission_block(JobId, std::uint64_t seen) {
    const std::lock_guard lock{mutex_};
    if (down) return Error{*down, "fake.chain"};
    const auto found = final_blocks.find(seen);
    if (found == final_blocks.end()) return std::optional<store::SeedBlock>{};
    return std::optional{store::SeedBlock{.number = seen, .hash = found->second}};
}

void FakeChain::send(JobId job, const Hash32& tx_hash) {
    const std::lock_guard lock{mutex_};
    sent_[job].insert(tx_hash);
    if (!log.empty())
        std::ofstream{log, std::ios::app} << "send " << number(job) << ' ' << to_hex(tx_hash.view())
                                          << std::endl;
}

void FakeChain::complete(JobId job) {
    const std::lock_guard lock{mutex_};
    jobs[job].status = ChainJobStatus::kCompleted;
    if (!log.empty()) std::ofstream{log, std::ios::app} << "done " << number(job) << std::endl;
}

void FakeChain::load() {
    std::ifstream in{log};
    std::string what;
    std::uint64_t job = 0;
    while (in >> what >> job) {
        std::string tx_hash;
        if (what == "done")
            jobs[JobId{job}].status = ChainJobStatus::kCompleted;
        else if (in >> tx_hash)
            sent_[JobId{job}].insert(*fixed_from_hex<Hash32>(tx_hash));
    }
}

std::size_t FakeChain::sent(JobId job) const {
    const std::lock_guard lock{mutex_};
    const auto found = sent_.find(job);
    return found == sent_.end() ? 0 : found->second.size();
}

void FakeChain::change(const std::function<void(FakeChain&)>& edit) {
    const std::lock_guard lock{mutex_};
    edit(*this);
}

// ------------------------------------------------------------------------------------------

Status FakeProofs::submit(const ProofCall& call) {
    const std::lock_guard lock{mutex_};
    if (refuse) return Error{*refuse, "fake.proofs"};
    Result<std::optional<store::SlotRecord>> bound = store_.slots(Address{}).slot_of(call.job);
    if (!bound) return bound.error();
    if (*bound && (*bound)->state != store::SlotState::kVoided) return Done{};
    if (chain_.job(call.job)->status != ChainJobStatus::kSubmitted)
        return Error{Errc::kJobNotOpen, "fake.proofs"};
    const Result<std::optional<std::uint64_t>> highest = store_.slots(Address{}).highest_nonce();
    if (!highest) return highest.error();
    store::SlotRecord slot;
    slot.tx_nonce = *highest ? **highest + 1 : 0;
    slot.jobs = {{call.job, call.file, {}}};
    store::SlotAttempt attempt;
    attempt.raw = bytes_of(std::to_string(slot.tx_nonce) + call.metadata);
    attempt.tx_hash = hash_of(as_text(attempt.raw));
    slot.attempts.push_back(attempt);
    PRAMANA_TRY(store_.slots(Address{}).bind(slot));
    crash_point("after_sign");
    calls.push_back(call);
    chain_.send(call.job, attempt.tx_hash);
    PRAMANA_TRY(
        store_.slots(Address{}).set_state(slot.tx_nonce, store::SlotState::kSent, std::nullopt));
    crash_point("after_send");
    return Done{};
}

Result<ProofProgress> FakeProofs::progress(JobId job) {
    if (says) return *says;
    const Result<std::optional<store::SlotRecord>> slot = store_.slots(Address{}).slot_of(job);
    if (!slot) return slot.error();
    if (!*slot) return ProofProgress{};
    static constexpr ProofState kStates[] = {ProofState::kSigned, ProofState::kSent,
                                             ProofState::kIncluded, ProofState::kFinal,
                                             ProofState::kReverted};
    ProofProgress progress;
    progress.state = kStates[static_cast<std::size_t>((*slot)->state)];
    progress.tx_hash = (*slot)->attempts.back().tx_hash;
    if ((*slot)->inclusion && !(*slot)->inclusion->landed.empty())
        progress.proof_index = (*slot)->inclusion->landed.front().proof_index;
    return progress;
}

store::SlotInclusion FakeProofs::inclusion_of(const store::SlotRecord& slot) {
    store::SlotInclusion inclusion;
    inclusion.block_number = 10;
    inclusion.tx_hash = slot.attempts.back().tx_hash;
    inclusion.succeeded = true;
    inclusion.landed = {{slot.jobs.front().job, 1}};
    return inclusion;
}

void FakeProofs::set(JobId job, store::SlotState state,
                     std::optional<store::SlotInclusion> inclusion) {
    const std::lock_guard lock{mutex_};
    const auto slot = *store_.slots(Address{}).slot_of(job);
    if (!slot || !store_.slots(Address{}).set_state(slot->tx_nonce, state, inclusion))
        throw std::logic_error{"no open slot to set"};
}

void FakeProofs::mine() {
    const std::lock_guard lock{mutex_};
    const Result<std::vector<store::SlotRecord>> open = store_.slots(Address{}).open_slots();
    if (!open) throw std::logic_error{"open slots cannot be read"};
    for (const store::SlotRecord& slot : *open) {
        chain_.send(slot.jobs.front().job, slot.attempts.back().tx_hash);  // again: the same bytes
        const bool included = slot.state == store::SlotState::kIncluded;
        const auto next = included ? store::SlotState::kFinal : store::SlotState::kIncluded;
        if (!store_.slots(Address{}).set_state(slot.tx_nonce, next, inclusion_of(slot)))
            throw std::logic_error{"an open slot cannot be moved"};
        chain_.change([&](FakeChain& chain) {
            chain.jobs[slot.jobs.front().job].status = ChainJobStatus::kCompleted;
        });
    }
}

}  // namespace pramana::pipeline
