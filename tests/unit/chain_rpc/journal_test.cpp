#include "unit/chain_rpc/memory_journal.hpp"

#include <gtest/gtest.h>

namespace pramana::chain {
namespace {

using testing_chain::MemoryJournal;

Slot slot_of(std::uint64_t tx_nonce, std::uint64_t job) {
    Slot slot;
    slot.tx_nonce = tx_nonce;
    slot.jobs = {{JobId{job}, FileId{job + 100}, {}}};
    slot.attempts.push_back(Attempt{AttemptKind::kCall, {}, Bytes{1, 2, 3}, 7, 5, 21'000, 9});
    return slot;
}

// The contract of submission_journal.hpp; the store's own suite repeats it on RocksDB.
TEST(SubmissionJournal, binds_a_nonce_and_a_job_once) {
    MemoryJournal journal;
    EXPECT_EQ(*journal.highest_nonce(), std::nullopt);
    ASSERT_TRUE(journal.bind(slot_of(5, 1)));
    EXPECT_EQ(journal.bind(slot_of(5, 2)).error().code, Errc::kConflict);
    EXPECT_EQ(journal.bind(slot_of(6, 1)).error().code, Errc::kConflict);
    ASSERT_TRUE(journal.bind(slot_of(6, 2)));
    EXPECT_EQ(*journal.highest_nonce(), 6U);
    EXPECT_EQ(journal.open_slots()->size(), 2U);
    EXPECT_EQ(**journal.slot_of(JobId{1}, SlotPurpose::kProof), slot_of(5, 1));
    EXPECT_FALSE(journal.slot_of(JobId{9}, SlotPurpose::kProof)->has_value());
}

TEST(SubmissionJournal, lets_a_voided_job_be_bound_again_but_never_its_nonce) {
    MemoryJournal journal;
    ASSERT_TRUE(journal.bind(slot_of(5, 1)));
    ASSERT_TRUE(journal.set_state(5, SlotState::kVoided, std::nullopt, VoidReason::kReverted));
    EXPECT_EQ(journal.bind(slot_of(5, 1)).error().code, Errc::kConflict);
    ASSERT_TRUE(journal.bind(slot_of(6, 1)));
    EXPECT_EQ((*journal.slot_of(JobId{1}, SlotPurpose::kProof))->tx_nonce, 6U);
    Inclusion landed;
    landed.landed = {{JobId{1}, 1}};
    ASSERT_TRUE(journal.set_state(6, SlotState::kFinal, landed, VoidReason::kNone));
    EXPECT_EQ(journal.bind(slot_of(7, 1)).error().code, Errc::kConflict) << "final is for ever";
}

TEST(SubmissionJournal, writes_several_slots_together_or_not_at_all) {
    MemoryJournal journal;
    ASSERT_TRUE(journal.bind(slot_of(5, 1)));
    const std::vector<Slot> taken{slot_of(6, 2), slot_of(7, 1)};
    EXPECT_EQ(journal.bind_all(taken).error().code, Errc::kConflict);
    EXPECT_EQ(*journal.highest_nonce(), 5U);
    const std::vector<Slot> free{slot_of(6, 2), slot_of(7, 3)};
    ASSERT_TRUE(journal.bind_all(free));
    const std::vector<SlotStep> late{{5, SlotState::kSent}, {8, SlotState::kSent}};
    EXPECT_EQ(journal.set_states(late).error().code, Errc::kNotFound);
    EXPECT_EQ(journal.open_slots()->front().state, SlotState::kBound);
    const std::vector<SlotStep> all{{5, SlotState::kFinal}, {6, SlotState::kSent}};
    ASSERT_TRUE(journal.set_states(all));
    EXPECT_EQ(journal.open_slots()->size(), 2U);
    EXPECT_EQ(journal.writes(), 3U);
}

TEST(SubmissionJournal, closes_terminal_slots) {
    MemoryJournal journal;
    ASSERT_TRUE(journal.bind(slot_of(5, 1)));
    ASSERT_TRUE(journal.add_attempt(5, Attempt{}));
    ASSERT_TRUE(journal.set_state(5, SlotState::kFinal, Inclusion{}, VoidReason::kNone));
    EXPECT_TRUE(journal.open_slots()->empty());
    EXPECT_EQ(journal.add_attempt(5, Attempt{}).error().code, Errc::kConflict);
    EXPECT_EQ(journal.set_state(5, SlotState::kSent, std::nullopt, VoidReason::kNone).error().code,
              Errc::kConflict);
    EXPECT_EQ(journal.add_attempt(9, Attempt{}).error().code, Errc::kNotFound);
}

TEST(SubmissionJournal, bounds_the_attempts) {
    MemoryJournal journal;
    ASSERT_TRUE(journal.bind(slot_of(5, 1)));
    for (std::size_t i = 1; i < kAttemptsMax; ++i) ASSERT_TRUE(journal.add_attempt(5, Attempt{}));
    EXPECT_EQ(journal.add_attempt(5, Attempt{}).error().code, Errc::kConflict);
}

}  // namespace
}  // namespace pramana::chain
