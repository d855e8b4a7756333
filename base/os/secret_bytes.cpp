#include "pramana/os/secret_bytes.hpp"

#include "pramana/core/check.hpp"
#include "secret_pool.hpp"

#include <openssl/crypto.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>

namespace pramana {
namespace {

constexpr std::size_t kPage = 4096;

}  // namespace

SecretBytes::SecretBytes(std::size_t size) : size_{size} {
    if (size == 0) return;
    data_ = secret_pool::take(size);
    if (data_ != nullptr) {
        capacity_ = size;
        return;
    }
    const bool own_pages = size >= kPage;
    capacity_ = own_pages ? (size + kPage - 1) / kPage * kPage : size;
    data_ = static_cast<std::uint8_t*>(own_pages ? std::aligned_alloc(kPage, capacity_)
                                                 : std::malloc(capacity_));
    if (data_ == nullptr) throw std::bad_alloc{};
    // Small blocks share pages; os/hardening turns core dumps off for the whole process.
    if (own_pages) static_cast<void>(::madvise(data_, capacity_, MADV_DONTDUMP));
    std::fill_n(data_, capacity_, std::uint8_t{0});
}

SecretBytes SecretBytes::copy_of(std::span<const std::uint8_t> source) {
    SecretBytes out{source.size()};
    std::copy(source.begin(), source.end(), out.data_);
    return out;
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_{std::exchange(other.data_, nullptr)},
      size_{std::exchange(other.size_, 0)},
      capacity_{std::exchange(other.capacity_, 0)} {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
    SecretBytes taken{std::move(other)};
    std::swap(data_, taken.data_);
    std::swap(size_, taken.size_);
    std::swap(capacity_, taken.capacity_);
    return *this;
}

SecretBytes::~SecretBytes() {
    if (data_ == nullptr || secret_pool::give_back(data_)) return;
    OPENSSL_cleanse(data_, capacity_);
    if (capacity_ >= kPage && capacity_ % kPage == 0)
        static_cast<void>(::madvise(data_, capacity_, MADV_DODUMP));
    std::free(data_);
}

void SecretBytes::shrink(std::size_t size) noexcept {
    PRAMANA_CHECK(size <= size_);
    if (data_ != nullptr) OPENSSL_cleanse(data_ + size, size_ - size);
    size_ = size;
}

bool equal_secret(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) noexcept {
    return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

bool secrets_are_locked() noexcept { return secret_pool::locked(); }

void wipe(std::span<std::uint8_t> bytes) noexcept { OPENSSL_cleanse(bytes.data(), bytes.size()); }

}  // namespace pramana
