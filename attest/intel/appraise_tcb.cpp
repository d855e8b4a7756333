#include "intel/appraiser.hpp"

#include "der.hpp"

#include "pramana/core/hex.hpp"

#include <algorithm>

namespace pramana::attest {
namespace {

/// value & mask == wanted, byte by byte; all three of one size.
bool equal_under(ByteView value, ByteView mask, ByteView wanted) {
    for (std::size_t i = 0; i < value.size(); ++i)
        if ((value[i] & mask[i]) != wanted[i]) return false;
    return true;
}

bool all_zero(ByteView bytes) {
    return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

std::string level_text(TcbStatus status, std::string_view at, std::uint64_t svn) {
    return std::string{name_of(status)} + " at " + std::string{at} + ' ' + std::to_string(svn);
}

}  // namespace

void IntelAppraiser::check_qe_identity(const QeIdentity& identity) {
    const EnclaveReport& qe = quote_.qe;
    std::string found;
    if (!same_bytes(qe.mr_signer, identity.mr_signer))
        found = "MRSIGNER " + to_hex(qe.mr_signer);
    else if (qe.isv_prod_id != identity.isv_prod_id)
        found = "product " + std::to_string(qe.isv_prod_id);
    else if ((qe.misc_select & identity.misc_select_mask) != identity.misc_select)
        found = "MISCSELECT " + std::to_string(qe.misc_select);
    else if (!equal_under(qe.attributes, identity.attributes_mask, identity.attributes))
        found = "ATTRIBUTES " + to_hex(qe.attributes);
    const bool is_it = found.empty();
    decide(kQeIdentityMatch, is_it,
           "MRSIGNER " + to_hex(identity.mr_signer) + ", product " +
               std::to_string(identity.isv_prod_id) + ", ATTRIBUTES " +
               to_hex(identity.attributes) + " under mask " + to_hex(identity.attributes_mask),
           is_it ? "as expected" : found);
    if (!is_it) return;
    qe_level_ = match_isv(identity.levels, qe.isv_svn);
    decide(kQeTcb, qe_level_ != nullptr,
           "ISVSVN " + std::to_string(identity.levels.back().isv_svn) + " or higher",
           qe_level_ != nullptr ? level_text(qe_level_->status, "ISVSVN", qe.isv_svn)
                                : "ISVSVN " + std::to_string(qe.isv_svn));
}

void IntelAppraiser::check_module(const TcbInfo& info) {
    if (!is_tdx()) {
        skip(kModuleIsIntels, "an SGX quote has no TDX module");
        skip(kModuleTcb, "an SGX quote has no TDX module");
        return;
    }
    const TdReport& td = *quote_.td;
    const std::uint8_t svn = td.tee_tcb_svn[0];
    const std::uint8_t version = td.tee_tcb_svn[1];
    const ModuleIdentity* const module = version == 0 ? &*info.module : find_module(info, version);
    if (!decide(kModuleIsIntels,
                module != nullptr && same_bytes(td.mr_signer_seam, module->mr_signer) &&
                    all_zero(td.seam_attributes) &&
                    equal_under(td.seam_attributes, module->attributes_mask, module->attributes),
                "a module version that the TCB info knows, its signer, SEAMATTRIBUTES zero",
                "module version " + std::to_string(version) +
                    (module == nullptr ? ", which is unknown" : "") + ", MRSIGNERSEAM " +
                    to_hex(td.mr_signer_seam) + ", SEAMATTRIBUTES " + to_hex(td.seam_attributes)))
        return;
    if (version == 0) {
        skip(kModuleTcb, "module version 0: its SVN is one of the platform's components");
        return;
    }
    module_level_ = match_isv(module->levels, svn);
    decide(kModuleTcb, module_level_ != nullptr,
           "SVN " + std::to_string(module->levels.back().isv_svn) + " or higher of " + module->id,
           module_level_ != nullptr ? level_text(module_level_->status, "SVN", svn)
                                    : "SVN " + std::to_string(svn));
}

void IntelAppraiser::check_tcb() {
    const bool qe_known = passed(kQeMatch) && passed(kQeReportSignature);
    if (qe_known) check_qe_identity(*endorsements_.qe_identity.document);
    if (!passed(kTcbMatch) || !passed(kQuoteSignature)) return;
    const TcbInfo& info = *endorsements_.tcb_info.document;
    check_module(info);
    const PlatformMatch match = match_platform(info, *pck_, td());
    decide(kPlatformTcb, match.both != nullptr, "a level of the TCB info or higher",
           match.both == nullptr ? "below every level"
                                 : level_text(match.both->status, "PCESVN", match.both->pce_svn) +
                                       " and SVNs " + to_hex(match.both->sgx));
    if (!passed(kModuleIsIntels) && is_tdx()) return;
    const bool module_known =
        module_level_ != nullptr || !is_tdx() ||
        result_.verdicts.at(check(kModuleTcb)).outcome == Outcome::kNotApplicable;
    if (!passed(kQeIdentityMatch)) return;
    const bool known = match.both != nullptr && module_known && qe_level_ != nullptr;
    const MergeInput input{.platform = match, .module = module_level_, .qe = qe_level_};
    result_.tcb_status = known ? merged_status(input, info, td()) : TcbStatus::kNoMatchingLevel;
    std::string accepted;
    for (const TcbStatus status : policy_.tcb_statuses)
        accepted += (accepted.empty() ? "" : " or ") + std::string{name_of(status)};
    // No policy makes a revoked platform acceptable, nor one made in code.
    decide(kTcbStatusAccepted,
           known && *result_.tcb_status != TcbStatus::kRevoked &&
               policy_.tcb_statuses.contains(*result_.tcb_status),
           accepted, std::string{name_of(*result_.tcb_status)});
    if (!known) return;
    std::set<std::string> open;
    for (const auto* list :
         {&match.sgx->advisories, &match.both->advisories, &qe_level_->advisories})
        open.insert(list->begin(), list->end());
    if (module_level_ != nullptr)
        open.insert(module_level_->advisories.begin(), module_level_->advisories.end());
    result_.advisories.assign(open.begin(), open.end());
    std::string refused;
    for (const std::string& id : open)
        if (policy_.advisories_refused.contains(id)) refused += (refused.empty() ? "" : ", ") + id;
    decide(kTcbAdvisories, refused.empty(), "none that the policy refuses",
           refused.empty() ? std::to_string(open.size()) + " open, none of them refused"
                           : refused + " is open");
}

}  // namespace pramana::attest
