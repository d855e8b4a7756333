#pragma once

#include "failure.hpp"
#include "pramana/chain_rpc/chain_reader.hpp"
#include "pramana/crypto/secp256k1.hpp"
#include "pramana/net/http_client.hpp"

#include <filesystem>
#include <functional>

namespace pramana::app {

/// Takes one line for a person; no newline in it.
using Say = std::function<void(const std::string&)>;

/// Reads 64 hex digits, with or without 0x and white space around them, into wiped memory.
/// `warn` hears of a file that others may read.
[[nodiscard]] Outcome<SigningKey> load_wallet(const std::filesystem::path& path, const Say& warn);

/// The same from the file's text. Errors: kMalformedKey.
[[nodiscard]] Result<SigningKey> parse_wallet(const SecretBytes& text);

/// What a transaction is to do.
struct TransactionCall {
    Address to;
    Bytes input;
    Word256 value_wei;
};

/// Sends one transaction after the other from one wallet and waits for each. It waits first until
/// nothing of this wallet is pending: what an earlier run sent must not be sent (and paid) twice.
/// Thread: one.
class TransactionSender {
  public:
    /// Reader and wallet outlive the sender.
    TransactionSender(const chain_rpc::ChainReader& reader, const SigningKey& wallet,
                      net::Deadline deadline)
        : reader_{reader}, wallet_{wallet}, deadline_{deadline} {}

    /// EIP-1559: twice the base fee and the median tip as the cap; the estimated gas and a quarter.
    /// Fails with `reverted` and the contract's reason in `detail` before anything is sent, where
    /// the call would revert; with insufficient_funds naming what is missing; with timeout.
    [[nodiscard]] Outcome<chain_rpc::Receipt> send(const TransactionCall& call);

    /// Returns when no transaction of the wallet is pending; the next nonce.
    [[nodiscard]] Outcome<std::uint64_t> settle();

  private:
    [[nodiscard]] Outcome<std::uint64_t> estimate(const TransactionCall& call);
    [[nodiscard]] Outcome<chain_rpc::Receipt> send_and_wait(ByteView raw, const Hash32& hash);

    const chain_rpc::ChainReader& reader_;
    const SigningKey& wallet_;
    net::Deadline deadline_;
};

}  // namespace pramana::app
