#include "pramana/chain_rpc/chain_reader.hpp"

#include "pinned_read.hpp"

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

/// A view of `to` at a settled block, whose return data `decode` reads.
template <class Decode>
auto read_view(RpcClient& rpc, const Result<BlockRef>& at, const Address& to, const Bytes& input,
               Decode decode) -> decltype(decode(ByteView{})) {
    if (!at) return at.error();
    const Result<Bytes> returned = read_bound<Bytes>(
        rpc, {view_call(to, input, *at)}, *at, "view",
        [](const std::vector<RpcAnswer>& answers) { return returned_by_view(answers.front()); },
        [](const Bytes& each) { return to_hex(each); });
    if (!returned) return returned.error();
    return decode(ByteView{*returned});
}

template <class T>
Result<CallOutcome<T>> outcome_of(const RpcAnswer& answer, std::string_view site,
                                  Result<T> (*decode)(const std::optional<JsonView>&)) {
    CallOutcome<T> outcome;
    if (const RpcFailure* const failure = failure_in(answer)) {
        if (!is_revert(*failure)) return rejected(*failure, site);
        outcome.revert_data = failure->revert_data.value_or(Bytes{});
        return outcome;
    }
    Result<T> value = decode(answer.result);
    if (!value) return value.error();
    outcome.value = std::move(*value);
    return outcome;
}

}  // namespace

RpcCall view_call(const Address& to, const Bytes& input, const BlockRef& at) {
    return {"eth_call", call_params(std::nullopt, to, input, at)};
}

Result<Bytes> returned_by_view(const RpcAnswer& answer) {
    if (const RpcFailure* const failure = failure_in(answer)) {
        if (is_revert(*failure)) return Error{Errc::kReverted, "chain_rpc.view"};
        return rejected(*failure, "chain_rpc.view");
    }
    return read_bytes(answer.result, kReturnBytesMax);
}

Result<std::vector<RpcAnswer>> answers_by_quorum(RpcClient& rpc, std::vector<RpcCall> calls,
                                                 const BlockRef& at, std::string_view site) {
    using Answers = std::vector<RpcAnswer>;
    const std::size_t count = calls.size();
    const auto decode = [count](const Answers& answers) -> Result<Answers> {
        return Answers{answers.begin(), answers.begin() + static_cast<std::ptrdiff_t>(count)};
    };
    const auto key = [](const Answers& answers) {
        std::string text;
        for (const RpcAnswer& answer : answers) {
            const RpcFailure* const failure = failure_in(answer);
            if (failure == nullptr)
                text += "\n" + std::string{result_in(answer).raw()};
            else if (is_revert(*failure))
                text += "\nreverted " + to_hex(failure->revert_data.value_or(Bytes{}));
            else
                text += "\nfailed";
        }
        return text;
    };
    return read_bound<Answers>(rpc, std::move(calls), at, site, decode, key);
}

Result<chain::TeeJob> ChainReader::job(JobId id, BlockRef at) const {
    return read_view(rpc_, settled(at), contracts_.tee_pool, chain::tee_pool::jobs(id),
                     [this](ByteView returned) { return contracts_.job_layout.decode(returned); });
}

Result<std::uint64_t> ChainReader::jobs_count(BlockRef at) const {
    return read_view(rpc_, settled(at), contracts_.tee_pool, chain::tee_pool::jobs_count(),
                     chain::decode_u64);
}

Result<std::vector<JobId>> ChainReader::tee_job_ids(const Address& tee, std::uint64_t start,
                                                    std::uint64_t limit, BlockRef at) const {
    PRAMANA_CHECK(limit >= 1 && limit <= kJobIdsMax);
    Result<std::vector<JobId>> ids = read_view(
        rpc_, settled(at), contracts_.tee_pool,
        chain::tee_pool::tee_job_ids_paginated(tee, start, limit), chain::tee_pool::decode_job_ids);
    if (ids && ids->size() > limit)
        return Error{Errc::kMalformedChainData, "chain_rpc.tee_job_ids"};
    return ids;
}

Result<chain::TeeRecord> ChainReader::tee(const Address& address, BlockRef at) const {
    return read_view(rpc_, settled(at), contracts_.tee_pool, chain::tee_pool::tees(address),
                     chain::tee_pool::decode_tee);
}

Result<Word256> ChainReader::tee_fee(BlockRef at) const {
    return read_view(rpc_, settled(at), contracts_.tee_pool, chain::tee_pool::tee_fee(),
                     chain::decode_word);
}

Result<std::uint64_t> ChainReader::cancel_delay_s(BlockRef at) const {
    return read_view(rpc_, settled(at), contracts_.tee_pool, chain::tee_pool::cancel_delay(),
                     chain::decode_u64);
}

Result<chain::RegistryFile> ChainReader::file(FileId id, BlockRef at) const {
    Result<chain::RegistryFile> file =
        read_view(rpc_, settled(at), contracts_.data_registry, chain::data_registry::files(id),
                  chain::data_registry::decode_file);
    if (file && !file->exists()) return Error{Errc::kFileNotFound, "chain_rpc.file"};
    return file;
}

Result<std::string> ChainReader::permission(FileId id, const Address& account, BlockRef at) const {
    return read_view(rpc_, settled(at), contracts_.data_registry,
                     chain::data_registry::file_permissions(id, account), chain::decode_text);
}

Result<chain::Proof> ChainReader::file_proof(FileId id, std::uint64_t index, BlockRef at) const {
    Result<chain::Proof> proof =
        read_view(rpc_, settled(at), contracts_.data_registry,
                  chain::data_registry::file_proofs(id, index), chain::data_registry::decode_proof);
    if (proof && proof->signature.empty()) return Error{Errc::kNotFound, "chain_rpc.file_proof"};
    return proof;
}

Result<std::string> ChainReader::proof_instruction(const Address& dlp, BlockRef at) const {
    return read_view(rpc_, settled(at), dlp, chain::dlp::proof_instruction(), chain::decode_text);
}

Result<std::string> ChainReader::dlp_public_key(const Address& dlp, BlockRef at) const {
    return read_view(rpc_, settled(at), dlp, chain::dlp::public_key(), chain::decode_text);
}

Result<Address> ChainReader::dlp_tee_pool(const Address& dlp, BlockRef at) const {
    return read_view(rpc_, settled(at), dlp, chain::dlp::tee_pool(), chain::decode_address);
}

Result<std::uint64_t> ChainReader::dlp_id(const Address& dlp_registry, const Address& dlp,
                                          BlockRef at) const {
    return read_view(rpc_, settled(at), dlp_registry, chain::dlp_registry::dlp_ids(dlp),
                     chain::decode_u64);
}

Result<CallOutcome<Bytes>> ChainReader::call(const CallMessage& message, BlockRef at) const {
    const Result<BlockRef> settled_at = settled(at);
    if (!settled_at) return settled_at.error();
    const auto decode = [](const std::vector<RpcAnswer>& answers) {
        return outcome_of<Bytes>(answers.front(), "chain_rpc.call",
                                 [](const std::optional<JsonView>& value) {
                                     return read_bytes(value, kReturnBytesMax);
                                 });
    };
    const auto key = [](const CallOutcome<Bytes>& outcome) {
        return outcome.value ? "returned " + to_hex(*outcome.value)
                             : "reverted " + to_hex(outcome.revert_data.value_or(Bytes{}));
    };
    return read_bound<CallOutcome<Bytes>>(
        rpc_, {{"eth_call", call_params(message.from, message.to, message.input, *settled_at)}},
        *settled_at, "call", decode, key);
}

Result<CallOutcome<std::uint64_t>> ChainReader::estimate_gas(const CallMessage& message) const {
    const Result<RpcAnswer> answer =
        rpc_.call({"eth_estimateGas",
                   call_params(message.from, message.to, message.input, BlockTag::kLatest)});
    if (!answer) return answer.error();
    return outcome_of<std::uint64_t>(*answer, "chain_rpc.estimate_gas", read_u64);
}

}  // namespace pramana::chain_rpc
