#include "block_logs.hpp"

#include "pinned_read.hpp"
#include "pramana/crypto/keccak.hpp"

#include <algorithm>
#include <map>

namespace pramana::chain_rpc {
namespace {

constexpr std::size_t kLogsOfBlockMax = 20'000;
constexpr std::size_t kReceiptsMax = 20'000;

/// Three bits of 2048 for each entry (Yellow Paper 4.3.1, M3:2048).
bool bloom_has(ByteView bloom, ByteView entry) {
    const Hash32 hash = keccak256(entry);
    for (std::size_t pair = 0; pair < 6; pair += 2) {
        const unsigned bit =
            ((static_cast<unsigned>(hash.bytes[pair]) << 8U) | hash.bytes[pair + 1]) & 2047U;
        if ((bloom[255 - bit / 8] & (1U << (bit % 8))) == 0) return false;
    }
    return true;
}

bool is_target(const chain::Log& log, const LogTarget& target) {
    return log.address == target.address && !log.topics.empty() &&
           log.topics.front() == target.topic0;
}

using ByIndex = std::map<std::uint64_t, LogEntry>;

RpcCall logs_call(const BlockHeader& block, const LogTarget& target) {
    return {"eth_getLogs", R"([{"blockHash":)" + quoted_hex(block.hash.view()) + R"(,"address":)" +
                               quoted_hex(target.address.view()) + R"(,"topics":[)" +
                               quoted_hex(target.topic0.view()) + "]}]"};
}

/// Adds a log to those of its block. Errors: kNodeInconsistent (of another block, or another log
/// under an index that is taken).
Status add(ByIndex& logs, LogEntry entry, const BlockHeader& block) {
    if (entry.block_hash != block.hash || entry.block_number != block.number)
        return Error{Errc::kNodeInconsistent, "chain_rpc.block_logs.block"};
    const auto [at, fresh] = logs.emplace(entry.log_index, entry);
    if (!fresh && at->second.log != entry.log)
        return Error{Errc::kNodeInconsistent, "chain_rpc.block_logs.index"};
    return Done{};
}

Result<ByIndex> read_logs_of(const RpcAnswer& answer, const BlockHeader& block,
                             const LogTarget& target) {
    if (const RpcFailure* const failure = failure_in(answer))
        return rejected(*failure, "chain_rpc.block_logs");
    const std::vector<JsonView> items = result_in(answer).items();
    if (result_in(answer).kind() != JsonKind::kArray || items.size() > kLogsOfBlockMax)
        return Error{Errc::kMalformedChainData, "chain_rpc.block_logs"};
    ByIndex logs;
    for (const JsonView& item : items) {
        Result<LogEntry> entry = read_log(item);
        if (!entry) return entry.error();
        if (!is_target(entry->log, target))
            return Error{Errc::kNodeInconsistent, "chain_rpc.block_logs.filter"};
        PRAMANA_TRY(add(logs, *std::move(entry), block));
    }
    return logs;
}

/// The block's target logs out of its receipts, as one endpoint gives them.
Result<ByIndex> read_receipts_of(const RpcAnswer& answer, const BlockHeader& block,
                                 const LogTarget& target) {
    if (const RpcFailure* const failure = failure_in(answer))
        return rejected(*failure, "chain_rpc.block_receipts");
    const std::vector<JsonView> items = result_in(answer).items();
    if (result_in(answer).kind() != JsonKind::kArray || items.size() > kReceiptsMax)
        return Error{Errc::kMalformedChainData, "chain_rpc.block_receipts"};
    ByIndex logs;
    for (const JsonView& item : items) {
        Result<Receipt> receipt = read_receipt(item);
        if (!receipt) return receipt.error();
        for (LogEntry& entry : receipt->logs)
            if (is_target(entry.log, target)) PRAMANA_TRY(add(logs, std::move(entry), block));
    }
    return logs;
}

/// All endpoints' receipts of a block together; nullopt = nobody gives them.
std::optional<ByIndex> logs_by_receipts(RpcClient& rpc, const BlockHeader& block,
                                        const LogTarget& target) {
    std::optional<ByIndex> together;
    const RpcCall call{"eth_getBlockReceipts", "[" + quoted_quantity(block.number) + "]"};
    for (const Ballot& ballot : rpc.ask_each({call}, RpcClient::Audience::kTrusted,
                                             [](const std::vector<Ballot>&) { return false; })) {
        if (!ballot.answers) continue;
        const Result<ByIndex> logs = read_receipts_of(ballot.answers->front(), block, target);
        if (!logs) continue;
        if (!together) together.emplace();
        together->insert(logs->begin(), logs->end());
    }
    return together;
}

/// What each endpoint shows for each block, in the order of the blocks.
using Shown = std::map<std::size_t, std::vector<ByIndex>>;

Result<Shown> shown_by_all(RpcClient& rpc, const std::vector<BlockHeader>& blocks,
                           const LogTarget& target) {
    std::vector<RpcCall> calls;
    calls.reserve(blocks.size());
    for (const BlockHeader& block : blocks) calls.push_back(logs_call(block, target));
    const auto enough = [&rpc](const std::vector<Ballot>& ballots) {
        const auto answered = std::count_if(ballots.begin(), ballots.end(), [](const Ballot& each) {
            return each.answers.has_value();
        });
        return static_cast<std::size_t>(answered) >= rpc.quorum();
    };
    Shown shown;
    Error last{Errc::kNoQuorum, "chain_rpc.block_logs"};
    for (const Ballot& ballot : rpc.ask_each(calls, RpcClient::Audience::kTrusted, enough)) {
        if (!ballot.answers) {
            last = ballot.answers.error();
            continue;
        }
        std::vector<ByIndex> lists;
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            Result<ByIndex> logs = read_logs_of((*ballot.answers)[i], blocks[i], target);
            if (!logs) {
                last = logs.error();
                break;
            }
            lists.push_back(*std::move(logs));
        }
        if (lists.size() == blocks.size()) shown.emplace(ballot.endpoint, std::move(lists));
    }
    if (shown.empty()) return last;
    return shown;
}

/// The logs of block `at`: what the receipts say where the endpoints' lists leave a doubt.
ByIndex settle(RpcClient& rpc, const Shown& shown, std::size_t at, const BlockHeader& block,
               const LogTarget& target, bool doubted, BlockLogs& out) {
    ByIndex logs;
    bool weak = false;
    std::map<std::uint64_t, std::size_t> shown_by;
    for (const auto& [endpoint, lists] : shown)
        for (const auto& [index, entry] : lists[at]) {
            logs.emplace(index, entry);
            ++shown_by[index];
        }
    for (const auto& [index, count] : shown_by) weak = weak || count < rpc.quorum();
    const bool admitted = bloom_admits(block, target);
    const bool empty_in_doubt = logs.empty() && admitted && (doubted || !block.logs_bloom.empty());
    if (!weak && !empty_in_doubt && !(doubted && admitted)) return logs;
    const std::optional<ByIndex> truth = logs_by_receipts(rpc, block, target);
    if (!truth) {
        out.unsure = true;
        return logs;  // a job that is none is refused by ChainReader::job; a lost one is not found
    }
    return *truth;
}

}  // namespace

bool bloom_admits(const BlockHeader& header, const LogTarget& target) {
    if (header.logs_bloom.empty()) return true;
    return bloom_has(header.logs_bloom, target.address.view()) &&
           bloom_has(header.logs_bloom, target.topic0.view());
}

Result<BlockLogs> logs_of_blocks(RpcClient& rpc, const std::vector<BlockHeader>& blocks,
                                 const LogTarget& target, bool doubted) {
    const Result<Shown> shown = shown_by_all(rpc, blocks, target);
    if (!shown) return shown.error();
    BlockLogs out;
    std::map<std::size_t, bool> liars;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const ByIndex logs = settle(rpc, *shown, i, blocks[i], target, doubted, out);
        for (const auto& [endpoint, lists] : *shown)
            for (const auto& [index, entry] : logs)
                liars[endpoint] = liars[endpoint] || !lists[i].contains(index);
        for (const auto& [index, entry] : logs) out.logs.push_back(entry);
    }
    for (const auto& [endpoint, liar] : liars) {
        if (!liar) continue;
        ++out.left_out;
        rpc.note_left_out(endpoint);
    }
    return out;
}

Result<std::vector<chain::TeeJob>> jobs_at(RpcClient& rpc, const Contracts& contracts,
                                           const std::vector<JobId>& ids, const BlockRef& at) {
    using Jobs = std::vector<chain::TeeJob>;
    Jobs all;
    const std::size_t page = rpc.batch_calls_max() - 1;  // the block takes one call
    for (std::size_t start = 0; start < ids.size(); start += page) {
        const std::size_t end = std::min(ids.size(), start + page);
        std::vector<RpcCall> calls;
        for (std::size_t i = start; i < end; ++i)
            calls.push_back(view_call(contracts.tee_pool, chain::tee_pool::jobs(ids[i]), at));
        const auto decode = [&contracts, count = end - start](
                                const std::vector<RpcAnswer>& answers) -> Result<Jobs> {
            Jobs jobs;
            for (std::size_t i = 0; i < count; ++i) {
                const Result<Bytes> returned = returned_by_view(answers[i]);
                if (!returned) return returned.error();
                Result<chain::TeeJob> job = contracts.job_layout.decode(*returned);
                if (!job) return job.error();
                jobs.push_back(*job);
            }
            return jobs;
        };
        const auto key = [](const Jobs& jobs) {
            std::string text;
            for (const chain::TeeJob& job : jobs)
                text += std::to_string(number(job.file)) + " " + to_hex(job.bid_wei.view()) + " " +
                        std::to_string(static_cast<unsigned>(job.status)) + " " +
                        std::to_string(job.added_unix_s) + " " + to_hex(job.owner.view()) + " " +
                        to_hex(job.tee.view()) + "\n";
            return text;
        };
        Result<Jobs> jobs = read_bound<Jobs>(rpc, std::move(calls), at, "jobs", decode, key);
        if (!jobs) return jobs.error();
        std::move(jobs->begin(), jobs->end(), std::back_inserter(all));
    }
    return all;
}

Result<std::optional<Errc>> hold_of(RpcClient& rpc, const Address& pool, const Address& tee,
                                    const BlockRef& at) {
    using Hold = std::optional<Errc>;
    const Bytes paused{0x5c, 0x97, 0x5a, 0xbb};  // paused(), OpenZeppelin Pausable
    const auto flag_in = [](const RpcAnswer& answer) -> Result<bool> {
        const Result<Bytes> returned = returned_by_view(answer);
        if (!returned) return returned.error();
        return chain::decode_bool(*returned);
    };
    const auto decode = [&](const std::vector<RpcAnswer>& answers) -> Result<Hold> {
        const Result<bool> active = flag_in(answers[0]);
        const Result<bool> stopped = flag_in(answers[1]);
        if (!active && active.error().code == Errc::kRpcRejected) return active.error();
        if (!stopped && stopped.error().code == Errc::kRpcRejected) return stopped.error();
        if (!active) return Hold{Errc::kContractChanged};
        if (stopped && *stopped) return Hold{Errc::kContractPaused};
        return *active ? Hold{} : Hold{Errc::kWorkerNotActive};
    };
    return read_bound<Hold>(
        rpc, {view_call(pool, chain::tee_pool::is_tee(tee), at), view_call(pool, paused, at)}, at,
        "hold", decode,
        [](const Hold& hold) { return std::to_string(hold ? static_cast<unsigned>(*hold) : 0U); });
}

}  // namespace pramana::chain_rpc
