#include "timeline.hpp"

#include "chain_access.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/pipeline/service.hpp"
#include "table.hpp"

#include <algorithm>
#include <array>

namespace pramana::app {
namespace {

std::string gwei(std::uint64_t wei) {
    constexpr std::uint64_t kGwei = 1'000'000'000;
    std::string text = std::to_string(wei / kGwei);
    if (const std::uint64_t rest = wei % kGwei; rest != 0) {
        std::string digits = std::to_string(kGwei + rest).substr(1);
        digits.erase(digits.find_last_not_of('0') + 1);
        text += '.' + digits;
    }
    return text + " gwei";
}

std::string cost_text(const store::SlotInclusion& inclusion) {
    const Result<Word256> cost = chain::multiply(chain::to_word(inclusion.gas_used),
                                                 chain::to_word(inclusion.gas_price_wei));
    return std::to_string(inclusion.gas_used) + " gas at " + gwei(inclusion.gas_price_wei) +
           (cost ? ", cost " + coins_of(*cost) : "");
}

std::string_view name_of(store::SlotVoid reason) {
    constexpr std::array<std::string_view, 8> kNames{"not void",
                                                     "the payer canceled the job",
                                                     "another transaction completed the job",
                                                     "it reverted",
                                                     "a foreign transaction took the nonce",
                                                     "no node takes it",
                                                     "a reorg took the job away",
                                                     "its call had become pointless"};
    const auto index = static_cast<std::size_t>(reason);
    return index < kNames.size() ? kNames.at(index) : "unknown";
}

std::string_view name_of(store::SlotPurpose purpose) {
    switch (purpose) {
        case store::SlotPurpose::kProof: return "proof";
        case store::SlotPurpose::kResult: return "result";
        case store::SlotPurpose::kReward: return "reward";
        case store::SlotPurpose::kFees: return "fees";
    }
    return "unknown";
}

Moment transaction(const store::SlotRecord& slot, std::size_t index) {
    const store::SlotAttempt& attempt = slot.attempts[index];
    constexpr std::uint8_t kNoop = 1;
    Moment moment;
    moment.what = "transaction";
    moment.text =
        "nonce " + std::to_string(slot.tx_nonce) + ", attempt " + std::to_string(index + 1) + ", " +
        std::string{attempt.kind == kNoop ? "no-op" : name_of(slot.purpose)} + ", at most " +
        gwei(attempt.max_fee_wei) + " (tip " + gwei(attempt.tip_wei) + ") for " +
        std::to_string(attempt.gas_max) + " gas, hash " + to_hex0x(attempt.tx_hash.view());
    const std::uint64_t unix_s = index == 0 ? slot.bound_unix_s : attempt.signed_unix_s;
    if (unix_s > 0) moment.unix_s = static_cast<std::int64_t>(unix_s);
    if (slot.jobs.size() > 1) moment.text += ", for " + std::to_string(slot.jobs.size()) + " jobs";
    moment.raw = attempt.raw.empty() ? "" : to_hex0x(attempt.raw);
    return moment;
}

Moment inclusion(const store::SlotInclusion& held, JobId job) {
    Moment moment;
    if (held.block_unix_s > 0) moment.unix_s = static_cast<std::int64_t>(held.block_unix_s);
    moment.what = "in_block";
    moment.text = "block " + std::to_string(held.block_number) + ' ' +
                  to_hex0x(held.block_hash.view()) +
                  (held.succeeded ? ", succeeded, " : ", REVERTED, ") + cost_text(held) +
                  ", hash " + to_hex0x(held.tx_hash.view());
    if (const store::SlotLanded* landed = held.landed_job(job); landed && landed->proof_index)
        moment.text += ", proof index " + std::to_string(*landed->proof_index);
    return moment;
}

/// What a slot knows, in its order.
std::vector<Moment> moments_of(const store::SlotRecord& slot, JobId job) {
    std::vector<Moment> moments;
    for (std::size_t i = 0; i < slot.attempts.size(); ++i) moments.push_back(transaction(slot, i));
    if (slot.inclusion) moments.push_back(inclusion(*slot.inclusion, job));
    if (slot.state == store::SlotState::kVoided)
        moments.push_back({.unix_s = {},
                           .what = "voided",
                           .text = "nonce " + std::to_string(slot.tx_nonce) + ": " +
                                   std::string{name_of(slot.void_reason)},
                           .raw = {},
                           .cause = {}});
    return moments;
}

}  // namespace

std::vector<Moment> timeline_of(const store::JobRecord& job,
                                const std::vector<store::SlotRecord>& slots) {
    std::vector<Moment> moments;
    for (const store::StageChange& change : job.history)
        moments.push_back(
            {.unix_s = change.unix_s,
             .what = std::string{pipeline::name_of(static_cast<pipeline::Stage>(change.stage))},
             .text = {},
             .raw = {},
             .cause = change.cause});
    // Transactions come right after the proof was made: signing moves the job in their own batch.
    const auto proved = std::find_if(moments.rbegin(), moments.rend(), [](const Moment& moment) {
        return moment.what == pipeline::name_of(pipeline::Stage::kProved);
    });
    auto at = proved.base() - moments.begin();
    if (proved == moments.rend()) at = static_cast<std::ptrdiff_t>(moments.size());
    for (const store::SlotRecord& slot : slots)
        for (Moment& moment : moments_of(slot, job.id)) {
            moments.insert(moments.begin() + at, std::move(moment));
            ++at;
        }
    return moments;
}

std::string timeline_text(const std::vector<Moment>& moments) {
    std::string text;
    std::optional<std::int64_t> first;
    constexpr std::size_t kTimeWidth = 19;
    constexpr std::size_t kSinceWidth = 9;
    constexpr std::size_t kWhatWidth = 13;
    for (const Moment& moment : moments) {
        std::string time(kTimeWidth, ' ');
        std::string since;
        if (moment.unix_s) {
            if (!first) first = *moment.unix_s;
            time = utc_text(*moment.unix_s);
            since = '+' + age_text(*moment.unix_s - *first);
        }
        std::string line = time +
                           std::string(kSinceWidth - std::min(kSinceWidth, since.size()), ' ') +
                           since + "  " + moment.what;
        if (moment.what.size() < kWhatWidth)
            line += std::string(kWhatWidth - moment.what.size(), ' ');
        line += ' ' + moment.text;
        if (moment.cause) line += std::string{pramana::name_of(*moment.cause)};
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
        if (!moment.raw.empty())
            text += std::string(kTimeWidth + kSinceWidth + 2, ' ') + moment.raw + '\n';
    }
    return text;
}

std::string timeline_json(const std::vector<Moment>& moments) {
    std::string text = "[";
    for (const Moment& moment : moments) {
        JsonObject json;
        if (moment.unix_s) json.number("unix_s", static_cast<std::uint64_t>(*moment.unix_s));
        json.text("what", moment.what);
        if (!moment.text.empty()) json.text("text", moment.text);
        if (moment.cause) json.text("reason", pramana::name_of(*moment.cause));
        if (!moment.raw.empty()) json.text("raw", moment.raw);
        if (text.size() > 1) text += ',';
        text += json.str();
    }
    return text + ']';
}

}  // namespace pramana::app
