#include "report_data.hpp"

#include "pramana/core/endian.hpp"

#include <algorithm>
#include <optional>

namespace pramana::evidence {
namespace {

constexpr std::size_t kSnpReportSize = 1184;
constexpr std::size_t kSnpReportDataAt = 0x50;
constexpr std::size_t kTdReportDataAt = 520;  ///< in the TD report
constexpr std::size_t kQuoteV4BodyAt = 48;
constexpr std::size_t kQuoteV5BodyAt = 54;

std::optional<std::size_t> place_of(std::string_view kind, ByteView evidence) {
    if (kind == "sev_snp") {
        if (evidence.size() != kSnpReportSize) return std::nullopt;
        return kSnpReportDataAt;
    }
    if (kind != "tdx" || evidence.size() < sizeof(std::uint16_t)) return std::nullopt;
    const auto version = load_le<std::uint16_t>(evidence.data());
    if (version == 4) return kQuoteV4BodyAt + kTdReportDataAt;
    if (version == 5) return kQuoteV5BodyAt + kTdReportDataAt;
    return std::nullopt;
}

}  // namespace

bool has_report_data(std::string_view kind, ByteView evidence, const ReportBytes& report) {
    const std::optional<std::size_t> place = place_of(kind, evidence);
    if (!place || evidence.size() < *place + ReportBytes::kSize) return false;
    return std::ranges::equal(evidence.subspan(*place, ReportBytes::kSize), report.view());
}

}  // namespace pramana::evidence
