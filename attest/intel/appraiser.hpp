#pragma once

#include "intel/checks.hpp"
#include "intel/merge.hpp"
#include "intel/prepared.hpp"

namespace pramana::attest {

/// One appraisal of an Intel quote: stages in the order of docs/attestation.md, each deciding its
/// checks. A stage whose needs failed leaves its checks not reached.
class IntelAppraiser {
  public:
    IntelAppraiser(const PreparedIntel& endorsements, UnixTime now, const IntelPolicy& policy);
    [[nodiscard]] Appraisal run(ByteView quote, const std::optional<ReportData>& report_data,
                                const CollateralLedger* ledger) &&;

  private:
    // appraise_chain.cpp: is it authentic and current?
    bool read(ByteView bytes);
    void check_pck_chain();
    void check_revocation();
    template <class Document>
    void check_document(const SignedDocument<Document>& document, IntelCheck first);
    void check_documents();
    void check_ledger(const CollateralLedger* ledger);
    void check_quoting_enclave();
    // appraise_tcb.cpp: how current is the platform?
    void check_qe_identity(const QeIdentity& identity);
    void check_module(const TcbInfo& info);
    void check_tcb();
    // appraise_policy.cpp: is it what the policy asks for?
    void check_platform_policy();
    void check_td(const TdReport& td);
    void check_enclave(const EnclaveReport& enclave);
    void check_allowed(IntelCheck id, ByteView value, const Allowed& allowed);
    void check_report_data(const std::optional<ReportData>& report_data);
    void add_facts();

    bool decide(IntelCheck id, bool passed, std::string expected, std::string found);
    bool decide(IntelCheck id, const Problem& problem, std::string expected);
    void skip(IntelCheck id, std::string why);
    /// Notes the end of what `id` judged, for the check and for the whole.
    void ends(IntelCheck id, UnixTime end);
    [[nodiscard]] bool passed(IntelCheck id) const { return result_.verdicts.passed(check(id)); }
    [[nodiscard]] bool is_tdx() const noexcept { return quote_.td.has_value(); }
    [[nodiscard]] const TdReport* td() const noexcept { return is_tdx() ? &*quote_.td : nullptr; }

    const PreparedIntel& endorsements_;
    UnixTime now_;
    const IntelPolicy& policy_;
    Appraisal result_;
    Quote quote_;
    std::vector<Certificate> chain_;  ///< PCK leaf, authority, root
    Result<PckExtension> pck_ = Error{Errc::kEvidenceMalformed, "attest.absent"};
    const IsvLevel* qe_level_ = nullptr;
    const IsvLevel* module_level_ = nullptr;
    UnixTime valid_until_ = ~UnixTime{0};
};

}  // namespace pramana::attest
