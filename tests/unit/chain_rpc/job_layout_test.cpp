#include "pramana/chain/uint256.hpp"
#include "pramana/chain_rpc/watcher.hpp"

#include "submit_reads.hpp"
#include "unit/chain_rpc/submitter_fixture.hpp"

// A pool whose jobs(id) is laid out otherwise, declared by the operator: watcher, reader and
// submitter work on it. The layouts themselves: tests/unit/chain/vana_test.cpp.
namespace pramana::chain_rpc {
namespace {

constexpr std::string_view kLayout =
    "((string note,address teeAddress,uint8 status,uint64 fileId))";

class NoCursor final : public WatchCursor {
  public:
    Result<std::optional<Bytes>> load() override { return std::optional<Bytes>{}; }
    Status save(ByteView /*record*/) override { return Done{}; }
};

class DeclaredLayout : public SubmitterTest {
  protected:
    DeclaredLayout() {
        node_->jobs_laid_out_otherwise = true;
        Contracts contracts = node_->contracts;
        contracts.job_layout = *chain::tee_pool::JobLayout::parse(kLayout);
        declared_ = std::make_unique<ChainReader>(rpc_, contracts);
    }
    std::unique_ptr<ChainReader> declared_;
};

TEST_F(DeclaredLayout, brings_a_job_from_the_sweep_to_its_final_proof) {
    const JobId id = job();
    node_->hidden_jobs = {id};  // the state alone shows it
    node_->gives_block_receipts = false;
    NoCursor cursor;
    testing_chain::FakeClock clock;
    std::vector<JobSeen> seen;
    WatcherOptions options;
    options.tee = key_.address();
    Watcher watcher{*declared_,
                    cursor,
                    clock,
                    options,
                    [&](std::span<const JobSeen> some) -> Status {
                        seen.insert(seen.end(), some.begin(), some.end());
                        return Done{};
                    },
                    [](std::uint64_t) -> Status { return Done{}; }};
    ASSERT_TRUE(watcher.poll());
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].job, id);
    EXPECT_EQ(seen[0].file, FileId{70});
    EXPECT_EQ(declared_->job(id)->tee, key_.address());

    submitter_ = std::make_unique<Submitter>(*declared_, journal_, key_, options_);
    ASSERT_TRUE(submit(id));
    settle();
    EXPECT_EQ(slot(0).state, SlotState::kFinal);
    EXPECT_EQ(declared_->job(id)->status, chain::JobStatus::kCompleted);
    EXPECT_EQ(submitter().preflight(id, call_for(id)).error().code, Errc::kJobNotOpen)
        << "by the status in the other layout";
}

TEST(DeclaredEvents, show_the_job_and_its_proof_index) {
    Contracts contracts = FakeNode{}.contracts;
    contracts.proof_events = *chain::ProofEvents::parse(
        "Done(uint256 indexed jobId)", "ProofAdded(uint256 indexed fileId,uint256 proofIndex)");
    const auto log_of = [](const Address& emitter, std::string_view event,
                           std::vector<std::uint64_t> numbers) {
        std::vector<chain::abi::EventArgument> arguments;
        for (const std::uint64_t each : numbers)
            arguments.push_back({chain::abi::uint_value(each), false});
        LogEntry entry;
        entry.log = *chain::abi::encode_event(*chain::abi::parse_event(event), arguments);
        entry.log.address = emitter;
        return entry;
    };
    constexpr std::string_view kInRegistry = "ProofAdded(uint256 indexed,uint256)";
    Receipt receipt;
    receipt.succeeded = true;
    receipt.logs = {log_of(contracts.data_registry, kInRegistry, {70, 4}),
                    log_of(contracts.tee_pool, "Done(uint256 indexed)", {1}),
                    log_of(contracts.data_registry, kInRegistry, {70, 5})};
    chain::Slot slot;
    slot.jobs = {{JobId{1}, FileId{70}, {}}, {JobId{2}, FileId{71}, {}}};
    slot.success = proof_sign(contracts);
    const std::vector<chain::LandedJob> landed = landed_in(slot, receipt, contracts);
    ASSERT_EQ(landed.size(), 1U) << "the pool names job 1 alone";
    EXPECT_EQ(landed[0].job, JobId{1});
    EXPECT_EQ(landed[0].proof_index, 4U) << "of its own transaction, not of what comes later";
    slot.success = proof_sign(FakeNode{}.contracts);
    EXPECT_TRUE(landed_in(slot, receipt, contracts).empty()) << "today's pool tells it otherwise";
}

TEST_F(DeclaredLayout, another_one_than_the_contract_has_binds_no_nonce) {
    const JobId id = job();
    EXPECT_EQ(reader_.job(id).error().code, Errc::kMalformedChainData);
    EXPECT_EQ(submit(id).error().code, Errc::kMalformedChainData);
    EXPECT_TRUE(journal_.slots().empty());
}

}  // namespace
}  // namespace pramana::chain_rpc
