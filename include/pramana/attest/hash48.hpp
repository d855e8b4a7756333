#pragma once

#include "pramana/core/bytes.hpp"

namespace pramana::attest {

/// A SHA-384 digest, or a register that such digests are extended into.
using Hash48 = FixedBytes<struct Hash48Tag, 48>;

}  // namespace pramana::attest
