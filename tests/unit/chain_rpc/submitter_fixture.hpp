#pragma once

#include "pramana/chain/proof_digest.hpp"
#include "pramana/chain_rpc/submitter.hpp"
#include "unit/chain_rpc/fake_node.hpp"
#include "unit/chain_rpc/memory_journal.hpp"

#include <gtest/gtest.h>

namespace pramana::chain_rpc {

using chain::SlotState;
using chain::VoidReason;
using testing_chain::FakeNode;
using Kind = SubmissionEvent::Kind;

inline FakeNode::Fault error_fault(std::string json) { return {std::move(json), {}, false, ""}; }

/// Every eth_sendRawTransaction meets the fault, `times` times.
inline auto on_send(FakeNode::Fault fault, int times = 1'000'000) {
    return
        [fault, left = times](const std::string& method) mutable -> std::optional<FakeNode::Fault> {
            if (method != "eth_sendRawTransaction" || left == 0) return std::nullopt;
            --left;
            return fault;
        };
}

/// What a crash point throws: the process is gone at this line, the journal and the node are not.
struct Crash {};

/// A submitter over a node and a journal in memory; restart() is what a new process would do.
class SubmitterTest : public testing::Test {
  protected:
    SubmitterTest() {
        options_.finality.depth = 3;
        options_.finality.ask_finalized_tag = true;
        node_->finality_lag = 4;
        options_.crash_point = [this](const char* name) {
            if (crash_at_ == name) {
                crash_at_.clear();
                throw Crash{};
            }
        };
        restart();
    }

    void restart() { submitter_ = std::make_unique<Submitter>(reader_, journal_, key_, options_); }
    Submitter& submitter() { return *submitter_; }

    /// A job of ours, mined.
    JobId job(std::uint64_t file = 70) {
        const JobId id = node_->request_job(key_.address(), FileId{file});
        node_->mine();
        return id;
    }
    ProofCall call_for(JobId id, std::uint64_t file = 70, std::uint64_t score = 7) const {
        chain::ProofData content{chain::to_word(score), 1, "m", "https://p.test/1", "i"};
        return {FileId{file}, chain::tee_pool::add_proof(
                                  id, chain::sign_proof("https://f.test/1", content, key_))};
    }
    Result<chain::Slot> submit(JobId id, std::uint64_t file = 70) {
        return submitter_->submit(id, call_for(id, file));
    }

    /// Jobs 1..count for the files 70.., mined together, and all submitted.
    void submit_jobs(std::uint64_t count) {
        for (std::uint64_t i = 0; i < count; ++i)
            node_->request_job(key_.address(), FileId{70 + i});
        node_->mine();
        for (std::uint64_t i = 0; i < count; ++i) ASSERT_TRUE(submit(JobId{i + 1}, 70 + i));
    }

    std::vector<Kind> poll_kinds() {
        const Result<std::vector<SubmissionEvent>> events = submitter_->poll();
        EXPECT_TRUE(events) << name_of(events.error().code);
        std::vector<Kind> kinds;
        if (!events) return kinds;
        for (const SubmissionEvent& event : *events) kinds.push_back(event.kind);
        return kinds;
    }
    /// Mines and polls until nothing is open; at most `rounds`.
    void settle(int rounds = 40) {
        for (int i = 0; i < rounds && !journal_.open_slots()->empty(); ++i) {
            ASSERT_TRUE(submitter_->poll());
            node_->mine();
        }
        EXPECT_TRUE(journal_.open_slots()->empty());
    }
    const chain::Slot& slot(std::uint64_t tx_nonce) { return journal_.slots().at(tx_nonce); }
    using Kinds = std::vector<Kind>;

    SigningKey key_ = *SigningKey::from_bytes(SecretBytes::copy_of(Bytes(32, 0x42)));
    std::shared_ptr<FakeNode> node_ = std::make_shared<FakeNode>();
    RpcClient rpc_{testing_chain::options_on(31337), node_};
    ChainReader reader_{rpc_, node_->contracts};
    testing_chain::MemoryJournal journal_;
    SubmitterOptions options_;
    std::string crash_at_;
    std::unique_ptr<Submitter> submitter_;
};

}  // namespace pramana::chain_rpc
