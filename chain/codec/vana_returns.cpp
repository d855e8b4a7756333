#include "value_fields.hpp"

// Structures and layouts: vana-protocol.md 1.2.
namespace pramana::chain {
namespace {

constexpr Error kMalformed{Errc::kMalformedChainData, "chain.vana.return"};

/// The values of one return type, in parentheses; refuses every other layout.
Result<std::vector<abi::Value>> values_of(std::string_view types, ByteView returned) {
    const Result<std::vector<abi::Type>> parsed = abi::parse_types(types);
    PRAMANA_CHECK(parsed.has_value());
    return abi::decode_canonical(*parsed, returned);
}

/// The members of the one tuple that is returned.
Result<std::vector<abi::Value>> members_of(std::string_view types, ByteView returned) {
    Result<std::vector<abi::Value>> values = values_of(types, returned);
    if (!values) return values;
    return values->front().items();
}

Result<std::vector<JobId>> ids_of(const std::vector<abi::Value>& items) {
    ValueFields fields{items};
    std::vector<JobId> ids;
    ids.reserve(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) ids.push_back(fields.id<JobId>());
    return fields.finish(std::move(ids));
}

}  // namespace

Result<Word256> decode_word(ByteView returned) {
    const Result<std::vector<abi::Value>> values = values_of("(uint256)", returned);
    if (!values) return values.error();
    return values->front().word();
}

Result<std::uint64_t> decode_u64(ByteView returned) {
    const Result<Word256> word = decode_word(returned);
    if (!word) return word.error();
    return to_u64(*word);
}

Result<bool> decode_bool(ByteView returned) {
    const Result<std::vector<abi::Value>> values = values_of("(bool)", returned);
    if (!values) return values.error();
    return !values->front().word().is_zero();
}

Result<Address> decode_address(ByteView returned) {
    const Result<std::vector<abi::Value>> values = values_of("(address)", returned);
    if (!values) return values.error();
    return to_address(values->front().word());
}

Result<std::string> decode_text(ByteView returned) {
    const Result<std::vector<abi::Value>> values = values_of("(string)", returned);
    if (!values) return values.error();
    return values->front().text();
}

namespace data_registry {

Result<RegistryFile> decode_file(ByteView returned) {
    // Offset of the tuple, id, owner, then the offset of the url, which is the size of the tuple's
    // head.
    constexpr std::size_t kUrlOffsetAt = 3 * std::size_t{32};
    if (returned.size() < kUrlOffsetAt + 32) return kMalformed;
    const std::uint8_t url_offset = returned[kUrlOffsetAt + 31];
    const bool first_version = url_offset == 0x80;
    const Result<std::vector<abi::Value>> members =
        members_of(first_version ? "((uint256,address,string,uint256))"
                                 : "((uint256,address,string,uint256,uint256))",
                   returned);
    if (!members) return members.error();
    ValueFields fields{*members};
    RegistryFile file;
    file.id = fields.id<FileId>();
    file.owner = fields.address();
    file.url = fields.text();
    if (!first_version) file.schema_id = fields.u64();
    file.added_at_block = fields.u64();
    return fields.finish(std::move(file));
}

Result<Proof> decode_proof(ByteView returned) {
    const Result<std::vector<abi::Value>> members =
        members_of("((bytes,(uint256,uint256,string,string,string)))", returned);
    if (!members) return members.error();
    ValueFields fields{*members};
    Proof proof;
    proof.signature = fields.bytes();
    ValueFields content{fields.items()};
    proof.content.score = content.word();
    proof.content.dlp_id = content.u64();
    proof.content.metadata = content.text();
    proof.content.proof_url = content.text();
    proof.content.instruction = content.text();
    return content.finish(std::move(proof));
}

}  // namespace data_registry

namespace tee_pool {

Result<TeeJob> decode_job(ByteView returned) {  // a static tuple: no offset in front
    const Result<std::vector<abi::Value>> members =
        members_of("((uint256,uint256,uint8,uint256,address,address))", returned);
    if (!members) return members.error();
    ValueFields fields{*members};
    TeeJob job;
    job.file = fields.id<FileId>();
    job.bid_wei = fields.word();
    job.status = fields.enumerator(JobStatus::kCanceled);
    job.added_unix_s = fields.u64();
    job.owner = fields.address();
    job.tee = fields.address();
    return fields.finish(job);
}

Result<TeeRecord> decode_tee(ByteView returned) {
    const Result<std::vector<abi::Value>> members =
        members_of("((address,string,uint8,uint256,uint256,uint256,string))", returned);
    if (!members) return members.error();
    ValueFields fields{*members};
    TeeRecord record;
    record.tee = fields.address();
    record.url = fields.text();
    record.status = fields.enumerator(TeeStatus::kRemoved);
    record.earned_wei = fields.word();
    record.withdrawn_wei = fields.word();
    record.jobs_pending = fields.u64();
    record.public_key = fields.text();
    return fields.finish(std::move(record));
}

Result<std::vector<JobId>> decode_job_ids(ByteView returned) {
    const Result<std::vector<abi::Value>> values = values_of("(uint256[])", returned);
    if (!values) return values.error();
    return ids_of(values->front().items());
}

}  // namespace tee_pool
}  // namespace pramana::chain
