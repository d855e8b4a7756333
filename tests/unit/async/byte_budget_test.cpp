#include "pramana/async/byte_budget.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace pramana {
namespace {

TEST(ByteBudget, gives_exactly_what_it_has) {
    ByteBudget budget{100};
    std::optional<ByteBudget::Slot> most = budget.try_take(99);
    ASSERT_TRUE(most);
    EXPECT_FALSE(budget.try_take(2));
    EXPECT_TRUE(budget.try_take(1)) << "the last byte is given";
    EXPECT_EQ(budget.bytes_used(), 99U) << "and came back with its slot";
    EXPECT_TRUE(budget.try_take(0));
    EXPECT_FALSE(budget.try_take(SIZE_MAX)) << "no wrap-around";
}

TEST(ByteBudget, a_moved_slot_gives_back_once) {
    ByteBudget budget{10};
    std::optional<ByteBudget::Slot> first = budget.try_take(4);
    std::optional<ByteBudget::Slot> second = budget.try_take(5);
    *first = std::move(*second);  // gives the 4 back
    EXPECT_EQ(budget.bytes_used(), 5U);
    EXPECT_EQ(first->bytes(), 5U);
    second.reset();
    EXPECT_EQ(budget.bytes_used(), 5U);
    first.reset();
    EXPECT_EQ(budget.bytes_used(), 0U);
}

TEST(ByteBudget, never_exceeds_its_bound_under_threads) {
    ByteBudget budget{64};
    std::vector<std::thread> threads;
    std::atomic<bool> exceeded{false};
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&budget, &exceeded] {
            for (int i = 0; i < 20'000; ++i) {
                const std::optional<ByteBudget::Slot> slot =
                    budget.try_take(static_cast<std::size_t>(i % 40));
                if (budget.bytes_used() > 64) exceeded = true;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_FALSE(exceeded);
    EXPECT_EQ(budget.bytes_used(), 0U);
}

}  // namespace
}  // namespace pramana
