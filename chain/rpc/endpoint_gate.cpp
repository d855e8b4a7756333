#include "endpoint_gate.hpp"

#include <algorithm>

namespace pramana::chain_rpc {
namespace {

using std::chrono::milliseconds;

constexpr double kRateAfterLimit = 10;     // calls a second once a 429 has passed
constexpr double kRateThatIsNone = 1'000;  // from here on the limit is dropped
constexpr std::chrono::seconds kCalmTime{10};
constexpr unsigned kLevelMax = 16;

milliseconds until(EndpointGate::Time then, EndpointGate::Time now) noexcept {
    if (then <= now) return milliseconds{0};
    return std::chrono::ceil<milliseconds>(then - now);
}

}  // namespace

/// backoff_min doubled `level` times, at most backoff_max, +-25 %.
milliseconds EndpointGate::backoff(unsigned level) {
    milliseconds::rep time = policy_.backoff_min.count();
    for (unsigned i = 0; i < level && time < policy_.backoff_max.count(); ++i) time *= 2;
    time = std::min(time, policy_.backoff_max.count());
    random_ ^= random_ << 13U;  // xorshift64: spreads retries, protects nothing
    random_ ^= random_ >> 7U;
    random_ ^= random_ << 17U;
    const auto per_mille = static_cast<milliseconds::rep>(750 + random_ % 501);
    return milliseconds{time * per_mille / 1000};
}

void EndpointGate::refill(Time now) {
    if (!rate_ && policy_.calls_per_s > 0) {
        rate_ = policy_.calls_per_s;
        tokens_ = policy_.calls_burst > 0 ? policy_.calls_burst : policy_.calls_per_s;
        refilled_at_ = now;
    }
    if (!rate_) return;
    const double most = policy_.calls_per_s > 0 && policy_.calls_burst > 0
                            ? static_cast<double>(policy_.calls_burst)
                            : *rate_;
    const std::chrono::duration<double> passed = now - refilled_at_;
    tokens_ = std::min(most, tokens_ + passed.count() * *rate_);
    refilled_at_ = now;
}

bool EndpointGate::enter(Time now, std::size_t calls) {
    if (now < paused_until_) return false;
    if (open_ && (now < open_until_ || probing_)) return false;
    refill(now);
    // A batch may go into debt, so that one larger than the burst passes at all; the average holds.
    if (rate_ && tokens_ <= 0) return false;
    if (rate_) tokens_ -= static_cast<double>(calls);
    probing_ = open_;
    return true;
}

void EndpointGate::succeeded(Time now) {
    failures_in_row_ = 0;
    open_ = probing_ = false;
    open_level_ = 0;
    if (limit_level_ == 0 || now < calmer_at_) return;
    calmer_at_ = now + kCalmTime;
    limit_level_ = 1;
    *rate_ *= 2;
    const double most = policy_.calls_per_s > 0 ? policy_.calls_per_s : kRateThatIsNone;
    if (*rate_ < most) return;
    limit_level_ = 0;
    rate_.reset();  // refill() sets a configured one again
}

void EndpointGate::failed(Time now) {
    ++failures_in_row_;
    const bool probe_failed = open_;
    probing_ = false;
    if (policy_.failures_to_open == 0 || failures_in_row_ < policy_.failures_to_open) return;
    if (probe_failed) open_level_ = std::min(open_level_ + 1, kLevelMax);
    open_ = true;
    open_until_ = now + backoff(open_level_);
}

void EndpointGate::limited(Time now, std::optional<std::chrono::seconds> retry_after) {
    ++times_limited_;
    probing_ = false;
    const milliseconds pause = retry_after && retry_after->count() > 0
                                   ? milliseconds{std::min(*retry_after, policy_.retry_after_max)}
                                   : backoff(limit_level_);
    paused_until_ = std::max(paused_until_, now + pause);
    limit_level_ = std::min(limit_level_ + 1, kLevelMax);
    // No burst when the pause is over, whatever has gathered meanwhile.
    const double most = policy_.calls_per_s > 0 ? policy_.calls_per_s : kRateAfterLimit;
    rate_ = std::min(kRateAfterLimit, most);
    tokens_ = 1;
    refilled_at_ = paused_until_;
    calmer_at_ = paused_until_ + kCalmTime;
}

EndpointGate::State EndpointGate::state(Time now) const noexcept {
    if (now < paused_until_) return State::kLimited;
    return open_ ? State::kOpen : State::kClosed;
}

milliseconds EndpointGate::retry_in(Time now) const noexcept {
    const milliseconds opens = open_ ? until(open_until_, now) : milliseconds{0};
    return std::max(opens, until(paused_until_, now));
}

}  // namespace pramana::chain_rpc
