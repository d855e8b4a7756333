#pragma once

#include "pramana/attest/dstack.hpp"
#include "pramana/evidence/dstack_guest.hpp"
#include "pramana/keys/keyring.hpp"

namespace pramana::keys {

/// The keys of both epochs and the storage key from the guest agent's GetKey. Each key's signature
/// chain is appraised against the pinned KMS roots before the key is used for anything: the agent's
/// socket is the host's to replace only if the guest image lets it, and a key that the KMS did not
/// issue is one that somebody else may know. Errors: kEvidenceRefused (not issued by a pinned root
/// for this application; also without any root pinned), those of DstackGuest::key and info.
/// Source: docs/keys.md "dstack".
[[nodiscard]] Result<SourceKeys> keys_from_dstack(const evidence::DstackGuest& guest,
                                                  const attest::DstackKeyPolicy& policy,
                                                  const Epochs& epochs);

/// One key by path, its chain appraised. `issued` gets how the KMS vouches for it.
[[nodiscard]] Result<SecretBytes> dstack_secret(const evidence::DstackGuest& guest,
                                                const attest::DstackKeyPolicy& policy,
                                                ByteView app_id, Purpose purpose,
                                                std::uint32_t epoch, IssuedKey* issued = nullptr);

}  // namespace pramana::keys
