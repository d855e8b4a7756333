#pragma once

#include "pramana/attest/appraisal.hpp"
#include "pramana/attest/roots.hpp"
#include "pramana/evidence/dstack_guest.hpp"

#include <filesystem>
#include <functional>

namespace pramana::evidence {

/// Where a platform is looked for. The defaults are the places that dstack's SDKs and the kernel
/// document; other values are for tests, whose programs pass them: no configuration and no
/// environment variable of the production program reaches them.
struct TeePlaces {
    std::vector<DstackSocket> dstack = dstack_sockets();
    DstackOptions dstack_options{};
    std::filesystem::path tsm = "/sys/kernel/config/tsm/report";
};

/// The provider of the platform that this process runs on: a dstack guest agent before the kernel's
/// own reports, because the agent measures the application. What it gives is not judged. Errors:
/// kNoTee.
[[nodiscard]] Result<std::unique_ptr<EvidenceProvider>> detect_tee_at(const TeePlaces& places);

/// By what evidence is checked before anybody gets it.
struct EvidenceCheck {
    attest::PinnedRoots roots;
    std::function<attest::UnixTime()> now;
};

/// The vendors' own roots and the machine's clock.
[[nodiscard]] EvidenceCheck vendor_check();

/// Hands on only evidence that hardware has signed: for Intel and dstack, the quote ends in one of
/// the roots, is over the report that was asked for and about no debuggable TD, and dstack's event
/// log replays to its registers; for AMD the same, with the certificates that the host hands out.
/// So whoever puts an agent or files of his own in the platform's place gets a refusal and no
/// answer. How current the platform is decides who appraises with collateral. Errors of quote():
/// kEvidenceRefused, those of `inner`. platform() is about a fresh quote: what the platform says it
/// was started from has to be what the quote has measured.
[[nodiscard]] std::unique_ptr<EvidenceProvider> make_checked_provider(
    std::unique_ptr<EvidenceProvider> inner, EvidenceCheck check);

/// Whether the evidence is authentic in that sense; what make_checked_provider() asks. Errors:
/// kEvidenceRefused (the site names the check's group), kEvidenceMalformed.
[[nodiscard]] Status check_authentic(std::string_view evidence, const ReportBytes& report,
                                     const EvidenceCheck& check);

}  // namespace pramana::evidence
