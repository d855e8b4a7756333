#pragma once

#include "instruction.hpp"
#include "pramana/crypto/secp256k1.hpp"
#include "pramana/sealing/envelope.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace pramana::app {

/// What every client of the network makes its file key with: the text 0x… of the wallet's
/// personal_sign of the key message. It is the OpenPGP password.
[[nodiscard]] SecretBytes file_key_of(const SigningKey& wallet);

/// A file sealed for its wallet.
struct SealedFile {
    Bytes sealed;
    Hash32 sha256;
};
[[nodiscard]] Result<SealedFile> seal_file(const SecretBytes& opened, const SecretBytes& file_key);

/// The copy of the file key for the DLP, as it is registered on chain.
struct SealedPermission {
    std::string key_hex;  ///< lower case, without 0x
    sealing::PermissionSecret secret;
};
/// Iv and ephemeral key are derived from the wallet's key for this DLP and these sealed bytes: as
/// unpredictable as random ones, but a run that is started again registers what the first one told
/// the validator. Errors: kMalformedKey.
[[nodiscard]] Result<SealedPermission> seal_permission(const SigningKey& wallet,
                                                       const SecretBytes& file_key,
                                                       const PublicKey& dlp_key, const Address& dlp,
                                                       const Hash32& sealed_sha256);

/// The intent and the key, signed and sealed to the validator, as JSON text. Errors: kMalformedKey.
[[nodiscard]] Result<std::string> make_envelope(const SigningKey& wallet,
                                                const PublicKey& validator,
                                                const sealing::Intent& intent,
                                                sealing::FileKeyBundle bundle,
                                                std::string ownership = {});

/// Remembers how a file was sealed, so that a second run goes on instead of paying twice. Only
/// sealed bytes and hashes are kept; the file's name is keyed by the wallet, so it says nothing
/// about the content.
class SealedCopies {
  public:
    /// `directory` empty: nothing is kept.
    SealedCopies(std::filesystem::path directory, const SigningKey& wallet,
                 const ProofInstruction& dlp, const SecretBytes& opened);

    /// The sealed bytes of an unfinished run.
    [[nodiscard]] std::optional<SealedFile> unfinished() const;
    /// The hash of the sealed bytes of a finished run.
    [[nodiscard]] std::optional<Hash32> finished() const;
    /// Errors: kIo, kStorageFull.
    [[nodiscard]] Status keep(const SealedFile& file) const;
    /// Keeps only the hash. Errors: kIo, kStorageFull.
    [[nodiscard]] Status finish(const Hash32& sealed_sha256) const;

  private:
    std::filesystem::path sealed_path_;
    std::filesystem::path finished_path_;
};

/// $XDG_STATE_HOME/pramana, or ~/.local/state/pramana; empty without a home.
[[nodiscard]] std::filesystem::path default_state_directory();

}  // namespace pramana::app
