#include "chain.hpp"
#include "crl.hpp"
#include "der.hpp"

#include "pramana/attest/collateral_ledger.hpp"
#include "pramana/attest/evidence_file.hpp"

#include <algorithm>

namespace pramana::attest {
namespace {

/// Whose lists are believed: the pinned roots, and the authorities that a device's chain under one
/// of them names.
std::vector<Certificate> issuers_of(const EvidenceFile& file, const Endorsements& endorsements,
                                    const PinnedRoots& roots) {
    std::vector<Certificate> issuers;
    for (const auto* pinned : {&roots.amd, &roots.nvidia_device})
        for (const Bytes& der : *pinned)
            if (Result<Certificate> root = read_certificate(der))
                issuers.push_back(std::move(*root));
    for (const GpuPart& part : file.gpus) {
        Result<std::vector<Certificate>> chain =
            read_pem_chain(part.chain.empty() ? endorsements.nvidia_chain : part.chain);
        if (!chain) continue;
        complete_with(*chain, roots.nvidia_device);
        if (!ends_in(*chain, roots.nvidia_device) || links_problem(*chain)) continue;
        for (Certificate& certificate : *chain) {
            const bool known = std::ranges::any_of(issuers, [&](const Certificate& one) {
                return same_bytes(one.der, certificate.der);
            });
            if (certificate.is_ca && !known) issuers.push_back(std::move(certificate));
        }
    }
    return issuers;
}

}  // namespace

std::vector<ListFreshness> authentic_lists(const EvidenceFile& file,
                                           const Endorsements& endorsements,
                                           const PinnedRoots& roots) {
    std::vector<ByteView> lists{endorsements.revocations.begin(), endorsements.revocations.end()};
    if (endorsements.snp_revocations) lists.emplace_back(*endorsements.snp_revocations);
    std::vector<ListFreshness> out;
    if (lists.empty()) return out;
    const std::vector<Certificate> issuers = issuers_of(file, endorsements, roots);
    for (const ByteView der : lists) {
        const Result<Crl> list = read_crl(der);
        const bool authentic =
            list && std::ranges::any_of(issuers, [&](const Certificate& issuer) {
                return same_bytes(issuer.subject, list->issuer) && !crl_problem(*list, issuer);
            });
        if (!authentic) continue;
        if (Result<ListFreshness> fresh = freshness_of_list(der)) out.push_back(std::move(*fresh));
    }
    return out;
}

}  // namespace pramana::attest
