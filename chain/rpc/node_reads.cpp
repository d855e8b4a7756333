// ChainReader's reads of the node itself: blocks, logs, receipts, fees, accounts, sending.
#include "pramana/chain_rpc/chain_reader.hpp"

#include "pinned_read.hpp"

#include <algorithm>

namespace pramana::chain_rpc {
namespace {

constexpr std::size_t kLogsMax = 20'000;
constexpr std::size_t kFeeBlocks = 4;
/// A whole coin for one gas. No network asks that; sums of some of these fit into 64 bits.
constexpr std::uint64_t kFeePerGasWeiMax = 1'000'000'000'000'000'000;

std::vector<RpcCall> for_each_hash(const char* method, std::span<const Hash32> hashes) {
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

Result<LogPage> read_page(const std::vector<RpcAnswer>& answers, const LogFilter& filter) {
    for (const RpcAnswer& answer : answers) {
        const RpcFailure* const failure = failure_in(answer);
        if (failure == nullptr) continue;
        if (is_range_limit(*failure)) return Error{Errc::kTooLarge, "chain_rpc.logs.limit"};
        return rejected(*failure, "chain_rpc.logs");
    }
    LogPage page;
    const Result<std::uint64_t> head = read_u64(answers[2].result);
    if (!head) return head.error();
    page.head = *head;
    // A replica that lags answers [] for blocks that it does not have.
    if (page.head < filter.to_block || is_null(result_in(answers[1])))
        return Error{Errc::kNodeInconsistent, "chain_rpc.logs.head"};
    const Result<BlockHeader> last = header_in(answers[1], BlockRef{filter.to_block});
    if (!last) return last.error();
    page.last_block = *last;
    Result<std::vector<LogEntry>> logs = read_logs(result_in(answers[0]), filter, *last);
    if (!logs) return logs.error();
    page.logs = std::move(*logs);
    return page;
}

std::string key_of(const std::vector<LogEntry>& logs) {
    std::string key;
    for (const LogEntry& entry : logs) {
        key += " " + to_hex(entry.block_hash.view()) + ":" + std::to_string(entry.log_index) + ":" +
               to_hex(entry.tx_hash.view()) + to_hex(entry.log.address.view());
        for (const Hash32& topic : entry.log.topics) key += to_hex(topic.view());
        key += to_hex(entry.log.body);
    }
    return key;
}

using Receipts = std::vector<std::optional<Receipt>>;

std::string key_of_receipts(const Receipts& receipts) {
    std::string key;
    for (const std::optional<Receipt>& each : receipts) {
        key += "\n";
        if (!each) continue;
        key += to_hex(each->block_hash.view()) + ":" + std::to_string(each->block_number) + ":" +
               std::to_string(each->succeeded) + ":" + std::to_string(each->gas_used) + ":" +
               std::to_string(each->gas_price_wei) + key_of(each->logs);
    }
    return key;
}

Result<std::vector<bool>> read_known(const std::vector<RpcAnswer>& answers,
                                     const std::vector<Hash32>& tx_hashes) {
    std::vector<bool> found;
    for (std::size_t i = 0; i < tx_hashes.size(); ++i) {
        if (const RpcFailure* const failure = failure_in(answers[i]))
            return rejected(*failure, "chain_rpc.known");
        const JsonView& value = result_in(answers[i]);
        found.push_back(!is_null(value));
        if (is_null(value)) continue;
        const Result<Hash32> hash = read_fixed<Hash32>(value.member("hash"));
        if (!hash) return hash.error();
        if (*hash != tx_hashes[i]) return Error{Errc::kNodeInconsistent, "chain_rpc.known.hash"};
    }
    return found;
}

std::vector<Hash32> part_of(const std::vector<Hash32>& hashes, std::size_t start,
                            std::size_t count) {
    const auto begin = hashes.begin() + static_cast<std::ptrdiff_t>(start);
    return {begin, begin + static_cast<std::ptrdiff_t>(std::min(count, hashes.size() - start))};
}

constexpr auto kEverybody = RpcClient::Audience::kAll;

/// Best first; ChainReader::send_raw says why.
int rank_of(SendClass kind) noexcept {
    switch (kind) {
        case SendClass::kAccepted: return 0;
        case SendClass::kNonceUsed: return 1;
        case SendClass::kPrice: return 2;
        case SendClass::kGap: return 3;
        case SendClass::kPoolFull: return 4;
        case SendClass::kMoney: return 5;
        case SendClass::kAmbiguous: return 6;
        case SendClass::kPermanent: return 7;
    }
    std::abort();
}

using SendOutcome = ChainReader::SendOutcome;

/// What one endpoint said to the transaction at `index` of those that it was asked for.
SendOutcome outcome_of(const Ballot& ballot, std::size_t index, const Hash32& tx_hash) {
    if (!ballot.answers)
        return {SendClass::kAmbiguous, std::string{name_of(ballot.answers.error().code)}};
    const RpcAnswer& answer = (*ballot.answers)[index];
    if (const RpcFailure* const failure = failure_in(answer))
        return {classify(failure->code, failure->message), failure->message};
    const Result<Hash32> hash = read_fixed<Hash32>(answer.result);
    if (!hash || *hash != tx_hash) return {SendClass::kAmbiguous, "the node names another hash"};
    return {SendClass::kAccepted, ""};
}

/// The best of what all said to it; ChainReader::send_raw tells the order.
SendOutcome best_of(const std::vector<Ballot>& ballots, std::size_t index, const Hash32& tx_hash,
                    std::size_t endpoints) {
    SendOutcome best{SendClass::kAmbiguous, "no endpoint was asked", endpoints, 0};
    bool first = true;
    for (const Ballot& ballot : ballots) {
        SendOutcome one = outcome_of(ballot, index, tx_hash);
        if (one.kind == SendClass::kAccepted) ++best.accepted_by;
        if (!first && rank_of(one.kind) >= rank_of(best.kind)) continue;
        first = false;
        best.kind = one.kind;
        best.message = std::move(one.message);
    }
    return best;
}

}  // namespace

RpcCall account_call(const char* method, const Address& account, const BlockRef& at) {
    return {method, "[" + quoted_hex(account.view()) + "," + quoted(at) + "]"};
}

std::vector<RpcCall> receipt_calls(std::span<const Hash32> tx_hashes) {
    return for_each_hash("eth_getTransactionReceipt", tx_hashes);
}

Result<Receipts> receipts_in(std::span<const RpcAnswer> answers, std::span<const Hash32> tx_hashes,
                             const BlockRef& at) {
    Receipts found;
    for (std::size_t i = 0; i < tx_hashes.size(); ++i) {
        if (const RpcFailure* const failure = failure_in(answers[i]))
            return rejected(*failure, "chain_rpc.receipt");
        const JsonView& value = result_in(answers[i]);
        if (is_null(value)) {
            found.emplace_back();
            continue;
        }
        Result<Receipt> receipt = read_receipt(value);
        if (!receipt) return receipt.error();
        if (receipt->tx_hash != tx_hashes[i])
            return Error{Errc::kNodeInconsistent, "chain_rpc.receipt.hash"};
        if (at.number && receipt->block_number > *at.number)
            found.emplace_back();
        else
            found.emplace_back(std::move(*receipt));
    }
    return found;
}

Result<std::uint64_t> read_fee(const JsonView& value) {
    const Result<std::uint64_t> wei = read_u64(value);
    if (wei && *wei > kFeePerGasWeiMax)
        return Error{Errc::kMalformedChainData, "chain_rpc.fees.size"};
    return wei;
}

RpcCall fee_market_call() {
    return {"eth_feeHistory", "[" + quoted_quantity(kFeeBlocks) + R"(,"latest",[50]])"};
}

Result<FeeMarket> fee_market_in(const RpcAnswer& answer) {
    if (const RpcFailure* const failure = failure_in(answer))
        return rejected(*failure, "chain_rpc.fees");
    const std::optional<JsonView> bases = result_in(answer).member("baseFeePerGas");
    if (!bases || bases->items().empty())
        return Error{Errc::kMalformedChainData, "chain_rpc.fees.base"};
    const Result<std::uint64_t> next = read_fee(bases->items().back());
    if (!next) return next.error();
    FeeMarket market;
    market.next_base_fee_wei = *next;
    std::vector<std::uint64_t> tips;
    if (const std::optional<JsonView> rewards = result_in(answer).member("reward")) {
        for (const JsonView& block : rewards->items()) {
            const std::vector<JsonView> percentiles = block.items();
            if (percentiles.size() != 1)
                return Error{Errc::kMalformedChainData, "chain_rpc.fees.reward"};
            const Result<std::uint64_t> tip = read_fee(percentiles.front());
            if (!tip) return tip.error();
            if (*tip > 0) tips.push_back(*tip);  // an empty block reports 0
        }
    }
    std::sort(tips.begin(), tips.end());
    if (!tips.empty()) market.tip_median_wei = tips[tips.size() / 2];
    return market;
}

Result<LogPage> ChainReader::logs(const LogFilter& filter) const {
    const std::vector<RpcCall> calls{{"eth_getLogs", filter_params(filter)},
                                     block_call(BlockRef{filter.to_block}),
                                     {"eth_blockNumber", "[]"}};
    const auto decode = [&filter](const std::vector<RpcAnswer>& answers) {
        return read_page(answers, filter);
    };
    // The head is the replica's own, not a thing to agree on.
    return decide<LogPage>(rpc_, calls, "logs", decode, [](const LogPage& page) {
        return key_of(page.last_block) + key_of(page.logs);
    });
}

Result<std::optional<Receipt>> ChainReader::receipt(const Hash32& tx_hash, BlockRef at) const {
    Result<std::vector<std::optional<Receipt>>> found = receipts({tx_hash}, at);
    if (!found) return found.error();
    return std::move(found->front());
}

Result<std::vector<std::optional<Receipt>>> ChainReader::receipts(
    const std::vector<Hash32>& tx_hashes, BlockRef at) const {
    const Result<BlockRef> settled_at = settled(at);
    if (!settled_at) return settled_at.error();
    Receipts all;
    const std::size_t page = rpc_.batch_calls_max() - 1;  // the block takes one call
    for (std::size_t start = 0; start < tx_hashes.size(); start += page) {
        const std::vector<Hash32> some = part_of(tx_hashes, start, page);
        const auto decode = [&](const std::vector<RpcAnswer>& answers) {
            return receipts_in(answers, some, *settled_at);
        };
        Result<Receipts> found = read_bound<Receipts>(rpc_, receipt_calls(some), *settled_at,
                                                      "receipts", decode, key_of_receipts);
        if (!found) return found.error();
        std::move(found->begin(), found->end(), std::back_inserter(all));
    }
    return all;
}

Result<std::vector<bool>> ChainReader::known(const std::vector<Hash32>& tx_hashes) const {
    std::vector<bool> all;
    for (std::size_t start = 0; start < tx_hashes.size(); start += rpc_.batch_calls_max()) {
        const std::vector<Hash32> some = part_of(tx_hashes, start, rpc_.batch_calls_max());
        const std::vector<Ballot> ballots =
            rpc_.ask_each(for_each_hash("eth_getTransactionByHash", some), kEverybody,
                          [](const std::vector<Ballot>&) { return false; });
        std::vector<bool> found(some.size(), false);
        Error last{Errc::kRpcUnavailable, "chain_rpc.known"};
        bool answered = false;
        for (const Ballot& ballot : ballots) {
            const Result<std::vector<bool>> one =
                ballot.answers ? read_known(*ballot.answers, some) : ballot.answers.error();
            if (!one) last = one.error();
            if (!one) continue;
            answered = true;
            for (std::size_t i = 0; i < some.size(); ++i) found[i] = found[i] || (*one)[i];
        }
        if (!answered) return last;
        all.insert(all.end(), found.begin(), found.end());
    }
    return all;
}

Result<FeeMarket> ChainReader::fee_market() const {
    const Result<RpcAnswer> answer = rpc_.call(fee_market_call());
    if (!answer) return answer.error();
    return fee_market_in(*answer);
}

Result<Word256> ChainReader::balance(const Address& account, BlockRef at) const {
    const Result<BlockRef> settled_at = settled(at);
    if (!settled_at) return settled_at.error();
    const auto decode = [](const std::vector<RpcAnswer>& answers) -> Result<Word256> {
        if (const RpcFailure* const failure = failure_in(answers.front()))
            return rejected(*failure, "chain_rpc.balance");
        return read_quantity(answers.front().result);
    };
    return read_bound<Word256>(rpc_, {account_call("eth_getBalance", account, *settled_at)},
                               *settled_at, "balance", decode,
                               [](const Word256& wei) { return to_hex(wei.view()); });
}

Result<std::uint64_t> ChainReader::transaction_count(const Address& account, BlockRef at) const {
    const Result<BlockRef> settled_at = settled(at);
    if (!settled_at) return settled_at.error();
    const auto decode = [](const std::vector<RpcAnswer>& answers) -> Result<std::uint64_t> {
        if (const RpcFailure* const failure = failure_in(answers.front()))
            return rejected(*failure, "chain_rpc.nonce");
        return read_u64(answers.front().result);
    };
    return read_bound<std::uint64_t>(
        rpc_, {account_call("eth_getTransactionCount", account, *settled_at)}, *settled_at, "nonce",
        decode, [](std::uint64_t count) { return std::to_string(count); });
}

std::vector<SendOutcome> ChainReader::send_raw(std::span<const RawTransaction> some) const {
    PRAMANA_CHECK(!some.empty() && some.size() <= rpc_.batch_calls_max());
    std::vector<RpcCall> calls;
    for (const RawTransaction& each : some)
        calls.push_back({"eth_sendRawTransaction", "[" + quoted_hex(each.raw) + "]"});
    const auto enough = [&some](const std::vector<Ballot>& ballots) {
        for (std::size_t i = 0; i < some.size(); ++i)
            if (outcome_of(ballots.back(), i, some[i].hash).kind != SendClass::kAccepted)
                return false;
        return true;
    };
    const std::vector<Ballot> ballots = rpc_.ask_each(calls, kEverybody, enough);
    const bool batch_refused =
        some.size() > 1 && std::any_of(ballots.begin(), ballots.end(), [](const Ballot& each) {
            return !each.answers && each.answers.error().code == Errc::kRpcRejected;
        });
    std::vector<SendOutcome> outcomes;
    for (std::size_t i = 0; i < some.size(); ++i)
        outcomes.push_back(batch_refused
                               ? send_raw(some.subspan(i, 1)).front()
                               : best_of(ballots, i, some[i].hash, rpc_.endpoint_count()));
    return outcomes;
}

SendOutcome ChainReader::send_raw(ByteView raw, const Hash32& tx_hash) const {
    const RawTransaction one{raw, tx_hash};
    return send_raw({&one, 1}).front();
}

}  // namespace pramana::chain_rpc
