#pragma once

#include "pramana/attest/collateral_ledger.hpp"
#include "pramana/evidence/collateral_get.hpp"
#include "pramana/evidence/tee.hpp"

#include <mutex>

namespace pramana::evidence {

/// What our own evidence came to with the newest collateral, under no policy but the vendor's.
struct Standing {
    std::string tcb_status;     ///< Intel's word; empty for AMD
    std::string first_failure;  ///< name of a check; empty: none
    std::optional<attest::UnixTime> valid_until;
    friend bool operator==(const Standing&, const Standing&) = default;
};

/// Fetches what the vendors say of this machine and keeps the newest of it: authentic under the
/// pinned roots, of this platform, current, and never older than what was kept before, whoever
/// answers. Thread: any; refresh() one at a time.
class CollateralKeeper {
  public:
    CollateralKeeper(CollateralGet get, CollateralServices services, EvidenceCheck check,
                     CollateralNotes notes)
        : get_{std::move(get)},
          services_{std::move(services)},
          check_{std::move(check)},
          notes_{std::move(notes)} {}

    /// Takes over what was kept. Errors: kStoreCorrupt, those of the notes.
    [[nodiscard]] Status open();
    /// Fetches everything for this evidence and keeps it, or keeps what there was. Errors: those of
    /// the GET; kEvidenceMalformed (an answer of another form); kEvidenceRefused (not authentic,
    /// not of this platform, or outdated); kCollateralOlder; those of the notes.
    [[nodiscard]] Status refresh(std::string_view evidence);

    /// docs/formats.md "Attestation", `collateral`; nothing: there is none yet.
    [[nodiscard]] std::optional<std::string> current() const;
    /// Of the last refresh() that succeeded in this process.
    [[nodiscard]] std::optional<Standing> standing() const;

  private:
    /// Takes over what is newer, durably. Errors: kCollateralOlder, those of the notes.
    template <class Freshness>
    [[nodiscard]] Status never_go_back(const Freshness& fresh);
    [[nodiscard]] Result<std::string> intel(ByteView quote, Standing& standing);
    [[nodiscard]] Result<std::string> amd(ByteView report, ByteView table, Standing& standing);

    const CollateralGet get_;
    const CollateralServices services_;
    const EvidenceCheck check_;
    const CollateralNotes notes_;
    std::mutex refreshing_;
    attest::CollateralLedger ledger_;  ///< of refreshing_
    mutable std::mutex mutex_;
    std::optional<std::string> current_;
    std::optional<Standing> standing_;
};

}  // namespace pramana::evidence
