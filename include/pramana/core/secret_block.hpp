#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace pramana {

/// Much memory of fixed size for what reveals plaintext: not initialised, so that several threads
/// may fill it first; aligned to 64 bytes (from 2 MiB on, to huge pages, which Linux is asked for).
/// Wiped before it is given back. Move-only. Thread: like an array.
class SecretBlock {
  public:
    SecretBlock() noexcept = default;
    explicit SecretBlock(std::size_t size);
    SecretBlock(SecretBlock&& other) noexcept;
    SecretBlock& operator=(SecretBlock&& other) noexcept;
    SecretBlock(const SecretBlock&) = delete;
    SecretBlock& operator=(const SecretBlock&) = delete;
    ~SecretBlock();

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::span<const std::uint8_t> expose() const noexcept { return {data_, size_}; }
    [[nodiscard]] std::span<std::uint8_t> expose_mutable() noexcept { return {data_, size_}; }

  private:
    std::uint8_t* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace pramana
