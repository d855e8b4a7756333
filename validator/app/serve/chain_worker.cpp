#include "chain_worker.hpp"

#include "pramana/os/log.hpp"

namespace pramana::app {
namespace {

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

ChainWorker::ChainWorker(Parts parts)
    : parts_{parts}, thread_{[this](const std::stop_token& stop) { work(stop); }} {}

void ChainWorker::Trouble::set(const char* event, const std::optional<Error>& error) {
    const auto now =
        static_cast<std::uint16_t>(error ? static_cast<std::uint16_t>(error->code) : 0);
    if (code.exchange(now) == now) return;  // told already
    if (error)
        log::warn(event, {{"error", *error}});
    else
        log::info(event, {{"error", "none"}});
}

void ChainWorker::work(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        follow_submissions();
        follow_jobs(stop);
        std::unique_lock lock{mutex_};
        wake_.wait_for(lock, stop, parts_.poll, [] { return false; });
    }
}

void ChainWorker::follow_submissions() {
    constexpr const char* kEvent = "chain.submitter.trouble";
    if (!recovered_) {
        const Status recovered = parts_.submitter.recover();
        if (!recovered) return submitter_trouble_.set(kEvent, recovered.error());
        recovered_ = true;
        parts_.proofs.set_recovered();
    }
    const Result<std::vector<chain_rpc::SubmissionEvent>> events = parts_.submitter.poll();
    if (!events) return submitter_trouble_.set(kEvent, events.error());
    submitter_trouble_.set(kEvent, std::nullopt);
    for (const chain_rpc::SubmissionEvent& event : *events) {
        parts_.proofs.note(event);
        report(event);
    }
}

void ChainWorker::follow_jobs(const std::stop_token& stop) {
    constexpr const char* kEvent = "chain.watcher.trouble";
    while (!stop.stop_requested()) {
        const Result<chain_rpc::WatchReport> seen = parts_.watcher.poll();
        if (!seen) return watcher_trouble_.set(kEvent, seen.error());
        watcher_trouble_.set(kEvent, std::nullopt);
        if (seen->scanned_to >= seen->head) return;
    }
}

std::vector<std::string> ChainWorker::troubles() const {
    std::vector<std::string> troubles;
    const auto add = [&troubles](const char* who, const Trouble& trouble) {
        if (const std::optional<Errc> code = errc_of_number(trouble.code))
            troubles.push_back(std::string{who} + "_" + std::string{pramana::name_of(*code)});
    };
    add("watcher", watcher_trouble_);
    add("submitter", submitter_trouble_);
    return troubles;
}

pipeline::Readiness ServiceFront::readiness() {
    pipeline::Readiness readiness = pipeline_.readiness();
    for (std::string& trouble : worker_.troubles()) readiness.reasons.push_back(std::move(trouble));
    readiness.ready = readiness.ready && readiness.reasons.empty();
    readiness.alarms = monitor_.raised();
    return readiness;
}

}  // namespace pramana::app
