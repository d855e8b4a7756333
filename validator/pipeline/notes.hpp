#pragma once

#include "pramana/pipeline/ports.hpp"

#include <optional>

/// What the pipeline itself seals into a job's record. Built and read in SecretBytes only.
namespace pramana::pipeline {

/// A deposited key: what RunProof brought.
struct KeyNote {
    SecretBytes key;
    std::string message;  ///< the signed message; empty = the default one
    std::optional<PermissionSecret> permission;
};

/// A score with everything that a binding document needs of the opening.
struct ScoreNote {
    ScoreFacts facts;
    bool key_recovers_to_owner = false;
    std::optional<bool> key_matches_permission;  ///< nullopt = nothing to compare with
    std::optional<KeyedHashes> keyed;
};

/// The bounds of a deposit: longer parts are refused before they are written.
inline constexpr std::size_t kFileKeyBytesMax = 1024;
inline constexpr std::size_t kKeyMessageBytesMax = 1024;
inline constexpr std::size_t kPermissionIvBytes = 16;
inline constexpr std::size_t kEphemeralKeyBytes = 32;

[[nodiscard]] SecretBytes write_note(const KeyNote& note);
[[nodiscard]] SecretBytes write_note(const ScoreNote& note);
/// Errors: kStoreCorrupt.
[[nodiscard]] Result<KeyNote> read_key_note(const SecretBytes& bytes);
[[nodiscard]] Result<ScoreNote> read_score_note(const SecretBytes& bytes);

}  // namespace pramana::pipeline
