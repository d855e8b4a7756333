#pragma once

#include "pramana/chain_rpc/rpc_client.hpp"

namespace pramana::chain_rpc {

/// Reads the `error` member of an answer. Errors: kMalformedChainData (no code or no message).
[[nodiscard]] Result<RpcFailure> read_failure(const JsonView& error);

/// The error object of an answer, or null.
[[nodiscard]] const RpcFailure* failure_in(const RpcAnswer& answer) noexcept;
/// The result of an answer that has no error object.
[[nodiscard]] const JsonView& result_in(const RpcAnswer& answer);

/// An error object where a result was needed: kRpcRejected; the node's text goes to the log.
[[nodiscard]] Error rejected(const RpcFailure& failure, std::string_view site);

}  // namespace pramana::chain_rpc
