#include "rpc_decode.hpp"

#include "pramana/chain/uint256.hpp"

namespace pramana::chain_rpc {
namespace {

constexpr std::size_t kTopicsMax = 4;
constexpr std::size_t kBloomBytes = 256;
constexpr std::size_t kLogBytesMax = std::size_t{1} << 20U;
constexpr std::size_t kReceiptLogsMax = 4096;

Error malformed(std::string_view site) noexcept { return {Errc::kMalformedChainData, site}; }

/// Reads each member into its place; the first failure wins.
class Reader {
  public:
    explicit Reader(const JsonView& object) : object_{object} {}
    void u64(std::string_view name, std::uint64_t& out) {
        keep(read_u64(object_.member(name)), out);
    }
    template <class F>
    void fixed(std::string_view name, F& out) {
        keep(read_fixed<F>(object_.member(name)), out);
    }
    void bytes(std::string_view name, Bytes& out) {
        keep(read_bytes(object_.member(name), kLogBytesMax), out);
    }
    [[nodiscard]] const Error* failed() const noexcept { return good_ ? nullptr : &failed_; }

  private:
    template <class T>
    void keep(Result<T> value, T& out) {
        if (value) {
            out = std::move(*value);
        } else if (good_) {
            good_ = false;
            failed_ = value.error();
        }
    }
    const JsonView& object_;
    bool good_ = true;
    Error failed_{Errc::kMalformedChainData, "chain_rpc.decode"};
};

}  // namespace

Result<std::string> read_text(const std::optional<JsonView>& value) {
    if (!value) return malformed("chain_rpc.decode.absent");
    Result<std::string> text = value->text();
    if (!text) return malformed("chain_rpc.decode.text");
    return text;
}

Result<Word256> read_quantity(const std::optional<JsonView>& value) {
    const Result<std::string> text = read_text(value);
    if (!text) return text.error();
    return chain::parse_quantity(*text);
}

Result<std::uint64_t> read_u64(const std::optional<JsonView>& value) {
    const Result<Word256> word = read_quantity(value);
    if (!word) return word.error();
    return chain::to_u64(*word);
}

Result<Bytes> read_bytes(const std::optional<JsonView>& value, std::size_t bytes_max) {
    const Result<std::string> text = read_text(value);
    if (!text) return text.error();
    if (!text->starts_with("0x") || text->size() > 2 + 2 * bytes_max)
        return malformed("chain_rpc.decode.hex");
    Result<Bytes> bytes = from_hex(std::string_view{*text}.substr(2));
    if (!bytes) return malformed("chain_rpc.decode.hex");
    return bytes;
}

bool is_null(const JsonView& value) noexcept { return value.kind() == JsonKind::kNull; }

Result<BlockHeader> read_header(const JsonView& value) {
    BlockHeader header;
    Reader reader{value};
    reader.u64("number", header.number);
    reader.fixed("hash", header.hash);
    reader.fixed("parentHash", header.parent_hash);
    reader.u64("timestamp", header.timestamp_s);
    reader.u64("gasLimit", header.gas_limit);
    if (value.member("baseFeePerGas")) reader.u64("baseFeePerGas", header.base_fee_wei);
    if (value.member("logsBloom")) reader.bytes("logsBloom", header.logs_bloom);
    if (const Error* const failed = reader.failed()) return *failed;
    if (!header.logs_bloom.empty() && header.logs_bloom.size() != kBloomBytes)
        return malformed("chain_rpc.decode.bloom");
    return header;
}

Result<LogEntry> read_log(const JsonView& value) {
    LogEntry entry;
    Reader reader{value};
    reader.fixed("address", entry.log.address);
    reader.bytes("data", entry.log.body);
    reader.u64("blockNumber", entry.block_number);
    reader.fixed("blockHash", entry.block_hash);
    reader.fixed("transactionHash", entry.tx_hash);
    reader.u64("logIndex", entry.log_index);
    if (const Error* const failed = reader.failed()) return *failed;
    const std::optional<JsonView> topics = value.member("topics");
    if (!topics || topics->kind() != JsonKind::kArray) return malformed("chain_rpc.decode.topics");
    for (const JsonView& topic : topics->items()) {
        const Result<Hash32> word = read_fixed<Hash32>(topic);
        if (!word) return word.error();
        entry.log.topics.push_back(*word);
    }
    if (entry.log.topics.size() > kTopicsMax) return malformed("chain_rpc.decode.topics");
    if (const std::optional<JsonView> removed = value.member("removed")) {
        const Result<bool> gone = removed->boolean();
        if (!gone || *gone) return malformed("chain_rpc.decode.removed");
    }
    return entry;
}

Result<Receipt> read_receipt(const JsonView& value) {
    Receipt receipt;
    std::uint64_t status = 0;
    Reader reader{value};
    reader.fixed("transactionHash", receipt.tx_hash);
    reader.fixed("blockHash", receipt.block_hash);
    reader.u64("blockNumber", receipt.block_number);
    reader.u64("status", status);
    reader.u64("gasUsed", receipt.gas_used);
    reader.u64("effectiveGasPrice", receipt.gas_price_wei);
    if (const Error* const failed = reader.failed()) return *failed;
    if (status > 1) return malformed("chain_rpc.decode.status");
    receipt.succeeded = status == 1;
    const std::optional<JsonView> logs = value.member("logs");
    if (!logs || logs->kind() != JsonKind::kArray) return malformed("chain_rpc.decode.logs");
    for (const JsonView& log : logs->items()) {
        if (receipt.logs.size() == kReceiptLogsMax) return malformed("chain_rpc.decode.logs");
        Result<LogEntry> entry = read_log(log);
        if (!entry) return entry.error();
        receipt.logs.push_back(std::move(*entry));
    }
    return receipt;
}

std::string quoted_hex(ByteView bytes) { return "\"" + to_hex0x(bytes) + "\""; }

std::string quoted_quantity(std::uint64_t value) {
    return "\"" + chain::to_quantity(chain::to_word(value)) + "\"";
}

std::string quoted(BlockRef at) {
    if (at.number) return quoted_quantity(*at.number);
    switch (at.tag) {
        case BlockTag::kLatest: return "\"latest\"";
        case BlockTag::kFinalized: return "\"finalized\"";
        case BlockTag::kSafe: return "\"safe\"";
        case BlockTag::kPending: return "\"pending\"";
    }
    std::abort();
}

}  // namespace pramana::chain_rpc
