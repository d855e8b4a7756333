#include "intel/merge.hpp"

#include <algorithm>

namespace pramana::attest {
namespace {

using enum TcbStatus;

bool reaches_sgx(const PckExtension& pck, const PlatformLevel& level) {
    for (std::size_t i = 0; i < level.sgx.size(); ++i)
        if (pck.component_svns[i] < level.sgx[i]) return false;
    return pck.pce_svn >= level.pce_svn;
}

bool reaches_tdx(ByteView tee_tcb_svn, const PlatformLevel& level) {
    for (std::size_t i = tee_tcb_svn[1] > 0 ? 2 : 0; i < level.tdx.size(); ++i)
        if (tee_tcb_svn[i] < level.tdx[i]) return false;
    return true;
}

bool needs_configuration(TcbStatus status) {
    return status == kConfigurationNeeded || status == kOutOfDateConfigurationNeeded ||
           status == kConfigurationAndSwHardeningNeeded;
}

bool is_current(TcbStatus status) {
    return status == kUpToDate || status == kSwHardeningNeeded || status == kConfigurationNeeded ||
           status == kConfigurationAndSwHardeningNeeded;
}

/// What a TD is whose module was old at its launch, by the module that runs now: `status` unless
/// that is the newest, and nothing where Intel does not describe it.
TcbStatus status_by_running_module(TcbStatus status, bool configuration, const TcbInfo& info,
                                   ByteView svn2) {
    const PlatformLevel& newest = info.levels.front();
    std::uint32_t newest_svn = newest.tdx[0];
    if (svn2[1] != 0) {
        const ModuleIdentity* const module = find_module(info, svn2[1]);
        if (module == nullptr) return kNoMatchingLevel;
        newest_svn = module->levels.front().isv_svn;
    }
    if (svn2[0] < newest_svn || svn2[2] < newest.tdx[2]) return status;
    return configuration ? kTdRelaunchAdvisedConfigurationNeeded : kTdRelaunchAdvised;
}

}  // namespace

PlatformMatch match_platform(const TcbInfo& info, const PckExtension& pck, const TdReport* td) {
    PlatformMatch match;
    for (const PlatformLevel& level : info.levels) {
        if (!reaches_sgx(pck, level)) continue;
        if (match.sgx == nullptr) match.sgx = &level;
        if (td != nullptr && !reaches_tdx(td->tee_tcb_svn, level)) continue;
        match.both = &level;
        break;
    }
    return match;
}

const IsvLevel* match_isv(std::span<const IsvLevel> levels, std::uint32_t isv_svn) {
    const auto found = std::ranges::find_if(
        levels, [&](const IsvLevel& level) { return level.isv_svn <= isv_svn; });
    return found == levels.end() ? nullptr : &*found;
}

const ModuleIdentity* find_module(const TcbInfo& info, std::uint8_t version) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const std::string id = std::string{"TDX_"} + kDigits[version >> 4U] + kDigits[version & 15U];
    const auto found = std::ranges::find(info.modules, id, &ModuleIdentity::id);
    return found == info.modules.end() ? nullptr : &*found;
}

TcbStatus merged(TcbStatus status, TcbStatus part) {
    if (status == kRevoked || part == kRevoked) return kRevoked;
    if (part != kOutOfDate) return status;
    if (status == kUpToDate || status == kSwHardeningNeeded) return kOutOfDate;
    if (status == kConfigurationNeeded || status == kConfigurationAndSwHardeningNeeded)
        return kOutOfDateConfigurationNeeded;
    return status;
}

TcbStatus merged_status(const MergeInput& input, const TcbInfo& info, const TdReport* td) {
    TcbStatus status = input.platform.both->status;
    if (input.platform.sgx->status == kRevoked) return kRevoked;
    if (input.module != nullptr) status = merged(status, input.module->status);
    const bool only_module_is_old =
        input.module != nullptr && input.module->status == kOutOfDate &&
        input.qe->status == kUpToDate && is_current(input.platform.sgx->status) &&
        (status == kOutOfDate || status == kOutOfDateConfigurationNeeded);
    if (td != nullptr && !td->tee_tcb_svn2.empty() && only_module_is_old)
        status = status_by_running_module(
            status, needs_configuration(input.platform.sgx->status) || needs_configuration(status),
            info, td->tee_tcb_svn2);
    return merged(status, input.qe->status);
}

}  // namespace pramana::attest
