#include "pramana/chain/contracts_abi.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/chain/vana.hpp"
#include "pramana/core/endian.hpp"

// Meanings: vana-protocol.md 1.3.
namespace pramana::chain {
namespace {

using abi::TupleEncoder;

Bytes call(std::uint32_t selector, const TupleEncoder& arguments = {}) {
    Selector bytes;
    store_be(selector, bytes.bytes.data());
    return arguments.call(bytes);
}

TupleEncoder proof_tuple(const Proof& proof) {
    TupleEncoder content;
    content.word(proof.content.score)
        .uint(proof.content.dlp_id)
        .text(proof.content.metadata)
        .text(proof.content.proof_url)
        .text(proof.content.instruction);
    TupleEncoder tuple;
    tuple.bytes(proof.signature).tuple(content);
    return tuple;
}

std::vector<TupleEncoder> permission_tuples(std::span<const Permission> permissions) {
    std::vector<TupleEncoder> tuples;
    tuples.reserve(permissions.size());
    for (const Permission& permission : permissions) {
        tuples.push_back(TupleEncoder{}.address(permission.account).text(permission.key));
    }
    return tuples;
}

/// addProof has one selector in both contracts; the first argument is a job in the pool, a file in
/// the registry.
Bytes add_proof_call(std::uint64_t id, const Proof& proof) {
    return call(contracts::tee_pool::kAddProof, TupleEncoder{}.uint(id).tuple(proof_tuple(proof)));
}

}  // namespace

namespace data_registry {

Bytes files(FileId file) {
    return call(contracts::data_registry::kFiles, TupleEncoder{}.uint(number(file)));
}
Bytes file_permissions(FileId file, const Address& account) {
    return call(contracts::data_registry::kFilePermissions,
                TupleEncoder{}.uint(number(file)).address(account));
}
Bytes file_proofs(FileId file, std::uint64_t proof_index) {
    return call(contracts::data_registry::kFileProofs,
                TupleEncoder{}.uint(number(file)).uint(proof_index));
}
Bytes file_id_by_url(std::string_view url) {
    return call(contracts::data_registry::kFileIdByUrl, TupleEncoder{}.text(url));
}
Bytes files_count() { return call(contracts::data_registry::kFilesCount); }
Bytes version() { return call(contracts::data_registry::kVersion); }
Bytes add_file(std::string_view url) {
    return call(contracts::data_registry::kAddFile, TupleEncoder{}.text(url));
}
Bytes add_file_with_permissions(std::string_view url, const Address& owner,
                                std::span<const Permission> permissions) {
    return call(contracts::data_registry::kAddFileWithPermissions,
                TupleEncoder{}.text(url).address(owner).array(permission_tuples(permissions)));
}
Bytes add_file_with_permissions_and_schema(std::string_view url, const Address& owner,
                                           std::span<const Permission> permissions,
                                           std::uint64_t schema_id) {
    return call(contracts::data_registry::kAddFileWithPermissionsAndSchema,
                TupleEncoder{}
                    .text(url)
                    .address(owner)
                    .array(permission_tuples(permissions))
                    .uint(schema_id));
}
Bytes add_proof(FileId file, const Proof& proof) { return add_proof_call(number(file), proof); }

}  // namespace data_registry

namespace tee_pool {

Bytes jobs(JobId job) { return call(contracts::tee_pool::kJobs, TupleEncoder{}.uint(number(job))); }
Bytes jobs_count() { return call(contracts::tee_pool::kJobsCount); }
Bytes tee_fee() { return call(contracts::tee_pool::kTeeFee); }
Bytes cancel_delay() { return call(contracts::tee_pool::kCancelDelay); }
Bytes tees(const Address& tee) {
    return call(contracts::tee_pool::kTees, TupleEncoder{}.address(tee));
}
Bytes is_tee(const Address& tee) {
    return call(contracts::tee_pool::kIsTee, TupleEncoder{}.address(tee));
}
Bytes tee_job_ids_paginated(const Address& tee, std::uint64_t start, std::uint64_t limit) {
    return call(contracts::tee_pool::kTeeJobIdsPaginated,
                TupleEncoder{}.address(tee).uint(start).uint(limit));
}
Bytes file_job_ids(FileId file) {
    return call(contracts::tee_pool::kFileJobIds, TupleEncoder{}.uint(number(file)));
}
Bytes request_contribution_proof(FileId file) {
    return call(contracts::tee_pool::kRequestContributionProof, TupleEncoder{}.uint(number(file)));
}
Bytes add_proof(JobId job, const Proof& proof) { return add_proof_call(number(job), proof); }
Bytes cancel_job(JobId job) {
    return call(contracts::tee_pool::kCancelJob, TupleEncoder{}.uint(number(job)));
}
Bytes claim() { return call(contracts::tee_pool::kClaim); }
Bytes add_tee(const Address& tee, std::string_view url, std::string_view public_key) {
    return call(contracts::tee_pool::kAddTee,
                TupleEncoder{}.address(tee).text(url).text(public_key));
}

}  // namespace tee_pool

namespace dlp {

Bytes proof_instruction() { return call(contracts::dlp::kProofInstruction); }
Bytes public_key() { return call(contracts::dlp::kPublicKey); }
Bytes tee_pool() { return call(contracts::dlp::kTeePool); }
Bytes file_reward_factor() { return call(contracts::dlp::kFileRewardFactor); }
Bytes request_reward(FileId file, std::uint64_t proof_index) {
    return call(contracts::dlp::kRequestReward,
                TupleEncoder{}.uint(number(file)).uint(proof_index));
}
Bytes update_proof_instruction(std::string_view instruction) {
    return call(contracts::dlp::kUpdateProofInstruction, TupleEncoder{}.text(instruction));
}

}  // namespace dlp

namespace dlp_registry {

constexpr std::uint32_t kDlpIds =
    0xc06020b0;  // dlpIds(address); the registry is not ours to compile

Bytes dlp_ids(const Address& dlp) { return call(kDlpIds, TupleEncoder{}.address(dlp)); }

}  // namespace dlp_registry
}  // namespace pramana::chain
