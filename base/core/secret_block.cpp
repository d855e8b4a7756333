#include "pramana/core/secret_block.hpp"

#include "pramana/core/secret_vector.hpp"

#include <new>
#include <utility>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace pramana {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20U;
constexpr std::size_t kLine = 64;

std::align_val_t alignment_of(std::size_t size) noexcept {
    return std::align_val_t{size >= kHugePage ? kHugePage : kLine};
}

}  // namespace

SecretBlock::SecretBlock(std::size_t size) : size_{size} {
    if (size == 0) return;
    data_ = static_cast<std::uint8_t*>(::operator new(size, alignment_of(size)));
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    if (size >= kHugePage) ::madvise(data_, size / kHugePage * kHugePage, MADV_HUGEPAGE);  // a wish
#endif
}

SecretBlock::SecretBlock(SecretBlock&& other) noexcept
    : data_{std::exchange(other.data_, nullptr)}, size_{std::exchange(other.size_, 0)} {}

SecretBlock& SecretBlock::operator=(SecretBlock&& other) noexcept {
    SecretBlock gone{std::move(*this)};
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    return *this;
}

SecretBlock::~SecretBlock() {
    if (data_ == nullptr) return;
    wipe_memory(data_, size_);
    ::operator delete(data_, alignment_of(size_));
}

}  // namespace pramana
