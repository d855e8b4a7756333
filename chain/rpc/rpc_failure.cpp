#include "rpc_failure.hpp"

#include "held.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/os/log.hpp"

#include <algorithm>
#include <charconv>

namespace pramana::chain_rpc {
namespace {

constexpr std::size_t kMessageBytesMax = 512;
constexpr std::size_t kRevertBytesMax = std::size_t{64} * 1024;
constexpr std::int64_t kRevertCode = 3;  // geth's own, not JSON-RPC's
constexpr std::int64_t kLimitExceeded =
    -32005;  // EIP-1474: a limit of the endpoint, never the pool's word

std::string lower(std::string_view text) {
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

std::string printable(std::string_view text) {
    std::string out{text.substr(0, kMessageBytesMax)};
    std::replace_if(out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return out;
}

struct Phrase {
    std::string_view part;
    SendClass kind;
};
/// The first that occurs in the lower-case text decides, so a longer phrase stands before a shorter
/// one that it contains. Sources: geth core/txpool/errors.go and core/error.go; anvil 1.7.1,
/// Hardhat 2 and 3, Ganache 7.9 as measured (reference chain.md section 1); Erigon, Nethermind and
/// Besu pools.
constexpr Phrase kPhrases[] = {
    {"rate limit", SendClass::kAmbiguous},
    {"too many requests", SendClass::kAmbiguous},
    {"request limit", SendClass::kAmbiguous},
    {"higher than max fee per gas", SendClass::kPermanent},  // tip above cap: our bug, no price
    {"already reserved", SendClass::kPoolFull},
    {"already known", SendClass::kAccepted},
    {"alreadyknown", SendClass::kAccepted},
    {"already_known", SendClass::kAccepted},
    {"known transaction", SendClass::kAccepted},
    {"already imported", SendClass::kAccepted},
    {"already exists", SendClass::kAccepted},
    {"nonce too low", SendClass::kNonceUsed},
    {"nonce is too low", SendClass::kNonceUsed},
    {"nonce_too_low", SendClass::kNonceUsed},
    {"oldnonce", SendClass::kNonceUsed},
    {"correct nonce", SendClass::kNonceUsed},
    {"nonce too high", SendClass::kGap},
    {"nonce_too_high", SendClass::kGap},
    {"noncegap", SendClass::kGap},
    {"nonce gap", SendClass::kGap},
    {"too distant", SendClass::kGap},
    {"underpriced", SendClass::kPrice},
    {"replacement", SendClass::kPrice},
    {"less than block base fee", SendClass::kPrice},
    {"max fee per gas", SendClass::kPrice},
    {"maxfeepergas", SendClass::kPrice},
    {"fee too low", SendClass::kPrice},
    {"feetoolow", SendClass::kPrice},
    {"gas price too low", SendClass::kPrice},
    {"gas price below", SendClass::kPrice},
    {"insufficient funds", SendClass::kMoney},
    {"insufficientfunds", SendClass::kMoney},
    {"insufficient balance", SendClass::kMoney},
    {"enough funds", SendClass::kMoney},
    {"exceeds account balance", SendClass::kMoney},
    {"intrinsic gas", SendClass::kPermanent},
    {"transaction requires at least", SendClass::kPermanent},
    {"gas limit", SendClass::kPermanent},
    {"gaslimit", SendClass::kPermanent},
    {"gas cap", SendClass::kPermanent},
    {"chain id", SendClass::kPermanent},
    {"chainid", SendClass::kPermanent},
    {"invalid sender", SendClass::kPermanent},
    {"invalid signature", SendClass::kPermanent},
    {"oversized data", SendClass::kPermanent},
    {"exceeds the configured cap", SendClass::kPermanent},
    {"not supported", SendClass::kPermanent},
    {"rlp", SendClass::kPermanent},
    {"malformed", SendClass::kPermanent},
    {"failed to decode", SendClass::kPermanent},
    {"pool is full", SendClass::kPoolFull},
    {"pool full", SendClass::kPoolFull},
    {"in-flight transaction limit", SendClass::kPoolFull},
    {"account limit", SendClass::kPoolFull},
    {"limit exceeded", SendClass::kPoolFull},
};

/// Hex of one of the places where nodes put what the contract returned; see
/// RpcFailure::revert_data.
std::optional<Bytes> hex_of(const std::optional<JsonView>& value) {
    if (!value || value->kind() != JsonKind::kString || value->raw().size() > 2 * kRevertBytesMax)
        return std::nullopt;
    const Result<std::string> text = value->text();
    if (!text) return std::nullopt;
    const std::size_t start = text->find("0x");
    // Parity wrote "Reverted 0x…" where the others write the hex alone.
    if (start == std::string::npos || (start != 0 && !text->starts_with("Reverted ")))
        return std::nullopt;
    const Result<Bytes> bytes = from_hex(std::string_view{*text}.substr(start + 2));
    return bytes ? std::optional{*bytes} : std::nullopt;
}

/// geth, anvil, Hardhat 3: a string. Hardhat 2: an object with `data`. Ganache: an object with
/// `result`, or with one member for each transaction hash, each an object with `return`.
std::optional<Bytes> revert_data_of(const JsonView& error) {
    const std::optional<JsonView> data = error.member("data");
    if (!data) return std::nullopt;
    if (data->kind() != JsonKind::kObject) return hex_of(data);
    for (const std::string_view name : {"data", "result"})
        if (std::optional<Bytes> found = hex_of(data->member(name))) return found;
    for (const JsonView::Member& member : data->members())
        if (std::optional<Bytes> found = hex_of(member.value.member("return"))) return found;
    return std::nullopt;
}

}  // namespace

Result<RpcFailure> read_failure(const JsonView& error) {
    const std::optional<JsonView> code = error.member("code");
    const std::optional<JsonView> message = error.member("message");
    if (!code || code->kind() != JsonKind::kNumber || !message)
        return Error{Errc::kMalformedChainData, "chain_rpc.error.members"};
    RpcFailure failure;
    const std::string_view digits = code->raw();
    const auto [end, problem] =
        std::from_chars(digits.data(), digits.data() + digits.size(), failure.code);
    const Result<std::string> text = message->text();
    if (problem != std::errc{} || end != digits.data() + digits.size() || !text)
        return Error{Errc::kMalformedChainData, "chain_rpc.error.code"};
    failure.message = printable(*text);
    failure.revert_data = revert_data_of(error);
    return failure;
}

const RpcFailure* failure_in(const RpcAnswer& answer) noexcept { return held(answer.failure); }

const JsonView& result_in(const RpcAnswer& answer) {
    const JsonView* const result = held(answer.result);
    PRAMANA_CHECK(result != nullptr);
    return *result;
}

Error rejected(const RpcFailure& failure, std::string_view site) {
    log::debug("chain_rpc.rejected",
               {{"code", failure.code}, log::Field::vetted("message", failure.message)});
    return {Errc::kRpcRejected, site};
}

SendClass classify(std::int64_t code, std::string_view message) noexcept {
    if (code == kLimitExceeded) return SendClass::kAmbiguous;
    const std::string text = lower(message);
    for (const Phrase& phrase : kPhrases)
        if (contains(text, phrase.part)) return phrase.kind;
    return SendClass::kAmbiguous;
}

bool is_revert(const RpcFailure& failure) noexcept {
    if (failure.code == kRevertCode || failure.revert_data) return true;
    const std::string text = lower(failure.message);
    return contains(text, "revert") || contains(text, "invalid opcode") ||
           contains(text, "out of gas");
}

bool is_rate_limit(const RpcFailure& failure) noexcept {
    const std::string text = lower(failure.message);
    for (const std::string_view limit : {"rate limit", "too many requests", "request limit",
                                         "requests per second", "capacity exceeded"})
        if (contains(text, limit)) return true;
    return false;
}

bool is_range_limit(const RpcFailure& failure) noexcept {
    const std::string text = lower(failure.message);
    for (const std::string_view other :
         {"rate limit", "too many requests", "out of range", "outofrange", "unknown block"})
        if (contains(text, other)) return false;
    for (const std::string_view limit :
         {"range", "results", "response size", "more than", "timeout", "timed out", "too large",
          "limit exceeded", "too many"})
        if (contains(text, limit)) return true;
    return false;
}

}  // namespace pramana::chain_rpc
