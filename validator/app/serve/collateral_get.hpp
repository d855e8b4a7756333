#pragma once

#include "pramana/config/config.hpp"
#include "pramana/evidence/snp_endorser.hpp"

namespace pramana::app {

/// GETs as the configuration allows them: https and public addresses, except for a service that the
/// operator named himself; 4 MiB and `time_max` at most. Errors: kConfigInvalid (the CA file).
[[nodiscard]] Result<evidence::CollateralGet> collateral_get(
    const config::Attestation& config,
    std::chrono::milliseconds time_max = std::chrono::milliseconds{10'000});

/// POSTs to services of the configuration: over TLS where its URL says so, verified; 1 MiB and
/// `time_max` at most. Errors: kConfigInvalid (the CA file).
[[nodiscard]] Result<evidence::CollateralPost> collateral_post(
    const config::Attestation& config,
    std::chrono::milliseconds time_max = std::chrono::milliseconds{10'000});

[[nodiscard]] evidence::CollateralServices collateral_services(const config::Attestation& config);

/// AMD's certificates where the host hands out none: fetched unless fetching is turned off, kept in
/// the data directory. Errors: those of collateral_get().
[[nodiscard]] Result<evidence::SnpEndorsing> snp_endorsing(const config::Config& config);

}  // namespace pramana::app
