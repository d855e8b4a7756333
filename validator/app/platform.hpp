#pragma once

#include "pramana/config/config.hpp"
#include "pramana/crypto/secp256k1.hpp"
#include "pramana/evidence/provider.hpp"

#include <memory>
#include <string_view>

namespace pramana::app {

/// The keys of a validator and what vouches for them.
struct Identity {
    std::unique_ptr<SigningKey> signing;     ///< signs proofs, receives file keys, pays gas
    std::unique_ptr<SigningKey> previous{};  ///< finishes what it began; null: there is none
    SecretBytes vault_key;                   ///< 32 bytes: seals what is written to disk
    std::unique_ptr<evidence::EvidenceProvider> evidence;
};

/// All that differs between `pramana` and `pramana-dev`: each main links and passes its own. There
/// is no setting that turns one into the other.
struct Platform {
    std::string_view program;
    std::string_view what;  ///< one sentence for help and version
    config::Profile profile = config::Profile::kProduction;
    bool memory_lock_required = true;
    /// Whether this machine may serve at all; asked before anything else. Errors: kNoTee.
    Status (*check_environment)() = nullptr;
    /// Errors: kNoTee, kNotFound and kMalformedKey (the development key file).
    Result<Identity> (*open_identity)(const config::Config& config) = nullptr;
};

/// The dispatcher of both programs. Returns an exit code of sysexits.h.
int run_program(int argc, char** argv, const Platform& platform);

}  // namespace pramana::app
