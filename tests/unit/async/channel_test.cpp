#include "pramana/async/channel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace pramana {
namespace {

TEST(Channel, refuses_when_full_and_leaves_the_item_with_the_sender) {
    Channel<std::unique_ptr<int>> channel{1};
    auto first = std::make_unique<int>(1);
    auto second = std::make_unique<int>(2);
    EXPECT_TRUE(channel.try_send(std::move(first)));
    EXPECT_FALSE(channel.try_send(std::move(second)));
    EXPECT_NE(second, nullptr);  // NOLINT(bugprone-use-after-move): the contract
    EXPECT_EQ(**channel.receive(), 1);
    EXPECT_TRUE(channel.try_send(std::move(second)));
    EXPECT_EQ(channel.size(), 1U);
}

TEST(Channel, closing_drains_then_ends) {
    Channel<int> channel{4};
    ASSERT_TRUE(channel.try_send(1));
    channel.close();
    EXPECT_FALSE(channel.try_send(2));
    EXPECT_FALSE(channel.send(3));
    EXPECT_EQ(channel.receive(), 1);
    EXPECT_EQ(channel.receive(), std::nullopt);
}

TEST(Channel, a_deadline_ends_the_wait) {
    Channel<int> channel{1};
    EXPECT_EQ(channel.receive_for(std::chrono::milliseconds{1}), std::nullopt);
}

TEST(Channel, hands_every_item_to_exactly_one_receiver) {
    Channel<int> channel{3};
    constexpr int kItems = 3000;
    std::atomic<int> sum{0};
    std::vector<std::thread> receivers;
    for (int t = 0; t < 3; ++t)
        receivers.emplace_back([&] {
            while (const std::optional<int> item = channel.receive()) sum += *item;
        });
    std::vector<std::thread> senders;
    for (int t = 0; t < 2; ++t)
        senders.emplace_back([&channel] {
            for (int i = 1; i <= kItems; ++i) ASSERT_TRUE(channel.send(int{i}));
        });
    for (std::thread& sender : senders) sender.join();
    channel.close();
    for (std::thread& receiver : receivers) receiver.join();
    EXPECT_EQ(sum.load(), kItems * (kItems + 1));
}

}  // namespace
}  // namespace pramana
