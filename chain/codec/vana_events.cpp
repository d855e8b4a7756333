#include "event_fields.hpp"
#include "value_fields.hpp"

#include "pramana/chain/contracts_abi.hpp"

// Events and topics: vana-protocol.md 1.4.
namespace pramana::chain {
namespace {

const abi::Event& job_submitted() {
    static const abi::Event kEvent =
        declared("JobSubmitted(uint256 indexed,uint256 indexed,address,uint256)");
    return kEvent;
}
const abi::Event& job_canceled() {
    static const abi::Event kEvent = declared("JobCanceled(uint256 indexed)");
    return kEvent;
}
const abi::Event& job_proof_added() {
    static const abi::Event kEvent =
        declared("ProofAdded(address indexed,uint256 indexed,uint256 indexed)");
    return kEvent;
}
const abi::Event& file_proof_added() {
    static const abi::Event kEvent = declared(
        "ProofAdded(uint256 indexed,address indexed,uint256,uint256 indexed,uint256,string)");
    return kEvent;
}
const abi::Event& tee_added() {
    static const abi::Event kEvent = declared("TeeAdded(address indexed)");
    return kEvent;
}
const abi::Event& tee_removed() {
    static const abi::Event kEvent = declared("TeeRemoved(address indexed)");
    return kEvent;
}
const abi::Event& file_added() {
    static const abi::Event kEvent = declared("FileAdded(uint256 indexed,address indexed,string)");
    return kEvent;
}
const abi::Event& file_added_v2() {
    static const abi::Event kEvent =
        declared("FileAddedV2(uint256 indexed,address indexed,string,uint256)");
    return kEvent;
}
const abi::Event& permission_granted() {
    static const abi::Event kEvent = declared("PermissionGranted(uint256 indexed,address indexed)");
    return kEvent;
}
const abi::Event& reward_requested() {
    static const abi::Event kEvent =
        declared("RewardRequested(address indexed,uint256 indexed,uint256 indexed,uint256)");
    return kEvent;
}

}  // namespace

Hash32 JobSubmitted::topic0() { return contracts::tee_pool::kJobSubmittedTopic; }
Result<JobSubmitted> JobSubmitted::decode(const Log& log) {
    const Result<std::vector<abi::Value>> values = arguments_of(job_submitted(), log);
    if (!values) return values.error();
    ValueFields fields{*values};
    JobSubmitted event;
    event.job = fields.id<JobId>();
    event.file = fields.id<FileId>();
    event.tee = fields.address();
    event.bid_wei = fields.word();
    return fields.finish(event);
}

Hash32 JobCanceled::topic0() { return contracts::tee_pool::kJobCanceledTopic; }
Result<JobCanceled> JobCanceled::decode(const Log& log) {
    const Result<std::vector<abi::Value>> values = arguments_of(job_canceled(), log);
    if (!values) return values.error();
    ValueFields fields{*values};
    JobCanceled event;
    event.job = fields.id<JobId>();
    return fields.finish(event);
}

Hash32 JobProofAdded::topic0() { return contracts::tee_pool::kProofAddedTopic; }
Result<JobProofAdded> JobProofAdded::decode(const Log& log) {
    const Result<std::vector<abi::Value>> values = arguments_of(job_proof_added(), log);
    if (!values) return values.error();
    ValueFields fields{*values};
    JobProofAdded event;
    event.attestator = fields.address();
    event.job = fields.id<JobId>();
    event.file = fields.id<FileId>();
    return fields.finish(event);
}

Hash32 FileProofAdded::topic0() { return contracts::data_registry::kProofAddedTopic; }
Result<FileProofAdded> FileProofAdded::decode(const Log& log) {
    const Result<std::vector<abi::Value>> values = arguments_of(file_proof_added(), log);
    if (!values) return values.error();
    ValueFields fields{*values};
    FileProofAdded event;
    event.file = fields.id<FileId>();
    event.owner = fields.address();
    event.proof_index = fields.u64();
    event.dlp_id = fields.u64();
    event.score = fields.word();
    event.proof_url = fields.text();
    return fields.finish(std::move(event));
}

Hash32 TeeAdded::topic0() { return contracts::tee_pool::kTeeAddedTopic; }
Result<TeeAdded> TeeAdded::decode(const Log& log) {
    const Result<std::vector<abi::Value>> values = arguments_of(tee_added(), log);
    if (!values) return values.error();
    ValueFields fields{*values};
    TeeAdded event;
    event.tee = fields.address();
    return fields.finish(event);
}

Hash32 TeeRemoved::topic0() { return contracts::tee_pool::kTeeRemovedTopic; }
Result<TeeRemoved> TeeRemoved::decode(const Log& log) {
    const Result<std::vector<abi::Value>> values = arguments_of(tee_removed(), log);
    if (!values) return values.error();
    ValueFields fields{*values};
    TeeRemoved event;
    event.tee = fields.address();
    return fields.finish(event);
}

Hash32 FileAdded::topic0() { return contracts::data_registry::kFileAddedTopic; }
Hash32 FileAdded::topic0_v2() { return contracts::data_registry::kFileAddedV2Topic; }
Result<FileAdded> FileAdded::decode(const Log& log) {
    const bool second = !log.topics.empty() && log.topics[0] == topic0_v2();
    const Result<std::vector<abi::Value>> values =
        arguments_of(second ? file_added_v2() : file_added(), log);
    if (!values) return values.error();
    ValueFields fields{*values};
    FileAdded event;
    event.file = fields.id<FileId>();
    event.owner = fields.address();
    event.url = fields.text();
    if (second) event.schema_id = fields.u64();
    return fields.finish(std::move(event));
}

Hash32 PermissionGranted::topic0() { return contracts::data_registry::kPermissionGrantedTopic; }
Result<PermissionGranted> PermissionGranted::decode(const Log& log) {
    const Result<std::vector<abi::Value>> values = arguments_of(permission_granted(), log);
    if (!values) return values.error();
    ValueFields fields{*values};
    PermissionGranted event;
    event.file = fields.id<FileId>();
    event.account = fields.address();
    return fields.finish(event);
}

Hash32 RewardRequested::topic0() { return contracts::dlp::kRewardRequestedTopic; }
Result<RewardRequested> RewardRequested::decode(const Log& log) {
    const Result<std::vector<abi::Value>> values = arguments_of(reward_requested(), log);
    if (!values) return values.error();
    ValueFields fields{*values};
    RewardRequested event;
    event.contributor = fields.address();
    event.file = fields.id<FileId>();
    event.proof_index = fields.u64();
    event.reward = fields.word();
    return fields.finish(event);
}

}  // namespace pramana::chain
