#pragma once

#include <string_view>

namespace pramana::chain_rpc {

/// What asks a node's websocket to tell each new head. The answers wake and decide nothing: anvil
/// and several chains leave out what a reorg removed, and a socket may lie or fall silent.
inline constexpr std::string_view kSubscribeToHeads =
    R"({"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]})";

}  // namespace pramana::chain_rpc
