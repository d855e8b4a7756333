#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/core/secret_vector.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace pramana::scoring {

/// Which chunks of a contribution are scored. All of them, where their weights do not exceed
/// `characters_max`: then nothing. Otherwise 1 for each chunk of the sample and 0 for the others:
/// chunks in the order of SHA-256("pramana:sample:1" || seed || index u64 big-endian), first 8
/// bytes big-endian, ties by index, up to the first that would take their weights over the limit.
///
/// Nobody who cannot choose the seed can choose the sample: not by the order of a file either.
/// Errors: kSeedNeeded (there is none). Source: docs/scoring.md "Sample".
[[nodiscard]] Result<std::optional<SecretVector<std::uint8_t>>> draw_sample(
    std::span<const std::uint32_t> weights, std::uint64_t characters_max,
    const std::optional<Hash32>& seed);

}  // namespace pramana::scoring
