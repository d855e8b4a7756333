#pragma once

#include "pramana/chain/transaction.hpp"

namespace pramana::chain_rpc {

/// Who signs transactions: a key in memory, or a device or service that may be slow, fail or sign
/// something else. What it returns is decoded and compared with what was asked before anything is
/// stored. Thread: one call at a time.
class TransactionSigner {
  public:
    virtual ~TransactionSigner() = default;
    [[nodiscard]] virtual const Address& address() const noexcept = 0;
    /// The EIP-2718 envelope. Errors: kIo, kTimeout, kBadRequest (not a transaction).
    [[nodiscard]] virtual Result<Bytes> sign(const chain::Transaction& transaction) = 0;
};

/// A key in memory; it outlives the signer.
class KeySigner final : public TransactionSigner {
  public:
    explicit KeySigner(const SigningKey& key) : key_{key} {}
    [[nodiscard]] const Address& address() const noexcept override { return key_.address(); }
    [[nodiscard]] Result<Bytes> sign(const chain::Transaction& transaction) override {
        Result<chain::SignedTransaction> made = chain::sign_transaction(transaction, key_);
        if (!made) return made.error();
        return std::move(made->raw);
    }

  private:
    const SigningKey& key_;
};

}  // namespace pramana::chain_rpc
