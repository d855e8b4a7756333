#pragma once

#include <cstdint>

namespace pramana {

/// The local test chains, anvil's 31337 and Ganache's 1337. The two programs share no chain:
/// pramana-dev works on these only and pramana on all others, so that nothing that one signs is
/// taken for the other's.
[[nodiscard]] constexpr bool is_test_chain(std::uint64_t chain_id) noexcept {
    return chain_id == 31'337 || chain_id == 1'337;
}

}  // namespace pramana
