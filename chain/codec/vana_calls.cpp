#include "pramana/chain/uint256.hpp"
#include "pramana/chain/vana.hpp"

// Selectors and meanings: vana-protocol.md 1.3.
namespace pramana::chain {
namespace {

using abi::TupleEncoder;

Bytes call(std::string_view signature, const TupleEncoder& arguments = {}) {
    return arguments.call(selector_of(signature));
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
    for (const Permission& permission : permissions) {
        tuples.push_back(TupleEncoder{}.address(permission.account).text(permission.key));
    }
    return tuples;
}

/// addProof has one selector in both contracts; the first argument is a job in the pool, a file in
/// the registry.
Bytes add_proof_call(std::uint64_t id, const Proof& proof) {
    return call("addProof(uint256,(bytes,(uint256,uint256,string,string,string)))",
                TupleEncoder{}.uint(id).tuple(proof_tuple(proof)));
}

}  // namespace

namespace data_registry {

Bytes files(FileId file) { return call("files(uint256)", TupleEncoder{}.uint(number(file))); }
Bytes file_permissions(FileId file, const Address& account) {
    return call("filePermissions(uint256,address)",
                TupleEncoder{}.uint(number(file)).address(account));
}
Bytes file_proofs(FileId file, std::uint64_t proof_index) {
    return call("fileProofs(uint256,uint256)", TupleEncoder{}.uint(number(file)).uint(proof_index));
}
Bytes file_id_by_url(std::string_view url) {
    return call("fileIdByUrl(string)", TupleEncoder{}.text(url));
}
Bytes files_count() { return call("filesCount()"); }
Bytes version() { return call("version()"); }
Bytes add_file(std::string_view url) { return call("addFile(string)", TupleEncoder{}.text(url)); }
Bytes add_file_with_permissions(std::string_view url, const Address& owner,
                                std::span<const Permission> permissions) {
    return call("addFileWithPermissions(string,address,(address,string)[])",
                TupleEncoder{}.text(url).address(owner).array(permission_tuples(permissions)));
}
Bytes add_file_with_permissions_and_schema(std::string_view url, const Address& owner,
                                           std::span<const Permission> permissions,
                                           std::uint64_t schema_id) {
    return call("addFileWithPermissionsAndSchema(string,address,(address,string)[],uint256)",
                TupleEncoder{}
                    .text(url)
                    .address(owner)
                    .array(permission_tuples(permissions))
                    .uint(schema_id));
}
Bytes add_proof(FileId file, const Proof& proof) { return add_proof_call(number(file), proof); }

}  // namespace data_registry

namespace tee_pool {

Bytes jobs(JobId job) { return call("jobs(uint256)", TupleEncoder{}.uint(number(job))); }
Bytes jobs_count() { return call("jobsCount()"); }
Bytes tee_fee() { return call("teeFee()"); }
Bytes cancel_delay() { return call("cancelDelay()"); }
Bytes tees(const Address& tee) { return call("tees(address)", TupleEncoder{}.address(tee)); }
Bytes is_tee(const Address& tee) { return call("isTee(address)", TupleEncoder{}.address(tee)); }
Bytes tee_job_ids_paginated(const Address& tee, std::uint64_t start, std::uint64_t limit) {
    return call("teeJobIdsPaginated(address,uint256,uint256)",
                TupleEncoder{}.address(tee).uint(start).uint(limit));
}
Bytes file_job_ids(FileId file) {
    return call("fileJobIds(uint256)", TupleEncoder{}.uint(number(file)));
}
Bytes request_contribution_proof(FileId file) {
    return call("requestContributionProof(uint256)", TupleEncoder{}.uint(number(file)));
}
Bytes add_proof(JobId job, const Proof& proof) { return add_proof_call(number(job), proof); }
Bytes cancel_job(JobId job) { return call("cancelJob(uint256)", TupleEncoder{}.uint(number(job))); }
Bytes claim() { return call("claim()"); }
Bytes add_tee(const Address& tee, std::string_view url, std::string_view public_key) {
    return call("addTee(address,string,string)",
                TupleEncoder{}.address(tee).text(url).text(public_key));
}

}  // namespace tee_pool

namespace dlp {

Bytes proof_instruction() { return call("proofInstruction()"); }
Bytes public_key() { return call("publicKey()"); }
Bytes tee_pool() { return call("teePool()"); }
Bytes file_reward_factor() { return call("fileRewardFactor()"); }
Bytes request_reward(FileId file, std::uint64_t proof_index) {
    return call("requestReward(uint256,uint256)",
                TupleEncoder{}.uint(number(file)).uint(proof_index));
}
Bytes update_proof_instruction(std::string_view instruction) {
    return call("updateProofInstruction(string)", TupleEncoder{}.text(instruction));
}

}  // namespace dlp

namespace dlp_registry {

Bytes dlp_ids(const Address& dlp) { return call("dlpIds(address)", TupleEncoder{}.address(dlp)); }

}  // namespace dlp_registry
}  // namespace pramana::chain
