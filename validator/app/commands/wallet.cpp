#include "wallet.hpp"

#include "chain_access.hpp"
#include "pramana/chain/address.hpp"
#include "pramana/chain/revert.hpp"
#include "pramana/chain/transaction.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/os/file.hpp"

#include <sysexits.h>

#include <thread>

namespace pramana::app {
namespace {

constexpr std::size_t kKeyFileBytesMax = 256;
constexpr std::size_t kKeySize = 32;
constexpr std::uint64_t kTipWeiMin = 1'000'000;
constexpr std::uint64_t kTipWeiMax = 50'000'000'000;
constexpr std::uint64_t kFeePerGasWeiMax = 5'000'000'000'000;
constexpr std::chrono::milliseconds kPoll{250};
constexpr unsigned kPollsToResend = 40;

int digit_of(std::uint8_t c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool is_blank(std::uint8_t c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

Failure timed_out(std::string what) {
    Failure failure = failure_of(Errc::kTimeout, std::move(what) + " did not happen in time.",
                                 "Run the same command again: it goes on where this one stopped.");
    failure.exit_code = EX_TEMPFAIL;
    return failure;
}

struct Fees {
    std::uint64_t cap_wei = 0;
    std::uint64_t tip_wei = 0;
};

Outcome<Fees> offer(const chain_rpc::ChainReader& reader) {
    const Result<chain_rpc::FeeMarket> market = reader.fee_market();
    if (!market) return failure_of(market.error());
    const std::uint64_t tip = std::clamp(market->tip_median_wei, kTipWeiMin, kTipWeiMax);
    if (market->next_base_fee_wei > kFeePerGasWeiMax)
        return failure_of(Errc::kFeeCeiling, "The network asks for more than 5000 gwei a gas.",
                          "Wait until the network is cheaper, then run this again.");
    return Fees{2 * market->next_base_fee_wei + tip, tip};
}

}  // namespace

Result<SigningKey> parse_wallet(const SecretBytes& text) {
    std::span<const std::uint8_t> left = text.expose();
    while (!left.empty() && is_blank(left.front())) left = left.subspan(1);
    while (!left.empty() && is_blank(left.back())) left = left.first(left.size() - 1);
    if (left.size() == 2 * kKeySize + 2 && left[0] == '0' && (left[1] == 'x' || left[1] == 'X'))
        left = left.subspan(2);
    if (left.size() != 2 * kKeySize) return Error{Errc::kMalformedKey, "app.wallet.length"};
    SecretBytes raw{kKeySize};
    for (std::size_t i = 0; i < kKeySize; ++i) {
        const int high = digit_of(left[2 * i]);
        const int low = digit_of(left[2 * i + 1]);
        if (high < 0 || low < 0) return Error{Errc::kMalformedKey, "app.wallet.digit"};
        raw.expose_mutable()[i] = static_cast<std::uint8_t>(16 * high + low);
    }
    return SigningKey::from_bytes(std::move(raw));
}

Outcome<SigningKey> load_wallet(const std::filesystem::path& path, const Say& warn) {
    const Result<SecretBytes> text = read_secret_file(path, kKeyFileBytesMax);
    // Not echoed: what a terminal shows is copied into questions and kept in logs.
    if (!text && parse_wallet(SecretBytes::copy_of(as_bytes_view(path.native()))))
        return failure_of(Errc::kMalformedKey,
                          "A private key stands where the name of a file with one belongs.",
                          "Put a key into a file that you alone may read, and give its name. This "
                          "one is in the shell's history now, and others could see it.");
    if (!text)
        return failure_of(text.error().code, "The key file cannot be read: " + path.string() + '.',
                          "Give --key-file a file with the wallet's private key in hex.");
    std::error_code ignored;
    const std::filesystem::perms mode = std::filesystem::status(path, ignored).permissions();
    constexpr auto kOthers = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
    if ((mode & kOthers) != std::filesystem::perms::none)
        warn("warning: others may read the key file; chmod 600 " + path.string());
    Result<SigningKey> key = parse_wallet(*text);
    if (!key)
        return failure_of(Errc::kMalformedKey,
                          "The key file does not hold a private key: " + path.string() + '.',
                          "It must hold 64 hex digits, with or without 0x, and nothing else.");
    return *std::move(key);
}

Outcome<std::uint64_t> TransactionSender::settle() {
    while (true) {
        const Result<std::uint64_t> mined = reader_.transaction_count(wallet_.address());
        const Result<std::uint64_t> pending =
            reader_.transaction_count(wallet_.address(), chain_rpc::BlockTag::kPending);
        if (!mined) return failure_of(mined.error());
        if (!pending) return failure_of(pending.error());
        if (*pending <= *mined) return *mined;
        if (std::chrono::steady_clock::now() > deadline_)
            return timed_out("The inclusion of the wallet's pending transactions");
        std::this_thread::sleep_for(kPoll);
    }
}

Outcome<std::uint64_t> TransactionSender::estimate(const TransactionCall& call) {
    // ChainReader's estimate knows no value, and without it a payable call reverts.
    const std::string params = R"([{"from":")" + to_hex0x(wallet_.address().view()) +
                               R"(","to":")" + to_hex0x(call.to.view()) + R"(","data":")" +
                               to_hex0x(call.input) + R"(","value":")" +
                               chain::to_quantity(call.value_wei) + R"("}])";
    const Result<chain_rpc::RpcAnswer> answer = reader_.rpc().call({"eth_estimateGas", params});
    if (!answer) return failure_of(answer.error());
    if (answer->failure && chain_rpc::is_revert(*answer->failure)) {
        const chain::Revert revert = chain::decode_revert(
            answer->failure->revert_data.value_or(Bytes{}), chain::vana_errors());
        return failure_of(Error{Errc::kReverted, "app.estimate"},
                          chain::describe(revert, chain::vana_errors()));
    }
    if (answer->failure)
        return failure_of(Error{Errc::kRpcRejected, "app.estimate"}, answer->failure->message);
    const Result<std::string> text = answer->result->text();
    const Result<Word256> gas = text ? chain::parse_quantity(*text) : text.error();
    const Result<std::uint64_t> narrow = gas ? chain::to_u64(*gas) : gas.error();
    if (!narrow || *narrow > UINT32_MAX)
        return failure_of(Error{Errc::kMalformedChainData, "app.estimate.gas"});
    return *narrow + *narrow / 4;
}

Outcome<chain_rpc::Receipt> TransactionSender::send(const TransactionCall& call) {
    Outcome<std::uint64_t> tx_nonce = settle();
    if (!tx_nonce) return tx_nonce.failure();
    Outcome<Fees> fees = offer(reader_);
    if (!fees) return fees.failure();

    const Result<Word256> balance = reader_.balance(wallet_.address());
    if (!balance) return failure_of(balance.error());
    const auto short_of = [&](const Word256& need) {
        Failure failure = failure_of(
            Errc::kInsufficientFunds, "The wallet's account cannot pay for this transaction.",
            "Send coins to " + chain::to_checksum(wallet_.address()) + " and run this again.");
        failure.detail = "it has " + coins_of(*balance) + ", this needs " + coins_of(need);
        failure.exit_code = EX_DATAERR;
        return failure;
    };
    if (*balance < call.value_wei) return short_of(call.value_wei);
    Outcome<std::uint64_t> gas = estimate(call);
    if (!gas) return gas.failure();
    const Result<Word256> gas_wei =
        chain::multiply(chain::to_word(*gas), chain::to_word(fees->cap_wei));
    const Result<Word256> need = gas_wei ? chain::add(*gas_wei, call.value_wei) : gas_wei.error();
    if (!need) return failure_of(need.error());
    if (*balance < *need) return short_of(*need);

    chain::Transaction transaction;
    transaction.chain_id = reader_.rpc().chain_id();
    transaction.tx_nonce = *tx_nonce;
    transaction.max_priority_fee_per_gas_wei = chain::to_word(fees->tip_wei);
    transaction.max_fee_per_gas_wei = chain::to_word(fees->cap_wei);
    transaction.gas_limit = chain::to_word(*gas);
    transaction.to = call.to;
    transaction.value_wei = call.value_wei;
    transaction.input = call.input;
    const Result<chain::SignedTransaction> made = chain::sign_transaction(transaction, wallet_);
    if (!made) return failure_of(made.error());
    return send_and_wait(made->raw, made->hash);
}

Outcome<chain_rpc::Receipt> TransactionSender::send_and_wait(ByteView raw, const Hash32& hash) {
    const std::string name = "The inclusion of transaction " + to_hex0x(hash.view());
    for (unsigned polls = 0;; ++polls) {
        if (polls % kPollsToResend == 0) {
            const chain_rpc::ChainReader::SendOutcome sent = reader_.send_raw(raw, hash);
            if (sent.kind != chain_rpc::SendClass::kAccepted && polls == 0 &&
                sent.kind != chain_rpc::SendClass::kAmbiguous)
                return failure_of(Error{Errc::kRpcRejected, "app.send"}, sent.message);
        }
        Result<std::optional<chain_rpc::Receipt>> receipt = reader_.receipt(hash);
        if (receipt && receipt->has_value()) {
            if ((*receipt)->succeeded) return **std::move(receipt);
            return failure_of(Error{Errc::kReverted, "app.receipt"}, to_hex0x(hash.view()));
        }
        if (std::chrono::steady_clock::now() > deadline_) return timed_out(name);
        std::this_thread::sleep_for(kPoll);
    }
}

}  // namespace pramana::app
