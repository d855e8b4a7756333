#pragma once

#include "pramana/pipeline/ports.hpp"

namespace pramana::pipeline {

/// Matches with others in fewer characters than this (about 1,024 tokens) are not shown.
inline constexpr std::uint64_t kMatchedMassShownMin = 4096;

/// What may leave the enclave: matches with others as one class in steps of 1/8 (nearest) and only
/// from kMatchedMassShownMin on, repetition inside the file exactly, and of the novel mass only the
/// least that earns the pay: it tells nothing that pay and quality do not. Source: docs/scoring.md
/// "What leaves the enclave".
[[nodiscard]] PublicResult public_result_of(const ScoreFacts& score, const PayTerms& terms);

/// Whether extraction or preparation failed because of what the contribution holds: it takes no
/// place, its score is 0 and this is the reason.
[[nodiscard]] bool is_invalid_content(Errc code) noexcept;

}  // namespace pramana::pipeline
