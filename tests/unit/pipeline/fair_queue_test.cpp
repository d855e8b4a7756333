// Fairness between payers: issue 4, scope 4. Bounds of start-time fair queueing (Goyal, Vin, Cheng
// 1996), counted in steps.
#include "fair_queue.hpp"

#include "fakes.hpp"

#include <gtest/gtest.h>

#include <random>

namespace pramana::pipeline {
namespace {

using Time = FairQueue::Time;
Time at(int seconds) { return Time{std::chrono::seconds{seconds}}; }
Share payer(std::uint8_t who, unsigned weight = 1) {
    return {.payer = filled<Address>(who), .weight = weight};
}

struct WeightRow {
    std::uint64_t bid;
    std::uint64_t least;
    unsigned weight;
};
TEST(Weight, grows_with_each_doubling_of_the_bid_and_is_bounded) {
    for (const WeightRow& row :
         {WeightRow{0, 100, 1}, WeightRow{199, 100, 1}, WeightRow{200, 100, 2},
          WeightRow{399, 100, 2}, WeightRow{400, 100, 3}, WeightRow{800, 100, 4},
          WeightRow{UINT64_MAX, 100, 4}, WeightRow{0, 0, 1}, WeightRow{2, 0, 2}})
        EXPECT_EQ(weight_of(wei(row.bid), wei(row.least)), row.weight) << row.bid;
    Word256 most;
    most.bytes.fill(0xFF);
    EXPECT_EQ(weight_of(most, most), 1U) << "twice the largest word is not below it";
}

TEST(FairQueue, one_payers_jobs_go_by_due_time_then_id) {
    FairQueue queue;
    queue.add(JobId{7}, at(1), payer(1));
    queue.add(JobId{3}, at(2), payer(1));
    queue.add(JobId{5}, at(1), payer(1));
    queue.add(JobId{9}, Time::min(), payer(1));
    for (const std::uint64_t expected : {9U, 5U, 7U, 3U}) EXPECT_EQ(queue.take(), JobId{expected});
    EXPECT_EQ(queue.take(), std::nullopt);
    EXPECT_TRUE(queue.empty());
}

TEST(FairQueue, a_flood_of_10000_delays_another_payers_job_by_no_step) {
    for (const unsigned weight : {1U, kWeightMax}) {
        FairQueue queue;
        for (std::uint64_t job = 0; job < 10'000; ++job)
            queue.add(JobId{job}, at(0), payer(1, weight));
        std::uint64_t lone = 1'000'000;
        for (int round = 0; round < 2'000; ++round) {
            // The other one is idle for as long as one of its steps counts; the last of these
            // steps runs while it arrives.
            for (unsigned step = 0; step < weight; ++step) ASSERT_TRUE(queue.take());
            queue.add(JobId{++lone}, at(5), payer(2));
            ASSERT_EQ(queue.take(), JobId{lone}) << round;
        }
        EXPECT_LE(queue.payers(), 2U);
    }
}

TEST(FairQueue, who_was_idle_gets_no_credit_for_it) {
    FairQueue queue;
    for (std::uint64_t job = 0; job < 100; ++job) queue.add(JobId{job}, at(0), payer(1));
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(queue.take());
    for (std::uint64_t job = 1'000; job < 1'100; ++job) queue.add(JobId{job}, at(0), payer(2));
    int second = 0;
    for (int i = 0; i < 40; ++i) second += number(*queue.take()) >= 1'000 ? 1 : 0;
    EXPECT_EQ(second, 20);
}

TEST(FairQueue, steps_are_shared_by_weight) {
    FairQueue queue;
    for (std::uint64_t job = 0; job < 1'000; ++job) {
        queue.add(JobId{job}, at(0), payer(1, 1));
        queue.add(JobId{10'000 + job}, at(0), payer(2, 4));
    }
    int heavy = 0;
    for (int i = 0; i < 500; ++i) heavy += number(*queue.take()) >= 10'000 ? 1 : 0;
    EXPECT_EQ(heavy, 400);
}

TEST(FairQueue, what_was_charged_is_made_up_for) {
    FairQueue queue;
    for (std::uint64_t job = 0; job < 20; ++job) {
        queue.add(JobId{job}, at(0), payer(1));
        queue.add(JobId{100 + job}, at(0), payer(2));
    }
    const JobId first = *queue.take();
    ASSERT_EQ(first, JobId{0});
    queue.charge(payer(1), 8);
    for (int i = 0; i < 9; ++i) EXPECT_GE(number(*queue.take()), 100U) << i;
    EXPECT_LT(number(*queue.take()), 100U);
}

TEST(FairQueue, a_removed_job_is_not_taken_and_its_payer_is_forgotten) {
    FairQueue queue;
    queue.add(JobId{1}, at(0), payer(1));
    queue.add(JobId{2}, Time::min(), payer(1));
    queue.remove(JobId{1}, at(0), payer(1));
    queue.remove(JobId{2}, Time::min(), payer(1));
    queue.remove(JobId{3}, at(0), payer(3));
    EXPECT_TRUE(queue.empty());
    EXPECT_EQ(queue.payers(), 0U);
    EXPECT_EQ(queue.take(), std::nullopt);
}

// Random arrivals and departures of 24 payers: nobody waits longer than one step of each other
// payer times what a bid may count, everything is taken exactly once, memory follows the load.
TEST(FairQueueProperty, nobody_waits_longer_than_a_round) {
    for (const unsigned seed : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U}) {
        std::mt19937 random{seed};
        constexpr std::uint8_t kPayers = 24;
        FairQueue queue;
        std::map<std::uint64_t, std::pair<std::uint8_t, int>> waiting;  // job: payer, since
        std::map<std::uint8_t, int> jobs_of;
        std::map<std::uint8_t, int> since;  // payer: step at which it began to wait for a turn
        std::uint64_t next = 0;
        for (int step = 0; step < 20'000; ++step) {
            for (auto arrivals = random() % 3; arrivals > 0; --arrivals) {
                // One payer in three arrivals floods.
                const auto who =
                    static_cast<std::uint8_t>(1 + (random() % 3 == 0 ? 0 : random() % kPayers));
                queue.add(JobId{next}, at(step), payer(who, 1 + who % kWeightMax));
                waiting[next] = {who, step};
                if (jobs_of[who]++ == 0) since[who] = step;
                ++next;
            }
            const std::optional<JobId> taken = queue.take();
            ASSERT_EQ(taken.has_value(), !waiting.empty());
            if (!taken) continue;
            const auto found = waiting.find(number(*taken));
            ASSERT_NE(found, waiting.end()) << "taken twice, or never added";
            const std::uint8_t who = found->second.first;
            waiting.erase(found);
            ASSERT_LE(step - since[who], static_cast<int>(kPayers * (kWeightMax + 1)));
            --jobs_of[who];
            since[who] = step;
            ASSERT_LE(queue.payers(), std::size_t{kPayers});
        }
    }
}

TEST(FairQueueProperty, the_order_depends_on_nothing_but_the_calls) {
    const auto order = [] {
        std::mt19937 random{42};
        FairQueue queue;
        std::vector<std::uint64_t> taken;
        for (std::uint64_t job = 0; job < 3'000; ++job) {
            const auto who = static_cast<std::uint8_t>(1 + random() % 9);
            queue.add(JobId{job}, at(static_cast<int>(random() % 5)), payer(who));
            if (job % 3 == 0) taken.push_back(number(*queue.take()));
            if (job % 7 == 0) queue.charge(payer(who), 3);
        }
        while (const std::optional<JobId> job = queue.take()) taken.push_back(number(*job));
        return taken;
    };
    EXPECT_EQ(order(), order());
}

}  // namespace
}  // namespace pramana::pipeline
