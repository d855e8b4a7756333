// What the chain says before a nonce is bound: a refusal here costs nothing.
#include "fees.hpp"
#include "held.hpp"
#include "pramana/chain_rpc/submitter.hpp"
#include "pramana/os/log.hpp"
#include "submit_reads.hpp"

namespace pramana::chain_rpc {

using chain::SlotPurpose;

namespace {

/// How long an estimate is tried on other proofs.
constexpr std::uint64_t kTriedBlocks = 64;

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

Status Submitter::check_jobs(const BatchCall& call, std::span<const chain::TeeJob> jobs) const {
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
    const Result<AccountFacts> read = read_account(reader_, address());
    if (!read) return read.error();
    facts.head = read->head;
    facts.market = read->market;
    facts.balance = Wei::from(read->balance);
    facts.chain_nonce = read->chain_nonce;
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

std::uint64_t Submitter::gas_to_try(const BatchCall& call, std::uint64_t head) const {
    const auto known = gas_tried_.find(call.jobs.size());
    if (call.purpose != SlotPurpose::kProof || known == gas_tried_.end()) return 0;
    const bool fresh = head >= known->second.head && head - known->second.head < kTriedBlocks;
    return fresh ? known->second.gas : 0;
}

/// One call that needs far more than the others is no measure for them.
void Submitter::note_estimate(const BatchCall& call, std::uint64_t estimate, std::uint64_t head) {
    if (call.purpose != SlotPurpose::kProof) return;
    const std::uint64_t before = gas_to_try(call, head);
    if (before == 0 || (estimate > before && estimate - before <= before / 2))
        gas_tried_[call.jobs.size()] = {estimate, head};
}

/// An estimate makes a node run a call some twenty times, a call that is tried with the gas of the
/// one before runs once; and what passes with it has at least the same margin.
Result<std::vector<CheckedCall>> Submitter::checked(std::span<const BatchCall> calls,
                                                    const Facts& facts) {
    const BlockRef at{facts.head.number};
    std::vector<std::uint64_t> tried;
    for (const BatchCall& call : calls) tried.push_back(gas_to_try(call, facts.head.number));
    Result<std::vector<CheckedCall>> all = check_calls(reader_, address(), calls, at, tried);
    if (!all) return all;
    std::vector<std::size_t> left;
    std::vector<BatchCall> again;
    for (std::size_t i = 0; i < calls.size(); ++i) {
        const CheckedCall& one = (*all)[i];
        const bool settled = !one.failed && (one.call.value || !check_jobs(calls[i], one.jobs));
        if (tried[i] == 0 || settled) continue;
        left.push_back(i);
        again.push_back(calls[i]);
    }
    if (left.empty()) return all;
    Result<std::vector<CheckedCall>> estimated = check_calls(reader_, address(), again, at);
    if (!estimated) return estimated;
    for (std::size_t i = 0; i < left.size(); ++i) (*all)[left[i]] = std::move((*estimated)[i]);
    return all;
}

std::vector<Result<std::uint64_t>> Submitter::check(std::span<const BatchCall> calls,
                                                    const Facts& facts) {
    std::vector<Result<std::uint64_t>> answers;
    const Result<std::vector<CheckedCall>> all = checked(calls, facts);
    for (std::size_t i = 0; i < calls.size(); ++i) {
        const auto answer = [&]() -> Result<std::uint64_t> {
            if (!all) return all.error();
            const CheckedCall& one = (*all)[i];
            if (const Error* const failed = held(one.failed)) return *failed;
            PRAMANA_TRY(check_jobs(calls[i], one.jobs));
            for (const std::optional<Bytes>* data : {&one.call.revert_data, &one.gas.revert_data})
                if (const Bytes* const revert = held(*data))
                    return refused(calls[i].jobs.empty() ? JobId{} : calls[i].jobs.front().job,
                                   *revert);
            const std::uint64_t estimate = one.gas.value.value_or(0);
            Result<std::uint64_t> gas =
                gas_with_margin(estimate, facts.head.gas_limit, options_.fees);
            if (gas && calls[i].purpose == SlotPurpose::kProof) {
                note_estimate(calls[i], estimate, facts.head.number);
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

}  // namespace pramana::chain_rpc
