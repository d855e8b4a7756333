#pragma once

#include "platform.hpp"
#include "pramana/config/config.hpp"
#include "pramana/evidence/provider.hpp"
#include "pramana/pipeline/pipeline.hpp"

namespace pramana::app {

/// What a statement says about this start of the program.
struct StatementFacts {
    const config::Config& config;
    const Identity& identity;
    Hash32 model;
    const std::vector<pipeline::ServedDlp>& dlps;
    const std::vector<std::string>& ruleset_names;  ///< of dlps
    evidence::PlatformFacts platform;
};

/// The terms of StatementBook. Reads the program's own file and the configured certificates.
/// Errors: kIo, kNotFound.
[[nodiscard]] Result<evidence::Statement> statement_terms(const StatementFacts& facts);
/// The list of docs/formats.md "Attestation", `key_evidence`.
[[nodiscard]] std::string key_evidence_json(const keys::PublicKeys& keys);

}  // namespace pramana::app
