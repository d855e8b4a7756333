#include "pramana/chain/result_registry.hpp"

#include "pramana/chain/contracts_abi.hpp"
#include "pramana/chain/typed_data.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/core/check.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/crypto/keccak.hpp"

#include <algorithm>

// The types stand in contracts-abi/src/registry, texts and all; hashing is EIP-712's encodeData.
namespace pramana::chain {
namespace {

using abi::TupleEncoder;

constexpr std::string_view kResultType =
    "Result(address pool,uint256 jobId,uint256 fileId,address dlp,bytes32 resultHash,"
    "uint256 score)";
constexpr std::string_view kBatchType =
    "ResultBatch(bytes32 corpusId,uint32 epoch,bytes32 previousRoot,bytes32 newRoot,"
    "uint64 deadline,Result[] results)"
    "Result(address pool,uint256 jobId,uint256 fileId,address dlp,bytes32 resultHash,"
    "uint256 score)";
constexpr std::string_view kRootType =
    "ResultRoot(bytes32 corpusId,uint32 epoch,bytes32 previousRoot,bytes32 newRoot,"
    "uint64 deadline,bytes32 root,uint32 count)";
constexpr std::string_view kAppraisalType =
    "Appraisal(address registry,address validator,bytes32 statementHash,uint64 expiresAt)";

Word256 as_word(const Hash32& hash) { return Word256{hash.bytes}; }

Bytes call(std::uint32_t selector, const TupleEncoder& arguments) {
    Selector bytes;
    store_be(selector, bytes.bytes.data());
    return arguments.call(bytes);
}

/// keccak256(typeHash || encoded members); all members here are static.
Hash32 struct_hash(std::string_view type, const TupleEncoder& members) {
    return keccak256({keccak256(type).view(), members.encoded()});
}

TupleEncoder members_of(const AttestedResult& result) {
    TupleEncoder members;
    members.address(result.pool)
        .uint(number(result.job))
        .uint(number(result.file))
        .address(result.dlp)
        .word(as_word(result.result_hash))
        .word(result.score);
    return members;
}

TupleEncoder members_of(const CorpusAdvance& advance) {
    TupleEncoder members;
    members.word(as_word(advance.corpus_id))
        .uint(advance.epoch)
        .word(as_word(advance.previous_root))
        .word(as_word(advance.new_root))
        .uint(advance.deadline_unix_s);
    return members;
}

Hash32 domain_of(std::string_view name, std::uint64_t chain_id, const Address& contract) {
    TypedDomain domain;
    domain.name = name;
    domain.version = "1";
    domain.chain_id = to_word(chain_id);
    domain.verifying_contract = contract;
    return domain_separator(domain);
}

/// epoch | deadline << 32 | count << 96.
Word256 terms_of(const CorpusAdvance& advance, std::uint32_t count) {
    Word256 terms;
    store_be(count, terms.bytes.data() + 16);
    store_be(advance.deadline_unix_s, terms.bytes.data() + 20);
    store_be(advance.epoch, terms.bytes.data() + 28);
    return terms;
}

TupleEncoder words_of(std::span<const Hash32> hashes) {
    TupleEncoder words;
    for (const Hash32& hash : hashes) words.word(as_word(hash));
    return words;
}

}  // namespace

CompactSignature compact_signature(const Signature65& signature) {
    PRAMANA_CHECK(has_low_s(signature));
    const std::uint8_t parity = signature.bytes[64] - 27;
    PRAMANA_CHECK(parity < 2);
    CompactSignature compact;
    std::copy_n(signature.bytes.begin(), 32, compact.r.bytes.begin());
    std::copy_n(signature.bytes.begin() + 32, 32, compact.vs.bytes.begin());
    compact.vs.bytes[0] |= static_cast<std::uint8_t>(parity << 7U);  // free: a low s has 255 bits
    return compact;
}

namespace result_registry {

Hash32 domain(std::uint64_t chain_id, const Address& registry) {
    return domain_of("Pramana Attested Results", chain_id, registry);
}
Hash32 result_struct_hash(const AttestedResult& result) {
    return struct_hash(kResultType, members_of(result));
}
Hash32 result_leaf(const AttestedResult& result) {
    return keccak256(result_struct_hash(result).view());
}
Hash32 record_word(const Address& validator, const AttestedResult& result) {
    return keccak256({to_word(validator).view(), result_struct_hash(result).view()});
}

Hash32 batch_digest(const Hash32& domain, const CorpusAdvance& advance,
                    std::span<const AttestedResult> results) {
    PRAMANA_CHECK(!results.empty() && results.size() <= kBatchResultsMax);
    Bytes hashes;
    for (const AttestedResult& result : results) append(hashes, result_struct_hash(result).view());
    TupleEncoder members = members_of(advance);
    members.word(as_word(keccak256(hashes)));
    return typed_data_digest(domain, struct_hash(kBatchType, members));
}
Hash32 root_digest(const Hash32& domain, const CorpusAdvance& advance, const ResultTree& tree) {
    TupleEncoder members = members_of(advance);
    members.word(as_word(tree.root)).uint(tree.count);
    return typed_data_digest(domain, struct_hash(kRootType, members));
}

Bytes record_batch(const CorpusAdvance& advance, std::span<const AttestedResult> results,
                   const CompactSignature& signature) {
    PRAMANA_CHECK(!results.empty() && results.size() <= kBatchResultsMax);
    std::vector<TupleEncoder> tuples;
    tuples.reserve(results.size());
    for (const AttestedResult& result : results) tuples.push_back(members_of(result));
    return call(contracts::attested_result_registry::kRecordBatch,
                TupleEncoder{}
                    .tuple(members_of(advance))
                    .array(tuples)
                    .word(as_word(signature.r))
                    .word(as_word(signature.vs)));
}
Bytes record_root(const CorpusAdvance& advance, const ResultTree& tree,
                  const CompactSignature& signature) {
    return call(contracts::attested_result_registry::kRecordRoot,
                TupleEncoder{}
                    .word(as_word(advance.corpus_id))
                    .word(terms_of(advance, tree.count))
                    .word(as_word(advance.new_root))
                    .word(as_word(tree.root))
                    .word(as_word(signature.r))
                    .word(as_word(signature.vs)));
}
Bytes register_validator(const Address& validator, const Hash32& statement_hash,
                         std::uint64_t expires_unix_s, ByteView evidence) {
    return call(contracts::attested_result_registry::kRegister, TupleEncoder{}
                                                                    .address(validator)
                                                                    .word(as_word(statement_hash))
                                                                    .uint(expires_unix_s)
                                                                    .bytes(evidence));
}
Bytes revoke(const Address& validator) {
    return call(contracts::attested_result_registry::kRevoke, TupleEncoder{}.address(validator));
}

Bytes head(const Hash32& corpus_id, std::uint32_t epoch) {
    return call(contracts::attested_result_registry::kHead,
                TupleEncoder{}.word(as_word(corpus_id)).uint(epoch));
}
Bytes record_of(const Address& pool, const Address& dlp, JobId job) {
    return call(contracts::attested_result_registry::kRecordOf,
                TupleEncoder{}.address(pool).address(dlp).uint(number(job)));
}
Bytes is_claimed(const Address& pool, const Address& dlp, JobId job) {
    return call(contracts::attested_result_registry::kIsClaimed,
                TupleEncoder{}.address(pool).address(dlp).uint(number(job)));
}
Bytes is_active(const Address& validator) {
    return call(contracts::attested_result_registry::kIsActive, TupleEncoder{}.address(validator));
}
Bytes is_attested(const AttestedResult& result, const Address& validator) {
    return call(contracts::attested_result_registry::kIsAttested,
                TupleEncoder{}.tuple(members_of(result)).address(validator));
}
Bytes attested_under_root(const Hash32& root, const AttestedResult& result,
                          std::span<const Hash32> proof) {
    std::vector<TupleEncoder> nodes;
    nodes.reserve(proof.size());
    for (const Hash32& node : proof) nodes.push_back(TupleEncoder{}.word(as_word(node)));
    return call(contracts::attested_result_registry::kAttestedUnderRoot,
                TupleEncoder{}.word(as_word(root)).tuple(members_of(result)).array(nodes));
}

}  // namespace result_registry

namespace quorum_appraisal {

Hash32 domain(std::uint64_t chain_id, const Address& appraisal) {
    return domain_of("Pramana Quorum Appraisal", chain_id, appraisal);
}
Hash32 digest(const Hash32& domain, const Address& registry, const Address& validator,
              const Hash32& statement_hash, std::uint64_t expires_unix_s) {
    TupleEncoder members;
    members.address(registry).address(validator).word(as_word(statement_hash)).uint(expires_unix_s);
    return typed_data_digest(domain, struct_hash(kAppraisalType, members));
}
Result<Bytes> evidence(const Hash32& digest, std::span<const Signature65> signatures) {
    std::vector<std::pair<Address, CompactSignature>> votes;
    votes.reserve(signatures.size());
    for (const Signature65& signature : signatures) {
        const Result<Address> signer = recover_address(digest, signature);  // refuses a high s
        if (!signer) return signer.error();
        Signature65 spelled = signature;  // wallets also write the parity as 0 or 1
        if (spelled.bytes[64] < 27) spelled.bytes[64] += 27;
        votes.emplace_back(*signer, compact_signature(spelled));
    }
    std::ranges::sort(votes, {}, [](const auto& vote) { return vote.first; });
    std::vector<TupleEncoder> pairs;
    pairs.reserve(votes.size());
    for (std::size_t i = 0; i < votes.size(); ++i) {
        if (i > 0 && votes[i].first == votes[i - 1].first)
            return Error{Errc::kConflict, "chain.registry.same_signer"};
        pairs.push_back(words_of(std::array{votes[i].second.r, votes[i].second.vs}));
    }
    return TupleEncoder{}.array(pairs).encoded();
}

}  // namespace quorum_appraisal
}  // namespace pramana::chain
