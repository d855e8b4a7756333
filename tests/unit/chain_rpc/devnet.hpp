#pragma once

#include "pramana/chain_rpc/chain_reader.hpp"
#include "pramana/crypto/secp256k1.hpp"

#include <sys/types.h>

namespace pramana::testing_chain {

/// anvil's public test accounts (mnemonic "test test … junk"): 0 administrates the contracts, 1 is
/// the TEE.
[[nodiscard]] SigningKey anvil_key(unsigned account);

/// A real node with our contracts deployed, started by tools/node/devnet.mjs and ended with this
/// object. Aborts with a sentence when it cannot be started: a missing node is a failure, never a
/// skipped test.
class Devnet {
  public:
    /// `arguments` of devnet.mjs.
    explicit Devnet(const std::vector<std::string>& arguments);
    ~Devnet();
    Devnet(const Devnet&) = delete;
    Devnet& operator=(const Devnet&) = delete;

    [[nodiscard]] const chain_rpc::Contracts& contracts() const noexcept { return contracts_; }
    [[nodiscard]] const std::string& rpc_url() const noexcept { return rpc_url_; }
    [[nodiscard]] const Address& dlp() const noexcept { return dlp_; }
    [[nodiscard]] chain_rpc::RpcClient& rpc() noexcept { return *rpc_; }
    [[nodiscard]] chain_rpc::ChainReader& reader() noexcept { return *reader_; }

    /// A raw call to the node, such as anvil_mine; aborts on an error.
    void control(const std::string& method, const std::string& params = "[]");
    void mine(unsigned blocks = 1);
    /// Signs and sends with the next nonce of `key`, `tip_gwei` per gas; returns the hash.
    Hash32 send(const SigningKey& key, const Address& to, const Bytes& input,
                std::uint64_t value_wei = 0, std::uint64_t tip_gwei = 1);
    /// The receipt of a transaction that is mined by now; aborts when there is none or it failed.
    [[nodiscard]] chain_rpc::Receipt receipt_of(const Hash32& tx_hash);

    /// A registered file and a paid job for it, both mined. For nodes that mine by themselves or
    /// after mine().
    [[nodiscard]] FileId register_file(const std::string& url, bool mine_now);
    [[nodiscard]] JobId request_proof(FileId file, bool mine_now);

  private:
    pid_t process_ = -1;
    std::string out_;
    std::string rpc_url_;
    chain_rpc::Contracts contracts_;
    Address dlp_;
    std::unique_ptr<chain_rpc::RpcClient> rpc_;
    std::unique_ptr<chain_rpc::ChainReader> reader_;
};

}  // namespace pramana::testing_chain
