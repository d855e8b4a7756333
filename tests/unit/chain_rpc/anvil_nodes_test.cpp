// Two real nodes with the same chain id and different blocks, and a client over both: reference
// chain.md section 5, row 22.
#include "pramana/chain/proof_digest.hpp"
#include "pramana/chain/transaction.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/chain_rpc/watcher.hpp"
#include "unit/chain_rpc/devnet.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace pramana::chain_rpc {
namespace {

using testing_chain::anvil_key;
using testing_chain::Devnet;

class MemoryCursor final : public WatchCursor {
  public:
    Result<std::optional<Bytes>> load() override { return record; }
    Status save(ByteView bytes) override {
        record = Bytes(bytes.begin(), bytes.end());
        return Done{};
    }
    std::optional<Bytes> record;
};

/// The same node under another name, so that it may be listed twice.
std::string under_localhost(std::string url) {
    const std::size_t at = url.find("127.0.0.1");
    return at == std::string::npos ? url : url.replace(at, 9, "localhost");
}

TEST(AnvilNodes, a_quorum_reads_writes_and_watches_past_a_node_on_another_fork) {
    Devnet honest{{"--no-mining", "--slots-in-an-epoch", "4"}};
    Devnet stranger{{"--no-mining", "--slots-in-an-epoch", "4"}};
    honest.mine(20);
    stranger.control("evm_increaseTime", "[1000]");  // its blocks are others for sure
    stranger.mine(20);

    RpcOptions two;
    two.chain_id = honest.rpc().chain_id();
    two.endpoints = {honest.rpc_url(), stranger.rpc_url()};
    const auto pair = std::move(*RpcClient::create(two));
    const ChainReader split{*pair, honest.contracts()};
    EXPECT_EQ(split.pin().error().code, Errc::kEndpointsDisagree);
    EXPECT_EQ(split.jobs_count().error().code, Errc::kEndpointsDisagree);
    EXPECT_GE(pair->report().reads_disagreed, 2U);

    RpcOptions three = two;
    three.endpoints.push_back(under_localhost(honest.rpc_url()));
    const auto client = std::move(*RpcClient::create(three));
    ChainReader reader{*client, honest.contracts()};
    const Result<BlockHeader> pinned = reader.pin();
    ASSERT_TRUE(pinned);
    EXPECT_EQ(pinned->hash, honest.reader().block(BlockTag::kLatest)->hash);
    EXPECT_EQ(name_of(client->report().endpoints[1].state), "forked");

    const JobId job =
        honest.request_proof(honest.register_file("https://files.test/1", true), true);
    MemoryCursor cursor;
    const SystemClock clock;
    std::vector<JobSeen> seen;
    WatcherOptions options;
    options.tee = anvil_key(1).address();
    Watcher watcher{reader,
                    cursor,
                    clock,
                    options,
                    [&seen](std::span<const JobSeen> jobs) -> Status {
                        seen.insert(seen.end(), jobs.begin(), jobs.end());
                        return Done{};
                    },
                    nullptr};
    const Result<WatchReport> report = watcher.poll();
    ASSERT_TRUE(report) << name_of(report.error().code);
    EXPECT_EQ(report->hold, std::nullopt);
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].job, job);
    EXPECT_EQ(seen[0].block_hash, honest.reader().block(BlockRef{seen[0].block_number})->hash);
    EXPECT_EQ(seen[0].cancellable_unix_s, honest.reader().job(job)->added_unix_s + 600);

    // A write reaches all three; the lone fork keeps it in its pool.
    chain::Transaction transaction;
    transaction.chain_id = two.chain_id;
    transaction.tx_nonce = *reader.transaction_count(anvil_key(3).address());
    transaction.max_priority_fee_per_gas_wei = chain::to_word(1'000'000'000);
    transaction.max_fee_per_gas_wei = chain::to_word(100'000'000'000);
    transaction.gas_limit = chain::to_word(21'000);
    transaction.to = anvil_key(2).address();
    const auto made = *chain::sign_transaction(transaction, anvil_key(3));
    EXPECT_EQ(reader.send_raw(made.raw, made.hash).kind, SendClass::kAccepted);
    for (int i = 0; i < 250 && !stranger.reader().known({made.hash})->front(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    EXPECT_TRUE(stranger.reader().known({made.hash})->front());
    honest.mine();
    const auto receipt = reader.receipt(made.hash);
    ASSERT_TRUE(receipt && *receipt);
    EXPECT_TRUE((*receipt)->succeeded);

    ASSERT_TRUE(reader.jobs_count(*pinned));
    honest.control("anvil_reorg", "[6, []]");  // the pinned block too
    honest.mine(2);
    const Result<std::uint64_t> stale = reader.jobs_count(*pinned);
    ASSERT_FALSE(stale);
    EXPECT_EQ(stale.error().code, Errc::kNodeInconsistent);
    const Result<WatchReport> after = watcher.poll();
    ASSERT_TRUE(after) << name_of(after.error().code);
    EXPECT_TRUE(after->reorg_fork);
    EXPECT_EQ(after->scanned_to, after->head);
}

}  // namespace
}  // namespace pramana::chain_rpc
