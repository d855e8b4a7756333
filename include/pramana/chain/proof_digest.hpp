#pragma once

#include "pramana/chain/vana.hpp"
#include "pramana/crypto/secp256k1.hpp"

namespace pramana::chain {

/// What a DLP contract recovers the attestator from (vana-protocol.md 1.8).
struct ProofDigest {
    Hash32 inner;   ///< keccak256(packed)
    Hash32 digest;  ///< EIP-191 of `inner`: what is signed
};
/// utf8(file url) || be32(score) || be32(dlp id) || utf8(metadata) || utf8(proof url) ||
/// utf8(instruction). The texts have no lengths in it: bind everything else in `metadata`.
[[nodiscard]] Bytes packed_proof(std::string_view file_url, const ProofData& proof);
[[nodiscard]] ProofDigest proof_digest(std::string_view file_url, const ProofData& proof);
[[nodiscard]] Proof sign_proof(std::string_view file_url, ProofData proof, const SigningKey& key);
/// The attestator. Errors: kMalformedKey for a signature that the contract's library would refuse
/// too: not 65 bytes, v not 27 or 28, high s, or nothing to recover.
[[nodiscard]] Result<Address> recover_attestator(std::string_view file_url, const Proof& proof);

/// 10^18: the highest score that a DLP pays for.
inline constexpr std::uint64_t kScoreWadOne = 1'000'000'000'000'000'000;
/// pay_1024 (0..1024, more is a bug and aborts) times 10^18 / 1024, which is whole.
[[nodiscard]] std::uint64_t score_wad_of_pay(std::uint32_t pay_1024);
/// trunc(score * 1e18) in IEEE double, as the reference signers compute it; only to check proofs of
/// others. Errors: kBadRequest for NaN, a negative score, or 2^64 and above after scaling.
[[nodiscard]] Result<std::uint64_t> score_wad_of_double(double score);

}  // namespace pramana::chain
