#pragma once

#include "pramana/chain_rpc/rpc_client.hpp"

namespace pramana::chain_rpc {

/// Reads the `error` member of an answer. Errors: kMalformedChainData (no code or no message).
[[nodiscard]] Result<RpcFailure> read_failure(const JsonView& error);

/// An error object where a result was needed: kRpcRejected; the node's text goes to the log.
[[nodiscard]] Error rejected(const RpcFailure& failure, std::string_view site);

}  // namespace pramana::chain_rpc
