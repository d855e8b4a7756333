#pragma once

#include "intel/pck.hpp"
#include "pramana/attest/appraisal.hpp"
#include "times.hpp"

#include <string>
#include <vector>

namespace pramana::attest {

inline constexpr std::size_t kTcbJsonBytesMax = std::size_t{1024} * 1024;
inline constexpr std::size_t kTcbLevelsMax = 256;

/// A level of an enclave or of a TDX module: from this ISVSVN on.
struct IsvLevel {
    std::uint32_t isv_svn = 0;
    TcbStatus status = TcbStatus::kRevoked;
    std::vector<std::string> advisories;
};

/// A level of the platform.
struct PlatformLevel {
    Svns sgx{};
    Svns tdx{};  ///< zeros in TCB info for SGX
    std::uint32_t pce_svn = 0;
    TcbStatus status = TcbStatus::kRevoked;
    std::vector<std::string> advisories;
};

struct ModuleIdentity {
    std::string id;                ///< upper case: "TDX_03"
    Bytes mr_signer;               ///< 48 bytes
    Bytes attributes;              ///< 8 bytes
    Bytes attributes_mask;         ///< 8 bytes
    std::vector<IsvLevel> levels;  ///< highest first; empty in `tdxModule`
};

/// Intel's TCB info, version 3.
struct TcbInfo {
    bool tdx = false;
    Window validity;  ///< issueDate to nextUpdate
    Bytes fmspc;      ///< 6 bytes
    Bytes pce_id;     ///< 2 bytes
    std::uint32_t evaluation_number = 0;
    std::optional<ModuleIdentity> module;  ///< TDX: for module version 0
    std::vector<ModuleIdentity> modules;
    std::vector<PlatformLevel> levels;  ///< highest first, whatever the order sent
};

/// Intel's identity of a quoting enclave, version 2.
struct QeIdentity {
    std::string id;  ///< "TD_QE", "QE"
    Window validity;
    std::uint32_t evaluation_number = 0;
    std::uint32_t misc_select = 0;
    std::uint32_t misc_select_mask = 0;
    Bytes attributes;       ///< 16 bytes
    Bytes attributes_mask;  ///< 16 bytes
    Bytes mr_signer;        ///< 32 bytes
    std::uint16_t isv_prod_id = 0;
    std::vector<IsvLevel> levels;  ///< highest first
};

/// Both read the exact bytes that were signed, every member strictly: a status that is not Intel's,
/// a level without 16 components or without a match in version refuses the document. Errors:
/// kEvidenceMalformed; its site names the member.
[[nodiscard]] Result<TcbInfo> read_tcb_info(std::string_view json);
[[nodiscard]] Result<QeIdentity> read_qe_identity(std::string_view json);

}  // namespace pramana::attest
