#pragma once

#include "pramana/attest/appraisal.hpp"
#include "pramana/attest/dstack.hpp"
#include "pramana/attest/nras.hpp"
#include "pramana/attest/nvidia.hpp"
#include "pramana/attest/snp.hpp"
#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::attest {

/// Reference values of one register or identity: any of them is accepted. Empty: not pinned, and
/// the check says that it was not applicable for this reason.
using Allowed = std::vector<Bytes>;

/// TDATTRIBUTES that no policy can accept: 0..7 make a TD debuggable, 29 lets another TD move it.
inline constexpr std::uint64_t kTdAttributesNever = 0x00000000200000ff;

/// What is accepted of Intel TDX and SGX evidence. The defaults accept nothing that has a known
/// hole.
struct IntelPolicy {
    std::set<TcbStatus> tcb_statuses = {TcbStatus::kUpToDate, TcbStatus::kSwHardeningNeeded};
    std::set<std::string> advisories_refused;  ///< "INTEL-SA-00615"
    /// Floor of tcbEvaluationDataNumber in TCB info and QE identity.
    std::uint32_t tcb_evaluation_data_number_min = 0;
    /// How long ago TCB info and QE identity may have been issued; nothing: until their nextUpdate.
    std::optional<std::uint64_t> collateral_age_s_max;
    std::set<std::string> fmspcs_refused;  ///< product lines, 12 lower-case hex digits
    /// Platforms by PPID or platform instance id. Empty: any genuine platform.
    Allowed platforms;

    /// TDATTRIBUTES: bits that must be set (28 SEPT_VE_DISABLE) and those that may be (30 PKS, 31
    /// KL, 63 PERFMON). Every other bit refuses the TD: 0..7 make it debuggable, 29 lets it be
    /// migrated.
    std::uint64_t td_attributes_required = 0x0000000010000000;
    std::uint64_t td_attributes_allowed = 0x80000000d0000000;
    std::uint64_t xfam_required = 0x3;  ///< x87 and SSE, which every TD has
    std::uint64_t xfam_allowed = ~std::uint64_t{0};
    Allowed mr_seam, mr_td, mr_config_id, mr_owner, mr_owner_config, rtmr0, rtmr1, rtmr2, rtmr3;

    bool sgx_debug = false;  ///< whether a debug enclave is accepted
    Allowed mr_enclave, mr_signer;
    std::optional<std::uint16_t> isv_prod_id;
    std::uint16_t isv_svn_min = 0;

    [[nodiscard]] bool pins_td() const noexcept {
        return !mr_seam.empty() || !mr_td.empty() || !mr_config_id.empty() || !mr_owner.empty() ||
               !mr_owner_config.empty() || !rtmr0.empty() || !rtmr1.empty() || !rtmr2.empty() ||
               !rtmr3.empty();
    }
    [[nodiscard]] bool pins_enclave() const noexcept {
        return !mr_enclave.empty() || !mr_signer.empty() || isv_prod_id || isv_svn_min > 0;
    }
};

/// What a validator's statement has to say (docs/formats.md "Statement"). Its words are the
/// program's own: they are worth what the evidence about that program is worth. Empty: not pinned.
struct StatementPolicy {
    Allowed binary_sha256, compose_sha256;  ///< the program; the measured compose document
    std::set<std::string> images;           ///< all images of that document are among these
    Allowed models;
    Allowed rulesets;  ///< of every DLP that it serves; with `dlps` of those
    Allowed dlps;      ///< all of them are served; others may be
    std::optional<std::uint64_t> chain_id;
    Allowed data_registries, tee_pools;
    Allowed config_sha256;
    /// Who may hold the validator's private keys beside the enclave: compressed keys that a backup
    /// may be sealed to. Empty: nobody.
    Allowed backup_recipients;
    bool imported_keys_allowed = false;  ///< keys that were outside of the enclave once

    /// Whether a statement is needed at all.
    [[nodiscard]] bool pins_something() const noexcept {
        return !binary_sha256.empty() || !compose_sha256.empty() || !images.empty() ||
               !models.empty() || !rulesets.empty() || !dlps.empty() || chain_id ||
               !data_registries.empty() || !tee_pools.empty() || !config_sha256.empty();
    }
};

/// The kinds of appraisals that a policy may ask for, as Appraisal::kind names them.
inline constexpr std::string_view kPolicyEvidence[] = {
    "tdx", "sgx", "sev_snp", "dstack", "dstack_key", "nvidia_gpu", "nvidia_nras"};

/// The whole policy: one member for each vendor, and one for the validator's statement.
struct Policy {
    /// Which kinds have to be there, all of them and no other; empty: any kind of which something
    /// is pinned, or any at all where nothing is.
    std::set<std::string> evidence;
    IntelPolicy intel;
    SnpPolicy amd;
    NvidiaPolicy nvidia;
    NrasPolicy nras;
    DstackPolicy dstack;
    DstackKeyPolicy dstack_keys;
    StatementPolicy statement;

    /// The kinds of evidence of a guest or an enclave ("tdx", "sgx", "sev_snp", "dstack") that this
    /// pins an identity of.
    [[nodiscard]] std::set<std::string> pinned_kinds() const;
};

/// What is wrong with a policy text, and where: "intel.mr_td[2]". Empty path: the whole text.
struct PolicyProblem {
    std::string path;
    std::string sentence;
};

/// A Policy, or every problem of the text.
struct PolicyReading {
    std::optional<Policy> policy;
    std::vector<PolicyProblem> problems;
};

/// Reads {"version": 1, "intel": {…}, …} strictly: every member known, every value in its range.
/// What is absent keeps its strict default. docs/attestation.md "Policy" lists all members. At most
/// 1 MiB.
[[nodiscard]] PolicyReading read_policy(std::string_view text);

}  // namespace pramana::attest
