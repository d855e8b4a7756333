// ChainReader's reads of the node itself: blocks, logs, receipts, fees, accounts, sending.
#include "pramana/chain_rpc/chain_reader.hpp"

#include "rpc_decode.hpp"
#include "rpc_failure.hpp"

#include <algorithm>

namespace pramana::chain_rpc {
namespace {

constexpr std::size_t kLogsMax = 20'000;
constexpr std::size_t kFeeBlocks = 4;

Result<RpcAnswer> result_of(RpcClient& rpc, const RpcCall& call, std::string_view site) {
    Result<RpcAnswer> answer = rpc.call(call);
    if (!answer) return answer;
    if (const RpcFailure* const failure = failure_in(*answer)) return rejected(*failure, site);
    return answer;
}

/// `calls` in batches of the client's size, answers in order.
Result<std::vector<RpcAnswer>> all_of(RpcClient& rpc, const std::vector<RpcCall>& calls,
                                      std::string_view site) {
    std::vector<RpcAnswer> all;
    for (std::size_t start = 0; start < calls.size(); start += rpc.batch_calls_max()) {
        const auto begin = calls.begin() + static_cast<std::ptrdiff_t>(start);
        const std::size_t count = std::min(rpc.batch_calls_max(), calls.size() - start);
        Result<std::vector<RpcAnswer>> some =
            rpc.batch({begin, begin + static_cast<std::ptrdiff_t>(count)});
        if (!some) return some.error();
        for (RpcAnswer& answer : *some) {
            if (const RpcFailure* const failure = failure_in(answer))
                return rejected(*failure, site);
            all.push_back(std::move(answer));
        }
    }
    return all;
}

std::vector<RpcCall> for_each_hash(const char* method, const std::vector<Hash32>& hashes) {
    std::vector<RpcCall> calls;
    calls.reserve(hashes.size());
    for (const Hash32& hash : hashes)
        calls.push_back({method, "[" + quoted_hex(hash.view()) + "]"});
    return calls;
}

std::string filter_params(const LogFilter& filter) {
    return R"([{"address":)" + quoted_hex(filter.address.view()) + R"(,"topics":[)" +
           quoted_hex(filter.topic0.view()) + R"(],"fromBlock":)" +
           quoted_quantity(filter.from_block) + R"(,"toBlock":)" +
           quoted_quantity(filter.to_block) + "}]";
}

/// Whether the log is what was asked for and agrees with the page's last block.
bool belongs(const LogEntry& entry, const LogFilter& filter, const BlockHeader& last) {
    return entry.log.address == filter.address && !entry.log.topics.empty() &&
           entry.log.topics.front() == filter.topic0 && entry.block_number >= filter.from_block &&
           entry.block_number <= filter.to_block &&
           (entry.block_number != last.number || entry.block_hash == last.hash);
}

Result<std::vector<LogEntry>> read_logs(const JsonView& value, const LogFilter& filter,
                                        const BlockHeader& last) {
    if (value.kind() != JsonKind::kArray) return Error{Errc::kMalformedChainData, "chain_rpc.logs"};
    const std::vector<JsonView> items = value.items();
    if (items.size() > kLogsMax) return Error{Errc::kTooLarge, "chain_rpc.logs"};
    std::vector<LogEntry> logs;
    for (const JsonView& item : items) {
        Result<LogEntry> entry = read_log(item);
        if (!entry) return entry.error();
        if (!belongs(*entry, filter, last))
            return Error{Errc::kNodeInconsistent, "chain_rpc.logs.filter"};
        logs.push_back(std::move(*entry));
    }
    std::sort(logs.begin(), logs.end(), [](const LogEntry& a, const LogEntry& b) {
        return std::pair{a.block_number, a.log_index} < std::pair{b.block_number, b.log_index};
    });
    return logs;
}

}  // namespace

Result<BlockHeader> ChainReader::block(BlockRef at) const {
    const Result<RpcAnswer> answer =
        result_of(rpc_, {"eth_getBlockByNumber", "[" + quoted(at) + ",false]"}, "chain_rpc.block");
    if (!answer) return answer.error();
    if (is_null(result_in(*answer))) return Error{Errc::kNotFound, "chain_rpc.block"};
    Result<BlockHeader> header = read_header(result_in(*answer));
    if (header && at.number && header->number != *at.number)
        return Error{Errc::kNodeInconsistent, "chain_rpc.block.number"};
    return header;
}

Result<LogPage> ChainReader::logs(const LogFilter& filter) const {
    Result<std::vector<RpcAnswer>> answers =
        rpc_.batch({{"eth_getLogs", filter_params(filter)},
                    {"eth_getBlockByNumber", "[" + quoted_quantity(filter.to_block) + ",false]"},
                    {"eth_blockNumber", "[]"}});
    if (!answers) return answers.error();
    for (const RpcAnswer& answer : *answers) {
        const RpcFailure* const failure = failure_in(answer);
        if (failure == nullptr) continue;
        if (is_range_limit(*failure)) return Error{Errc::kTooLarge, "chain_rpc.logs.limit"};
        return rejected(*failure, "chain_rpc.logs");
    }
    LogPage page;
    const Result<std::uint64_t> head = read_u64((*answers)[2].result);
    if (!head) return head.error();
    page.head = *head;
    // A replica that lags answers [] for blocks that it does not have.
    if (page.head < filter.to_block || is_null(result_in((*answers)[1])))
        return Error{Errc::kNodeInconsistent, "chain_rpc.logs.head"};
    const Result<BlockHeader> last = read_header(result_in((*answers)[1]));
    if (!last) return last.error();
    if (last->number != filter.to_block)
        return Error{Errc::kNodeInconsistent, "chain_rpc.logs.block"};
    page.last_block = *last;
    Result<std::vector<LogEntry>> logs = read_logs(result_in((*answers)[0]), filter, *last);
    if (!logs) return logs.error();
    page.logs = std::move(*logs);
    return page;
}

Result<std::optional<Receipt>> ChainReader::receipt(const Hash32& tx_hash) const {
    Result<std::vector<std::optional<Receipt>>> found = receipts({tx_hash});
    if (!found) return found.error();
    return std::move(found->front());
}

Result<std::vector<std::optional<Receipt>>> ChainReader::receipts(
    const std::vector<Hash32>& tx_hashes) const {
    const Result<std::vector<RpcAnswer>> answers =
        all_of(rpc_, for_each_hash("eth_getTransactionReceipt", tx_hashes), "chain_rpc.receipt");
    if (!answers) return answers.error();
    std::vector<std::optional<Receipt>> found;
    for (std::size_t i = 0; i < tx_hashes.size(); ++i) {
        const JsonView& value = result_in((*answers)[i]);
        if (is_null(value)) {
            found.emplace_back();
            continue;
        }
        Result<Receipt> receipt = read_receipt(value);
        if (!receipt) return receipt.error();
        if (receipt->tx_hash != tx_hashes[i])
            return Error{Errc::kNodeInconsistent, "chain_rpc.receipt.hash"};
        found.emplace_back(std::move(*receipt));
    }
    return found;
}

Result<std::vector<bool>> ChainReader::known(const std::vector<Hash32>& tx_hashes) const {
    const Result<std::vector<RpcAnswer>> answers =
        all_of(rpc_, for_each_hash("eth_getTransactionByHash", tx_hashes), "chain_rpc.known");
    if (!answers) return answers.error();
    std::vector<bool> found;
    for (std::size_t i = 0; i < tx_hashes.size(); ++i) {
        const JsonView& value = result_in((*answers)[i]);
        found.push_back(!is_null(value));
        if (is_null(value)) continue;
        const Result<Hash32> hash = read_fixed<Hash32>(value.member("hash"));
        if (!hash) return hash.error();
        if (*hash != tx_hashes[i]) return Error{Errc::kNodeInconsistent, "chain_rpc.known.hash"};
    }
    return found;
}

Result<FeeMarket> ChainReader::fee_market() const {
    const Result<RpcAnswer> answer = result_of(
        rpc_, {"eth_feeHistory", "[" + quoted_quantity(kFeeBlocks) + R"(,"latest",[50]])"},
        "chain_rpc.fees");
    if (!answer) return answer.error();
    const std::optional<JsonView> bases = result_in(*answer).member("baseFeePerGas");
    if (!bases || bases->items().empty())
        return Error{Errc::kMalformedChainData, "chain_rpc.fees.base"};
    const Result<std::uint64_t> next = read_u64(bases->items().back());
    if (!next) return next.error();
    FeeMarket market;
    market.next_base_fee_wei = *next;
    std::vector<std::uint64_t> tips;
    if (const std::optional<JsonView> rewards = result_in(*answer).member("reward")) {
        for (const JsonView& block : rewards->items()) {
            const std::vector<JsonView> percentiles = block.items();
            if (percentiles.size() != 1)
                return Error{Errc::kMalformedChainData, "chain_rpc.fees.reward"};
            const Result<std::uint64_t> tip = read_u64(percentiles.front());
            if (!tip) return tip.error();
            if (*tip > 0) tips.push_back(*tip);  // an empty block reports 0
        }
    }
    std::sort(tips.begin(), tips.end());
    if (!tips.empty()) market.tip_median_wei = tips[tips.size() / 2];
    return market;
}

Result<Word256> ChainReader::balance(const Address& account, BlockRef at) const {
    const Result<RpcAnswer> answer = result_of(
        rpc_, {"eth_getBalance", "[" + quoted_hex(account.view()) + "," + quoted(at) + "]"},
        "chain_rpc.balance");
    if (!answer) return answer.error();
    return read_quantity(answer->result);
}

Result<std::uint64_t> ChainReader::transaction_count(const Address& account, BlockRef at) const {
    const Result<RpcAnswer> answer = result_of(
        rpc_,
        {"eth_getTransactionCount", "[" + quoted_hex(account.view()) + "," + quoted(at) + "]"},
        "chain_rpc.nonce");
    if (!answer) return answer.error();
    return read_u64(answer->result);
}

ChainReader::SendOutcome ChainReader::send_raw(ByteView raw, const Hash32& tx_hash) const {
    const Result<RpcAnswer> answer =
        rpc_.call({"eth_sendRawTransaction", "[" + quoted_hex(raw) + "]"});
    if (!answer) return {SendClass::kAmbiguous, std::string{name_of(answer.error().code)}};
    if (const RpcFailure* const failure = failure_in(*answer))
        return {classify(failure->code, failure->message), failure->message};
    const Result<Hash32> hash = read_fixed<Hash32>(answer->result);
    if (!hash || *hash != tx_hash) return {SendClass::kAmbiguous, "the node names another hash"};
    return {SendClass::kAccepted, ""};
}

}  // namespace pramana::chain_rpc
