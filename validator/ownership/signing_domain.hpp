#pragma once

#include <string_view>

namespace pramana::ownership {

/// Of both EIP-712 domains of this module (docs/ownership.md).
inline constexpr std::string_view kDomainName = "Pramana ownership";
inline constexpr std::string_view kDomainVersion = "1";

}  // namespace pramana::ownership
