#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/crypto/secp256k1.hpp"
#include "pramana/evidence/dstack_guest.hpp"

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>

namespace pramana::keys {

/// A KMS of dstack's documented scheme: keys by HKDF over the application's key, each with the
/// signatures of application and root.
struct MadeKms {
    std::uint8_t root_number = 7;  ///< its private key
    Bytes app_id = Bytes(20, 0xA1);
    /// What the agent says of it; a test makes it another one.
    Bytes said_app_id = app_id;
    std::string signed_purpose{};  ///< empty: the one that was asked for

    [[nodiscard]] SigningKey root() const;
    [[nodiscard]] SigningKey app() const;
    /// The answer of GetKey.
    [[nodiscard]] std::string answer(const std::string& path, const std::string& purpose) const;
};

/// A guest agent over a Unix socket, as its protocol describes it: /Info and /GetKey.
class MadeAgent {
  public:
    explicit MadeAgent(MadeKms kms);
    MadeAgent(const MadeAgent&) = delete;
    MadeAgent& operator=(const MadeAgent&) = delete;
    ~MadeAgent();
    [[nodiscard]] evidence::DstackGuest guest() const;
    [[nodiscard]] unsigned keys_given() const noexcept { return keys_given_; }

  private:
    void serve();
    [[nodiscard]] std::string reply(const std::string& request);
    MadeKms kms_;
    std::filesystem::path path_;
    int listener_;
    std::atomic<unsigned> keys_given_ = 0;
    std::thread thread_;
};

}  // namespace pramana::keys
