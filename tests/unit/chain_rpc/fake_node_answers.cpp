#include "unit/chain_rpc/fake_node.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/crypto/keccak.hpp"
#include "unit/chain_rpc/fake_node_words.hpp"

#include <algorithm>

// What the node says: JSON-RPC over the world of fake_node.cpp.
namespace pramana::testing_chain {
namespace {
constexpr const char* kNotFoundResult = "null";

std::string error_json(int code, const std::string& message) {
    return "E{\"code\":" + std::to_string(code) + ",\"message\":\"" + message + "\"}";
}
std::string quantity(std::uint64_t value) {
    return "\"" + chain::to_quantity(chain::to_word(value)) + "\"";
}
std::string hex(ByteView bytes) { return "\"" + to_hex0x(bytes) + "\""; }

template <class F>
F fixed_of(const JsonView& value) {
    return *fixed_from_hex<F>(*value.text());
}
std::uint64_t number_of(const JsonView& value) {
    return *chain::to_u64(*chain::parse_quantity(*value.text()));
}
}  // namespace

Result<chain_rpc::RpcTransport::Reply> FakeNode::post(const std::string& body,
                                                      net::Deadline /*deadline*/) {
    ++posts;
    if (reply_fault)
        if (std::optional<Result<Reply>> reply = reply_fault(body)) return *std::move(reply);
    const Result<JsonView> document = read_json(body, 32);
    PRAMANA_CHECK(document.has_value());
    std::optional<Errc> transport;
    std::string text;
    if (document->kind() == JsonKind::kArray) {
        for (const JsonView& request : document->items())
            text += (text.empty() ? "" : ",") + answer(request, transport);
        text = "[" + text + "]";
    } else {
        text = answer(*document, transport);
    }
    if (transport) return Error{*transport, "test.node"};
    return Reply{200, Bytes(text.begin(), text.end())};
}

namespace {
std::string log_json(const LogEntry& entry) {
    std::string topics;
    for (const Hash32& each : entry.log.topics)
        topics += (topics.empty() ? "" : ",") + hex(each.view());
    return "{\"address\":" + hex(entry.log.address.view()) + ",\"topics\":[" + topics +
           "],\"data\":" + hex(entry.log.body) +
           ",\"blockNumber\":" + quantity(entry.block_number) +
           ",\"blockHash\":" + hex(entry.block_hash.view()) +
           ",\"transactionHash\":" + hex(entry.tx_hash.view()) +
           ",\"logIndex\":" + quantity(entry.log_index) + ",\"removed\":false}";
}
}  // namespace
namespace {
/// All of a block's logs in one receipt: who reads blocks' receipts looks at nothing else.
std::string block_receipts_json(const FakeNode::Block& block) {
    std::string logs;
    for (const LogEntry& entry : block.logs) logs += (logs.empty() ? "" : ",") + log_json(entry);
    return "[{\"transactionHash\":" + hex(block.hash.view()) +
           ",\"blockHash\":" + hex(block.hash.view()) +
           ",\"blockNumber\":" + quantity(block.number) +
           R"(,"status":"0x1","gasUsed":"0x5208","effectiveGasPrice":"0x1","logs":[)" + logs +
           "]}]";
}
}  // namespace

std::string FakeNode::answer(const JsonView& request, std::optional<Errc>& transport) {
    const std::string method = *request.member("method")->text();
    ++calls_[method];
    const std::string head_text =
        "{\"jsonrpc\":\"2.0\",\"id\":" + std::string{request.member("id")->raw()} + ",";
    std::string outcome;
    std::optional<Fault> broken = fault ? fault(method) : std::nullopt;
    if (!broken || broken->handle_first)
        outcome = result(method, request.member("params")->items());
    if (broken && broken->transport) transport = broken->transport;
    if (broken && !broken->error_json.empty()) outcome = "E" + broken->error_json;
    if (broken && !broken->result_json.empty()) outcome = broken->result_json;
    if (outcome.starts_with('E')) return head_text + "\"error\":" + outcome.substr(1) + "}";
    return head_text + "\"result\":" + (outcome.empty() ? "null" : outcome) + "}";
}

std::string FakeNode::result(const std::string& method, const Params& params) {
    if (method == "eth_chainId") return quantity(chain_id);
    if (method == "eth_blockNumber") return quantity(head().number);
    if (method == "eth_getBlockByNumber") return block_json(params[0]);
    if (method == "eth_getLogs") return logs_json(params[0]);
    if (method == "eth_getBlockReceipts" && gives_block_receipts) {
        const Block* const block = block_at(params[0]);
        return block == nullptr ? kNotFoundResult : block_receipts_json(*block);
    }
    if (method == "eth_sendRawTransaction") {
        const Bytes raw = *from_hex(*params[0].text());
        sent_raw.push_back(raw);
        return send(raw);
    }
    if (method == "eth_getTransactionReceipt")
        return hide_receipts ? kNotFoundResult : receipt_json(fixed_of<Hash32>(params[0]));
    if (method == "eth_getTransactionByHash") {
        const Hash32 hash = fixed_of<Hash32>(params[0]);
        const bool known = pool_has(hash) || receipt_json(hash) != kNotFoundResult;
        return known ? "{\"hash\":" + hex(hash.view()) + "}" : kNotFoundResult;
    }
    if (method == "eth_getTransactionCount") {
        const Address account = fixed_of<Address>(params[0]);
        if (*params[1].text() == "pending") return quantity(pending_nonce(account));
        const Block* const block = block_at(params[1]);
        const auto found = block->after.nonces.find(account);
        return quantity(found == block->after.nonces.end() ? 0 : found->second);
    }
    if (method == "eth_getBalance") return "\"" + chain::to_quantity(balance_wei) + "\"";
    if (method == "eth_call") return call(params[0], params[1], false);
    if (method == "eth_estimateGas") return call(params[0], params[1], true);
    if (method == "eth_feeHistory")
        return "{\"oldestBlock\":\"0x0\",\"baseFeePerGas\":[" + quantity(base_fee_wei) + "," +
               quantity(base_fee_wei) + "],\"reward\":[[" + quantity(tip_median_wei) + "]]}";
    return error_json(-32601, "the method " + method + " does not exist");
}

std::string FakeNode::send(ByteView raw) {
    const Result<SignedTransaction> tx = chain::decode_transaction(raw);
    if (!tx) return error_json(-32000, "rlp: expected input list for types.DynamicFeeTx");
    const std::string verdict = pool_verdict(*tx);
    if (!verdict.empty()) return error_json(-32000, verdict);
    pool_[tx->sender][tx->transaction.tx_nonce] = *tx;
    return hex(tx->hash.view());
}

bool FakeNode::hides(const LogEntry& entry) const {
    return std::any_of(hidden_jobs.begin(), hidden_jobs.end(), [&entry](JobId job) {
        return entry.log.topics[1] == topic(chain::to_word(number(job)));
    });
}

const FakeNode::Block* FakeNode::block_at(const JsonView& at) const {
    const std::string text = *at.text();
    if (text == "latest" || text == "pending") return &head();
    if (text == "finalized")
        return head().number < finality_lag ? &chain_[0] : &chain_[head().number - finality_lag];
    const std::uint64_t number = number_of(at);
    return number < chain_.size() ? &chain_[number] : nullptr;
}

namespace {
/// Yellow Paper 4.3.1.
Bytes bloom_of(const std::vector<LogEntry>& logs) {
    Bytes bloom(256, 0);
    const auto put = [&bloom](ByteView entry) {
        const Hash32 hash = keccak256(entry);
        for (std::size_t i = 0; i < 6; i += 2) {
            const unsigned bit = (hash.bytes[i] * 256U + hash.bytes[i + 1]) % 2048U;
            bloom[255 - bit / 8] = static_cast<std::uint8_t>(bloom[255 - bit / 8] | 1U << bit % 8);
        }
    };
    for (const LogEntry& entry : logs) {
        put(entry.log.address.view());
        for (const Hash32& each : entry.log.topics) put(each.view());
    }
    return bloom;
}
}  // namespace

std::string FakeNode::block_json(const JsonView& at) const {
    const Block* const block = block_at(at);
    if (block == nullptr) return kNotFoundResult;
    return "{\"number\":" + quantity(block->number) + ",\"hash\":" + hex(block->hash.view()) +
           ",\"parentHash\":" + hex(block->parent.view()) +
           ",\"timestamp\":" + quantity(kGenesis_unix_s + block->number * seconds_per_block) +
           ",\"gasLimit\":" + quantity(kBlockGas) +
           ",\"baseFeePerGas\":" + quantity(block->base_fee_wei) +
           (blooms ? ",\"logsBloom\":" + hex(bloom_of(block->logs)) : "") + "}";
}

std::string FakeNode::logs_json(const JsonView& filter) const {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    if (const std::optional<JsonView> hash = filter.member("blockHash")) {
        const Hash32 wanted = fixed_of<Hash32>(*hash);
        const auto found = std::find_if(chain_.begin(), chain_.end(), [&wanted](const Block& each) {
            return each.hash == wanted;
        });
        if (found == chain_.end()) return error_json(-32000, "unknown block");
        from = to = found->number;
    } else {
        from = number_of(*filter.member("fromBlock"));
        to = number_of(*filter.member("toBlock"));
    }
    if (to - from + 1 > logs_range_max)
        return error_json(-32602,
                          "query exceeds max block range " + std::to_string(logs_range_max));
    const Address address = fixed_of<Address>(*filter.member("address"));
    const Hash32 topic0 = fixed_of<Hash32>(filter.member("topics")->items()[0]);
    std::string logs;
    for (const Block& block : chain_) {
        if (block.number < from || block.number > to) continue;
        if (std::find(hidden_logs_of.begin(), hidden_logs_of.end(), block.hash) !=
            hidden_logs_of.end())
            continue;
        for (const LogEntry& entry : block.logs)
            if (entry.log.address == address && entry.log.topics[0] == topic0 && !hides(entry))
                logs += (logs.empty() ? "" : ",") + log_json(entry);
    }
    return "[" + logs + "]";
}

std::string FakeNode::receipt_json(const Hash32& hash) const {
    for (const Block& block : chain_)
        for (const Receipt& receipt : block.receipts) {
            if (receipt.tx_hash != hash) continue;
            std::string logs;
            for (const LogEntry& entry : receipt.logs)
                logs += (logs.empty() ? "" : ",") + log_json(entry);
            return "{\"transactionHash\":" + hex(hash.view()) +
                   ",\"blockHash\":" + hex(receipt.block_hash.view()) +
                   ",\"blockNumber\":" + quantity(receipt.block_number) +
                   ",\"status\":" + quantity(receipt.succeeded) +
                   ",\"gasUsed\":" + quantity(receipt.gas_used) +
                   ",\"effectiveGasPrice\":" + quantity(receipt.gas_price_wei) + ",\"logs\":[" +
                   logs + "]}";
        }
    return kNotFoundResult;
}

std::string FakeNode::call(const JsonView& message, const JsonView& at, bool estimate) {
    const Bytes input = *from_hex(*message.member("data")->text());
    const Block* const block = block_at(at);
    if (block == nullptr) return error_json(-32000, "header not found");
    const chain::Selector selector = selector_in(input);
    if (selector != kAddProof && selector != kMulticall && selector != kClaim &&
        selector != kRequestReward)
        return view(input, block->after);
    const auto from = message.member("from");
    World trial = block->after;
    std::vector<LogEntry> logs;
    const std::optional<std::string> reverted =
        run(from ? fixed_of<Address>(*from) : Address{}, fixed_of<Address>(*message.member("to")),
            input, trial, logs);
    if (reverted)
        return "E{\"code\":3,\"message\":\"execution reverted\",\"data\":\"" + *reverted + "\"}";
    const std::uint64_t needed = proof_gas * std::max<std::size_t>(1, logs.size() / 2);
    if (estimate) return quantity(needed);
    const auto gas = message.member("gas");
    if (gas && number_of(*gas) < needed) return error_json(-32000, "out of gas");
    return "\"0x\"";
}

std::string FakeNode::view(ByteView input, const World& world) const {
    const chain::Selector selector = selector_in(input);
    if (selector == kIsTee)
        return pool_upgraded ? "\"0x01\"" : hex(TupleEncoder{}.uint(worker_active).encoded());
    if (selector == kTees) {
        Address tee;
        std::copy_n(input.begin() + 16, 20, tee.bytes.begin());
        const auto fees = world.unclaimed.find(tee);
        return hex(TupleEncoder{}
                       .tuple(TupleEncoder{}
                                  .address(tee)
                                  .text("https://v.test")
                                  .uint(worker_active ? 1U : 2U)
                                  .uint(fees == world.unclaimed.end() ? 0 : fees->second)
                                  .uint(0)
                                  .uint(0)
                                  .text("0x04"))
                       .encoded());
    }
    if (selector == kPaused) return hex(TupleEncoder{}.uint(paused).encoded());
    if (selector == kCancelDelay) return hex(TupleEncoder{}.uint(cancel_delay_s).encoded());
    if (selector == kJobsCount) return hex(TupleEncoder{}.uint(world.jobs.size()).encoded());
    if (selector == kJobs) {
        const auto found = world.jobs.find(argument(input, 0));
        const TeeJob job = found == world.jobs.end() ? TeeJob{} : found->second;
        if (jobs_laid_out_otherwise)
            return hex(TupleEncoder{}
                           .tuple(TupleEncoder{}
                                      .text("a note")
                                      .address(job.tee)
                                      .uint(static_cast<std::uint64_t>(job.status))
                                      .uint(number(job.file)))
                           .encoded());
        return hex(TupleEncoder{}
                       .uint(number(job.file))
                       .word(job.bid_wei)
                       .uint(static_cast<std::uint64_t>(job.status))
                       .uint(job.added_unix_s)
                       .address(job.owner)
                       .address(job.tee)
                       .encoded());
    }
    if (selector == kTeeJobIds) {
        Address tee;
        std::copy_n(input.begin() + 16, 20, tee.bytes.begin());
        std::vector<std::uint64_t> ids;
        for (const auto& [id, job] : world.jobs)
            if (job.tee == tee && job.status == chain::JobStatus::kSubmitted) ids.push_back(id);
        const std::size_t start = std::min<std::size_t>(argument(input, 1), ids.size());
        const std::size_t end = std::min<std::size_t>(start + argument(input, 2), ids.size());
        TupleEncoder encoder;
        encoder.uint(32).uint(end - start);
        for (std::size_t i = start; i < end; ++i) encoder.uint(ids[i]);
        return hex(encoder.encoded());
    }
    return error_json(3, "execution reverted");
}

}  // namespace pramana::testing_chain
