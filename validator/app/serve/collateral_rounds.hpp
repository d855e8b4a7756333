#pragma once

#include "pramana/config/config.hpp"
#include "pramana/evidence/collateral_keeper.hpp"
#include "statement_book.hpp"

#include <memory>
#include <stop_token>

namespace pramana::app {

/// `archive` outlives what they are given to.
[[nodiscard]] evidence::CollateralNotes notes_in(store::EvidenceArchive& archive);

/// Keeps the collateral of this machine current: fetches it, keeps it in the archive, hands it to
/// the statements. Evidence that no vendor endorses (development) has none. Thread: one.
class CollateralRounds {
  public:
    struct Parts {
        StatementBook& statements;
        store::EvidenceArchive& archive;
        const Clock& clock;
        /// The newest evidence, as a provider gave it.
        std::function<std::optional<std::string>()> evidence;
        std::chrono::seconds every;
        evidence::EvidenceCheck check;  ///< whose roots count
    };
    /// Errors: kConfigInvalid (the CA file), those of the archive and of what it kept.
    [[nodiscard]] static Result<std::unique_ptr<CollateralRounds>> open(
        const config::Attestation& config, Parts parts);

    /// Fetches if it is time; blocks while it does, after `stop` for one GET at most. A failure is
    /// logged once and tried again soon.
    void round(const std::stop_token& stop);

  private:
    CollateralRounds(Parts parts, evidence::CollateralGet get,
                     evidence::CollateralServices services);
    void note_standing();

    const Parts parts_;
    std::stop_token stop_;  ///< of the running round
    evidence::CollateralKeeper keeper_;
    std::chrono::steady_clock::time_point next_{};
    std::optional<Errc> failed_;
    std::optional<evidence::Standing> told_;
};

}  // namespace pramana::app
