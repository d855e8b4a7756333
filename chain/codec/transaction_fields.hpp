#pragma once

#include "pramana/chain/transaction.hpp"

namespace pramana::chain {

/// Whether the fields make a transaction of their type: one that can be encoded without losing any
/// of them.
[[nodiscard]] bool is_well_formed(const Transaction& tx);

}  // namespace pramana::chain
