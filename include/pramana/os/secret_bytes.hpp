#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace pramana {

/// Owns bytes that must not outlive their use: plaintext, keys, embeddings. Move-only. Wiped with
/// OPENSSL_cleanse on destruction and on move-assignment. Up to 512 bytes lie in pages that are
/// locked, excluded from core dumps and fenced (malloc takes over when they are all in use); from
/// one page on, memory of its own, excluded from core dumps. Fixed size: no growth leaves an
/// unwiped copy behind. No operator<<, no to_json, no implicit view, no comparison. Thread: like a
/// vector; no internal synchronisation.
class SecretBytes {
  public:
    SecretBytes() noexcept = default;
    /// `size` zero bytes.
    explicit SecretBytes(std::size_t size);
    /// A copy of `source`; the caller wipes the source.
    static SecretBytes copy_of(std::span<const std::uint8_t> source);
    SecretBytes(SecretBytes&& other) noexcept;
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    ~SecretBytes();

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    /// Borrow for one call. The name is loud on purpose: reviewers grep for it.
    [[nodiscard]] std::span<const std::uint8_t> expose() const noexcept { return {data_, size_}; }
    [[nodiscard]] std::span<std::uint8_t> expose_mutable() noexcept { return {data_, size_}; }
    /// Keeps the first `size` bytes (size <= size()); the rest is wiped now.
    void shrink(std::size_t size) noexcept;

  private:
    std::uint8_t* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};
static_assert(!std::is_copy_constructible_v<SecretBytes>);
static_assert(!std::is_copy_assignable_v<SecretBytes>);

/// Whether the pages that hold short secrets are locked into memory (mlock succeeded).
[[nodiscard]] bool secrets_are_locked() noexcept;

/// Compares in constant time for equal lengths (CRYPTO_memcmp); unequal lengths are unequal at
/// once.
[[nodiscard]] bool equal_secret(std::span<const std::uint8_t> a,
                                std::span<const std::uint8_t> b) noexcept;

/// Wipes memory that a library or the stack holds.
void wipe(std::span<std::uint8_t> bytes) noexcept;

}  // namespace pramana
