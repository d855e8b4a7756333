#include "owed_claims.hpp"

#include "pramana/chain/binding_document.hpp"
#include "pramana/core/check.hpp"

namespace pramana::app {
namespace {

constexpr std::size_t kSlotsAtOnce = 256;

/// The DLP that a job was for, also after its record was purged; nullopt = not known any more.
Result<std::optional<Address>> dlp_of(store::JobStore& jobs, JobId job) {
    const Result<store::JobRecord> record = jobs.job(job);
    if (record) return std::optional{record->dlp};
    if (record.error().code != Errc::kNotFound) return record.error();
    const Result<std::optional<store::JobRemains>> remains = jobs.remains(job);
    if (!remains) return remains.error();
    if (!*remains || !(*remains)->document) return std::optional<Address>{};
    const Result<Bytes> text = jobs.proof_document(*(*remains)->document);
    if (!text) return text.error();
    const Result<chain::BindingDocument> document = chain::parse_binding_document(as_text(*text));
    if (!document) return Error{Errc::kStoreCorrupt, "app.owed.document"};
    return std::optional{document->dlp};
}

/// Asks the contract whether it would pay now, and what that takes.
Status ask(ClaimKey& key, chain_rpc::ChainReader& reader, std::uint64_t gas_price_wei,
           OwedClaim& claim) {
    const chain_rpc::BatchCall call = call_of(claim, reader.contracts());
    const Status passes = key.submitter.preflight(call);
    if (!passes) {
        const std::optional<chain_rpc::Refusal> why = key.submitter.last_refusal();
        const Errc code = passes.error().code;
        const bool refused = code == Errc::kReverted || code == Errc::kContractPaused ||
                             code == Errc::kWorkerNotActive;
        if (!refused) return passes.error();
        claim.skipped = why && !why->reason.empty() ? why->reason : std::string{name_of(code)};
        return Done{};
    }
    const Result<chain_rpc::CallOutcome<std::uint64_t>> gas =
        reader.estimate_gas({key.key.address(), call.to, call.calldata});
    if (!gas) return gas.error();
    claim.gas = gas->value.value_or(0);
    if (claim.purpose == chain::SlotPurpose::kFees &&
        claim.fees < Wei::product(claim.gas, gas_price_wei))
        claim.skipped = "less than the gas of claiming it";
    return Done{};
}

/// The entries of one slot of proofs.
Status add_rewards(const chain::Slot& slot, ClaimKey& key, store::JobStore& jobs,
                   const std::optional<Address>& only, std::vector<OwedClaim>& owed) {
    if (slot.purpose != chain::SlotPurpose::kProof || slot.state != chain::SlotState::kFinal)
        return Done{};
    for (const chain::SlotJob& each : slot.jobs) {
        const chain::LandedJob* const landed =
            slot.inclusion ? slot.inclusion->landed_job(each.job) : nullptr;
        if (landed == nullptr || !landed->proof_index) continue;
        const Result<std::optional<Address>> dlp = dlp_of(jobs, each.job);
        if (!dlp) return dlp.error();
        if (!*dlp || (only && **dlp != *only)) continue;
        const Result<RewardState> state = reward_state(key.journal, each.job);
        if (!state) return state.error();
        if (*state == RewardState::kClaimed) continue;
        OwedClaim claim{.purpose = chain::SlotPurpose::kReward,
                        .job = each.job,
                        .file = each.file,
                        .dlp = **dlp,
                        .proof_index = *landed->proof_index,
                        .fees = {},
                        .gas = 0,
                        .skipped = {}};
        if (*state == RewardState::kUnderWay) {
            Result<std::optional<chain::Slot>> sent =
                key.journal.slot_of(each.job, chain::SlotPurpose::kReward);
            if (!sent) return sent.error();
            claim.slot = *std::move(sent);
        }
        owed.push_back(std::move(claim));
    }
    return Done{};
}

}  // namespace

Result<RewardState> reward_state(chain::SubmissionJournal& journal, JobId job) {
    const Result<std::optional<chain::Slot>> slot =
        journal.slot_of(job, chain::SlotPurpose::kReward);
    if (!slot) return slot.error();
    if (!*slot || !(*slot)->holds(job)) return RewardState::kFree;
    return (*slot)->state == chain::SlotState::kFinal ? RewardState::kClaimed
                                                      : RewardState::kUnderWay;
}

chain_rpc::BatchCall call_of(const OwedClaim& claim, const chain_rpc::Contracts& contracts) {
    if (claim.purpose == chain::SlotPurpose::kFees) return chain_rpc::fees_call(contracts);
    return chain_rpc::reward_call(claim.dlp, {claim.job, claim.file, {}}, claim.proof_index);
}

Result<std::vector<OwedClaim>> find_owed(ClaimKey& key, store::JobStore& jobs,
                                         chain_rpc::ChainReader& reader,
                                         const std::optional<Address>& dlp) {
    std::vector<OwedClaim> owed;
    if (!dlp) {
        const Result<chain::TeeRecord> tee = reader.tee(key.key.address());
        if (!tee) return tee.error();
        OwedClaim fees{.dlp = {},
                       .fees = Wei::from(tee->earned_wei) - Wei::from(tee->withdrawn_wei),
                       .skipped = {}};
        const Result<std::vector<chain::Slot>> open = key.journal.open_slots();
        if (!open) return open.error();
        for (const chain::Slot& slot : *open)
            if (slot.purpose == chain::SlotPurpose::kFees) fees.slot = slot;
        if (fees.slot || fees.fees != Wei{}) owed.push_back(std::move(fees));
    }
    for (std::uint64_t first = 0;;) {
        const Result<std::vector<chain::Slot>> page = key.journal.slots_from(first, kSlotsAtOnce);
        if (!page) return page.error();
        for (const chain::Slot& slot : *page) PRAMANA_TRY(add_rewards(slot, key, jobs, dlp, owed));
        if (page->size() < kSlotsAtOnce) break;
        first = page->back().tx_nonce + 1;
    }
    const Result<chain_rpc::FeeMarket> market = reader.fee_market();
    if (!market) return market.error();
    for (OwedClaim& claim : owed)
        if (!claim.slot)
            PRAMANA_TRY(
                ask(key, reader, market->next_base_fee_wei + market->tip_median_wei, claim));
    return owed;
}

}  // namespace pramana::app
