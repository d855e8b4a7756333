#include "claim_report.hpp"

#include "chain_access.hpp"
#include "pramana/chain/address.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"

#include <algorithm>

namespace pramana::app {
namespace {

std::string what_of(const OwedClaim& claim) {
    if (claim.purpose == chain::SlotPurpose::kFees)
        return coins_of(claim.fees.word()) + " of fees in the pool";
    return "job " + std::to_string(number(claim.job)) + ", file " +
           std::to_string(number(claim.file)) + " of DLP " + chain::to_checksum(claim.dlp) +
           ", proof " + std::to_string(claim.proof_index);
}

std::string_view kind_of(const OwedClaim& claim) {
    return claim.purpose == chain::SlotPurpose::kFees ? "fees" : "reward";
}

std::string_view state_of(const OwedClaim& claim) {
    if (!claim.slot) return claim.skipped.empty() ? "to_claim" : "skipped";
    switch (claim.slot->state) {
        case chain::SlotState::kBound:
        case chain::SlotState::kSent: return "sent";
        case chain::SlotState::kIncluded: return "included";
        case chain::SlotState::kFinal: return "final";
        case chain::SlotState::kVoided: return "voided";
    }
    return "?";
}

/// A column of 9 characters.
std::string padded(std::string_view word) {
    constexpr std::size_t kWidth = 9;
    std::string out{word};
    out.resize(std::max(kWidth, out.size()), ' ');
    return "  " + out;
}

Wei cost_of(const OwedClaim& claim) {
    return claim.slot && claim.slot->inclusion ? claim.slot->inclusion->cost() : Wei{};
}

struct Totals {
    std::size_t wanted = 0;
    std::size_t claimed = 0;
    std::uint64_t gas = 0;
    Wei cost;
};

Totals totals_of(const std::vector<KeyClaims>& keys) {
    Totals totals;
    for (const KeyClaims& key : keys)
        for (const OwedClaim& claim : key.owed) {
            if (!claim.skipped.empty()) continue;
            ++totals.wanted;
            totals.gas += claim.gas;
            totals.claimed += claim.slot && claim.slot->state == chain::SlotState::kFinal ? 1U : 0U;
            totals.cost = totals.cost + cost_of(claim);
        }
    return totals;
}

std::string claim_json(const Address& key, const OwedClaim& claim, std::uint64_t gas_price_wei) {
    JsonObject json;
    json.text("key", to_hex0x(key.view()))
        .text("kind", kind_of(claim))
        .text("state", state_of(claim));
    if (claim.purpose == chain::SlotPurpose::kFees)
        json.text("fees_wei", chain::to_decimal(claim.fees.word()));
    else
        json.number("job_id", number(claim.job))
            .number("file_id", number(claim.file))
            .text("dlp", to_hex0x(claim.dlp.view()))
            .number("proof_index", claim.proof_index);
    if (!claim.skipped.empty()) return json.text("reason", claim.skipped).str();
    json.number("gas", claim.gas)
        .text("expected_wei", chain::to_decimal(Wei::product(claim.gas, gas_price_wei).word()));
    if (!claim.slot) return json.str();
    json.number("tx_nonce", claim.slot->tx_nonce)
        .text("tx_hash", to_hex0x(claim.slot->attempts.back().tx_hash.view()));
    if (claim.slot->inclusion)
        json.text("tx_hash_included", to_hex0x(claim.slot->inclusion->tx_hash.view()))
            .number("block", claim.slot->inclusion->block_number)
            .text("cost_wei", chain::to_decimal(cost_of(claim).word()));
    return json.str();
}

}  // namespace

std::string plan_text(const std::vector<KeyClaims>& keys, std::uint64_t gas_price_wei) {
    std::string text;
    for (const KeyClaims& key : keys) {
        text += "key " + chain::to_checksum(key.key) +
                (key.is_previous ? " (previous): " : " (current): ") +
                coins_of(key.balance.word()) + " to pay gas with\n";
        for (const OwedClaim& claim : key.owed) {
            text += padded(claim.skipped.empty() ? kind_of(claim) : "not now") + what_of(claim);
            if (claim.slot)
                text += ": on its way, nonce " + std::to_string(claim.slot->tx_nonce) + '\n';
            else
                text += claim.skipped.empty()
                            ? ": " + std::to_string(claim.gas) + " gas, about " +
                                  coins_of(Wei::product(claim.gas, gas_price_wei).word()) + '\n'
                            : ": " + claim.skipped + '\n';
        }
    }
    const Totals totals = totals_of(keys);
    if (totals.wanted == 0) return text + "nothing to claim\n";
    return text + "to claim: " + std::to_string(totals.wanted) + ", about " +
           coins_of(Wei::product(totals.gas, gas_price_wei).word()) + " of gas\n";
}

std::string step_text(const OwedClaim& claim) {
    if (!claim.slot) return padded("not now") + what_of(claim) + ": " + claim.skipped + '\n';
    std::string text =
        padded(state_of(claim)) + "nonce " + std::to_string(claim.slot->tx_nonce) + ": ";
    switch (claim.slot->state) {
        case chain::SlotState::kBound:
        case chain::SlotState::kSent:
            text += what_of(claim) + ", " + to_hex0x(claim.slot->attempts.back().tx_hash.view());
            break;
        case chain::SlotState::kVoided:
            text += "it came to nothing; the reward is open again";
            break;
        case chain::SlotState::kIncluded:
        case chain::SlotState::kFinal:
            text += "block " + std::to_string(claim.slot->inclusion->block_number) + ", cost " +
                    coins_of(cost_of(claim).word());
            break;
    }
    return text + '\n';
}

std::string end_text(const std::vector<KeyClaims>& keys) {
    const Totals totals = totals_of(keys);
    return "claimed " + std::to_string(totals.claimed) + " of " + std::to_string(totals.wanted) +
           ", cost " + coins_of(totals.cost.word()) + '\n';
}

std::string claims_json(const std::vector<KeyClaims>& keys, std::uint64_t gas_price_wei,
                        bool dry_run) {
    std::string list = "[";
    for (const KeyClaims& key : keys)
        for (const OwedClaim& claim : key.owed)
            list += (list.size() > 1 ? "," : "") + claim_json(key.key, claim, gas_price_wei);
    const Totals totals = totals_of(keys);
    JsonObject json;
    return json.text("format", "pramana:chain-claim:1")
               .flag("dry_run", dry_run)
               .number("to_claim", totals.wanted)
               .number("claimed", totals.claimed)
               .text("cost_wei", chain::to_decimal(totals.cost.word()))
               .raw("claims", list + ']')
               .str() +
           '\n';
}

bool all_claimed(const std::vector<KeyClaims>& keys) {
    const Totals totals = totals_of(keys);
    return totals.claimed == totals.wanted;
}

}  // namespace pramana::app
