#include "chain_worker.hpp"

#include "pramana/os/log.hpp"

#include <algorithm>

namespace pramana::app {
namespace {

constexpr std::chrono::milliseconds kWakeGap{100};

const char* name_of(chain_rpc::SubmissionEvent::Kind kind) noexcept {
    using Kind = chain_rpc::SubmissionEvent::Kind;
    switch (kind) {
        case Kind::kSent: return "chain.proof.sent";
        case Kind::kReplaced: return "chain.proof.replaced";
        case Kind::kIncluded: return "chain.proof.included";
        case Kind::kReverted: return "chain.proof.reverted";
        case Kind::kReopened: return "chain.proof.reopened";
        case Kind::kHeld: return "chain.proof.held";
        case Kind::kFinal: return "chain.proof.final";
        case Kind::kVoided: return "chain.proof.voided";
        case Kind::kForeign: return "chain.proof.foreign_nonce";
    }
    std::abort();
}

void report(const chain_rpc::SubmissionEvent& event) {
    const JobId job = event.jobs.empty() ? JobId{} : event.jobs.front().job;
    if (event.cause)
        log::warn(name_of(event.kind), {{"job", job},
                                        {"jobs", event.jobs.size()},
                                        {"tx_nonce", event.tx_nonce},
                                        {"cause", *event.cause}});
    else
        log::info(name_of(event.kind), {{"job", job},
                                        {"jobs", event.jobs.size()},
                                        {"tx_nonce", event.tx_nonce},
                                        {"tx", event.tx_hash}});
}

}  // namespace

ChainWorker::ChainWorker(Parts parts) : parts_{std::move(parts)} {
    signers_.emplace_back(Signer{parts_.submitter, parts_.proofs}, "submitter");
    if (parts_.previous) signers_.emplace_back(*parts_.previous, "previous_submitter");
    submissions_ = std::jthread{
        [this](const std::stop_token& stop) { work(stop, &ChainWorker::follow_signers); }};
    jobs_ = std::jthread{
        [this](const std::stop_token& stop) { work(stop, &ChainWorker::follow_jobs); }};
}

void ChainWorker::Trouble::set(const char* event, const std::optional<Error>& error) {
    const auto now =
        static_cast<std::uint16_t>(error ? static_cast<std::uint16_t>(error->code) : 0);
    if (code.exchange(now) == now) return;  // told already
    if (error)
        log::warn(event, {{"error", *error}});
    else
        log::info(event, {{"error", "none"}});
}

void ChainWorker::work(const std::stop_token& stop,
                       void (ChainWorker::*step)(const std::stop_token&)) {
    std::uint64_t seen = 0;
    while (!stop.stop_requested()) {
        (this->*step)(stop);
        std::unique_lock lock{mutex_};
        wake_.wait_for(lock, stop, std::min(parts_.poll, kWakeGap), [] { return false; });
        if (parts_.poll > kWakeGap)
            wake_.wait_for(lock, stop, parts_.poll - kWakeGap, [&] { return wakes_ != seen; });
        seen = wakes_;
    }
}

void ChainWorker::wake() {
    const std::lock_guard lock{mutex_};
    ++wakes_;
    wake_.notify_all();
}

void ChainWorker::follow_signers(const std::stop_token& /*stop*/) {
    for (Followed& followed : signers_) follow_submissions(followed);
    // Nothing is bound before every journal's transactions were sent again.
    const bool recovered = std::all_of(signers_.begin(), signers_.end(),
                                       [](const Followed& each) { return each.recovered; });
    if (parts_.more && recovered) parts_.more();
}

void ChainWorker::follow_submissions(Followed& followed) {
    constexpr const char* kEvent = "chain.submitter.trouble";
    const auto& [submitter, proofs] = followed.signer;
    if (!followed.recovered) {
        const Status recovered = submitter.recover();
        if (!recovered) return followed.trouble.set(kEvent, recovered.error());
        followed.recovered = true;
        proofs.set_recovered();
    }
    const Result<std::vector<chain_rpc::SubmissionEvent>> events = submitter.poll();
    if (!events) return followed.trouble.set(kEvent, events.error());
    followed.trouble.set(kEvent, std::nullopt);
    for (const chain_rpc::SubmissionEvent& event : *events) {
        proofs.note(event);
        report(event);
    }
    proofs.send_queued();
}

void ChainWorker::follow_jobs(const std::stop_token& stop) {
    constexpr const char* kEvent = "chain.watcher.trouble";
    while (!stop.stop_requested()) {
        const Result<chain_rpc::WatchReport> seen = parts_.watcher.poll();
        if (!seen) return watcher_trouble_.set(kEvent, seen.error());
        watcher_trouble_.set(kEvent, seen->hold
                                         ? std::optional{Error{*seen->hold, "app.chain.pool"}}
                                         : std::nullopt);
        if (seen->scanned_to >= seen->head) return;
    }
}

std::vector<std::string> ChainWorker::troubles() const {
    using Raised = chain_rpc::SubmitterAlarm;
    std::vector<std::string> troubles;
    const auto add = [&troubles](const char* who, std::string_view what) {
        troubles.push_back(std::string{who} + '_' + std::string{what});
    };
    const auto add_trouble = [&](const char* who, const Trouble& trouble) {
        if (const std::optional<Errc> code = errc_of_number(trouble.code))
            add(who, pramana::name_of(*code));
    };
    add_trouble("watcher", watcher_trouble_);
    for (const Followed& followed : signers_) {
        add_trouble(followed.name, followed.trouble);
        // Nothing new is signed while these hold.
        for (const Raised alarm : followed.signer.submitter.status().alarms)
            if (alarm == Raised::kFeeCeiling || alarm == Raised::kSpendCeiling ||
                alarm == Raised::kSignerFault)
                add(followed.name, chain_rpc::name_of(alarm));
    }
    if (parts_.more_troubles)
        for (std::string& each : parts_.more_troubles()) troubles.push_back(std::move(each));
    return troubles;
}

}  // namespace pramana::app
