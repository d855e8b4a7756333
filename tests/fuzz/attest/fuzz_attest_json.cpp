// The JSON texts that an appraisal reads: collateral, TCB info, QE identity, ledger.

#include "intel/tcb_info.hpp"
#include "pramana/attest/collateral_ledger.hpp"
#include "pramana/core/check.hpp"

#include <algorithm>

namespace pramana::attest {
namespace {

template <class Levels>
void check_isv_levels(const Levels& levels) {
    PRAMANA_CHECK(!levels.empty() && levels.size() <= kTcbLevelsMax);
    PRAMANA_CHECK(std::ranges::is_sorted(levels, std::ranges::greater{}, &IsvLevel::isv_svn));
}

void check_tcb_info(std::string_view text) {
    const Result<TcbInfo> info = read_tcb_info(text);
    if (!info) {
        PRAMANA_CHECK(info.error().code == Errc::kEvidenceMalformed);
        return;
    }
    PRAMANA_CHECK(!info->levels.empty() && info->levels.size() <= kTcbLevelsMax);
    PRAMANA_CHECK(info->fmspc.size() == 6 && info->tdx == info->module.has_value());
    for (const ModuleIdentity& module : info->modules) check_isv_levels(module.levels);
}

}  // namespace
}  // namespace pramana::attest

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pramana::attest;
    const std::string_view text = pramana::as_text({data, size});
    check_tcb_info(text);
    if (const auto identity = read_qe_identity(text)) check_isv_levels(identity->levels);
    if (const auto ledger = CollateralLedger::from_json(text)) {
        const std::string written = ledger->to_json();
        PRAMANA_CHECK(CollateralLedger::from_json(written).value().to_json() == written);
    }
    const auto collateral = read_intel_collateral(text);
    if (collateral) (void)prepare(*collateral, vendor_roots());
    return 0;
}
