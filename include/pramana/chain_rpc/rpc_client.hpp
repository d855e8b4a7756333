#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/json.hpp"
#include "pramana/core/result.hpp"
#include "pramana/net/http_client.hpp"

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
    };
    /// Errors: those of HttpClient::request. Thread: any.
    [[nodiscard]] virtual Result<Reply> post(const std::string& body, net::Deadline deadline) = 0;
};

struct RpcOptions {
    /// http(s) URLs of nodes. The first is used; a list, because quorum reads and sending to all
    /// come later.
    std::vector<std::string> endpoints;
    std::uint64_t chain_id = 0;
    std::chrono::milliseconds call_time_max{10'000};
    std::size_t body_bytes_max = 8U << 20U;  ///< of an answer
    std::size_t batch_calls_max = 64;
    std::filesystem::path ca_file;  ///< PEM trusted in addition to the system's store; empty = none
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

/// JSON-RPC 2.0 over HTTP. An answer is bounded in bytes and depth (32), must be strict JSON
/// without duplicate names, and must carry our ids. Before the first call and once an hour the
/// node's chain id is compared. Thread: any.
class RpcClient {
  public:
    /// Errors: kConfigInvalid (no endpoint, URL, CA file).
    [[nodiscard]] static Result<std::unique_ptr<RpcClient>> create(RpcOptions options);
    /// With a transport of the caller's; for tests.
    RpcClient(RpcOptions options, std::shared_ptr<RpcTransport> transport);
    ~RpcClient();
    RpcClient(const RpcClient&) = delete;
    RpcClient& operator=(const RpcClient&) = delete;

    /// One call. Errors: kRpcUnavailable (no answer, 5xx, 429, not JSON), kTimeout, kTooLarge
    /// (above body_bytes_max), kMalformedChainData (JSON, but no JSON-RPC answer),
    /// kNodeInconsistent (an answer to another call), kWrongChain. An error object is an answer,
    /// not an Error.
    [[nodiscard]] Result<RpcAnswer> call(const RpcCall& call);
    /// All in one HTTP request, so that one replica answers all; answers in the order of the calls.
    /// 1..batch_calls_max calls. Errors: as call(), and kRpcRejected (one error for the whole
    /// batch).
    [[nodiscard]] Result<std::vector<RpcAnswer>> batch(const std::vector<RpcCall>& calls);

    [[nodiscard]] std::uint64_t chain_id() const noexcept;
    [[nodiscard]] std::size_t batch_calls_max() const noexcept;
    /// Asks the node for its chain id now. Errors: kWrongChain and those of call().
    [[nodiscard]] Status check_chain();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pramana::chain_rpc
