#pragma once

#include "chain.hpp"
#include "crl.hpp"
#include "intel/tcb_info.hpp"
#include "pramana/attest/intel.hpp"

namespace pramana::attest {

/// A chain that a document of Intel's came with.
struct SignerChain {
    std::vector<Certificate> certificates;  ///< leaf, root
    Problem problem;  ///< of form, root, links or role; dates and revocation are judged later
};

/// A signed JSON document.
template <class Document>
struct SignedDocument {
    std::shared_ptr<const SignerChain> signer;
    Problem signature_problem;  ///< only meaningful where the signer has none
    Result<Document> document = Error{Errc::kEvidenceMalformed, "attest.absent"};
};

/// A revocation list.
struct CheckedCrl {
    std::optional<Crl> crl;
    Problem problem;  ///< absent, malformed or not its authority's; dates are judged later
};

struct PreparedIntel {
    std::vector<Bytes> roots;  ///< pinned
    std::vector<Certificate>
        pck_ca;  ///< the authority of the PCK CRL, root; empty: see pck_crl.problem
    CheckedCrl root_crl;
    CheckedCrl pck_crl;
    SignedDocument<TcbInfo> tcb_info;
    SignedDocument<QeIdentity> qe_identity;

    std::optional<IntelFreshness> freshness;

    /// Whether this link was verified while preparing.
    [[nodiscard]] bool verified(const Certificate& child, const Certificate& issuer) const;
};

/// Whether the common name holds this phrase of Intel's: "SGX PCK Certificate".
[[nodiscard]] bool has_role(const Certificate& certificate, std::string_view phrase) noexcept;

}  // namespace pramana::attest
