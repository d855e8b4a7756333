#pragma once

#include "pramana/attest/appraisal.hpp"
#include "pramana/attest/collateral_ledger.hpp"
#include "pramana/attest/intel.hpp"
#include "pramana/attest/policy.hpp"
#include "pramana/attest/roots.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::attest {

/// A report of one NVIDIA device, with the certificates that came with it.
struct GpuPart {
    Bytes report;
    std::string chain;  ///< PEM; empty: to be found among the endorsements
    std::string uuid;   ///< as the driver names the device; empty where nobody says
};

/// A key that dstack's KMS derived, as a validator's attestation lists it.
struct IssuedKeyPart {
    std::string use;  ///< "signing", "encryption"
    Bytes public_key;
    std::string purpose;
    std::array<Bytes, 2> signature_chain;
};

/// Evidence of any kind, taken apart and not judged. Several members are there where several kinds
/// came together.
struct EvidenceFile {
    std::string form;  ///< what it was taken for, in words: "an Intel quote"
    std::optional<Bytes> quote;
    std::optional<std::string> event_log;    ///< dstack, JSON text
    std::optional<std::string> app_compose;  ///< dstack, as deployed
    std::optional<Bytes> snp_report;
    std::vector<GpuPart> gpus;
    std::optional<std::string> nras;  ///< an answer of NVIDIA's service
    std::vector<IssuedKeyPart> keys;
    /// The kind of evidence that proves nothing and is never accepted: "software".
    std::string development;
    /// Endorsements that came in the same text; as untrusted as all endorsements.
    std::string collateral;  ///< JSON; empty: none
    Bytes certificates;      ///< SNP's table; empty: none

    [[nodiscard]] bool has_hardware_evidence() const noexcept {
        return quote || snp_report || !gpus.empty() || nras;
    }
};

inline constexpr std::size_t kEvidenceFileBytesMax = std::size_t{16} << 20U;

/// Recognises: an Intel quote, an SNP report and an NVIDIA report as bytes, hex or base64; JSON of
/// dstack's GetQuote, of Pramana's providers, of nvtrust's evidence lists, and answers of NVIDIA's
/// service. docs/commands.md "verify" lists the forms; a validator's whole answer is read by
/// evidence::read_attestation_answer(), which knows its parts. Pure; any thread.
/// Errors: kEvidenceMalformed: nothing of the kind, or a member that does not read.
[[nodiscard]] Result<EvidenceFile> read_evidence_file(ByteView content);
/// Adds the keys of a `key_evidence` list (docs/formats.md "Attestation"), at most 8. Errors:
/// kEvidenceMalformed.
[[nodiscard]] Status add_issued_keys(std::string_view json, EvidenceFile& out);

/// Endorsements of every vendor, collected from files, and not judged.
struct Endorsements {
    IntelCollateral intel;
    Bytes snp_endorsement;        ///< VCEK or VLEK, DER
    std::string snp_authorities;  ///< PEM
    std::optional<Bytes> snp_revocations;
    std::string nvidia_chain;  ///< PEM, for reports that came without one
    std::vector<std::string> rims;
    std::vector<Bytes> revocations;  ///< DER lists of NVIDIA's
    std::vector<Bytes> ocsp;         ///< DER answers of NVIDIA's revocation service
    std::optional<std::string> app_compose;
};

/// Adds what one document holds: JSON with Intel's nine members, or with `intel`, `amd`, `nvidia`
/// as in docs/formats.md "Attestation"; a certificate, list or OCSP answer as PEM or DER; a
/// manifest as XML; a compose document. Later ones replace earlier ones. Errors:
/// kEvidenceMalformed: none of these.
[[nodiscard]] Status add_endorsements(ByteView document, Endorsements& out);
/// Adds the certificates of SNP's table (GHCB 2.0 section 4.1.8.1): GUID, offset, length each.
/// Errors: kEvidenceMalformed.
[[nodiscard]] Status add_snp_certificates(ByteView table, Endorsements& out);

/// What the evidence has to be about; nothing: it is not compared, and the checks say so.
struct Expectation {
    std::optional<ReportData> report_data;
    std::vector<Bytes> nonces;  ///< 32 bytes: of all GPUs, or of each of them in their order
    std::optional<std::size_t> devices;  ///< how many GPUs; nothing: as many as came
};

/// How current the revocation lists of AMD's and NVIDIA's among the endorsements are that are
/// authentic: signed by a pinned root, or by an authority of a device's chain under one. For the
/// ledger; dates are not judged. Pure.
[[nodiscard]] std::vector<ListFreshness> authentic_lists(const EvidenceFile& file,
                                                         const Endorsements& endorsements,
                                                         const PinnedRoots& roots);

/// Appraises every part, each with its own checks: quote or report, event log, issued keys, each
/// GPU, the GPUs together, the service's answer. Empty where there is nothing to appraise. Pure.
[[nodiscard]] std::vector<Appraisal> appraise_evidence_file(
    const EvidenceFile& file, const Endorsements& endorsements, const PinnedRoots& roots,
    const Policy& policy, UnixTime now, const Expectation& expected,
    const CollateralLedger* ledger = nullptr);

}  // namespace pramana::attest
