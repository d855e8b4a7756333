#include "submit_reads.hpp"

#include "pinned_read.hpp"
#include "pramana/chain/uint256.hpp"

#include <algorithm>

namespace pramana::chain_rpc {
namespace {

using chain::LandedJob;
using chain::Slot;
using chain::SlotJob;
using chain::SlotPurpose;
using chain::SuccessSign;

constexpr std::size_t kReturnBytesMax = std::size_t{1} << 20U;

/// `gas` 0 = as much as the node allows.
RpcCall call_of(const char* method, const std::optional<Address>& from, const Address& to,
                ByteView input, BlockRef at, std::uint64_t gas = 0) {
    std::string object = "{";
    if (from) object += "\"from\":" + quoted_hex(from->view()) + ",";
    if (gas != 0) object += "\"gas\":" + quoted_quantity(gas) + ",";
    object += "\"to\":" + quoted_hex(to.view()) + ",\"data\":" + quoted_hex(input) + "}";
    return {method, "[" + object + "," + quoted(at) + "]"};
}

RpcCall job_call(const ChainReader& reader, JobId job, BlockRef at) {
    return call_of("eth_call", std::nullopt, reader.contracts().tee_pool,
                   chain::tee_pool::jobs(job), at);
}

/// What decides: to the quorum where there are several endpoints, in batches that leave room for
/// the block.
Result<std::vector<RpcAnswer>> decided(RpcClient& rpc, const std::vector<RpcCall>& calls,
                                       const BlockRef& at) {
    const std::size_t page = rpc.batch_calls_max() - 1;
    std::vector<RpcAnswer> all;
    for (std::size_t start = 0; start < calls.size(); start += page) {
        const auto begin = calls.begin() + static_cast<std::ptrdiff_t>(start);
        const std::size_t count = std::min(page, calls.size() - start);
        Result<std::vector<RpcAnswer>> some = answers_by_quorum(
            rpc, {begin, begin + static_cast<std::ptrdiff_t>(count)}, at, "preflight");
        if (!some) return some.error();
        std::move(some->begin(), some->end(), std::back_inserter(all));
    }
    return all;
}

/// Gas estimates differ between clients and decide nothing; they come from one endpoint.
Result<std::vector<RpcAnswer>> estimated(RpcClient& rpc, const std::vector<RpcCall>& calls) {
    std::vector<RpcAnswer> all;
    for (std::size_t start = 0; start < calls.size(); start += rpc.batch_calls_max()) {
        const auto begin = calls.begin() + static_cast<std::ptrdiff_t>(start);
        const std::size_t count = std::min(rpc.batch_calls_max(), calls.size() - start);
        Result<std::vector<RpcAnswer>> some =
            rpc.batch({begin, begin + static_cast<std::ptrdiff_t>(count)});
        if (!some) return some.error();
        std::move(some->begin(), some->end(), std::back_inserter(all));
    }
    return all;
}

/// The answers to `calls` in their order, each kind as it is due: eth_estimateGas from one
/// endpoint, all else decided. A lone endpoint is asked for all at once.
Result<std::vector<RpcAnswer>> in_batches(RpcClient& rpc, const std::vector<RpcCall>& calls,
                                          const BlockRef& at) {
    if (rpc.endpoint_count() == 1) return estimated(rpc, calls);
    std::vector<RpcCall> deciding;
    std::vector<RpcCall> estimates;
    for (const RpcCall& call : calls)
        (call.method == "eth_estimateGas" ? estimates : deciding).push_back(call);
    Result<std::vector<RpcAnswer>> first = decided(rpc, deciding, at);
    if (!first) return first;
    Result<std::vector<RpcAnswer>> second = estimated(rpc, estimates);
    if (!second) return second;
    auto next_decided = first->begin();
    auto next_estimate = second->begin();
    std::vector<RpcAnswer> all;
    for (const RpcCall& call : calls)
        all.push_back(
            std::move(call.method == "eth_estimateGas" ? *next_estimate++ : *next_decided++));
    return all;
}

/// The reference that several endpoints can be asked at: a tag becomes the quorum's block.
Result<BlockRef> pinned(const ChainReader& reader, BlockRef at) {
    if (reader.rpc().endpoint_count() == 1 || at.number) return at;
    const Result<BlockHeader> block = reader.pin(at.tag);
    if (!block) return block.error();
    return BlockRef{*block};
}

Result<chain::TeeJob> job_in(const ChainReader& reader, const RpcAnswer& answer) {
    if (const RpcFailure* const failure = failure_in(answer))
        return rejected(*failure, "chain_rpc.jobs");
    const Result<Bytes> returned = read_bytes(answer.result, kReturnBytesMax);
    if (!returned) return returned.error();
    return reader.contracts().job_layout.decode(*returned);
}

template <class T, class Decode>
Status take_outcome(const RpcAnswer& answer, CallOutcome<T>& outcome, Decode decode) {
    if (const RpcFailure* const failure = failure_in(answer)) {
        if (!is_revert(*failure)) return rejected(*failure, "chain_rpc.check");
        outcome.revert_data = failure->revert_data.value_or(Bytes{});
        return Done{};
    }
    Result<T> value = decode(answer.result);
    if (!value) return value.error();
    outcome.value = std::move(*value);
    return Done{};
}

Status take_checked(const ChainReader& reader, const RpcAnswer* answers, std::size_t jobs,
                    std::uint64_t gas_tried, CheckedCall& checked) {
    for (std::size_t i = 0; i < jobs; ++i) {
        const Result<chain::TeeJob> job = job_in(reader, answers[i]);
        if (!job) return job.error();
        checked.jobs.push_back(*job);
    }
    PRAMANA_TRY(take_outcome(answers[jobs], checked.call, [](const std::optional<JsonView>& value) {
        return read_bytes(value, kReturnBytesMax);
    }));
    if (gas_tried == 0) return take_outcome(answers[jobs + 1], checked.gas, read_u64);
    if (checked.call.value) checked.gas.value = gas_tried;
    return Done{};
}

std::size_t jobs_of(const BatchCall& call) {
    return call.purpose == SlotPurpose::kProof ? call.jobs.size() : 0;
}

bool shows(const LogEntry& entry, const chain::Recognition& sign, std::uint64_t id) {
    if (entry.log.address != sign.emitter || entry.log.topics.empty() ||
        entry.log.topics.front() != sign.topic0)
        return false;
    if (sign.sign == SuccessSign::kLog) return true;
    return sign.topic < entry.log.topics.size() &&
           entry.log.topics[sign.topic].bytes == chain::to_word(id).bytes;
}

/// The registry's newest ProofAdded before `at`: addProof emits it before the pool's own.
std::optional<chain::ProofEvents::FileProof> file_proof_before(const Receipt& receipt,
                                                               std::size_t at,
                                                               const Contracts& contracts) {
    std::optional<chain::ProofEvents::FileProof> newest;
    for (std::size_t i = 0; i <= at && i < receipt.logs.size(); ++i) {
        if (receipt.logs[i].log.address != contracts.data_registry) continue;
        if (const auto added = contracts.proof_events.file_proof_in(receipt.logs[i].log))
            newest = added;
    }
    return newest;
}

}  // namespace

Result<std::vector<CheckedCall>> check_calls(const ChainReader& reader, const Address& from,
                                             std::span<const BatchCall> calls, BlockRef at,
                                             std::span<const std::uint64_t> gas_tried) {
    PRAMANA_CHECK(gas_tried.empty() || gas_tried.size() == calls.size());
    const auto tried = [&](std::size_t i) { return gas_tried.empty() ? 0 : gas_tried[i]; };
    const Result<BlockRef> block = pinned(reader, at);
    if (!block) return block.error();
    std::vector<RpcCall> requests;
    for (std::size_t i = 0; i < calls.size(); ++i) {
        const BatchCall& call = calls[i];
        for (std::size_t j = 0; j < jobs_of(call); ++j)
            requests.push_back(job_call(reader, call.jobs[j].job, *block));
        requests.push_back(call_of("eth_call", from, call.to, call.calldata, *block, tried(i)));
        if (tried(i) == 0)
            requests.push_back(
                call_of("eth_estimateGas", from, call.to, call.calldata, BlockTag::kLatest));
    }
    const Result<std::vector<RpcAnswer>> answers = in_batches(reader.rpc(), requests, *block);
    if (!answers) return answers.error();
    std::vector<CheckedCall> all;
    const RpcAnswer* next = answers->data();
    for (std::size_t i = 0; i < calls.size(); ++i) {
        const std::size_t jobs = jobs_of(calls[i]);
        CheckedCall checked;
        if (const Status taken = take_checked(reader, next, jobs, tried(i), checked); !taken)
            checked.failed = taken.error();
        next += jobs + (tried(i) == 0 ? 2 : 1);
        all.push_back(std::move(checked));
    }
    return all;
}

Result<std::vector<chain::TeeJob>> read_jobs(const ChainReader& reader,
                                             const std::vector<JobId>& jobs) {
    const Result<BlockRef> block = pinned(reader, BlockTag::kLatest);
    if (!block) return block.error();
    std::vector<RpcCall> requests;
    requests.reserve(jobs.size());
    for (const JobId job : jobs) requests.push_back(job_call(reader, job, *block));
    const Result<std::vector<RpcAnswer>> answers = in_batches(reader.rpc(), requests, *block);
    if (!answers) return answers.error();
    std::vector<chain::TeeJob> all;
    for (const RpcAnswer& answer : *answers) {
        Result<chain::TeeJob> job = job_in(reader, answer);
        if (!job) return job.error();
        all.push_back(*job);
    }
    return all;
}

std::vector<LandedJob> landed_in(const Slot& slot, const Receipt& receipt,
                                 const Contracts& contracts) {
    std::vector<LandedJob> landed;
    if (!receipt.succeeded) return landed;
    for (const SlotJob& each : slot.jobs) {
        const std::uint64_t id =
            slot.success.sign == SuccessSign::kFileTopic ? number(each.file) : number(each.job);
        const auto found =
            std::find_if(receipt.logs.begin(), receipt.logs.end(),
                         [&](const LogEntry& entry) { return shows(entry, slot.success, id); });
        if (found == receipt.logs.end() && slot.success.sign != SuccessSign::kStatus) continue;
        LandedJob one{each.job, std::nullopt};
        if (slot.purpose == SlotPurpose::kProof) {
            const auto proof = file_proof_before(
                receipt, static_cast<std::size_t>(found - receipt.logs.begin()), contracts);
            // A reorg gave the job's id to the request of another file: that one has the proof.
            if (proof && proof->file != each.file) continue;
            if (proof) one.proof_index = proof->proof_index;
        }
        landed.push_back(one);
    }
    return landed;
}

chain::Recognition proof_sign(const Contracts& contracts) {
    return {SuccessSign::kJobTopic, contracts.tee_pool, contracts.proof_events.pool_topic0(),
            contracts.proof_events.job_topic()};
}

Bytes multicall_of(std::span<const Bytes> calls) {
    std::vector<chain::abi::Value> items;
    items.reserve(calls.size());
    for (const Bytes& call : calls) items.push_back(chain::abi::bytes_value(call));
    const Result<std::vector<chain::abi::Type>> types = chain::abi::parse_types("(bytes[])");
    PRAMANA_CHECK(types.has_value());
    const chain::abi::Value list = chain::abi::list_value(std::move(items));
    const Result<Bytes> arguments = chain::abi::encode(*types, {&list, 1});
    PRAMANA_CHECK(arguments.has_value());
    Bytes out;
    append(out, chain::selector_of("multicall(bytes[])").view());
    append(out, *arguments);
    return out;
}

BatchCall fees_call(const Contracts& contracts) {
    // claim() pays or reverts: its status is enough.
    return {SlotPurpose::kFees, contracts.tee_pool, {}, chain::tee_pool::claim(), {}};
}

BatchCall reward_call(const Address& dlp, SlotJob job, std::uint64_t proof_index) {
    return {SlotPurpose::kReward,
            dlp,
            {job},
            chain::dlp::request_reward(job.file, proof_index),
            {SuccessSign::kFileTopic, dlp, chain::RewardRequested::topic0(), 2}};
}

}  // namespace pramana::chain_rpc
