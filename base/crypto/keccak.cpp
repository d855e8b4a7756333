#include "pramana/crypto/keccak.hpp"

#include "pramana/core/endian.hpp"

#include <bit>

namespace pramana {
namespace {

constexpr std::size_t kRate = 136;  // bytes: 1600 bits of state less 2 * 256 of capacity

// Keccak reference, section 1.2: round constants of iota, and the rho offsets along the path of pi.
constexpr std::array<std::uint64_t, 24> kIota = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
    0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};
constexpr std::array<int, 24> kRho = {1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                                      27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};
constexpr std::array<std::size_t, 24> kPi = {10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                                             15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};

using State = std::array<std::uint64_t, 25>;

void permute(State& a) noexcept {
    for (const std::uint64_t constant : kIota) {
        std::array<std::uint64_t, 5> column;
        for (std::size_t x = 0; x < 5; ++x)
            column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
        for (std::size_t x = 0; x < 5; ++x) {
            const std::uint64_t parity = column[(x + 4) % 5] ^ std::rotl(column[(x + 1) % 5], 1);
            for (std::size_t y = 0; y < 25; y += 5) a[y + x] ^= parity;
        }
        std::uint64_t carried = a[1];
        for (std::size_t i = 0; i < 24; ++i) {
            const std::uint64_t next = a[kPi[i]];
            a[kPi[i]] = std::rotl(carried, kRho[i]);
            carried = next;
        }
        for (std::size_t y = 0; y < 25; y += 5) {
            const std::array<std::uint64_t, 5> row = {a[y], a[y + 1], a[y + 2], a[y + 3], a[y + 4]};
            for (std::size_t x = 0; x < 5; ++x)
                a[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
        }
        a[0] ^= constant;
    }
}

class Sponge {
  public:
    void absorb(ByteView bytes) noexcept {
        for (const std::uint8_t b : bytes) {
            state_[filled_ / 8] ^= std::uint64_t{b} << (filled_ % 8 * 8);
            if (++filled_ == kRate) {
                permute(state_);
                filled_ = 0;
            }
        }
    }
    [[nodiscard]] Hash32 finish() noexcept {
        state_[filled_ / 8] ^= std::uint64_t{0x01} << (filled_ % 8 * 8);
        state_[(kRate - 1) / 8] ^= std::uint64_t{0x80} << ((kRate - 1) % 8 * 8);
        permute(state_);
        Hash32 out;
        for (std::size_t i = 0; i < 4; ++i) store_le(state_[i], out.bytes.data() + 8 * i);
        return out;
    }

  private:
    State state_{};
    std::size_t filled_ = 0;
};

}  // namespace

Hash32 keccak256(ByteView bytes) noexcept { return keccak256({bytes}); }

Hash32 keccak256(std::initializer_list<ByteView> parts) noexcept {
    Sponge sponge;
    for (const ByteView part : parts) sponge.absorb(part);
    return sponge.finish();
}

}  // namespace pramana
