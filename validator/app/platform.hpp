#pragma once

#include "gpu_ports.hpp"
#include "pramana/config/config.hpp"
#include "pramana/crypto/secp256k1.hpp"
#include "pramana/evidence/gpu_driver.hpp"
#include "pramana/evidence/tee.hpp"
#include "pramana/keys/keyring.hpp"
#include "pramana/keys/sealing_root.hpp"

#include <memory>
#include <string_view>

namespace pramana::app {

/// The GPUs of a machine, by which roots their evidence is checked, and what computes on them.
struct GpuPlatform {
    std::unique_ptr<evidence::GpuDriver> driver;
    evidence::EvidenceCheck check;
    MakeDevicePort make_port{};  ///< null: the program has no code for GPUs
};

/// The keys of a validator and what vouches for them.
struct Identity {
    std::unique_ptr<SigningKey> signing;     ///< signs proofs, pays gas
    std::unique_ptr<SigningKey> encryption;  ///< file keys are sealed to it
    std::unique_ptr<SigningKey> previous{};  ///< finishes what it began; null: there is none
    std::unique_ptr<SigningKey> previous_encryption{};  ///< null with `previous`
    SecretBytes tls_secret;  ///< keys::make_tls_identity() makes key and certificate of it
    SecretBytes vault_key;   ///< 32 bytes: seals what is written to disk
    keys::PublicKeys public_keys;
    std::unique_ptr<evidence::EvidenceProvider> evidence;
    /// By which collateral is judged; null: the vendors' roots and this machine's clock.
    std::unique_ptr<const evidence::EvidenceCheck> evidence_check{};
    std::optional<GpuPlatform> gpus{};  ///< nothing: none that could give evidence
};

/// Where a program's keys come from; what `keys` and `serve` open.
struct KeyPlatform {
    /// Goes into every derived key, so that the two programs never have one in common.
    std::string_view domain;
    Result<keys::SourceKeys> (*source_keys)(const config::Config& config) = nullptr;
    /// What keys that are made or imported are kept under; null where the platform has none.
    Result<std::unique_ptr<keys::SealingRoot>> (*sealing_root)(const config::Config& config) =
        nullptr;
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
    KeyPlatform keys;
    /// The keys and the evidence. Errors: kNoTee, those of the keys' source.
    Result<Identity> (*open_identity)(const config::Config& config) = nullptr;
};

/// The dispatcher of both programs. Returns an exit code of sysexits.h.
int run_program(int argc, char** argv, const Platform& platform);

}  // namespace pramana::app
