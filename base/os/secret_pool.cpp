#include "secret_pool.hpp"

#include <openssl/crypto.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <mutex>
#include <new>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PRAMANA_NO_SECRET_POOL  // malloc finds more errors there
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define PRAMANA_NO_SECRET_POOL
#endif

namespace pramana::secret_pool {
namespace {

/// Blocks of one size; the free ones are a list through an array beside them, so that no pointer
/// stands where a secret stood.
template <std::size_t BlockBytes, std::size_t Count>
class Slab {
  public:
    static constexpr std::size_t kBytes = BlockBytes * Count;

    void open(std::uint8_t* begin) noexcept {
        begin_ = begin;
        for (std::size_t i = 0; i < Count; ++i) next_[i] = static_cast<std::uint16_t>(i + 1);
    }
    [[nodiscard]] std::uint8_t* take() noexcept {
        if (begin_ == nullptr || first_ == Count) return nullptr;
        const std::size_t index = first_;
        first_ = next_[index];
        return begin_ + index * BlockBytes;
    }
    [[nodiscard]] bool holds(const std::uint8_t* block) const noexcept {
        return begin_ != nullptr && block >= begin_ && block < begin_ + kBytes;
    }
    void give_back(std::uint8_t* block) noexcept {
        OPENSSL_cleanse(block, BlockBytes);
        const auto index = static_cast<std::size_t>(block - begin_) / BlockBytes;
        next_[index] = static_cast<std::uint16_t>(first_);
        first_ = index;
    }

  private:
    std::uint8_t* begin_ = nullptr;
    std::size_t first_ = 0;
    std::array<std::uint16_t, Count> next_{};
};

class Pool {
  public:
    Pool() noexcept {
#if !defined(PRAMANA_NO_SECRET_POOL)
        const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
        constexpr std::size_t kBytes = decltype(keys_)::kBytes + decltype(texts_)::kBytes;
        const std::size_t whole = (kBytes + page - 1) / page * page;
        void* const mapped = ::mmap(nullptr, whole + 2 * page, PROT_NONE,
                                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (mapped == MAP_FAILED) return;
        std::uint8_t* const begin = static_cast<std::uint8_t*>(mapped) + page;
        if (::mprotect(begin, whole, PROT_READ | PROT_WRITE) != 0) return;
        locked_ = ::mlock(begin, whole) == 0;
        static_cast<void>(::madvise(begin, whole, MADV_DONTDUMP));
        keys_.open(begin);
        texts_.open(begin + decltype(keys_)::kBytes);
#endif
    }
    [[nodiscard]] std::uint8_t* take(std::size_t size) noexcept {
        const std::lock_guard lock{mutex_};
        std::uint8_t* const small = size <= 64 ? keys_.take() : nullptr;
        if (small != nullptr || size > kBlockBytesMax) return small;
        return texts_.take();
    }
    [[nodiscard]] bool give_back(std::uint8_t* block) noexcept {
        const std::lock_guard lock{mutex_};
        if (keys_.holds(block))
            keys_.give_back(block);
        else if (texts_.holds(block))
            texts_.give_back(block);
        else
            return false;
        return true;
    }
    [[nodiscard]] bool locked() const noexcept { return locked_; }

  private:
    std::mutex mutex_;
    Slab<64, 2048> keys_;
    Slab<kBlockBytesMax, 256> texts_;
    bool locked_ = false;
};

/// Never destroyed: secrets of static objects are given back after everything else.
Pool& pool() noexcept {
    alignas(Pool) static std::array<std::byte, sizeof(Pool)> memory;
    static Pool* const made = ::new (memory.data()) Pool;
    return *made;
}

}  // namespace

std::uint8_t* take(std::size_t size) noexcept { return pool().take(size); }
bool give_back(std::uint8_t* block) noexcept { return pool().give_back(block); }
bool locked() noexcept { return pool().locked(); }

}  // namespace pramana::secret_pool
