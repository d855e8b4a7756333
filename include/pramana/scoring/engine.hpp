#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace pramana::scoring {

/// 16 fractional bits: 65536 is 1.0.
using Q16 = std::uint32_t;
inline constexpr Q16 kQ16One = 65536;

/// Why a character of a contribution is not new. Every lost character has exactly one cause (scoring.md 3.4, P6).
enum class Cause : std::uint8_t { kNew, kExact, kLexical, kSemantic, kInternal, kPublic };

/// Why a score is what it is, stable names for the API: "exact_copy", "near_copy", "repetitive", "below_minimum", …
struct Reason {
    std::string_view code;      ///< literal
    std::string_view sentence;  ///< literal; one sentence that a contributor understands
};

/// The integers that are signed or shown. Masses are normalised characters, capped a chunk (docs/scoring.md).
struct Score {
    std::uint32_t chunks = 0;
    std::uint64_t mass = 0;        ///< sum of the weights
    std::uint64_t novel_mass = 0;  ///< N, floor of the Q16 sum
    Q16 uniqueness = 0;            ///< U = N / mass
    Q16 quality = 0;               ///< Q
    std::uint32_t pay_1024 = 0;    ///< floor(1024 * pay), 0..1024; the score on chain is this * 976562500000000
    std::array<std::uint64_t, 6> mass_by_cause{};  ///< indexed by Cause; sums to `mass`
    std::vector<Reason> reasons;   ///< at most 8
    Hash32 trace;                  ///< SHA-256 over all chunk codes and fingerprints; keyed before it leaves the enclave
};

/// What a contribution adds to its corpus. Reveals its text (codes are invertible): secret, sealed before it is stored.
class CorpusEntry;

/// A contribution made ready to be compared: canonical chunks, int8 codes, fingerprints, quality features. Secret;
/// wiped on destruction. Nothing in it depends on the corpus.
class Prepared;

/// A ruleset, parsed and pinned. See docs/scoring.md.
class Ruleset;

}  // namespace pramana::scoring
