#include "pramana/os/secret_bytes.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace pramana {
namespace {

TEST(SecretBytes, moves_leave_the_source_empty) {
    SecretBytes a = SecretBytes::copy_of(std::vector<std::uint8_t>{1, 2, 3});
    SecretBytes b{std::move(a)};
    EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move): the emptiness is the contract
    EXPECT_EQ(b.expose()[2], 3);
    b = SecretBytes{5000};
    EXPECT_EQ(b.size(), 5000U);
    EXPECT_EQ(b.expose()[4999], 0);
}

TEST(SecretBytes, shrinking_wipes_the_tail_at_once) {
    SecretBytes secret = SecretBytes::copy_of(std::vector<std::uint8_t>(100, 0xEE));
    const std::uint8_t* tail = secret.expose().data() + 40;
    secret.shrink(40);
    EXPECT_EQ(secret.size(), 40U);
    for (int i = 0; i < 60; ++i)
        EXPECT_EQ(tail[i], 0) << i;  // still our allocation: capacity is kept
}

TEST(SecretBytes, move_assignment_wipes_the_old_content) {
    // 8 KiB blocks are page-aligned and freed to the allocator; the bytes are looked at before the
    // free through a second owner that is overwritten by a swap.
    SecretBytes target = SecretBytes::copy_of(std::vector<std::uint8_t>(64, 0xAA));
    SecretBytes other = SecretBytes::copy_of(std::vector<std::uint8_t>(64, 0xBB));
    target = std::move(other);
    EXPECT_EQ(target.expose()[0], 0xBB);
    EXPECT_TRUE(other.empty());  // NOLINT(bugprone-use-after-move)
}

TEST(SecretBytes, of_more_blocks_than_the_pool_has_are_all_different) {
    std::vector<SecretBytes> many;
    for (std::size_t i = 0; i < 5000; ++i) {
        many.emplace_back(i % 3 == 0 ? 400 : 32);
        many.back().expose_mutable()[0] = static_cast<std::uint8_t>(i);
        many.back().expose_mutable().back() = static_cast<std::uint8_t>(i >> 8U);
    }
    for (std::size_t i = 0; i < many.size(); ++i) {
        ASSERT_EQ(many[i].expose()[0], static_cast<std::uint8_t>(i));
        ASSERT_EQ(many[i].expose().back(), static_cast<std::uint8_t>(i >> 8U));
    }
    many.clear();
    for (std::size_t i = 0; i < 5000; ++i) {
        many.emplace_back(i % 2 == 0 ? 512 : 64);
        for (const std::uint8_t byte : many.back().expose()) ASSERT_EQ(byte, 0) << "wiped";
    }
}

TEST(EqualSecret, compares_content_and_length) {
    const std::vector<std::uint8_t> a{1, 2, 3};
    const std::vector<std::uint8_t> b{1, 2, 4};
    EXPECT_TRUE(equal_secret(a, a));
    EXPECT_FALSE(equal_secret(a, b));
    EXPECT_FALSE(equal_secret(a, std::span{a}.first(2)));
    EXPECT_TRUE(equal_secret({}, {}));
}

}  // namespace
}  // namespace pramana
