#pragma once

#include "pramana/crypto/secp256k1.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::app {

/// An answer of GET /v1/attestation is at most this long: a quote with its certificates fits.
inline constexpr std::size_t kAttestationBytesMax = std::size_t{1} << 20U;

struct AttestedDlp {
    Address address;
    std::string instruction;
};

/// What a validator says about itself (docs/formats.md "Statement"), as far as a client uses it.
/// Nothing here is appraised.
struct Attestation {
    std::string provider;  ///< kind of the evidence; "software" proves nothing
    std::uint64_t chain_id = 0;
    Address data_registry;
    Address tee_pool;
    Address signing_address;
    PublicKey encryption_key;
    std::uint64_t upload_bytes_max = 0;
    Word256 min_bid_wei;
    std::vector<AttestedDlp> dlps;
    std::string statement_text;                 ///< as it was sent
    Hash32 statement_hash;                      ///< SHA-256 of it
    std::optional<Hash32> gpu_evidence_sha256;  ///< of the text of `gpu_evidence` as it was sent
    Bytes report_data;
};

/// Reads the answer strictly where it is used and ignores what is not. Errors: kBadRequest (not
/// JSON, another version, a member is absent or has another form), kHashMismatch (statement_sha256
/// is of another text).
[[nodiscard]] Result<Attestation> parse_attestation(std::string_view json);

/// What the evidence must have been asked over: docs/formats.md "Statement".
[[nodiscard]] Bytes expected_report(const Attestation& attestation, ByteView challenge);

}  // namespace pramana::app
