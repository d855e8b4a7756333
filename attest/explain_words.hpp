#pragma once

#include <string_view>

namespace pramana::attest {

/// The question of a person that this check helps to answer; empty: a check of no known family.
[[nodiscard]] std::string_view question_of(std::string_view check) noexcept;

}  // namespace pramana::attest
