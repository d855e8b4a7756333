#pragma once

#include "pramana/crypto/secp256k1.hpp"
#include "unit/chain_rpc/fake_node.hpp"

#include <gtest/gtest.h>

namespace pramana::chain_rpc {

using testing_chain::FakeClock;
using testing_chain::FakeNode;

/// Several nodes that see the same blocks until a test makes one lie.
class NodesTest : public testing::Test {
  protected:
    NodesTest() { ours_.bytes.fill(0x11); }

    /// Nodes 0..count-1 with `blocks` blocks and one job of ours, and a client over them.
    void start(std::size_t count, std::size_t blocks = 60) {
        std::vector<std::shared_ptr<RpcTransport>> transports;
        for (std::size_t i = 0; i < count; ++i) {
            nodes_.push_back(std::make_shared<FakeNode>());
            nodes_.back()->request_job(ours_, FileId{70});
            nodes_.back()->mine(blocks);
            transports.push_back(nodes_.back());
        }
        options_.clock = &clock_;
        rpc_ = std::make_unique<RpcClient>(options_, transports);
        reader_ = std::make_unique<ChainReader>(*rpc_, nodes_.front()->contracts);
    }
    FakeNode& node(std::size_t index) { return *nodes_.at(index); }
    void mine(std::size_t blocks = 1) {
        for (const auto& node : nodes_) node->mine(blocks);
    }
    EndpointHealth health(std::size_t index) const { return rpc_->report().endpoints.at(index); }
    static FakeNode::Fault down() { return {"", Errc::kFetchFailed, false, ""}; }
    static FakeNode::Fault lie(std::string json) { return {"", {}, false, std::move(json)}; }
    /// Every call of `method` meets the fault.
    static auto on(std::string method, FakeNode::Fault fault) {
        return [method = std::move(method), fault = std::move(fault)](
                   const std::string& called) -> std::optional<FakeNode::Fault> {
            if (!method.empty() && called != method) return std::nullopt;
            return fault;
        };
    }

    Address ours_;
    SigningKey key_ = *SigningKey::from_bytes(SecretBytes::copy_of(Bytes(32, 0x42)));
    FakeClock clock_;
    RpcOptions options_ = testing_chain::options_on(31337);
    std::vector<std::shared_ptr<FakeNode>> nodes_;
    std::unique_ptr<RpcClient> rpc_;
    std::unique_ptr<ChainReader> reader_;
};

}  // namespace pramana::chain_rpc
