#include "pramana/chain/contracts_abi.hpp"
#include "pramana/chain/result_registry.hpp"

#include "event_fields.hpp"
#include "value_fields.hpp"

// Events of contracts-abi/src/registry.
namespace pramana::chain {
namespace {

namespace topics = contracts::attested_result_registry;

Hash32 hash_of(ValueFields& fields) {
    const Bytes bytes = fields.bytes();
    PRAMANA_CHECK(bytes.size() == Hash32::kSize);  // the type is bytes32
    Hash32 hash;
    std::copy(bytes.begin(), bytes.end(), hash.bytes.begin());
    return hash;
}

}  // namespace

Hash32 ResultRecorded::topic0() { return topics::kResultRecordedTopic; }
Result<ResultRecorded> ResultRecorded::decode(const Log& log) {
    static const abi::Event kEvent = declared(
        "ResultRecorded(address indexed,uint256 indexed,uint256 indexed,address,bytes32,uint256)");
    const Result<std::vector<abi::Value>> values = arguments_of(kEvent, log);
    if (!values) return values.error();
    ValueFields fields{*values};
    ResultRecorded event;
    event.result.dlp = fields.address();
    event.result.job = fields.id<JobId>();
    event.result.file = fields.id<FileId>();
    event.result.pool = fields.address();
    event.result.result_hash = hash_of(fields);
    event.result.score = fields.word();
    return fields.finish(event);
}

Hash32 BatchRecorded::topic0() { return topics::kBatchRecordedTopic; }
Result<BatchRecorded> BatchRecorded::decode(const Log& log) {
    static const abi::Event kEvent =
        declared("BatchRecorded(bytes32 indexed,address indexed,uint32,bytes32,bytes32,uint256)");
    const Result<std::vector<abi::Value>> values = arguments_of(kEvent, log);
    if (!values) return values.error();
    ValueFields fields{*values};
    BatchRecorded event;
    event.corpus_id = hash_of(fields);
    event.validator = fields.address();
    event.epoch = static_cast<std::uint32_t>(fields.u64());  // the type is uint32
    event.previous_root = hash_of(fields);
    event.new_root = hash_of(fields);
    event.count = fields.u64();
    return fields.finish(event);
}

Hash32 RootRecorded::topic0() { return topics::kRootRecordedTopic; }
Result<RootRecorded> RootRecorded::decode(const Log& log) {
    static const abi::Event kEvent = declared("RootRecorded(bytes32 indexed,bytes32 indexed)");
    const Result<std::vector<abi::Value>> values = arguments_of(kEvent, log);
    if (!values) return values.error();
    ValueFields fields{*values};
    RootRecorded event;
    event.root = hash_of(fields);
    event.corpus_id = hash_of(fields);
    return fields.finish(event);
}

Hash32 ValidatorRegistered::topic0() { return topics::kValidatorRegisteredTopic; }
Result<ValidatorRegistered> ValidatorRegistered::decode(const Log& log) {
    static const abi::Event kEvent =
        declared("ValidatorRegistered(address indexed,bytes32 indexed,uint64)");
    const Result<std::vector<abi::Value>> values = arguments_of(kEvent, log);
    if (!values) return values.error();
    ValueFields fields{*values};
    ValidatorRegistered event;
    event.validator = fields.address();
    event.statement_hash = hash_of(fields);
    event.expires_unix_s = fields.u64();
    return fields.finish(event);
}

Hash32 ValidatorRevoked::topic0() { return topics::kValidatorRevokedTopic; }
Result<ValidatorRevoked> ValidatorRevoked::decode(const Log& log) {
    static const abi::Event kEvent = declared("ValidatorRevoked(address indexed,address indexed)");
    const Result<std::vector<abi::Value>> values = arguments_of(kEvent, log);
    if (!values) return values.error();
    ValueFields fields{*values};
    ValidatorRevoked event;
    event.validator = fields.address();
    event.by = fields.address();
    return fields.finish(event);
}

}  // namespace pramana::chain
