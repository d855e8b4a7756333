#pragma once

#include "pramana/core/bytes.hpp"

namespace pramana {

/// SHA-256 (FIPS 180-4) for core and scoring, which link no library: plain C++, or the processor's
/// SHA instructions. Streaming; not for secrets that need wiping: key derivation uses OpenSSL.
class Sha256 {
  public:
    Sha256() noexcept;
    void update(ByteView bytes) noexcept;
    void update(std::string_view text) noexcept { update(as_bytes_view(text)); }
    /// The digest of everything so far. The object may not be used afterwards.
    [[nodiscard]] Hash32 finish() noexcept;

  private:
    std::array<std::uint32_t, 8> state_;
    std::array<std::uint8_t, 64> pending_{};
    std::uint64_t bytes_ = 0;
};

[[nodiscard]] Hash32 sha256(ByteView bytes) noexcept;
[[nodiscard]] inline Hash32 sha256(std::string_view text) noexcept {
    return sha256(as_bytes_view(text));
}

}  // namespace pramana
