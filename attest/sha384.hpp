#pragma once

#include "pramana/attest/hash48.hpp"

#include <initializer_list>

namespace pramana::attest {

/// SHA-384 of the parts one after the other.
[[nodiscard]] Hash48 sha384(std::initializer_list<ByteView> parts);

}  // namespace pramana::attest
