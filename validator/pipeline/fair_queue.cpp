#include "fair_queue.hpp"

#include "pramana/core/check.hpp"

#include <algorithm>

namespace pramana::pipeline {
namespace {

/// The word twice; no value where it does not fit.
std::optional<Word256> doubled(const Word256& word) noexcept {
    Word256 out;
    unsigned carry = 0;
    for (std::size_t i = word.bytes.size(); i-- > 0;) {
        carry += word.bytes[i] * 2U;
        out.bytes[i] = static_cast<std::uint8_t>(carry & 0xFFU);
        carry >>= 8U;
    }
    return carry == 0 ? std::optional{out} : std::nullopt;
}

}  // namespace

unsigned weight_of(const Word256& bid_wei, const Word256& least_wei) noexcept {
    std::optional<Word256> step = least_wei;
    if (step->is_zero()) step->bytes.back() = 1;
    unsigned weight = 1;
    for (step = doubled(*step); step && weight < kWeightMax && !(bid_wei < *step);
         step = doubled(*step))
        ++weight;
    return weight;
}

void FairQueue::leave(const Address& payer, Flow& flow) {
    if (flow.start > now_)
        ahead_.insert(turn_of(payer, flow));
    else
        flows_.erase(payer);
}

void FairQueue::add(JobId job, Time due, const Share& share) {
    PRAMANA_CHECK(share.weight >= 1 && share.weight <= kWeightMax);
    const Entry entry{.due = due, .job = job, .weight = share.weight};
    if (due == Time::min()) {
        urgent_.insert(entry);
        return;
    }
    const auto [at, is_new] = flows_.try_emplace(share.payer);
    Flow& flow = at->second;
    if (flow.jobs.empty()) {
        if (!is_new) ahead_.erase(turn_of(share.payer, flow));
        flow.start = std::max(flow.start, now_);
        turns_.insert(turn_of(share.payer, flow));
    }
    flow.jobs.insert(entry);
}

void FairQueue::remove(JobId job, Time due, const Share& share) {
    const Entry entry{.due = due, .job = job, .weight = share.weight};
    if (urgent_.erase(entry) > 0) return;
    const auto found = flows_.find(share.payer);
    if (found == flows_.end() || found->second.jobs.erase(entry) == 0) return;
    if (!found->second.jobs.empty()) return;
    turns_.erase(turn_of(share.payer, found->second));
    leave(share.payer, found->second);
}

std::optional<JobId> FairQueue::take() {
    if (!urgent_.empty()) {
        const JobId job = urgent_.begin()->job;
        urgent_.erase(urgent_.begin());
        return job;
    }
    if (turns_.empty()) return std::nullopt;
    const Address payer = std::get<Address>(*turns_.begin());
    turns_.erase(turns_.begin());
    Flow& flow = flows_.at(payer);
    const Entry entry = *flow.jobs.begin();
    flow.jobs.erase(flow.jobs.begin());
    now_ = flow.start;
    flow.start += kStep / entry.weight;
    flow.served = ++steps_;
    if (flow.jobs.empty())
        leave(payer, flow);
    else
        turns_.insert(turn_of(payer, flow));
    while (!ahead_.empty() && std::get<0>(*ahead_.begin()) <= now_) {
        flows_.erase(std::get<Address>(*ahead_.begin()));
        ahead_.erase(ahead_.begin());
    }
    return entry.job;
}

void FairQueue::charge(const Share& share, unsigned steps) {
    if (steps == 0) return;
    const auto [at, is_new] = flows_.try_emplace(share.payer);
    Flow& flow = at->second;
    if (is_new) flow.start = now_;
    std::set<Turn>& among = flow.jobs.empty() ? ahead_ : turns_;
    among.erase(turn_of(share.payer, flow));
    flow.start += kStep / share.weight * steps;
    among.insert(turn_of(share.payer, flow));
}

}  // namespace pramana::pipeline
