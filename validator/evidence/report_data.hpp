#pragma once

#include "pramana/evidence/statement.hpp"

#include <string_view>

namespace pramana::evidence {

/// Whether evidence of this kind ("tdx", "sev_snp") is long enough for its report data and has
/// these. What else it says is for who appraises it.
[[nodiscard]] bool has_report_data(std::string_view kind, ByteView evidence,
                                   const ReportBytes& report);

}  // namespace pramana::evidence
