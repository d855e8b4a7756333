#pragma once

#include "pramana/attest/appraisal.hpp"
#include "pramana/attest/list_number.hpp"
#include "pramana/attest/policy.hpp"
#include "pramana/attest/roots.hpp"
#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace pramana::attest {

/// Intel's endorsements of one platform family, as its provisioning service hands them out.
/// Untrusted until prepare() has seen them: they come over any channel.
struct IntelCollateral {
    std::string pck_crl_issuer_chain;      ///< PEM: PCK CA, root
    Bytes root_ca_crl;                     ///< DER
    Bytes pck_crl;                         ///< DER
    std::string tcb_info_issuer_chain;     ///< PEM: TCB signing, root
    std::string tcb_info;                  ///< exactly the signed bytes
    Bytes tcb_info_signature;              ///< r ‖ s, 64 bytes
    std::string qe_identity_issuer_chain;  ///< PEM: TCB signing, root
    std::string qe_identity;               ///< exactly the signed bytes
    Bytes qe_identity_signature;           ///< r ‖ s, 64 bytes
};

/// Reads one JSON object with the members above: texts, and hex for what is bytes. An absent member
/// stays empty, so that its check fails by name. Errors: kEvidenceMalformed: not JSON of this form,
/// or more than 16 MiB.
[[nodiscard]] Result<IntelCollateral> read_intel_collateral(std::string_view json);
/// The object that it reads.
[[nodiscard]] std::string json_of(const IntelCollateral& collateral);

struct PreparedIntel;
struct PreparedIntelDelete {
    void operator()(const PreparedIntel* prepared) const noexcept;
};
/// Collateral that was parsed and whose signatures were checked against the roots once. What was
/// found, good or bad, is judged at each appraisal, because dates and revocation depend on the
/// time. Thread: const, any thread.
using IntelEndorsements = std::unique_ptr<const PreparedIntel, PreparedIntelDelete>;

/// Never fails: what is wrong becomes failed checks of every appraisal with it.
[[nodiscard]] IntelEndorsements prepare(const IntelCollateral& collateral,
                                        const PinnedRoots& roots);

class CollateralLedger;

/// What is expected in REPORTDATA.
using ReportData = std::array<std::uint8_t, 64>;

/// How current endorsements are, for the store that never goes back: a number for each document.
struct IntelFreshness {
    std::string family;                 ///< "tdx:b0c06f000000" or "sgx:…": whose TCB info it is
    std::string ca;                     ///< whose PCK CRL it is: the authority's common name
    std::uint32_t tcb_info_number = 0;  ///< tcbEvaluationDataNumber
    UnixTime tcb_info_issued = 0;
    std::uint32_t qe_identity_number = 0;
    UnixTime qe_identity_issued = 0;
    UnixTime root_crl_issued = 0;  ///< thisUpdate
    ListNumber root_crl_number;
    UnixTime pck_crl_issued = 0;
    ListNumber pck_crl_number;
};
/// nullopt: a part is not authentic, so its numbers mean nothing.
[[nodiscard]] std::optional<IntelFreshness> freshness_of(const PreparedIntel& endorsements);

/// Appraises a TDX quote (v4, v5 with TD report 1.0 or 1.5) or an SGX quote (v3, v4, v5).
///
/// @param quote        as the platform gave it; bytes after the signed length are ignored
/// @param now          the time at which everything has to be valid
/// @param report_data  nothing: the check is not applicable, and says so
/// @param ledger       what was seen before; nullptr: the check is not applicable, and says so
/// Never fails: malformed evidence is a failed check. At most 64 KiB are read.
/// Source: Intel SGX and TDX DCAP Quote Verification Library, docs/attestation.md.
[[nodiscard]] Appraisal appraise_intel(ByteView quote, const PreparedIntel& endorsements,
                                       UnixTime now, const IntelPolicy& policy,
                                       const std::optional<ReportData>& report_data,
                                       const CollateralLedger* ledger = nullptr);

}  // namespace pramana::attest
