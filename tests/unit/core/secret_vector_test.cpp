#include "pramana/core/secret_vector.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace pramana {
namespace {

TEST(WipeMemory, leaves_zeros_and_touches_nothing_else) {
    std::array<unsigned char, 64> bytes{};
    bytes.fill(0xAB);
    wipe_memory(bytes.data() + 1, 62);
    EXPECT_EQ(bytes.front(), 0xAB);
    EXPECT_EQ(bytes.back(), 0xAB);
    EXPECT_TRUE(
        std::all_of(bytes.begin() + 1, bytes.end() - 1, [](unsigned char b) { return b == 0; }));
    wipe_memory(nullptr, 0);
}

/// Memory of our own under the allocator's hands: freed blocks can be looked at.
alignas(16) std::array<unsigned char, 4096> arena;
std::size_t arena_used = 0;

struct ArenaChar {
    unsigned char value;
    static void* operator new(std::size_t size) = delete;
};

}  // namespace
}  // namespace pramana

template <>
struct std::allocator<pramana::ArenaChar> {
    using value_type = pramana::ArenaChar;
    pramana::ArenaChar* allocate(std::size_t count) {
        auto* block =
            reinterpret_cast<pramana::ArenaChar*>(pramana::arena.data() + pramana::arena_used);
        pramana::arena_used += count;
        return block;
    }
    void deallocate(pramana::ArenaChar*, std::size_t) noexcept {}
};

namespace pramana {
namespace {

TEST(SecretVector, wipes_what_growth_and_destruction_leave_behind) {
    {
        SecretVector<ArenaChar> secret;
        for (int i = 0; i < 1000; ++i) secret.push_back({0xCD});
        // All blocks but the last were given back by growth.
        const auto full = std::count(arena.begin(), arena.end(), 0xCD);
        EXPECT_EQ(full, 1000);
    }
    EXPECT_GT(arena_used, 1024U);
    EXPECT_EQ(std::count(arena.begin(), arena.end(), 0xCD), 0);
}

}  // namespace
}  // namespace pramana
