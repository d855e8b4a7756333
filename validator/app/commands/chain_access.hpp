#pragma once

#include "failure.hpp"
#include "pramana/chain_rpc/chain_reader.hpp"

#include <memory>
#include <optional>
#include <string>

namespace pramana::app {

/// A node, and the contracts that are read through it.
struct ChainAccess {
    std::unique_ptr<chain_rpc::RpcClient> rpc;
    std::unique_ptr<chain_rpc::ChainReader> reader;
    [[nodiscard]] std::uint64_t chain_id() const noexcept { return rpc->chain_id(); }
};

/// Asks the node for its chain id and connects to it. With `expected` another id is a failure
/// (wrong_chain).
[[nodiscard]] Outcome<ChainAccess> connect_chain(const std::string& rpc_url,
                                                 const chain_rpc::Contracts& contracts,
                                                 std::optional<std::uint64_t> expected,
                                                 const std::string& ca_file);

/// eth_call of a view of any contract; a revert is kReverted.
[[nodiscard]] Result<Bytes> call_view(const chain_rpc::ChainReader& reader, const Address& contract,
                                      Bytes input);

/// The failure of a read, saying what was asked of whom: "TeePool 0x…".
[[nodiscard]] Failure chain_failure(const Error& error, std::string_view contract,
                                    const Address& address);

/// 10^18 wei as "1": a decimal fraction without trailing zeros.
[[nodiscard]] std::string coins_of(const Word256& wei);

}  // namespace pramana::app
