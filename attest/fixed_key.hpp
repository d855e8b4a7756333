#pragma once

#include "public_key.hpp"

namespace pramana::attest {

/// A P-256 key that many signatures are verified with: multiples of its point are computed once, in
/// some 26 ms, and a verification then takes about half the time. It says what PublicKey::verify()
/// says. Thread: const, any thread.
class FixedKey {
  public:
    /// Of the last four keys the tables are kept, so that new collateral under a known authority
    /// costs nothing. nullptr: not a key of P-256, or the library makes no table.
    [[nodiscard]] static std::shared_ptr<const FixedKey> of(const PublicKey& key);
    /// ECDSA with SHA-256; `signature` is r ‖ s.
    [[nodiscard]] bool verify(ByteView message, ByteView signature) const;
    ~FixedKey();
    FixedKey(const FixedKey&) = delete;
    FixedKey& operator=(const FixedKey&) = delete;

  private:
    struct Table;
    [[nodiscard]] static std::shared_ptr<const FixedKey> make(const PublicKey& key);
    explicit FixedKey(std::unique_ptr<const Table> table);
    std::unique_ptr<const Table> table_;
};

}  // namespace pramana::attest
