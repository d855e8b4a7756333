#pragma once

#include "pramana/attest/appraisal.hpp"
#include "pramana/attest/roots.hpp"
#include "pramana/attest/snp_report.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace pramana::attest {

/// What is accepted of AMD SEV-SNP evidence. The defaults accept nothing that has a known hole: in
/// Milan's line the seed of every endorsement key can be extracted (arXiv 2605.12990), so it has to
/// be allowed by name.
struct SnpPolicy {
    std::set<SnpProductLine> product_lines = {SnpProductLine::kGenoa, SnpProductLine::kTurin};
    bool vlek_allowed = false;          ///< keys of a cloud provider, which name no chip
    std::set<std::string> vlek_clouds;  ///< of which providers; empty: of any
    /// Revocation lists of the ARK. Without this a list is judged if it is sent, and not missed.
    bool revocation_required = true;
    /// No TCB may be below the floor of its line: not the reported one that the key stands for, nor
    /// those that are installed, committed and were installed at launch.
    std::map<SnpProductLine, SnpTcb> tcb_floors;
    bool reported_is_current = false;  ///< refuse a platform that reports less than it runs
    bool debug_allowed = false;
    bool migration_agent_allowed = false;
    bool smt_allowed = true;
    bool single_socket_required = false;
    bool alias_check_required =
        true;  ///< memory aliasing excluded at boot (AMD-SB-3015); from version 3 on
    std::uint32_t vmpl_max = 0;
    std::uint32_t guest_svn_min = 0;
    /// Any of the values; empty: not pinned.
    std::vector<Bytes> measurements, host_data, id_key_digests, author_key_digests, chip_ids;
};

/// Evidence and the endorsements that came with it or were fetched; all of it is input to judge.
struct SnpEvidence {
    ByteView report;
    ByteView endorsement;                 ///< VCEK or VLEK certificate, DER
    std::string_view authorities;         ///< PEM: ASK or ASVK, and the ARK, which may be left out
    std::optional<ByteView> revocations;  ///< DER list issued by the ARK
    /// What report_data has to be; nothing: the caller compares the fact `report_data` itself, and
    /// the check says so.
    std::optional<ByteView> report_data;
};

/// Appraises a report: authentic, current, platform, guest, binding. Pure: no clock, no network.
/// Thread: any. Source: docs/attestation-snp.md; AMD 56860, 57230.
[[nodiscard]] Appraisal appraise_snp(const SnpEvidence& evidence, const PinnedRoots& roots,
                                     const SnpPolicy& policy, UnixTime now);

}  // namespace pramana::attest
