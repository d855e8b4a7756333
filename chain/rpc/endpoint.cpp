#include "endpoint.hpp"

#include "pramana/os/log.hpp"
#include "rpc_decode.hpp"
#include "rpc_failure.hpp"

namespace pramana::chain_rpc {
namespace {

constexpr std::size_t kDepthMax = 32;
constexpr std::chrono::hours kChainCheckEvery{1};
constexpr std::chrono::seconds kWrongChainCheckEvery{60};

Error error_of_transport(Errc code) noexcept {
    switch (code) {
        case Errc::kTimeout: return {Errc::kTimeout, "chain_rpc.transport.time"};
        case Errc::kFetchTooLarge: return {Errc::kTooLarge, "chain_rpc.transport.size"};
        default: return {Errc::kRpcUnavailable, "chain_rpc.transport"};
    }
}

std::string body_of(const RpcCall& call, std::uint64_t id) {
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":)" +
           json_quoted(call.method) + R"(,"params":)" + call.params + "}";
}

std::optional<std::uint64_t> id_of(const JsonView& envelope) {
    const std::optional<JsonView> id = envelope.member("id");
    if (!id) return std::nullopt;
    const Result<std::uint64_t> number = id->whole_number();
    return number ? std::optional{*number} : std::nullopt;
}

/// An envelope whose id is already matched.
Result<RpcAnswer> open_envelope(const JsonView& envelope,
                                const std::shared_ptr<const std::string>& body) {
    const Result<std::string> version = read_text(envelope.member("jsonrpc"));
    const std::optional<JsonView> result = envelope.member("result");
    std::optional<JsonView> error = envelope.member("error");
    // Some proxies write both members, one of them null.
    if (error && result && is_null(*error)) error.reset();
    const bool has_result = result && !(error && is_null(*result));
    if (!version || *version != "2.0" || has_result == error.has_value())
        return Error{Errc::kMalformedChainData, "chain_rpc.envelope"};
    if (!error) return RpcAnswer{body, result, std::nullopt};
    Result<RpcFailure> failure = read_failure(*error);
    if (!failure) return failure.error();
    return RpcAnswer{body, std::nullopt, std::move(*failure)};
}

/// The envelopes of the answer to `count` calls, sorted to them by id.
Result<std::vector<RpcAnswer>> open_answers(const std::shared_ptr<const std::string>& body,
                                            std::uint64_t first, std::size_t count) {
    const bool looks_like_json = body->starts_with('{') || body->starts_with('[');
    const Result<JsonView> document = read_json(*body, kDepthMax);
    if (!document && !looks_like_json) return Error{Errc::kRpcUnavailable, "chain_rpc.not_json"};
    if (!document) return Error{Errc::kMalformedChainData, "chain_rpc.json"};
    std::vector<JsonView> envelopes{*document};
    if (count > 1) envelopes = document->items();
    if (count > 1 && document->kind() == JsonKind::kObject)
        return Error{Errc::kRpcRejected, "chain_rpc.batch_refused"};
    if (envelopes.size() != count) return Error{Errc::kNodeInconsistent, "chain_rpc.batch_size"};
    std::vector<RpcAnswer> answers(count);
    for (const JsonView& envelope : envelopes) {
        const std::optional<std::uint64_t> id = id_of(envelope);
        if (!id || *id < first || *id - first >= count)
            return Error{Errc::kNodeInconsistent, "chain_rpc.id"};
        RpcAnswer& answer = answers[*id - first];
        if (answer.body) return Error{Errc::kNodeInconsistent, "chain_rpc.id_twice"};
        Result<RpcAnswer> opened = open_envelope(envelope, body);
        if (!opened) return opened.error();
        answer = std::move(*opened);
    }
    return answers;
}

/// A limit told inside of a 200.
bool says_limited(const std::vector<RpcAnswer>& answers) {
    for (const RpcAnswer& answer : answers)
        if (const RpcFailure* const failure = failure_in(answer);
            failure != nullptr && is_rate_limit(*failure))
            return true;
    return false;
}

}  // namespace

Endpoint::Endpoint(std::string origin, std::shared_ptr<RpcTransport> transport,
                   const RpcOptions& options, const Clock& clock, std::uint64_t seed)
    : transport_{std::move(transport)},
      options_{options},
      clock_{clock},
      gate_{options.endpoint, seed} {
    health_.origin = std::move(origin);
}

std::uint64_t Endpoint::take_ids(std::size_t count) {
    const std::lock_guard lock{mutex_};
    const std::uint64_t first = next_id_;
    next_id_ += count;
    return first;
}

Result<std::shared_ptr<const std::string>> Endpoint::carry(const std::string& request,
                                                           bool& limited) {
    Result<RpcTransport::Reply> reply = transport_->post(request, net::in(options_.call_time_max));
    if (!reply) return error_of_transport(reply.error().code);
    limited = reply->status == 429;
    if (limited) {
        const std::lock_guard lock{mutex_};
        retry_after_ = reply->retry_after;
    }
    if (limited || reply->status >= 500) return Error{Errc::kRpcUnavailable, "chain_rpc.status"};
    if (reply->body.size() > options_.body_bytes_max)
        return Error{Errc::kTooLarge, "chain_rpc.size"};
    return std::make_shared<const std::string>(as_text(reply->body));
}

Result<std::vector<RpcAnswer>> Endpoint::unchecked(const std::vector<RpcCall>& calls,
                                                   bool& limited) {
    const std::uint64_t first = take_ids(calls.size());
    std::string request;
    for (std::size_t i = 0; i < calls.size(); ++i)
        request += (i == 0 ? "" : ",") + body_of(calls[i], first + i);
    if (calls.size() > 1) request = "[" + request + "]";
    const Result<std::shared_ptr<const std::string>> body = carry(request, limited);
    if (!body) return body.error();
    Result<std::vector<RpcAnswer>> answers = open_answers(*body, first, calls.size());
    if (answers && says_limited(*answers)) {
        limited = true;
        const std::lock_guard lock{mutex_};
        retry_after_.reset();
    }
    return answers;
}

Result<std::vector<RpcAnswer>> Endpoint::gated(const std::vector<RpcCall>& calls) {
    PRAMANA_CHECK(!calls.empty() && calls.size() <= options_.batch_calls_max);
    const auto start = clock_.steady();
    {
        const std::lock_guard lock{mutex_};
        if (in_flight_ >= options_.endpoint.in_flight_max)
            return Error{Errc::kRpcUnavailable, "chain_rpc.endpoint.in_flight"};
        if (!gate_.enter(start, calls.size()))
            return Error{Errc::kRpcUnavailable, "chain_rpc.endpoint.left_alone"};
        ++in_flight_;
        ++health_.exchanges;
    }
    bool limited = false;
    Result<std::vector<RpcAnswer>> answers = unchecked(calls, limited);
    const auto now = clock_.steady();
    const std::lock_guard lock{mutex_};
    --in_flight_;
    // A refused batch is a node's word about batches, not a node that is unwell.
    const bool worked = answers || answers.error().code == Errc::kRpcRejected;
    if (!worked || limited) {
        ++health_.failures;
        health_.last_error = worked ? Errc::kRpcUnavailable : answers.error().code;
    }
    if (limited) {
        gate_.limited(now, retry_after_);
    } else if (worked) {
        gate_.succeeded(now);
        health_.last_latency = std::chrono::duration_cast<std::chrono::microseconds>(now - start);
    } else {
        gate_.failed(now);
    }
    return answers;
}

bool Endpoint::chain_check_due() const {
    const std::lock_guard lock{mutex_};
    if (!chain_checked_at_) return true;
    const auto age = clock_.steady() - *chain_checked_at_;
    return wrong_chain_ ? age >= kWrongChainCheckEvery : age >= kChainCheckEvery;
}

Status Endpoint::check_chain() {
    Result<std::vector<RpcAnswer>> answers = gated({{"eth_chainId", "[]"}});
    if (!answers) return answers.error();
    if (answers->front().failure) return Error{Errc::kRpcRejected, "chain_rpc.chain_id"};
    const Result<std::uint64_t> id = read_u64(answers->front().result);
    if (!id) return id.error();
    const bool wrong = *id != options_.chain_id;
    bool news = false;
    {
        const std::lock_guard lock{mutex_};
        news = wrong != wrong_chain_;
        wrong_chain_ = wrong;
        chain_checked_at_ = clock_.steady();
        if (wrong) health_.last_error = Errc::kWrongChain;
    }
    if (news)
        log::warn(wrong ? "chain_rpc.endpoint.wrong_chain" : "chain_rpc.endpoint.right_chain",
                  {log::Field::vetted("endpoint", health_.origin), {"chain_id", *id}});
    if (wrong) return Error{Errc::kWrongChain, "chain_rpc.chain_id"};
    return Done{};
}

Result<std::vector<RpcAnswer>> Endpoint::exchange(const std::vector<RpcCall>& calls) {
    if (chain_check_due()) PRAMANA_TRY(check_chain());
    if (on_other_chain()) return Error{Errc::kWrongChain, "chain_rpc.chain_id"};
    return gated(calls);
}

bool Endpoint::on_other_chain() const {
    const std::lock_guard lock{mutex_};
    return wrong_chain_;
}

bool Endpoint::trusted() const {
    const std::lock_guard lock{mutex_};
    return !wrong_chain_ && !lagging_ && !forked_;
}

EndpointHealth Endpoint::health() const {
    const auto now = clock_.steady();
    const std::lock_guard lock{mutex_};
    EndpointHealth health = health_;
    health.failures_in_row = gate_.failures_in_row();
    health.rate_limited = gate_.times_limited();
    health.retry_in = gate_.retry_in(now);
    if (health.exchanges == 0)
        health.state = EndpointState::kUntried;
    else if (wrong_chain_)
        health.state = EndpointState::kWrongChain;
    else if (gate_.state(now) == EndpointGate::State::kOpen)
        health.state = EndpointState::kOpen;
    else if (gate_.state(now) == EndpointGate::State::kLimited)
        health.state = EndpointState::kLimited;
    else if (forked_)
        health.state = EndpointState::kForked;
    else
        health.state = lagging_ ? EndpointState::kLagging : EndpointState::kHealthy;
    return health;
}

bool Endpoint::note_head(std::uint64_t head, std::uint64_t reference) {
    const std::lock_guard lock{mutex_};
    health_.head = head;
    health_.lag_blocks = reference > head ? reference - head : 0;
    const bool lagging = health_.lag_blocks > options_.endpoint.lag_blocks_max;
    if (lagging != lagging_)
        log::warn(lagging ? "chain_rpc.endpoint.lagging" : "chain_rpc.endpoint.caught_up",
                  {log::Field::vetted("endpoint", health_.origin),
                   {"head", head},
                   {"lag_blocks", health_.lag_blocks}});
    lagging_ = lagging;
    return lagging;
}

void Endpoint::note_fork(bool forked) {
    const std::lock_guard lock{mutex_};
    if (forked != forked_)
        log::warn(forked ? "chain_rpc.endpoint.forked" : "chain_rpc.endpoint.rejoined",
                  {log::Field::vetted("endpoint", health_.origin)});
    if (forked && !forked_) ++health_.disagreements;
    forked_ = forked;
}

void Endpoint::note_disagreement() {
    const std::lock_guard lock{mutex_};
    ++health_.disagreements;
}

void Endpoint::note_left_out() {
    const std::lock_guard lock{mutex_};
    ++health_.logs_left_out;
}

void Endpoint::note_failure(const Error& error) {
    const auto now = clock_.steady();
    const std::lock_guard lock{mutex_};
    ++health_.failures;
    health_.last_error = error.code;
    gate_.failed(now);
}

}  // namespace pramana::chain_rpc
