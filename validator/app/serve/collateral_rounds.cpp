#include "collateral_rounds.hpp"

#include "collateral_get.hpp"

#include "pramana/os/log.hpp"

#include <algorithm>

namespace pramana::app {
namespace {

constexpr std::chrono::seconds kRetryEvery{300};

}  // namespace

evidence::CollateralNotes notes_in(store::EvidenceArchive& archive) {
    return {.load = [&archive](std::string_view name) { return archive.note(name); },
            .save = [&archive](std::string_view name,
                               ByteView content) { return archive.put_note(name, content); }};
}

CollateralRounds::CollateralRounds(Parts parts, evidence::CollateralGet get,
                                   evidence::CollateralServices services)
    : parts_{std::move(parts)},
      keeper_{
          [this, get = std::move(get)](const std::string& url,
                                       std::size_t bytes_max) -> Result<evidence::CollateralReply> {
              if (stop_.stop_requested()) return Error{Errc::kCancelled, "app.collateral"};
              return get(url, bytes_max);
          },
          std::move(services), parts_.check, notes_in(parts_.archive)} {}

Result<std::unique_ptr<CollateralRounds>> CollateralRounds::open(const config::Attestation& config,
                                                                 Parts parts) {
    Result<evidence::CollateralGet> get = collateral_get(config);
    if (!get) return get.error();
    std::unique_ptr<CollateralRounds> rounds{
        new CollateralRounds{std::move(parts), *std::move(get), collateral_services(config)}};
    PRAMANA_TRY(rounds->keeper_.open());
    if (const std::optional<std::string> kept = rounds->keeper_.current())
        rounds->parts_.statements.set_collateral(*kept);
    return rounds;
}

void CollateralRounds::note_standing() {
    const std::optional<evidence::Standing> standing = keeper_.standing();
    if (!standing || standing == told_) return;
    told_ = standing;
    const auto tell = standing->first_failure.empty() ? log::info : log::warn;
    tell("app.platform", {log::Field::vetted("tcb_status", standing->tcb_status),
                          log::Field::vetted("first_failure", standing->first_failure),
                          {"valid_until", standing->valid_until.value_or(0)}});
}

void CollateralRounds::round(const std::stop_token& stop) {
    if (parts_.every.count() == 0 || parts_.clock.steady() < next_) return;
    const std::optional<std::string> evidence = parts_.evidence();
    if (!evidence) return;
    stop_ = stop;
    const Status refreshed = keeper_.refresh(*evidence);
    if (stop.stop_requested()) return;
    next_ = parts_.clock.steady() +
            (refreshed ? parts_.every : std::min<std::chrono::seconds>(parts_.every, kRetryEvery));
    if (!refreshed) {
        if (failed_ != refreshed.error().code)
            log::warn("app.collateral.waits", {{"error", refreshed.error()}});
        failed_ = refreshed.error().code;
        return;
    }
    failed_.reset();
    if (const std::optional<std::string> current = keeper_.current())
        parts_.statements.set_collateral(*current);
    note_standing();
}

}  // namespace pramana::app
