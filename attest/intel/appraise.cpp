#include "intel/appraiser.hpp"

namespace pramana::attest {

IntelAppraiser::IntelAppraiser(const PreparedIntel& endorsements, UnixTime now,
                               const IntelPolicy& policy)
    : endorsements_{endorsements},
      now_{now},
      policy_{policy},
      result_{.kind = "intel",
              .verdicts = VerdictList{kIntelChecks},
              .tcb_status = {},
              .advisories = {},
              .facts = {},
              .valid_until = {}} {}

Appraisal IntelAppraiser::run(ByteView bytes, const std::optional<ReportData>& report_data,
                              const CollateralLedger* ledger) && {
    if (!read(bytes)) return std::move(result_);
    check_pck_chain();
    check_revocation();
    check_documents();
    check_ledger(ledger);
    check_quoting_enclave();
    check_tcb();
    check_platform_policy();
    if (is_tdx())
        check_td(*quote_.td);
    else
        check_enclave(*quote_.enclave);
    check_report_data(report_data);
    add_facts();
    const bool all_dated = passed(kPckChain) && passed(kRootCrl) && passed(kPckCrl) &&
                           passed(kTcbFormat) && passed(kQeFormat);
    if (all_dated) result_.valid_until = valid_until_;
    return std::move(result_);
}

Appraisal appraise_intel(ByteView quote, const PreparedIntel& endorsements, UnixTime now,
                         const IntelPolicy& policy, const std::optional<ReportData>& report_data,
                         const CollateralLedger* ledger) {
    return IntelAppraiser{endorsements, now, policy}.run(quote, report_data, ledger);
}

}  // namespace pramana::attest
