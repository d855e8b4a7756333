#include "intel/appraiser.hpp"

#include "der.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/core/hex.hpp"

#include <algorithm>

namespace pramana::attest {
namespace {

constexpr std::uint64_t kDebugGroup = 0xff;  // bits 0..7 of TDATTRIBUTES

std::string hex_number(std::uint64_t value) {
    std::array<std::uint8_t, 8> bytes{};
    store_be(value, bytes.data());
    return to_hex0x(bytes);
}

std::string hex_little(std::uint64_t value) {
    std::array<std::uint8_t, 8> bytes{};
    store_le(value, bytes.data());
    return to_hex(bytes);
}

/// "bit 29, bit 40".
std::string bits_text(std::uint64_t bits) {
    std::string out;
    for (unsigned bit = 0; bit < 64; ++bit)
        if ((bits >> bit & 1U) != 0) out += (out.empty() ? "bit " : ", bit ") + std::to_string(bit);
    return out;
}

/// What a bit mask lacks or has too much; empty: nothing.
std::string mask_text(std::uint64_t value, std::uint64_t required, std::uint64_t allowed) {
    const std::uint64_t lacking = required & ~value;
    const std::uint64_t extra = value & ~allowed;
    std::string out;
    if (lacking != 0) out = bits_text(lacking) + " missing";
    if (extra != 0) out += (out.empty() ? "" : "; ") + bits_text(extra) + " not allowed";
    return out;
}

}  // namespace

void IntelAppraiser::check_allowed(IntelCheck id, ByteView value, const Allowed& allowed) {
    if (allowed.empty()) return skip(id, "the policy pins no value; found " + to_hex(value));
    const bool listed = std::ranges::any_of(
        allowed, [&](const Bytes& reference) { return same_bytes(reference, value); });
    decide(id, listed,
           allowed.size() == 1 ? to_hex(allowed.front())
                               : "one of " + std::to_string(allowed.size()) + " values",
           to_hex(value));
}

void IntelAppraiser::check_platform_policy() {
    if (!passed(kPckExtensionRead)) return;
    const std::string family = to_hex(pck_->fmspc);
    if (policy_.fmspcs_refused.empty())
        skip(kPlatformFamily, "the policy refuses no family; found " + family);
    else
        decide(kPlatformFamily, !policy_.fmspcs_refused.contains(family),
               "a family that the policy does not refuse", family);
    if (policy_.platforms.empty())
        return skip(kPlatformListed, "the policy lists no platforms; PPID " + to_hex(pck_->ppid));
    const bool listed = std::ranges::any_of(policy_.platforms, [&](const Bytes& id) {
        return same_bytes(id, pck_->ppid) || same_bytes(id, pck_->platform_instance_id);
    });
    decide(kPlatformListed, listed, "a PPID or platform instance id of the policy",
           "PPID " + to_hex(pck_->ppid));
}

void IntelAppraiser::check_td(const TdReport& td) {
    const std::uint64_t debug = td.td_attributes & kDebugGroup;
    decide(kTdDebug, debug == 0, "TDATTRIBUTES bits 0 to 7 zero",
           debug == 0 ? "all zero" : bits_text(debug) + " set");
    const std::string attributes = mask_text(
        td.td_attributes, policy_.td_attributes_required,
        (policy_.td_attributes_required | policy_.td_attributes_allowed) & ~kTdAttributesNever);
    decide(kTdAttributes, attributes.empty(),
           hex_number(policy_.td_attributes_required) + " set, only " +
               hex_number(policy_.td_attributes_allowed) + " besides",
           attributes.empty() ? hex_number(td.td_attributes)
                              : hex_number(td.td_attributes) + ": " + attributes);
    const std::string xfam =
        mask_text(td.xfam, policy_.xfam_required, policy_.xfam_required | policy_.xfam_allowed);
    decide(kTdXfam, xfam.empty(),
           hex_number(policy_.xfam_required) + " set, only " + hex_number(policy_.xfam_allowed) +
               " besides",
           xfam.empty() ? hex_number(td.xfam) : hex_number(td.xfam) + ": " + xfam);
    if (td.mr_service_td.empty())
        skip(kTdService, "a TD report 1.0 has no such field; bit 29 of TDATTRIBUTES stands for it");
    else
        decide(kTdService,
               std::ranges::all_of(td.mr_service_td, [](std::uint8_t b) { return b == 0; }),
               "MRSERVICETD all zero", to_hex(td.mr_service_td));
    check_allowed(kMrSeam, td.mr_seam, policy_.mr_seam);
    check_allowed(kMrTd, td.mr_td, policy_.mr_td);
    check_allowed(kMrConfigId, td.mr_config_id, policy_.mr_config_id);
    check_allowed(kMrOwner, td.mr_owner, policy_.mr_owner);
    check_allowed(kMrOwnerConfig, td.mr_owner_config, policy_.mr_owner_config);
    const Allowed* const rtmrs[] = {&policy_.rtmr0, &policy_.rtmr1, &policy_.rtmr2, &policy_.rtmr3};
    for (std::size_t i = 0; i < 4; ++i)
        check_allowed(static_cast<IntelCheck>(kRtmr0 + i), td.rtmr[i], *rtmrs[i]);
    for (const IntelCheck id : {kSgxDebug, kMrEnclave, kMrSigner, kSgxProduct})
        skip(id, "a TDX quote is about no enclave");
}

void IntelAppraiser::check_enclave(const EnclaveReport& enclave) {
    for (std::size_t id = kTdDebug; id <= kRtmr3; ++id)
        skip(static_cast<IntelCheck>(id), "an SGX quote is about no TD");
    const bool debug = (enclave.attributes[0] & 2U) != 0;
    decide(kSgxDebug, !debug || policy_.sgx_debug,
           policy_.sgx_debug ? "accepted either way by the policy" : "ATTRIBUTES bit 1 zero",
           debug ? "a debug enclave" : "no debug enclave");
    check_allowed(kMrEnclave, enclave.mr_enclave, policy_.mr_enclave);
    check_allowed(kMrSigner, enclave.mr_signer, policy_.mr_signer);
    const bool product = !policy_.isv_prod_id || *policy_.isv_prod_id == enclave.isv_prod_id;
    decide(kSgxProduct, product && enclave.isv_svn >= policy_.isv_svn_min,
           (policy_.isv_prod_id ? "product " + std::to_string(*policy_.isv_prod_id)
                                : std::string{"any product"}) +
               ", version " + std::to_string(policy_.isv_svn_min) + " or higher",
           "product " + std::to_string(enclave.isv_prod_id) + ", version " +
               std::to_string(enclave.isv_svn));
}

void IntelAppraiser::check_report_data(const std::optional<ReportData>& report_data) {
    const ByteView found = is_tdx() ? quote_.td->report_data : quote_.enclave->report_data;
    if (!report_data)
        return skip(kReportDataMatch, "nothing was asked for; found " + to_hex(found));
    decide(kReportDataMatch, same_bytes(*report_data, found), to_hex(*report_data), to_hex(found));
}

void IntelAppraiser::add_facts() {
    std::vector<Fact>& facts = result_.facts;
    facts.reserve(32);
    const auto add = [&](std::string_view name, ByteView bytes) {
        facts.push_back({name, to_hex(bytes)});
    };
    facts.push_back({"quote_version", std::to_string(quote_.version)});
    if (const TdReport* const report = td()) {
        add("tee_tcb_svn", report->tee_tcb_svn);
        add("mr_seam", report->mr_seam);
        add("mr_signer_seam", report->mr_signer_seam);
        add("seam_attributes", report->seam_attributes);
        facts.push_back({"td_attributes", hex_little(report->td_attributes)});
        facts.push_back({"xfam", hex_little(report->xfam)});
        add("mr_td", report->mr_td);
        add("mr_config_id", report->mr_config_id);
        add("mr_owner", report->mr_owner);
        add("mr_owner_config", report->mr_owner_config);
        constexpr std::string_view kRtmrNames[] = {"rtmr0", "rtmr1", "rtmr2", "rtmr3"};
        for (std::size_t i = 0; i < 4; ++i) add(kRtmrNames[i], report->rtmr[i]);
        add("report_data", report->report_data);
        if (!report->tee_tcb_svn2.empty()) {
            add("tee_tcb_svn2", report->tee_tcb_svn2);
            add("mr_service_td", report->mr_service_td);
        }
    } else {
        const EnclaveReport& enclave = *quote_.enclave;
        add("mr_enclave", enclave.mr_enclave);
        add("mr_signer", enclave.mr_signer);
        add("attributes", enclave.attributes);
        facts.push_back({"isv_prod_id", std::to_string(enclave.isv_prod_id)});
        facts.push_back({"isv_svn", std::to_string(enclave.isv_svn)});
        add("report_data", enclave.report_data);
    }
    add("user_data", quote_.user_data);
    if (passed(kTcbFormat))
        facts.push_back({"tcb_info_number",
                         std::to_string(endorsements_.tcb_info.document->evaluation_number)});
    if (!pck_) return;
    add("fmspc", pck_->fmspc);
    add("pce_id", pck_->pce_id);
    add("cpu_svn", pck_->cpu_svn);
    facts.push_back({"pce_svn", std::to_string(pck_->pce_svn)});
    add("ppid", pck_->ppid);
    if (!pck_->platform_instance_id.empty())
        add("platform_instance_id", pck_->platform_instance_id);
    add("pck_serial", chain_[0].serial);
}

}  // namespace pramana::attest
