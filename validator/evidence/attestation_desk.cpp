#include "pramana/evidence/attestation_desk.hpp"

#include "pramana/crypto/aead.hpp"

#include <algorithm>

namespace pramana::evidence {
namespace {

constexpr double kMinute_s = 60.0;

/// Takes the lock again and lets the next one in, also where making the quote threw.
class Turn {
  public:
    Turn(std::unique_lock<std::mutex>& lock, bool& busy, std::condition_variable& done)
        : lock_{lock}, busy_{busy}, done_{done} {
        busy_ = true;
        lock_.unlock();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
        lock_.lock();
        busy_ = false;
        done_.notify_all();
    }

  private:
    std::unique_lock<std::mutex>& lock_;
    bool& busy_;
    std::condition_variable& done_;
};

}  // namespace

AttestationDesk::AttestationDesk(EvidenceProvider& provider, GpuEvidenceProvider* gpus,
                                 const Clock& clock, DeskOptions options)
    : provider_{provider},
      gpus_{gpus},
      clock_{clock},
      options_{options},
      tokens_{static_cast<double>(options.quotes_per_minute_max)},
      tokens_at_{clock.steady()} {}

Result<AttestationParts> AttestationDesk::take(const std::string& statement_text,
                                               const std::string& key_evidence,
                                               ByteView challenge) {
    const std::lock_guard one_at_a_time{quoting_};
    AttestationParts parts{.statement = statement_text,
                           .challenge = {challenge.begin(), challenge.end()},
                           .evidence = {},
                           .key_evidence = key_evidence,
                           .taken_unix_s = clock_.unix_s()};
    if (gpus_ != nullptr) {
        Hash32 freshness;
        if (challenge.empty())
            random_bytes(freshness.bytes);
        else
            std::ranges::copy(challenge, freshness.bytes.begin());
        Result<std::string> gpu = gpus_->collect(statement_hash(statement_text), freshness);
        // Without it the CPU's evidence is as good; who relies on GPUs sees that they are missing.
        if (gpu) parts.gpu_evidence = *std::move(gpu);
    }
    Result<std::string> evidence = provider_.quote(parts.report());
    if (!evidence) return evidence.error();
    parts.evidence = *std::move(evidence);
    return parts;
}

void AttestationDesk::publish(AttestationParts parts) {
    const std::lock_guard lock{mutex_};
    published_ = std::move(parts);
    ++published_count_;
    kept_.clear();
    kept_order_.clear();
}

void AttestationDesk::set_collateral(std::optional<std::string> collateral) {
    const std::lock_guard lock{mutex_};
    if (published_) published_->collateral = std::move(collateral);
}

std::optional<std::string> AttestationDesk::evidence() const {
    const std::lock_guard lock{mutex_};
    if (!published_) return std::nullopt;
    return published_->evidence;
}

Result<std::string> AttestationDesk::answer(ByteView challenge) {
    if (!challenge.empty() && challenge.size() != Hash32::kSize)
        return Error{Errc::kBadRequest, "evidence.challenge.size"};
    std::unique_lock lock{mutex_};
    if (!published_) return Error{Errc::kBusy, "evidence.desk.unpublished"};
    if (challenge.empty()) return to_json(*published_);
    Hash32 asked;
    std::ranges::copy(challenge, asked.bytes.begin());
    if (asked.is_zero()) return Error{Errc::kBadRequest, "evidence.challenge.zero"};
    for (;;) {
        if (const std::string* const known = kept(asked)) return *known;
        if (!busy_) return fresh(lock, asked);
        if (waiting_ == options_.waiting_max) return Error{Errc::kBusy, "evidence.desk.waiting"};
        ++waiting_;
        done_.wait(lock, [this] { return !busy_; });
        --waiting_;
    }
}

/// Called and left with the lock held.
Result<std::string> AttestationDesk::fresh(std::unique_lock<std::mutex>& lock,
                                           const Hash32& challenge) {
    if (!take_token()) return Error{Errc::kBusy, "evidence.desk.quotes"};
    const std::uint64_t about = published_count_;
    const std::string statement = published_->statement;
    const std::string key_evidence = published_->key_evidence;
    Result<AttestationParts> parts = [&] {
        const Turn ours{lock, busy_, done_};
        return take(statement, key_evidence, challenge.view());
    }();
    if (!parts) return parts.error();
    parts->collateral = published_->collateral;
    std::string text = to_json(*parts);
    if (published_count_ == about) keep(challenge, text);
    return text;
}

bool AttestationDesk::take_token() {
    const auto now = clock_.steady();
    const double passed_s = std::chrono::duration<double>(now - tokens_at_).count();
    const auto most = static_cast<double>(options_.quotes_per_minute_max);
    tokens_ = std::min(most, tokens_ + passed_s * most / kMinute_s);
    tokens_at_ = now;
    if (tokens_ < 1.0) return false;
    tokens_ -= 1.0;
    return true;
}

void AttestationDesk::keep(const Hash32& challenge, const std::string& text) {
    while (!kept_order_.empty() && kept_.size() >= options_.answers_kept_max) {
        kept_.erase(kept_order_.front());
        kept_order_.pop_front();
    }
    if (kept_.insert_or_assign(challenge, Kept{text, clock_.steady()}).second)
        kept_order_.push_back(challenge);
}

const std::string* AttestationDesk::kept(const Hash32& challenge) {
    const auto found = kept_.find(challenge);
    if (found == kept_.end()) return nullptr;
    if (clock_.steady() - found->second.made < options_.answer_age_max) return &found->second.text;
    std::erase(kept_order_, challenge);
    kept_.erase(found);
    return nullptr;
}

}  // namespace pramana::evidence
