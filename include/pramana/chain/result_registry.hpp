#pragma once

#include "pramana/chain/event.hpp"
#include "pramana/crypto/secp256k1.hpp"

/// The registry for attested results (contracts-abi/src/registry): what a validator signs, the
/// calls that carry it, return values and events. Layout: docs/contracts.md "Attested results";
/// hashing: EIP-712. Calls give the input of eth_call or of a transaction; decoders refuse every
/// other layout: kMalformedChainData. Thread: pure functions.
namespace pramana::chain {

/// What is attested for one paid job. All of it is under the signature.
struct AttestedResult {
    Address pool;  ///< the contract that holds the work order
    JobId job{};
    FileId file{};
    Address dlp;         ///< the one contract that may pay for it
    Hash32 result_hash;  ///< SHA-256 of the binding document
    Word256 score;       ///< 10^18 is 1.0
    friend bool operator==(const AttestedResult&, const AttestedResult&) = default;
};

/// How a batch moves its corpus. `new_root` equals `previous_root` where nothing got a place.
struct CorpusAdvance {
    Hash32 corpus_id;
    std::uint32_t epoch = 0;
    Hash32 previous_root;  ///< must be the registry's head of this corpus
    Hash32 new_root;       ///< never zero
    std::uint64_t deadline_unix_s = 0;
    friend bool operator==(const CorpusAdvance&, const CorpusAdvance&) = default;
};

/// A Merkle root over results: leaves are result_leaf(), in any order that the signer chose.
struct ResultTree {
    Hash32 root;
    std::uint32_t count = 0;  ///< 1 at least
};

/// r and s with the parity in its top bit. Source: EIP-2098.
struct CompactSignature {
    Hash32 r;
    Hash32 vs;
    friend bool operator==(const CompactSignature&, const CompactSignature&) = default;
};
/// `signature` has a low s, as SigningKey::sign gives it; another one aborts.
[[nodiscard]] CompactSignature compact_signature(const Signature65& signature);

/// Gas of a batch stays far below a block's: 100 results need 2.9 M (docs/contracts.md).
inline constexpr std::size_t kBatchResultsMax = 100;

namespace result_registry {

/// {name "Pramana Attested Results", version "1", chain id, registry}.
[[nodiscard]] Hash32 domain(std::uint64_t chain_id, const Address& registry);
/// hashStruct(result).
[[nodiscard]] Hash32 result_struct_hash(const AttestedResult& result);
/// keccak256(hashStruct(result)): hashed twice, so that no inner node passes for a leaf.
[[nodiscard]] Hash32 result_leaf(const AttestedResult& result);
/// What the contract stores for a job: keccak256(validator, hashStruct(result)).
[[nodiscard]] Hash32 record_word(const Address& validator, const AttestedResult& result);

/// What a validator signs for record_batch(); 1..kBatchResultsMax results, more or none aborts.
[[nodiscard]] Hash32 batch_digest(const Hash32& domain, const CorpusAdvance& advance,
                                  std::span<const AttestedResult> results);
/// What a validator signs for record_root().
[[nodiscard]] Hash32 root_digest(const Hash32& domain, const CorpusAdvance& advance,
                                 const ResultTree& tree);

[[nodiscard]] Bytes record_batch(const CorpusAdvance& advance,
                                 std::span<const AttestedResult> results,
                                 const CompactSignature& signature);
/// The previous root is signed but not sent: the contract takes its head.
[[nodiscard]] Bytes record_root(const CorpusAdvance& advance, const ResultTree& tree,
                                const CompactSignature& signature);
[[nodiscard]] Bytes register_validator(const Address& validator, const Hash32& statement_hash,
                                       std::uint64_t expires_unix_s, ByteView evidence);
[[nodiscard]] Bytes revoke(const Address& validator);

// Views; decode_word and decode_bool (vana.hpp) read the answers of the first five.
[[nodiscard]] Bytes head(const Hash32& corpus_id, std::uint32_t epoch);  ///< decode_word
[[nodiscard]] Bytes record_of(const Address& pool, const Address& dlp,
                              JobId job);  ///< decode_word; 0 is none
[[nodiscard]] Bytes is_claimed(const Address& pool, const Address& dlp, JobId job);
[[nodiscard]] Bytes is_active(const Address& validator);
[[nodiscard]] Bytes is_attested(const AttestedResult& result, const Address& validator);
/// decode_address; zero if the root does not cover the result. `proof` as merkle_proof gives it.
[[nodiscard]] Bytes attested_under_root(const Hash32& root, const AttestedResult& result,
                                        std::span<const Hash32> proof);

}  // namespace result_registry

/// The appraisal by k signatures.
namespace quorum_appraisal {

/// {name "Pramana Quorum Appraisal", version "1", chain id, appraisal contract}.
[[nodiscard]] Hash32 domain(std::uint64_t chain_id, const Address& appraisal);
/// What an appraiser signs to vouch for a key.
[[nodiscard]] Hash32 digest(const Hash32& domain, const Address& registry, const Address& validator,
                            const Hash32& statement_hash, std::uint64_t expires_unix_s);
/// The evidence for register_validator(): the signatures of `digest`, in any order, sorted here by
/// signer. Errors: kMalformedKey if one recovers nobody, kConflict if two are of one signer.
[[nodiscard]] Result<Bytes> evidence(const Hash32& digest, std::span<const Signature65> signatures);

}  // namespace quorum_appraisal

// Events. `topic0()` filters, `decode` refuses logs of another event; the emitter's address is the
// caller's check.

struct ResultRecorded {
    AttestedResult result;
    [[nodiscard]] static Hash32 topic0();
    [[nodiscard]] static Result<ResultRecorded> decode(const Log& log);
};
/// In its transaction it comes after the ResultRecorded of each of its results.
struct BatchRecorded {
    Hash32 corpus_id;
    Address validator;
    std::uint32_t epoch = 0;
    Hash32 previous_root;
    Hash32 new_root;
    std::uint64_t count = 0;
    [[nodiscard]] static Hash32 topic0();
    [[nodiscard]] static Result<BatchRecorded> decode(const Log& log);
};
struct RootRecorded {
    Hash32 root;
    Hash32 corpus_id;
    [[nodiscard]] static Hash32 topic0();
    [[nodiscard]] static Result<RootRecorded> decode(const Log& log);
};
struct ValidatorRegistered {
    Address validator;
    Hash32 statement_hash;
    std::uint64_t expires_unix_s = 0;
    [[nodiscard]] static Hash32 topic0();
    [[nodiscard]] static Result<ValidatorRegistered> decode(const Log& log);
};
struct ValidatorRevoked {
    Address validator;
    Address by;  ///< the registry's owner, or the validator itself
    [[nodiscard]] static Hash32 topic0();
    [[nodiscard]] static Result<ValidatorRevoked> decode(const Log& log);
};

}  // namespace pramana::chain
