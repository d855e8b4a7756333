#pragma once

#include "index/scan.hpp"

/// The scan kernels that have files (and compiler options) of their own.
namespace pramana::scoring {

#if defined(PRAMANA_X86)
void scan_vnni(const PackedQueries& queries, const std::int32_t* thresholds,
               const std::int8_t* rows, std::size_t row_count, SecretVector<DotHit>& hits);
void scan_amx(const PackedQueries& queries, const std::int32_t* thresholds, const std::int8_t* rows,
              std::size_t row_count, SecretVector<DotHit>& hits);
#endif

}  // namespace pramana::scoring
