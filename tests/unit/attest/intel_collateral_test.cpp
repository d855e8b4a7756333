// What arrives by an untrusted channel, changed after Intel signed it, or missing.

#include "attest_support/intel_evidence.hpp"

#include <gtest/gtest.h>

namespace pramana::attest {
namespace {

using testing_support::IntelEvidence;
using testing_support::kNow;

void replace(std::string& text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
}

struct CollateralRow {
    const char* name;
    void (*change)(IntelCollateral&);
    const char* first_failure;
};
const CollateralRow kCollateralRows[] = {
    {"no_root_crl", [](IntelCollateral& c) { c.root_ca_crl.clear(); }, "intel.crl.root"},
    {"no_pck_crl", [](IntelCollateral& c) { c.pck_crl.clear(); }, "intel.crl.pck"},
    {"garbage_pck_crl", [](IntelCollateral& c) { c.pck_crl = {1, 2, 3}; }, "intel.crl.pck"},
    {"root_crl_cut", [](IntelCollateral& c) { c.root_ca_crl.pop_back(); }, "intel.crl.root"},
    {"root_crl_signature", [](IntelCollateral& c) { c.root_ca_crl.back() ^= 1; }, "intel.crl.root"},
    {"no_pck_crl_chain", [](IntelCollateral& c) { c.pck_crl_issuer_chain.clear(); },
     "intel.crl.pck"},
    {"pck_crl_chain_of_the_signer",
     [](IntelCollateral& c) { c.pck_crl_issuer_chain = c.tcb_info_issuer_chain; }, "intel.crl.pck"},
    {"no_tcb_chain", [](IntelCollateral& c) { c.tcb_info_issuer_chain.clear(); },
     "intel.tcb_info.signer"},
    {"tcb_chain_of_the_pck",
     [](IntelCollateral& c) { c.tcb_info_issuer_chain = c.pck_crl_issuer_chain; },
     "intel.tcb_info.signer"},
    {"no_qe_chain", [](IntelCollateral& c) { c.qe_identity_issuer_chain.clear(); },
     "intel.qe_identity.signer"},
    {"a_space_more", [](IntelCollateral& c) { c.tcb_info.insert(1, " "); },
     "intel.tcb_info.signature"},
    {"bytes_after_it", [](IntelCollateral& c) { c.tcb_info += ' '; }, "intel.tcb_info.signature"},
    {"status_rewritten", [](IntelCollateral& c) { replace(c.tcb_info, "OutOfDate", "UpToDate"); },
     "intel.tcb_info.signature"},
    {"tcb_signature_of_zeros", [](IntelCollateral& c) { c.tcb_info_signature.assign(64, 0); },
     "intel.tcb_info.signature"},
    {"no_tcb_signature", [](IntelCollateral& c) { c.tcb_info_signature.clear(); },
     "intel.tcb_info.signature"},
    {"qe_identity_altered", [](IntelCollateral& c) { replace(c.qe_identity, "4", "3"); },
     "intel.qe_identity.signature"},
    {"signatures_exchanged",
     [](IntelCollateral& c) { std::swap(c.tcb_info_signature, c.qe_identity_signature); },
     "intel.tcb_info.signature"},
};
class IntelCollateralChange : public testing::TestWithParam<CollateralRow> {};
TEST_P(IntelCollateralChange, is_refused_by_this_check) {
    IntelEvidence::Made made = IntelEvidence{}.make();
    GetParam().change(made.collateral);
    const IntelEndorsements endorsements = prepare(made.collateral, made.roots);
    const Appraisal appraisal = appraise_intel(made.quote, *endorsements, kNow, {}, std::nullopt);
    ASSERT_NE(appraisal.verdicts.first_failure(), nullptr);
    EXPECT_EQ(appraisal.verdicts.first_failure()->check->name, GetParam().first_failure);
    EXPECT_FALSE(appraisal.accepted());
    EXPECT_FALSE(appraisal.valid_until) << "not all ends are known";
}
INSTANTIATE_TEST_SUITE_P(Rows, IntelCollateralChange, testing::ValuesIn(kCollateralRows),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::attest
