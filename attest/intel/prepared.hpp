#pragma once

#include "chain.hpp"
#include "crl.hpp"
#include "intel/tcb_info.hpp"
#include "pramana/attest/intel.hpp"

#include <mutex>
#include <set>

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

/// Machines whose certificate was found to be signed by the PCK authority before: another quote of
/// the same machine need not have that signature verified again, which gives the same answer each
/// time. Bounded: it begins anew when it is full. Thread: any.
class KnownMachines {
  public:
    [[nodiscard]] bool holds(const Certificate& leaf) const;
    void add(const Certificate& leaf);

  private:
    static constexpr std::size_t kMost = 4096;
    mutable std::mutex mutex_;
    std::set<Hash32> sha256_of_der_;  ///< of all bytes, the signature among them
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

    /// Of pck_ca's authority.
    mutable KnownMachines machines{};

    /// Whether this link was verified while preparing, or for an earlier quote.
    [[nodiscard]] bool verified(const Certificate& child, const Certificate& issuer) const;
    /// Notes that all links of this chain hold: leaf, authority, root.
    void note_verified(std::span<const Certificate> chain) const;
};

/// Whether the common name holds this phrase of Intel's: "SGX PCK Certificate".
[[nodiscard]] bool has_role(const Certificate& certificate, std::string_view phrase) noexcept;

}  // namespace pramana::attest
