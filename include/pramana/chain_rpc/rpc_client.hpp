#pragma once

#include "pramana/chain_rpc/endpoints.hpp"
#include "pramana/core/bytes.hpp"
#include "pramana/core/json.hpp"
#include "pramana/core/result.hpp"
#include "pramana/net/http_client.hpp"
#include "pramana/os/clock.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace pramana::chain_rpc {

/// What an error of a node means for a transaction that was sent; the text decides, the code hardly
/// helps. Source: reference chain.md section 4 "Errors: classify by meaning".
enum class SendClass : std::uint8_t {
    kAccepted,   ///< also "already known": the node has these bytes
    kAmbiguous,  ///< nothing is known: look up by hash, send the same bytes again
    kNonceUsed,  ///< some transaction with this nonce is mined
    kGap,        ///< lower nonces are missing at this node
    kPrice,      ///< fees are too low for the pool or for a replacement
    kMoney,      ///< the account cannot pay
    kPermanent,  ///< these bytes will never be accepted
    kPoolFull,   ///< back off
};

/// An error object of JSON-RPC, cut to what is worth keeping.
struct RpcFailure {
    std::int64_t code = 0;
    std::string message;  ///< at most 512 bytes, printable ASCII; written by the node
    std::optional<Bytes>
        revert_data;  ///< from any of the four shapes that nodes use; empty = reverted without data
};

/// Sorts the answer to eth_sendRawTransaction. Texts of geth, anvil, Hardhat and Ganache; unknown
/// text = kAmbiguous.
[[nodiscard]] SendClass classify(std::int64_t code, std::string_view message) noexcept;

/// Whether an error of eth_call or eth_estimateGas says that the call reverts (and not that the
/// node is unwell).
[[nodiscard]] bool is_revert(const RpcFailure& failure) noexcept;

/// Whether an error object says 429 in words.
[[nodiscard]] bool is_rate_limit(const RpcFailure& failure) noexcept;

/// Whether an error of eth_getLogs asks for a smaller range: too many blocks, too many results, too
/// slow.
[[nodiscard]] bool is_range_limit(const RpcFailure& failure) noexcept;

/// Carries one body to a node and back. An interface, so that tests can lie.
class RpcTransport {
  public:
    virtual ~RpcTransport() = default;
    struct Reply {
        unsigned status = 0;
        Bytes body;
        /// Retry-After in its seconds form (RFC 9110 section 10.2.3); the date form counts as
        /// absent, it would bring the wall clock in.
        std::optional<std::chrono::seconds> retry_after{};
    };
    /// Errors: those of HttpClient::request. Thread: any.
    [[nodiscard]] virtual Result<Reply> post(const std::string& body, net::Deadline deadline) = 0;
};

/// When an endpoint is left alone, and for how long. All times by the steady clock.
struct EndpointPolicy {
    unsigned failures_to_open = 5;                 ///< in a row; 0 = never
    std::chrono::milliseconds backoff_min{1'000};  ///< doubles with each failed probe, +-25 %
    std::chrono::milliseconds backoff_max{60'000};
    std::chrono::seconds retry_after_max{600};  ///< a longer Retry-After is cut to it
    std::uint64_t lag_blocks_max = 5;  ///< behind the others; beyond it reads do not count it
    /// Calls a second (a batch of n costs n) and how many at once; 0 = no limit until a 429, after
    /// which it starts at 10 and doubles with every ten quiet seconds.
    std::uint32_t calls_per_s = 0;
    std::uint32_t calls_burst = 0;     ///< 0 = one second's
    std::uint32_t in_flight_max = 16;  ///< exchanges at a time; beyond it counts as no answer
};

struct RpcOptions {
    /// http(s) URLs of nodes, best first. Deciding reads ask all of them and need a quorum, writes
    /// go to all, other reads to the first that answers.
    std::vector<std::string> endpoints;
    std::uint64_t chain_id = 0;
    std::chrono::milliseconds call_time_max{10'000};
    std::size_t body_bytes_max = 8U << 20U;  ///< of an answer
    std::size_t batch_calls_max = 64;
    std::filesystem::path ca_file;  ///< PEM trusted in addition to the system's store; empty = none
    std::size_t quorum = 0;         ///< endpoints that must agree; 0 = the majority: 2 of 2, 2 of 3
    EndpointPolicy endpoint{};
    /// How long a decided read waits for the rest, so that a lie is noticed; and a write, which has
    /// been accepted, for the others.
    std::chrono::milliseconds straggler_time_max{50};
    const Clock* clock = nullptr;  ///< outlives the client; null = the machine's
};

struct RpcCall {
    std::string method;
    std::string params;  ///< JSON text of an array, built by us
};
/// A result or an error object; exactly one of the two is set.
struct RpcAnswer {
    std::shared_ptr<const std::string> body;  ///< what `result` borrows from
    std::optional<JsonView> result;
    std::optional<RpcFailure> failure;
};

/// One endpoint's answers to the calls that all were asked.
struct Ballot {
    std::size_t endpoint = 0;  ///< index in RpcOptions::endpoints
    Result<std::vector<RpcAnswer>> answers;
};

/// JSON-RPC 2.0 over HTTP to one or several endpoints. An answer is bounded in bytes and depth
/// (32), must be strict JSON without duplicate names, and must carry our ids. Before its first call
/// and once an hour each endpoint's chain id is compared; one of another chain is left out. An
/// endpoint that fails too often in a row, or says 429, is left alone for a while. A single
/// endpoint is said aloud once, in the log. Thread: any. Source: reference chain.md section 4
/// "Endpoints".
class RpcClient {
  public:
    /// Errors: kConfigInvalid (no endpoint, URL, CA file, quorum above the number of endpoints).
    [[nodiscard]] static Result<std::unique_ptr<RpcClient>> create(RpcOptions options);
    /// With transports of the caller's, one for each endpoint; for tests.
    RpcClient(RpcOptions options, std::shared_ptr<RpcTransport> transport);
    RpcClient(RpcOptions options, std::vector<std::shared_ptr<RpcTransport>> transports);
    /// Waits for exchanges that still run, at most call_time_max.
    ~RpcClient();
    RpcClient(const RpcClient&) = delete;
    RpcClient& operator=(const RpcClient&) = delete;

    /// One call to the best endpoint that answers: for what does not decide. Errors: those of the
    /// last endpoint asked: kRpcUnavailable (no answer, 5xx, 429, not JSON, left alone for now),
    /// kTimeout, kTooLarge (above body_bytes_max), kMalformedChainData (JSON, but no JSON-RPC
    /// answer), kNodeInconsistent (an answer to another call), kWrongChain. An error object is an
    /// answer, not an Error.
    [[nodiscard]] Result<RpcAnswer> call(const RpcCall& call);
    /// All in one HTTP request, so that one replica answers all; answers in the order of the calls.
    /// 1..batch_calls_max calls. Errors: as call(), and kRpcRejected (one error for the whole
    /// batch).
    [[nodiscard]] Result<std::vector<RpcAnswer>> batch(const std::vector<RpcCall>& calls);

    enum class Audience : std::uint8_t {
        kTrusted,  ///< reads: neither lagging nor on another fork
        kAll,      ///< writes, heads: all but those on another chain
    };
    /// Whether the ballots so far suffice. Called in the caller's thread after each new one.
    using Enough = std::function<bool(const std::vector<Ballot>&)>;
    /// The same calls to all endpoints at once. Returns when all have answered, or
    /// straggler_time_max after `enough` said yes. An endpoint that is left alone for now has a
    /// ballot with kRpcUnavailable; those outside of the audience have none.
    [[nodiscard]] std::vector<Ballot> ask_each(const std::vector<RpcCall>& calls, Audience audience,
                                               const Enough& enough);

    [[nodiscard]] std::uint64_t chain_id() const noexcept;
    [[nodiscard]] std::size_t batch_calls_max() const noexcept;
    [[nodiscard]] std::size_t endpoint_count() const noexcept;
    [[nodiscard]] std::size_t quorum() const noexcept;
    /// Asks every endpoint for its chain id now. Success: at least one is on our chain. Errors:
    /// kWrongChain (one is on another and none on ours) and those of call().
    [[nodiscard]] Status check_chain();
    /// Whether reads count the endpoint: on our chain, near the head, on the others' fork.
    [[nodiscard]] bool trusted(std::size_t endpoint) const;
    /// A snapshot; asks nothing.
    [[nodiscard]] EndpointsReport report() const;

    // What readers find out by comparing; for ChainReader and Watcher.
    /// The endpoint's newest block, and the one that the others support. Returns whether it lags.
    bool note_head(std::size_t endpoint, std::uint64_t head, std::uint64_t reference);
    /// Whether its block is the quorum's.
    void note_fork(std::size_t endpoint, bool forked);
    /// A quorum contradicts its answer. `site` is a literal and goes to the log.
    void note_disagreement(std::size_t endpoint, std::string_view site);
    /// It hid logs of a block.
    void note_left_out(std::size_t endpoint);
    /// Its answer does not decode or contradicts itself: a failure like no answer.
    void note_failure(std::size_t endpoint, const Error& error);
    /// A deciding read was refused: kEndpointsDisagree or kNoQuorum.
    void note_refused(Errc code);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pramana::chain_rpc
