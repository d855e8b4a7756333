#include "pramana/chain/proof_digest.hpp"

#include "pramana/chain/uint256.hpp"
#include "pramana/crypto/keccak.hpp"

namespace pramana::chain {

Bytes packed_proof(std::string_view file_url, const ProofData& proof) {
    Bytes packed;
    append(packed, file_url);
    append(packed, proof.score.view());
    append(packed, to_word(proof.dlp_id).view());
    append(packed, proof.metadata);
    append(packed, proof.proof_url);
    append(packed, proof.instruction);
    return packed;
}

ProofDigest proof_digest(std::string_view file_url, const ProofData& proof) {
    const Hash32 inner = keccak256(packed_proof(file_url, proof));
    return {.inner = inner, .digest = personal_message_digest(inner.view())};
}

Proof sign_proof(std::string_view file_url, ProofData proof, const SigningKey& key) {
    const Signature65 signature = key.sign(proof_digest(file_url, proof).digest);
    return {.signature = Bytes(signature.bytes.begin(), signature.bytes.end()),
            .content = std::move(proof)};
}

Result<Address> recover_attestator(std::string_view file_url, const Proof& proof) {
    if (proof.signature.size() != Signature65::kSize || proof.signature[64] < 27) {
        return Error{Errc::kMalformedKey, "chain.proof_digest.signature"};
    }
    Signature65 signature;
    std::copy(proof.signature.begin(), proof.signature.end(), signature.bytes.begin());
    return recover_address(proof_digest(file_url, proof.content).digest, signature);
}

std::uint64_t score_wad_of_pay(std::uint32_t pay_1024) {
    PRAMANA_CHECK(pay_1024 <= 1024);
    return pay_1024 * (kScoreWadOne / 1024);
}

Result<std::uint64_t> score_wad_of_double(double score) {
    const double scaled = score * 1e18;
    // Written so that NaN fails too. 2^64 is exact in a double.
    if (!(scaled >= 0.0 && scaled < 18446744073709551616.0)) {
        return Error{Errc::kBadRequest, "chain.proof_digest.score"};
    }
    return static_cast<std::uint64_t>(scaled);
}

}  // namespace pramana::chain
