#pragma once

#include "intel/quote.hpp"
#include "intel/tcb_info.hpp"

namespace pramana::attest {

/// The levels of TCB info that a platform reaches. Intel selects the first whose SGX part it
/// reaches, and from there the first whose TDX part it reaches too; for SGX evidence both are the
/// same.
struct PlatformMatch {
    const PlatformLevel* sgx = nullptr;
    const PlatformLevel* both = nullptr;  ///< nullptr: below every level
};
/// `td` is nothing for SGX evidence. Components 0 and 1 belong to the TDX module and are compared
/// only where TEE_TCB_SVN[1] is 0.
[[nodiscard]] PlatformMatch match_platform(const TcbInfo& info, const PckExtension& pck,
                                           const TdReport* td);

/// The first level that this ISVSVN reaches; nullptr: below every level.
[[nodiscard]] const IsvLevel* match_isv(std::span<const IsvLevel> levels, std::uint32_t isv_svn);

/// The identity of this TDX module version: "TDX_03" for 3; nullptr: there is none.
[[nodiscard]] const ModuleIdentity* find_module(const TcbInfo& info, std::uint8_t version);

/// Intel's table: what a platform of `status` becomes with a TDX module or quoting enclave of
/// `part`.
[[nodiscard]] TcbStatus merged(TcbStatus status, TcbStatus part);

struct MergeInput {
    PlatformMatch platform;            ///< both set
    const IsvLevel* module = nullptr;  ///< nullptr: module version 0, or SGX
    const IsvLevel* qe = nullptr;      ///< set
};
/// The status of the whole, with TD report 1.5's advice to launch again. `td` is nothing for SGX.
[[nodiscard]] TcbStatus merged_status(const MergeInput& input, const TcbInfo& info,
                                      const TdReport* td);

}  // namespace pramana::attest
