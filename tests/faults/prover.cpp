#include "prover.hpp"

#include "pramana/chain/proof_digest.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/pipeline/crash_point.hpp"

#include <cstdio>

namespace pramana::faults {
namespace {

using pipeline::ProofState;
using store::Stage;

/// One line in one write, so that a reader never sees half of it.
void say(const char* event, JobId job, const char* more = "") {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    std::printf(
        "{\"event\":\"%s\",\"job\":%llu,\"us\":%lld%s%s}\n", event,
        static_cast<unsigned long long>(number(job)),
        static_cast<long long>(std::chrono::duration_cast<std::chrono::microseconds>(now).count()),
        *more == '\0' ? "" : ",\"why\":", more);
    std::fflush(stdout);
}

}  // namespace

Result<std::unique_ptr<Prover>> Prover::start(Parts parts) {
    const Result<std::vector<JobId>> open = parts.jobs.open_jobs();
    if (!open) return open.error();
    std::unique_ptr<Prover> prover{new Prover{parts}};
    prover->seen_.assign(open->begin(), open->end());
    Prover& self = *prover;
    prover->thread_ = std::jthread{[&self](const std::stop_token& stop) { self.work(stop); }};
    return prover;
}

Status Prover::on_jobs_seen(std::span<const chain_rpc::JobSeen> jobs) {
    std::vector<store::JobRecord> fresh;
    for (const chain_rpc::JobSeen& seen : jobs) {
        const Result<store::JobRecord> known = parts_.jobs.job(seen.job);
        if (!known && known.error().code != Errc::kNotFound) return known.error();
        if (known) continue;
        store::JobRecord record;
        record.id = seen.job;
        record.stage = Stage::kQueued;
        record.file = seen.file;
        record.bid_wei = seen.bid_wei;
        record.seen_block = seen.block_number;
        fresh.push_back(std::move(record));
    }
    if (fresh.empty()) return Done{};
    PRAMANA_TRY(parts_.jobs.put(std::span{fresh}));
    // All are stored, and told but once: before any of them may be the last.
    for (const store::JobRecord& record : fresh) say("seen", record.id);
    for (std::size_t i = 0; i < fresh.size(); ++i) pipeline::crash_point("after_seen");
    const std::lock_guard lock{mutex_};
    for (const store::JobRecord& record : fresh) seen_.push_back(record.id);
    wake_.notify_one();
    return Done{};
}

void Prover::work(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        take_new();
        submit_waiting();
        follow_submitted();
        std::unique_lock lock{mutex_};
        wake_.wait_for(lock, stop, parts_.poll, [this] { return !seen_.empty(); });
    }
}

void Prover::take_new() {
    const std::lock_guard lock{mutex_};
    waiting_.insert(waiting_.end(), seen_.begin(), seen_.end());
    seen_.clear();
}

/// In order of their coming, some at a time; what must wait stays in its place.
void Prover::submit_waiting() {
    std::deque<JobId> later;
    bool go_on = true;
    while (go_on && !waiting_.empty()) {
        std::vector<pipeline::ProofCall> calls;
        go_on = prove_some(calls, later);
        const std::vector<Status> sent = hand_over(calls);
        for (std::size_t i = 0; i < sent.size(); ++i) {
            const Fate fate = fate_of(calls[i].job, sent[i]);
            if (fate != Fate::kTaken) later.push_back(calls[i].job);
            if (fate == Fate::kNobody) go_on = false;
        }
    }
    waiting_.insert(waiting_.begin(), later.begin(), later.end());
}

bool Prover::prove_some(std::vector<pipeline::ProofCall>& calls, std::deque<JobId>& later) {
    constexpr std::size_t kBatchesAtOnce = 4;
    const std::size_t most =
        parts_.batch_max > 1 ? kBatchesAtOnce * parts_.batch_max : parts_.handed_at_once;
    std::vector<store::JobRecord> proved;
    bool go_on = true;
    while (go_on && !waiting_.empty() && calls.size() < most) {
        const JobId job = waiting_.front();
        Result<store::JobRecord> record = parts_.jobs.job(job);
        Result<pipeline::ProofCall> call = record ? call_for(*record) : record.error();
        if (!call) {
            trouble(job, call.error());
            go_on = call.error().code == Errc::kFileNotFound;
            if (!go_on) break;
            later.push_back(job);
        } else {
            calls.push_back(*std::move(call));
            if (record->stage == Stage::kQueued) proved.push_back(*std::move(record));
        }
        waiting_.pop_front();
    }
    for (store::JobRecord& each : proved) each.stage = Stage::kProved;
    if (proved.empty()) return go_on;
    if (const Status stored = parts_.jobs.put(std::span{proved}); !stored) {
        trouble(proved.front().id, stored.error());
        for (const pipeline::ProofCall& call : calls) later.push_back(call.job);
        calls.clear();
        return false;
    }
    for (const store::JobRecord& each : proved) {
        say("proved", each.id);
        pipeline::crash_point("after_prove");
    }
    return go_on;
}

/// Together, once the submitter has taken one and so has recovered.
std::vector<Status> Prover::hand_over(const std::vector<pipeline::ProofCall>& calls) {
    std::vector<Status> sent;
    if (!under_way_) {
        for (const pipeline::ProofCall& call : calls) sent.push_back(parts_.proofs.submit(call));
        return sent;
    }
    std::vector<chain_rpc::ProofOrder> orders;
    for (const pipeline::ProofCall& call : calls) {
        chain::ProofData content{.score = chain::to_word(call.score_wad),
                                 .dlp_id = call.dlp_id,
                                 .metadata = call.metadata,
                                 .proof_url = call.proof_url,
                                 .instruction = call.instruction};
        const chain::Proof proof = chain::sign_proof(call.file_url, std::move(content), parts_.key);
        orders.push_back(
            {.job = call.job,
             .call = {.file = call.file, .calldata = chain::tee_pool::add_proof(call.job, proof)}});
    }
    for (const Result<chain::Slot>& slot : parts_.submitter.submit_all(orders))
        sent.push_back(slot ? Status{Done{}} : Status{slot.error()});
    return sent;
}

Prover::Fate Prover::fate_of(JobId job, const Status& sent) {
    if (sent) {
        say("submitted", job);
        submitted_.push_back(job);
        under_way_ = true;
        return Fate::kTaken;
    }
    const Errc code = sent.error().code;
    if (code != Errc::kBusy) trouble(job, sent.error());
    switch (code) {
        case Errc::kJobNotOpen:
        case Errc::kJobNotOurs: return settle_refused(job) ? Fate::kTaken : Fate::kWaits;
        case Errc::kReverted: return Fate::kWaits;
        default: return Fate::kNobody;  // full, paused, or the node is unwell
    }
}

Result<pipeline::ProofCall> Prover::call_for(const store::JobRecord& record) {
    auto url = urls_.find(record.file);
    if (url == urls_.end()) {
        Result<chain::RegistryFile> file = parts_.reader.file(record.file);
        if (!file) return file.error();
        url = urls_.emplace(record.file, std::move(file->url)).first;
    }
    pipeline::ProofCall call;
    call.job = record.id;
    call.file = record.file;
    call.file_url = url->second;
    call.score_wad = 500'000'000'000'000'000;
    call.dlp_id = 1;
    call.metadata = to_hex(sha256(as_bytes_view(std::to_string(number(record.id)))).view());
    call.proof_url = "http://127.0.0.1/v1/proofs/" + call.metadata;
    call.instruction = "made up";
    return call;
}

/// The job is not open for us: why is what the chain says. Whether it is at its end.
bool Prover::settle_refused(JobId job) {
    const Result<chain::TeeJob> record = parts_.reader.job(job);
    if (!record) return false;
    switch (record->status) {
        case chain::JobStatus::kCompleted: end({{job, Stage::kDoneByOther}}); return true;
        case chain::JobStatus::kCanceled: end({{job, Stage::kCancelled}}); return true;
        case chain::JobStatus::kNone:
        case chain::JobStatus::kSubmitted: return false;
    }
    std::abort();
}

void Prover::follow_submitted() {
    std::deque<JobId> open;
    std::vector<std::pair<JobId, Stage>> ended;
    for (const JobId job : submitted_) {
        const Result<pipeline::ProofProgress> progress = parts_.proofs.progress(job);
        if (!progress) trouble(job, progress.error());
        switch (progress ? progress->state : ProofState::kSent) {
            case ProofState::kFinal: ended.emplace_back(job, Stage::kFinal); break;
            case ProofState::kDoneByOther: ended.emplace_back(job, Stage::kDoneByOther); break;
            case ProofState::kCancelled: ended.emplace_back(job, Stage::kCancelled); break;
            case ProofState::kReverted:
            case ProofState::kNone: waiting_.push_back(job); break;  // bound anew
            case ProofState::kQueued:
            case ProofState::kSigned:
            case ProofState::kSent:
            case ProofState::kIncluded: open.push_back(job); break;
        }
    }
    submitted_ = std::move(open);
    if (!ended.empty()) end(ended);
}

void Prover::end(const std::vector<std::pair<JobId, Stage>>& jobs) {
    std::vector<store::JobRecord> records;
    for (const auto& [job, stage] : jobs) {
        Result<store::JobRecord> record = parts_.jobs.job(job);
        if (!record) return trouble(job, record.error());
        if (store::is_terminal(record->stage)) continue;
        record->stage = stage;
        records.push_back(*std::move(record));
    }
    if (records.empty()) return;
    // Their slots have ended durably. They are told before it is recorded: who dies between the two
    // tells them again, and nobody waits for what was never told.
    for (const store::JobRecord& record : records)
        say(record.stage == Stage::kFinal ? "final" : "ended", record.id);
    if (const Status stored = parts_.jobs.put(std::span{records}); !stored) {
        for (const auto& [job, stage] : jobs) submitted_.push_back(job);  // told again
        return trouble(jobs.front().first, stored.error());
    }
    for (std::size_t i = 0; i < records.size(); ++i) pipeline::crash_point("after_record");
}

void Prover::trouble(JobId job, const Error& error) {
    if (last_trouble_ == error.code) return;
    last_trouble_ = error.code;
    const std::string why =
        json_quoted(std::string{name_of(error.code)} + " " + std::string{error.site});
    say("trouble", job, why.c_str());
}

}  // namespace pramana::faults
