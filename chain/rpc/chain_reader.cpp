#include "pramana/chain_rpc/chain_reader.hpp"

#include "rpc_decode.hpp"
#include "rpc_failure.hpp"

namespace pramana::chain_rpc {
namespace {

constexpr std::size_t kReturnBytesMax = std::size_t{1} << 20U;
constexpr std::uint64_t kJobIdsMax = 1000;

std::string call_params(const std::optional<Address>& from, const Address& to, ByteView input,
                        BlockRef at) {
    std::string object = "{";
    if (from) object += "\"from\":" + quoted_hex(from->view()) + ",";
    object += "\"to\":" + quoted_hex(to.view()) + ",\"data\":" + quoted_hex(input) + "}";
    return "[" + object + "," + quoted(at) + "]";
}

/// eth_call of a view. A revert means that the contract has no such function.
Result<Bytes> view_call(RpcClient& rpc, const Address& to, const Bytes& input,
                        BlockRef at = BlockTag::kLatest) {
    Result<RpcAnswer> answer = rpc.call({"eth_call", call_params(std::nullopt, to, input, at)});
    if (!answer) return answer.error();
    if (const RpcFailure* const failure = failure_in(*answer)) {
        if (is_revert(*failure)) return Error{Errc::kReverted, "chain_rpc.view"};
        return rejected(*failure, "chain_rpc.view");
    }
    return read_bytes(answer->result, kReturnBytesMax);
}

/// A view whose return data `decode` reads.
template <class Decode>
auto read_view(RpcClient& rpc, const Address& to, const Bytes& input, BlockRef at, Decode decode)
    -> decltype(decode(ByteView{})) {
    const Result<Bytes> returned = view_call(rpc, to, input, at);
    if (!returned) return returned.error();
    return decode(ByteView{*returned});
}

template <class T>
Result<CallOutcome<T>> outcome_of(const Result<RpcAnswer>& answer, std::string_view site,
                                  Result<T> (*decode)(const std::optional<JsonView>&)) {
    if (!answer) return answer.error();
    CallOutcome<T> outcome;
    if (const RpcFailure* const failure = failure_in(*answer)) {
        if (!is_revert(*failure)) return rejected(*failure, site);
        outcome.revert_data = failure->revert_data.value_or(Bytes{});
        return outcome;
    }
    Result<T> value = decode(answer->result);
    if (!value) return value.error();
    outcome.value = std::move(*value);
    return outcome;
}

}  // namespace

Result<chain::TeeJob> ChainReader::job(JobId id, BlockRef at) const {
    return read_view(rpc_, contracts_.tee_pool, chain::tee_pool::jobs(id), at,
                     chain::tee_pool::decode_job);
}

Result<std::uint64_t> ChainReader::jobs_count(BlockRef at) const {
    return read_view(rpc_, contracts_.tee_pool, chain::tee_pool::jobs_count(), at,
                     chain::decode_u64);
}

Result<std::vector<JobId>> ChainReader::tee_job_ids(const Address& tee, std::uint64_t start,
                                                    std::uint64_t limit, BlockRef at) const {
    PRAMANA_CHECK(limit >= 1 && limit <= kJobIdsMax);
    Result<std::vector<JobId>> ids = read_view(
        rpc_, contracts_.tee_pool, chain::tee_pool::tee_job_ids_paginated(tee, start, limit), at,
        chain::tee_pool::decode_job_ids);
    if (ids && ids->size() > limit)
        return Error{Errc::kMalformedChainData, "chain_rpc.tee_job_ids"};
    return ids;
}

Result<chain::TeeRecord> ChainReader::tee(const Address& address) const {
    return read_view(rpc_, contracts_.tee_pool, chain::tee_pool::tees(address), BlockTag::kLatest,
                     chain::tee_pool::decode_tee);
}

Result<Word256> ChainReader::tee_fee() const {
    return read_view(rpc_, contracts_.tee_pool, chain::tee_pool::tee_fee(), BlockTag::kLatest,
                     chain::decode_word);
}

Result<std::uint64_t> ChainReader::cancel_delay_s() const {
    return read_view(rpc_, contracts_.tee_pool, chain::tee_pool::cancel_delay(), BlockTag::kLatest,
                     chain::decode_u64);
}

Result<chain::RegistryFile> ChainReader::file(FileId id) const {
    Result<chain::RegistryFile> file =
        read_view(rpc_, contracts_.data_registry, chain::data_registry::files(id),
                  BlockTag::kLatest, chain::data_registry::decode_file);
    if (file && !file->exists()) return Error{Errc::kFileNotFound, "chain_rpc.file"};
    return file;
}

Result<std::string> ChainReader::permission(FileId id, const Address& account) const {
    return read_view(rpc_, contracts_.data_registry,
                     chain::data_registry::file_permissions(id, account), BlockTag::kLatest,
                     chain::decode_text);
}

Result<chain::Proof> ChainReader::file_proof(FileId id, std::uint64_t index) const {
    Result<chain::Proof> proof =
        read_view(rpc_, contracts_.data_registry, chain::data_registry::file_proofs(id, index),
                  BlockTag::kLatest, chain::data_registry::decode_proof);
    if (proof && proof->signature.empty()) return Error{Errc::kNotFound, "chain_rpc.file_proof"};
    return proof;
}

Result<std::string> ChainReader::proof_instruction(const Address& dlp) const {
    return read_view(rpc_, dlp, chain::dlp::proof_instruction(), BlockTag::kLatest,
                     chain::decode_text);
}

Result<std::string> ChainReader::dlp_public_key(const Address& dlp) const {
    return read_view(rpc_, dlp, chain::dlp::public_key(), BlockTag::kLatest, chain::decode_text);
}

Result<Address> ChainReader::dlp_tee_pool(const Address& dlp) const {
    return read_view(rpc_, dlp, chain::dlp::tee_pool(), BlockTag::kLatest, chain::decode_address);
}

Result<std::uint64_t> ChainReader::dlp_id(const Address& dlp_registry, const Address& dlp) const {
    return read_view(rpc_, dlp_registry, chain::dlp_registry::dlp_ids(dlp), BlockTag::kLatest,
                     chain::decode_u64);
}

Result<CallOutcome<Bytes>> ChainReader::call(const CallMessage& message, BlockRef at) const {
    const Result<RpcAnswer> answer =
        rpc_.call({"eth_call", call_params(message.from, message.to, message.input, at)});
    return outcome_of<Bytes>(answer, "chain_rpc.call", [](const std::optional<JsonView>& value) {
        return read_bytes(value, kReturnBytesMax);
    });
}

Result<CallOutcome<std::uint64_t>> ChainReader::estimate_gas(const CallMessage& message) const {
    const Result<RpcAnswer> answer =
        rpc_.call({"eth_estimateGas",
                   call_params(message.from, message.to, message.input, BlockTag::kLatest)});
    return outcome_of<std::uint64_t>(answer, "chain_rpc.estimate_gas", read_u64);
}

}  // namespace pramana::chain_rpc
