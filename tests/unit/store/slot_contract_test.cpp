// The journals of transaction nonces: include/pramana/store/store.hpp, SubmissionSlots, sentence by
// sentence, on every engine.
#include "store_fixture.hpp"

namespace pramana::store {
namespace {

const Address kSigner = filled<Address>(1);

class SlotContract : public testing::TestWithParam<Engine> {
  protected:
    StoreUnderTest store{GetParam(), small_options(fresh_directory())};
};
INSTANTIATE_TEST_SUITE_P(Engines, SlotContract, testing::Values(Engine::kMemory, Engine::kRocks),
                         [](const auto& row) { return name_of(row.param); });

TEST_P(SlotContract, binding_moves_the_job_to_signed_in_the_same_batch) {
    JobRecord job = job_of(1);
    job.stage = Stage::kProved;
    ASSERT_TRUE(store->jobs().put(job));
    ASSERT_TRUE(store->slots(kSigner).bind(slot_of(7, 1)));
    store.reopen();
    const JobRecord bound = *store->jobs().job(job.id);
    EXPECT_EQ(bound.stage, Stage::kSigned);
    EXPECT_EQ(bound.tx_hash, slot_of(7, 1).attempts[0].tx_hash);
    EXPECT_EQ(bound.revision, 2U) << "who wrote before the binding must read again";
    EXPECT_EQ(**store->slots(kSigner).slot_of(job.id), slot_of(7, 1));
    EXPECT_EQ(**store->slots(kSigner).highest_nonce(), 7U);
}

TEST_P(SlotContract, a_nonce_and_a_job_are_bound_once) {
    ASSERT_TRUE(store->slots(kSigner).bind(slot_of(7, 1)));
    EXPECT_EQ(code_of(store->slots(kSigner).bind(slot_of(7, 2))), "conflict") << "nonce taken";
    EXPECT_EQ(code_of(store->slots(kSigner).bind(slot_of(8, 1))), "conflict") << "job bound";
    EXPECT_FALSE(store->slots(kSigner).slot_of(JobId{2})->has_value());
    ASSERT_TRUE(
        store->slots(kSigner).set_state(7, SlotState::kVoided, std::nullopt, SlotVoid::kReverted));
    EXPECT_EQ((*store->slots(kSigner).slot_of(JobId{1}))->void_reason, SlotVoid::kReverted);
    EXPECT_EQ(code_of(store->slots(kSigner).bind(slot_of(7, 1))), "conflict") << "nonce is spent";
    ASSERT_TRUE(store->slots(kSigner).bind(slot_of(8, 1))) << "a voided job may be bound again";
    EXPECT_EQ((*store->slots(kSigner).slot_of(JobId{1}))->tx_nonce, 8U);
}

TEST_P(SlotContract, several_slots_are_bound_together_or_not_at_all) {
    JobRecord job = job_of(2);
    job.stage = Stage::kProved;
    ASSERT_TRUE(store->jobs().put(job));
    ASSERT_TRUE(store->slots(kSigner).bind(slot_of(7, 1)));
    const std::vector<SlotRecord> taken{slot_of(8, 2), slot_of(9, 1)};
    EXPECT_EQ(code_of(store->slots(kSigner).bind_all(taken)), "conflict") << "job 1 is bound";
    store.reopen();
    EXPECT_EQ(**store->slots(kSigner).highest_nonce(), 7U) << "nothing of the group is there";
    EXPECT_EQ(store->jobs().job(job.id)->stage, Stage::kProved);
    const std::vector<SlotRecord> free{slot_of(8, 2), slot_of(9, 3)};
    ASSERT_TRUE(store->slots(kSigner).bind_all(free));
    store.reopen();
    EXPECT_EQ(store->slots(kSigner).open_slots()->size(), 3U);
    EXPECT_EQ(store->jobs().job(job.id)->stage, Stage::kSigned);
}

TEST_P(SlotContract, several_states_are_set_together_or_not_at_all) {
    const SlotInclusion inclusion{.block_number = 12,
                                  .block_hash = filled<Hash32>(1),
                                  .block_unix_s = 1'700'000'000,
                                  .tx_hash = filled<Hash32>(2),
                                  .succeeded = true,
                                  .gas_used = 21'000,
                                  .gas_price_wei = 5,
                                  .landed = {}};
    for (const std::uint64_t tx_nonce : {1U, 2U, 3U})
        ASSERT_TRUE(store->slots(kSigner).bind(slot_of(tx_nonce, tx_nonce)));
    ASSERT_TRUE(store->slots(kSigner).set_state(3, SlotState::kFinal, std::nullopt));
    const std::vector<SlotStep> late{{1, SlotState::kSent}, {3, SlotState::kSent}};
    EXPECT_EQ(code_of(store->slots(kSigner).set_states(late)), "conflict") << "3 is at its end";
    EXPECT_EQ((*store->slots(kSigner).slot_of(JobId{1}))->state, SlotState::kBound);
    const std::vector<SlotStep> both{{1, SlotState::kFinal, inclusion},
                                     {2, SlotState::kVoided, inclusion, SlotVoid::kReverted}};
    ASSERT_TRUE(store->slots(kSigner).set_states(both));
    store.reopen();
    EXPECT_TRUE(store->slots(kSigner).open_slots()->empty());
    EXPECT_EQ((*store->slots(kSigner).slot_of(JobId{2}))->void_reason, SlotVoid::kReverted);
    const Wei twice = inclusion.cost() + inclusion.cost();
    EXPECT_EQ(*store->slots(kSigner).spent_on(1'700'000'000 / 86'400), twice) << "both count";
}

TEST_P(SlotContract, a_job_that_ended_is_not_bound) {
    JobRecord job = job_of(1);
    job.stage = Stage::kCancelled;
    ASSERT_TRUE(store->jobs().put(job));
    EXPECT_EQ(code_of(store->slots(kSigner).bind(slot_of(7, 1))), "conflict");
    EXPECT_FALSE(store->slots(kSigner).highest_nonce()->has_value());
}

TEST_P(SlotContract, lists_open_slots_by_nonce_and_keeps_attempts_and_inclusion) {
    for (const std::uint64_t tx_nonce : {300U, 2U, 256U})
        ASSERT_TRUE(store->slots(kSigner).bind(slot_of(tx_nonce, tx_nonce)));
    SlotAttempt second = slot_of(2, 2).attempts[0];
    second.tx_hash = filled<Hash32>(0xAA);
    ASSERT_TRUE(store->slots(kSigner).add_attempt(2, second));
    const SlotInclusion inclusion{.block_number = 12,
                                  .block_hash = filled<Hash32>(1),
                                  .block_unix_s = 1'700'000'000,
                                  .tx_hash = second.tx_hash,
                                  .succeeded = true,
                                  .gas_used = 21'000,
                                  .gas_price_wei = 5,
                                  .landed = {{JobId{2}, 1}}};
    ASSERT_TRUE(store->slots(kSigner).set_state(2, SlotState::kIncluded, inclusion));
    ASSERT_TRUE(store->slots(kSigner).set_state(256, SlotState::kFinal, inclusion));
    store.reopen();
    const std::vector<SlotRecord> open = *store->slots(kSigner).open_slots();
    ASSERT_EQ(open.size(), 2U);
    EXPECT_EQ(open[0].tx_nonce, 2U);
    EXPECT_EQ(open[0].attempts.back(), second);
    EXPECT_EQ(open[0].inclusion, inclusion);
    EXPECT_EQ(open[1].tx_nonce, 300U);
    EXPECT_EQ(**store->slots(kSigner).highest_nonce(), 300U);
}

TEST_P(SlotContract, what_ended_stays_as_it_is) {
    ASSERT_TRUE(store->slots(kSigner).bind(slot_of(1, 1)));
    ASSERT_TRUE(store->slots(kSigner).set_state(1, SlotState::kFinal, std::nullopt));
    EXPECT_EQ(code_of(store->slots(kSigner).set_state(1, SlotState::kSent, std::nullopt)),
              "conflict");
    EXPECT_EQ(code_of(store->slots(kSigner).add_attempt(1, slot_of(1, 1).attempts[0])), "conflict");
    EXPECT_EQ(code_of(store->slots(kSigner).set_state(2, SlotState::kSent, std::nullopt)),
              "not_found");
}

TEST_P(SlotContract, keeps_every_reason_for_a_voided_slot) {
    for (std::uint64_t reason = 1; reason <= 7; ++reason) {
        ASSERT_TRUE(store->slots(kSigner).bind(slot_of(reason, reason)));
        ASSERT_TRUE(store->slots(kSigner).set_state(reason, SlotState::kVoided, std::nullopt,
                                                    static_cast<SlotVoid>(reason)));
    }
    store.reopen();
    for (std::uint64_t reason = 1; reason <= 7; ++reason)
        EXPECT_EQ((*store->slots(kSigner).slot_of(JobId{reason}))->void_reason,
                  static_cast<SlotVoid>(reason));
}

TEST_P(SlotContract, attempts_are_bounded) {
    ASSERT_TRUE(store->slots(kSigner).bind(slot_of(1, 1)));
    for (std::size_t i = 1; i < kSlotAttemptsMax; ++i)
        ASSERT_TRUE(store->slots(kSigner).add_attempt(1, slot_of(1, 1).attempts[0]));
    EXPECT_EQ(code_of(store->slots(kSigner).add_attempt(1, slot_of(1, 1).attempts[0])), "conflict");
}

/// A slot for jobs `first`..`first + count - 1`.
SlotRecord batch_of(std::uint64_t tx_nonce, std::uint64_t first, std::uint64_t count) {
    SlotRecord slot = slot_of(tx_nonce, first);
    for (std::uint64_t job = first + 1; job < first + count; ++job)
        slot.jobs.push_back({JobId{job}, FileId{job + 100}, filled<Hash32>(3)});
    return slot;
}
SlotInclusion included_at(std::uint64_t unix_s, std::vector<SlotLanded> landed) {
    SlotInclusion inclusion;
    inclusion.block_unix_s = unix_s;
    inclusion.succeeded = !landed.empty();
    inclusion.gas_used = 100;
    inclusion.gas_price_wei = 7;
    inclusion.landed = std::move(landed);
    return inclusion;
}

TEST_P(SlotContract, a_slot_of_several_jobs_is_bound_for_all_or_for_none) {
    for (const std::uint64_t id : {1U, 2U, 3U}) {
        JobRecord job = job_of(id);
        job.stage = Stage::kProved;
        ASSERT_TRUE(store->jobs().put(job));
    }
    ASSERT_TRUE(store->slots(kSigner).bind(slot_of(7, 3)));
    EXPECT_EQ(code_of(store->slots(kSigner).bind(batch_of(8, 1, 3))), "conflict") << "3 is bound";
    EXPECT_EQ(store->jobs().job(JobId{1})->stage, Stage::kProved);
    EXPECT_FALSE(store->slots(kSigner).slot_of(JobId{1})->has_value());
    ASSERT_TRUE(store->slots(kSigner).bind(batch_of(8, 1, 2)));
    store.reopen();
    for (const std::uint64_t id : {1U, 2U}) {
        EXPECT_EQ(store->jobs().job(JobId{id})->stage, Stage::kSigned);
        EXPECT_EQ(**store->slots(kSigner).slot_of(JobId{id}), batch_of(8, 1, 2));
    }
}

TEST_P(SlotContract, a_job_that_a_final_slot_did_not_land_may_be_bound_again) {
    ASSERT_TRUE(store->slots(kSigner).bind(batch_of(7, 1, 2)));
    ASSERT_TRUE(
        store->slots(kSigner).set_state(7, SlotState::kFinal, included_at(5, {{JobId{1}, 4}})));
    EXPECT_EQ(code_of(store->slots(kSigner).bind(slot_of(8, 1))), "conflict") << "done for ever";
    ASSERT_TRUE(store->slots(kSigner).bind(slot_of(8, 2)));
    EXPECT_EQ((*store->slots(kSigner).slot_of(JobId{1}))->tx_nonce, 7U);
    EXPECT_EQ((*store->slots(kSigner).slot_of(JobId{2}))->tx_nonce, 8U);
}

TEST_P(SlotContract, purposes_of_a_job_do_not_exclude_each_other) {
    SlotRecord result = slot_of(8, 1);
    result.purpose = SlotPurpose::kResult;
    SlotRecord reward = slot_of(9, 1);
    reward.purpose = SlotPurpose::kReward;
    ASSERT_TRUE(store->slots(kSigner).bind(slot_of(7, 1)));
    ASSERT_TRUE(store->slots(kSigner).bind(result));
    ASSERT_TRUE(store->slots(kSigner).bind(reward));
    result.tx_nonce = 10;
    EXPECT_EQ(code_of(store->slots(kSigner).bind(result)), "conflict");
    EXPECT_EQ((*store->slots(kSigner).slot_of(JobId{1}, SlotPurpose::kReward))->tx_nonce, 9U);
    EXPECT_EQ((*store->slots(kSigner).slot_of(JobId{1}))->tx_nonce, 7U);
}

TEST_P(SlotContract, fees_of_one_contract_are_claimed_by_one_slot_at_a_time) {
    SlotRecord fees = slot_of(1, 1);
    fees.purpose = SlotPurpose::kFees;
    fees.jobs.clear();
    ASSERT_TRUE(store->slots(kSigner).bind(fees));
    fees.tx_nonce = 2;
    EXPECT_EQ(code_of(store->slots(kSigner).bind(fees)), "conflict");
    SlotRecord elsewhere = fees;
    elsewhere.to = filled<Address>(2);
    ASSERT_TRUE(store->slots(kSigner).bind(elsewhere));
    ASSERT_TRUE(store->slots(kSigner).set_state(1, SlotState::kFinal, included_at(5, {})));
    fees.tx_nonce = 3;
    EXPECT_TRUE(store->slots(kSigner).bind(fees)) << "and again later";
}

TEST_P(SlotContract, signers_have_their_own_nonces_and_share_the_jobs) {
    const Address other = filled<Address>(2);
    ASSERT_TRUE(store->slots(kSigner).bind(slot_of(7, 1)));
    ASSERT_TRUE(store->slots(other).bind(slot_of(7, 2)));
    EXPECT_EQ(code_of(store->slots(other).bind(slot_of(8, 1))), "conflict");
    EXPECT_FALSE(store->slots(other).slot_of(JobId{1})->has_value());
    EXPECT_EQ(store->slots(kSigner).open_slots()->size(), 1U);
    EXPECT_EQ(**store->slots(other).highest_nonce(), 7U);
    ASSERT_TRUE(
        store->slots(kSigner).set_state(7, SlotState::kVoided, std::nullopt, SlotVoid::kCanceled));
    ASSERT_TRUE(store->slots(other).bind(slot_of(8, 1)));
    store.reopen();
    EXPECT_EQ((*store->slots(other).slot_of(JobId{1}))->tx_nonce, 8U);
}

TEST_P(SlotContract, counts_what_a_day_cost_once_for_each_slot_that_ended) {
    constexpr std::uint64_t kDay = 20'000;
    for (const std::uint64_t tx_nonce : {1U, 2U, 3U, 4U})
        ASSERT_TRUE(store->slots(kSigner).bind(slot_of(tx_nonce, tx_nonce)));
    const std::uint64_t unix_s = kDay * 86'400;
    const auto set = [&](std::uint64_t tx_nonce, SlotState state, std::uint64_t at) {
        ASSERT_TRUE(store->slots(kSigner).set_state(tx_nonce, state,
                                                    included_at(at, {{JobId{tx_nonce}, 1}})));
    };
    set(1, SlotState::kIncluded, unix_s);
    EXPECT_EQ(*store->slots(kSigner).spent_on(kDay), Wei{}) << "a reorg may still undo it";
    set(1, SlotState::kFinal, unix_s);
    set(2, SlotState::kVoided, unix_s + 86'399);
    set(3, SlotState::kFinal, unix_s + 86'400);
    ASSERT_TRUE(
        store->slots(kSigner).set_state(4, SlotState::kVoided, std::nullopt, SlotVoid::kForeign));
    store.reopen();
    EXPECT_EQ(*store->slots(kSigner).spent_on(kDay), Wei::of(1400));
    EXPECT_EQ(*store->slots(kSigner).spent_on(kDay + 1), Wei::of(700));
    EXPECT_EQ(*store->slots(filled<Address>(2)).spent_on(kDay), Wei{});
}

TEST_P(SlotContract, reopens_what_finality_did_not_keep) {
    ASSERT_TRUE(store->slots(kSigner).bind(slot_of(1, 1)));
    EXPECT_EQ(code_of(store->slots(kSigner).reopen(1)), "conflict") << "open";
    ASSERT_TRUE(store->slots(kSigner).set_state(1, SlotState::kFinal,
                                                included_at(86'400, {{JobId{1}, 1}})));
    ASSERT_TRUE(store->slots(kSigner).reopen(1));
    store.reopen();
    SlotRecord expected = slot_of(1, 1);
    expected.state = SlotState::kSent;
    EXPECT_EQ(*store->slots(kSigner).open_slots(), std::vector{expected});
    EXPECT_EQ(*store->slots(kSigner).spent_on(1), Wei{}) << "taken back";
    ASSERT_TRUE(store->slots(kSigner).set_state(1, SlotState::kVoided, std::nullopt));
    ASSERT_TRUE(store->slots(kSigner).bind(slot_of(2, 1)));
    EXPECT_EQ(code_of(store->slots(kSigner).reopen(1)), "conflict") << "the job moved on";
    EXPECT_EQ(code_of(store->slots(kSigner).reopen(9)), "not_found");
}

TEST_P(SlotContract, refills_a_nonce_whose_job_moved_on) {
    SubmissionSlots& slots = store->slots(kSigner);
    ASSERT_TRUE(slots.bind(slot_of(1, 1)));
    EXPECT_EQ(code_of(slots.refill(1)), "conflict") << "open";
    ASSERT_TRUE(slots.set_state(1, SlotState::kVoided, included_at(86'400, {})));
    EXPECT_EQ(code_of(slots.refill(1)), "conflict") << "it is its job's newest: reopen";
    ASSERT_TRUE(slots.bind(slot_of(2, 1)));
    ASSERT_TRUE(slots.refill(1));
    EXPECT_EQ(code_of(slots.refill(1)), "conflict") << "open";
    EXPECT_EQ(code_of(slots.refill(9)), "not_found");
    store.reopen();
    SlotRecord filler = slot_of(1, 1);
    filler.state = SlotState::kSent;
    filler.jobs.clear();
    EXPECT_EQ(store->slots(kSigner).open_slots()->front(), filler);
    EXPECT_EQ((*store->slots(kSigner).slot_of(JobId{1}))->tx_nonce, 2U) << "the newer one has it";
    EXPECT_EQ(*store->slots(kSigner).spent_on(1), Wei{}) << "taken back";
}

TEST_P(SlotContract, keeps_the_newest_regression) {
    EXPECT_FALSE(store->slots(kSigner).last_regression()->has_value());
    ASSERT_TRUE(store->slots(kSigner).note_regression({1, 9, 7, 100, 2}));
    ASSERT_TRUE(store->slots(kSigner).note_regression({2, 9, 8, 101, 2}));
    store.reopen();
    EXPECT_EQ(*store->slots(kSigner).last_regression(), (SlotRegression{2, 9, 8, 101, 2}));
}

TEST_P(SlotContract, folds_old_slots_up_to_the_first_that_is_open_or_young) {
    for (const std::uint64_t tx_nonce : {3U, 4U, 5U, 6U, 7U})
        ASSERT_TRUE(store->slots(kSigner).bind(slot_of(tx_nonce, tx_nonce)));
    const auto end = [&](std::uint64_t tx_nonce, std::uint64_t unix_s) {
        ASSERT_TRUE(store->slots(kSigner).set_state(tx_nonce, SlotState::kFinal,
                                                    included_at(unix_s, {{JobId{tx_nonce}, 1}})));
    };
    end(3, 100);
    end(4, 200);
    end(6, 100);
    EXPECT_EQ(*store->slots(kSigner).fold(100, 9), 0U);
    EXPECT_EQ(*store->slots(kSigner).fold(101, 9), 1U);
    EXPECT_EQ(*store->slots(kSigner).fold(1000, 9), 1U) << "5 is open";
    end(5, 300);
    end(7, 9000);
    EXPECT_EQ(*store->slots(kSigner).fold(1000, 1), 1U) << "at most count_max";
    EXPECT_EQ(*store->slots(kSigner).fold(1000, 9), 1U);
    EXPECT_EQ(*store->slots(kSigner).fold(1000, 9), 0U);
    store.reopen();
    const std::vector<SlotRecord> all = *store->slots(kSigner).slots_from(0, 9);
    ASSERT_EQ(all.size(), 5U);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_TRUE(all[i].attempts[0].raw.empty());
        EXPECT_EQ(all[i].attempts[0].tx_hash, slot_of(1, 1).attempts[0].tx_hash);
    }
    EXPECT_FALSE(all[4].attempts[0].raw.empty());
    EXPECT_EQ(code_of(store->slots(kSigner).bind(slot_of(8, 3))), "conflict") << "still done";
    EXPECT_EQ(code_of(store->slots(kSigner).reopen(3)), "conflict") << "nothing left to send";
    EXPECT_EQ(**store->slots(kSigner).highest_nonce(), 7U);
    EXPECT_EQ(store->slots(kSigner).slots_from(5, 2)->front().tx_nonce, 5U);
}

}  // namespace
}  // namespace pramana::store
