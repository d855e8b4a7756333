#include "pramana/core/sha256.hpp"

#include "pramana/core/endian.hpp"
#include "sha256_blocks.hpp"

#include <bit>

namespace pramana {
namespace {

std::uint32_t small_sigma(std::uint32_t x, int a, int b, int c) noexcept {
    return std::rotr(x, a) ^ std::rotr(x, b) ^ (x >> static_cast<unsigned>(c));
}

void block(std::array<std::uint32_t, 8>& state, const std::uint8_t* data) noexcept {
    std::array<std::uint32_t, 64> w;
    for (std::size_t t = 0; t < 16; ++t) w[t] = load_be<std::uint32_t>(data + 4 * t);
    for (std::size_t t = 16; t < 64; ++t)
        w[t] = small_sigma(w[t - 2], 17, 19, 10) + w[t - 7] + small_sigma(w[t - 15], 7, 18, 3) +
               w[t - 16];
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t t = 0; t < 64; ++t) {
        const std::uint32_t t1 = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) +
                                 ((e & f) ^ (~e & g)) + kSha256Round[t] + w[t];
        const std::uint32_t t2 =
            (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + t2;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
}

}  // namespace

Sha256::Sha256() noexcept
    : state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
             0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19} {}

void sha256_blocks_reference(std::array<std::uint32_t, 8>& state, const std::uint8_t* data,
                             std::size_t count) noexcept {
    for (; count > 0; --count, data += 64) block(state, data);
}

Sha256Blocks best_sha256_blocks() noexcept {
#if defined(__x86_64__)
    static const Sha256Blocks best =
        sha256_has_instructions() ? sha256_blocks_x86 : sha256_blocks_reference;
    return best;
#else
    return sha256_blocks_reference;
#endif
}

void Sha256::update(ByteView bytes) noexcept {
    std::size_t filled = bytes_ % 64;
    bytes_ += bytes.size();
    if (filled != 0) {
        const std::size_t take = std::min(bytes.size(), 64 - filled);
        std::copy_n(bytes.begin(), take, pending_.begin() + static_cast<std::ptrdiff_t>(filled));
        bytes = bytes.subspan(take);
        filled += take;
        if (filled < 64) return;
        best_sha256_blocks()(state_, pending_.data(), 1);
    }
    const std::size_t whole = bytes.size() / 64;
    if (whole > 0) best_sha256_blocks()(state_, bytes.data(), whole);
    bytes = bytes.subspan(64 * whole);
    std::copy(bytes.begin(), bytes.end(), pending_.begin());
}

Hash32 Sha256::finish() noexcept {
    const std::uint64_t bits = bytes_ * 8;
    const std::size_t filled = bytes_ % 64;
    std::array<std::uint8_t, 72> tail{0x80};
    const std::size_t pad = (filled < 56 ? 56 : 120) - filled;
    store_be(bits, tail.data() + pad);
    update(ByteView{tail.data(), pad + 8});
    Hash32 out;
    for (std::size_t i = 0; i < 8; ++i) store_be(state_[i], out.bytes.data() + 4 * i);
    return out;
}

Hash32 sha256(ByteView bytes) noexcept {
    Sha256 hash;
    hash.update(bytes);
    return hash.finish();
}

}  // namespace pramana
