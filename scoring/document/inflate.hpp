#pragma once

#include "archive.hpp"

namespace pramana::scoring {

[[nodiscard]] bool is_gzip(std::span<const std::uint8_t> bytes) noexcept;

/// A gzip file (RFC 1952) of one member or several, zeros behind them. zlib's own memory is wiped.
/// Errors: kUnknownFormat (damaged, truncated, something behind it), kTooLarge,
/// kDecompressionLimit.
[[nodiscard]] Result<SecretVector<char>> inflate_gzip(std::span<const std::uint8_t> bytes,
                                                      ExpansionBudget& budget);

}  // namespace pramana::scoring
