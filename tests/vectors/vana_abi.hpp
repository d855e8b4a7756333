#pragma once

#include "vectors/suite.hpp"

namespace pramana::vectors {

/// abi_samples.json: calls, return data and logs of the Vana contracts.
void check_abi_samples(const VectorFile& file, Report& report);

}  // namespace pramana::vectors
