#include "pramana/chain_rpc/rpc_client.hpp"

#include "endpoint.hpp"
#include "pramana/net/url.hpp"
#include "pramana/os/log.hpp"

#include <atomic>
#include <condition_variable>
#include <random>
#include <thread>

namespace pramana::chain_rpc {
namespace {

/// Threads that are waited for: one for each exchange that others must not wait for.
class Crew {
  public:
    Crew() = default;
    ~Crew() {
        std::unique_lock lock{mutex_};
        idle_.wait(lock, [this] { return running_ == 0; });
    }
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;
    void run(std::function<void()> work) {
        {
            const std::lock_guard lock{mutex_};
            ++running_;
        }
        std::thread{[this, work = std::move(work)]() mutable {
            work();
            work = nullptr;  // what it holds is gone before the crew may be
            const std::lock_guard lock{mutex_};
            --running_;
            idle_.notify_all();  // under the lock: whoever waits goes on when we touch nothing more
        }}.detach();
    }

  private:
    std::mutex mutex_;
    std::condition_variable idle_;
    std::size_t running_ = 0;
};

/// The ballots of one question, shared with the threads that may outlast it.
struct Ballots {
    std::mutex mutex;
    std::condition_variable arrived;
    std::vector<Ballot> cast;
};

std::string origin_of(const std::string& url) {
    const Result<net::Url> parsed = net::parse_url(url);
    if (!parsed) return "unnamed";
    return (parsed->https ? "https://" : "http://") + parsed->authority();
}

}  // namespace

std::string_view name_of(EndpointState state) noexcept {
    switch (state) {
        case EndpointState::kUntried: return "untried";
        case EndpointState::kHealthy: return "healthy";
        case EndpointState::kLagging: return "lagging";
        case EndpointState::kForked: return "forked";
        case EndpointState::kLimited: return "limited";
        case EndpointState::kOpen: return "open";
        case EndpointState::kWrongChain: return "wrong_chain";
    }
    std::abort();
}

struct RpcClient::Impl {
    RpcOptions options;
    SystemClock system_clock;
    std::vector<std::unique_ptr<Endpoint>> endpoints;
    std::size_t quorum = 1;
    std::atomic<std::uint64_t> disagreed{0};
    std::atomic<std::uint64_t> without_quorum{0};
    Crew crew;  // last: its threads use the rest

    void add_endpoints(std::vector<std::shared_ptr<RpcTransport>> transports);
    std::vector<Endpoint*> in_order();
};

void RpcClient::Impl::add_endpoints(std::vector<std::shared_ptr<RpcTransport>> transports) {
    PRAMANA_CHECK(!transports.empty());
    std::random_device random;
    const Clock& clock = options.clock != nullptr ? *options.clock : system_clock;
    for (std::size_t i = 0; i < transports.size(); ++i) {
        const std::string origin =
            i < options.endpoints.size() ? origin_of(options.endpoints[i]) : "unnamed";
        endpoints.push_back(
            std::make_unique<Endpoint>(origin, std::move(transports[i]), options, clock, random()));
    }
    quorum = options.quorum > 0 ? options.quorum : endpoints.size() / 2 + 1;
    PRAMANA_CHECK(quorum <= endpoints.size());
}

/// The configured order, those that are not trusted behind the others.
std::vector<Endpoint*> RpcClient::Impl::in_order() {
    std::vector<Endpoint*> order;
    for (const bool trusted : {true, false})
        for (const std::unique_ptr<Endpoint>& each : endpoints)
            if (each->trusted() == trusted) order.push_back(each.get());
    return order;
}

RpcClient::RpcClient(RpcOptions options, std::vector<std::shared_ptr<RpcTransport>> transports)
    : impl_{std::make_unique<Impl>()} {
    impl_->options = std::move(options);
    impl_->add_endpoints(std::move(transports));
}
RpcClient::RpcClient(RpcOptions options, std::shared_ptr<RpcTransport> transport)
    : RpcClient{std::move(options),
                std::vector<std::shared_ptr<RpcTransport>>{std::move(transport)}} {}
RpcClient::~RpcClient() = default;

Result<RpcAnswer> RpcClient::call(const RpcCall& call) {
    Result<std::vector<RpcAnswer>> answers = batch({call});
    if (!answers) return answers.error();
    return std::move(answers->front());
}

Result<std::vector<RpcAnswer>> RpcClient::batch(const std::vector<RpcCall>& calls) {
    Error last{Errc::kRpcUnavailable, "chain_rpc.no_endpoint"};
    for (Endpoint* const endpoint : impl_->in_order()) {
        Result<std::vector<RpcAnswer>> answers = endpoint->exchange(calls);
        if (answers) return answers;
        // What was asked tells more than who was not asked.
        const bool left_alone =
            answers.error().code == Errc::kRpcUnavailable && last.code != Errc::kRpcUnavailable;
        if (!left_alone) last = answers.error();
    }
    return last;
}

std::vector<Ballot> RpcClient::ask_each(const std::vector<RpcCall>& calls, Audience audience,
                                        const Enough& enough) {
    std::vector<std::size_t> asked;
    for (std::size_t i = 0; i < impl_->endpoints.size(); ++i)
        if (audience == Audience::kAll || impl_->endpoints[i]->trusted()) asked.push_back(i);
    if (asked.size() == 1) return {Ballot{asked[0], impl_->endpoints[asked[0]]->exchange(calls)}};

    const auto ballots = std::make_shared<Ballots>();
    for (const std::size_t index : asked)
        impl_->crew.run([endpoint = impl_->endpoints[index].get(), index, calls, ballots] {
            Ballot ballot{index, endpoint->exchange(calls)};
            const std::lock_guard lock{ballots->mutex};
            ballots->cast.push_back(std::move(ballot));
            ballots->arrived.notify_one();
        });
    std::unique_lock lock{ballots->mutex};
    std::size_t seen = 0;
    while (seen < asked.size()) {
        ballots->arrived.wait(lock, [&] { return ballots->cast.size() > seen; });
        seen = ballots->cast.size();
        if (!enough(ballots->cast)) continue;
        ballots->arrived.wait_for(lock, impl_->options.straggler_time_max,
                                  [&] { return ballots->cast.size() == asked.size(); });
        break;
    }
    return ballots->cast;
}

std::uint64_t RpcClient::chain_id() const noexcept { return impl_->options.chain_id; }
std::size_t RpcClient::batch_calls_max() const noexcept { return impl_->options.batch_calls_max; }
std::size_t RpcClient::endpoint_count() const noexcept { return impl_->endpoints.size(); }
std::size_t RpcClient::quorum() const noexcept { return impl_->quorum; }

Status RpcClient::check_chain() {
    std::optional<Error> worst;
    bool right = false;
    for (const std::unique_ptr<Endpoint>& endpoint : impl_->endpoints) {
        const Status checked = endpoint->check_chain();
        right = right || checked.has_value();
        if (!checked && (!worst || checked.error().code == Errc::kWrongChain))
            worst = checked.error();
    }
    if (!right && worst) return *worst;
    return Done{};
}

bool RpcClient::trusted(std::size_t endpoint) const {
    return impl_->endpoints.at(endpoint)->trusted();
}

EndpointsReport RpcClient::report() const {
    EndpointsReport report;
    for (const std::unique_ptr<Endpoint>& endpoint : impl_->endpoints)
        report.endpoints.push_back(endpoint->health());
    report.quorum = impl_->quorum;
    report.reads_disagreed = impl_->disagreed;
    report.reads_without_quorum = impl_->without_quorum;
    return report;
}

bool RpcClient::note_head(std::size_t endpoint, std::uint64_t head, std::uint64_t reference) {
    return impl_->endpoints.at(endpoint)->note_head(head, reference);
}
void RpcClient::note_fork(std::size_t endpoint, bool forked) {
    impl_->endpoints.at(endpoint)->note_fork(forked);
}
void RpcClient::note_disagreement(std::size_t endpoint, std::string_view site) {
    Endpoint& differing = *impl_->endpoints.at(endpoint);
    differing.note_disagreement();
    log::warn("chain_rpc.disagreement", {log::Field::vetted("endpoint", differing.health().origin),
                                         {"index", endpoint},
                                         log::Field::vetted("read", site)});
}
void RpcClient::note_left_out(std::size_t endpoint) {
    impl_->endpoints.at(endpoint)->note_left_out();
}
void RpcClient::note_failure(std::size_t endpoint, const Error& error) {
    impl_->endpoints.at(endpoint)->note_failure(error);
}
void RpcClient::note_refused(Errc code) {
    if (code == Errc::kEndpointsDisagree) ++impl_->disagreed;
    if (code == Errc::kNoQuorum) ++impl_->without_quorum;
}

}  // namespace pramana::chain_rpc
