#pragma once

#include "vectors/suite.hpp"

#include "pramana/chain/abi.hpp"

namespace pramana::vectors {

/// A value as the vectors write it: integers as decimal text, bytes as 0x hex, addresses with
/// checksum, arrays and tuples as JSON arrays.
[[nodiscard]] chain::abi::Value abi_value(const chain::abi::Type& type, const JsonView& value);

[[nodiscard]] chain::abi::Type abi_type(const std::string& type);

}  // namespace pramana::vectors
