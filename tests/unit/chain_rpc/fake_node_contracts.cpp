#include "unit/chain_rpc/fake_node.hpp"
#include "unit/chain_rpc/fake_node_words.hpp"

// The contracts in outline: what a call changes, emits, or why it reverts. Selectors of errors are
// those of vana-protocol.md 1.5.
namespace pramana::testing_chain {

namespace {
constexpr const char* kInvalidJobStatus = "0xb969563b";
constexpr const char* kInvalidJobTee = "0xd1e62b85";
constexpr const char* kNothingToClaim = "0x969bf728";
constexpr const char* kFileAlreadyAdded = "0xa208aa68";

std::vector<Bytes> elements_of(ByteView input) {
    const auto types = chain::abi::parse_types("(bytes[])");
    const auto values = chain::abi::decode(*types, input.subspan(4));
    std::vector<Bytes> elements;
    for (const chain::abi::Value& each : values->front().items()) elements.push_back(each.bytes());
    return elements;
}
}  // namespace

std::optional<std::string> FakeNode::run(const Address& sender, const Address& to, ByteView input,
                                         World& world, std::vector<LogEntry>& logs) const {
    const chain::Selector selector = selector_in(input);
    if (to == dlp && selector == kRequestReward) return run_reward(input, world, logs);
    if (to != contracts.tee_pool) return "0x";
    if (proofs_revert) return revert_selector;
    if (selector == kAddProof) return run_proof(sender, input, world, logs);
    if (selector == kClaim) {
        if (world.unclaimed[sender] == 0) return kNothingToClaim;
        world.unclaimed[sender] = 0;
        return std::nullopt;
    }
    if (selector != kMulticall || !has_multicall) return "0x";
    World trial = world;
    std::vector<LogEntry> trial_logs = logs;
    const std::vector<Bytes> elements = elements_of(input);
    if (elements.size() > multicall_elements_max) return "0x";
    for (const Bytes& element : elements)
        if (const auto reverted = run(sender, to, element, trial, trial_logs)) return reverted;
    world = std::move(trial);
    logs = std::move(trial_logs);
    return std::nullopt;
}

std::optional<std::string> FakeNode::run_proof(const Address& sender, ByteView input, World& world,
                                               std::vector<LogEntry>& logs) const {
    const std::uint64_t id = argument(input, 0);
    const auto job = world.jobs.find(id);
    if (job == world.jobs.end() || job->second.status != chain::JobStatus::kSubmitted)
        return kInvalidJobStatus;
    if (job->second.tee != sender) return kInvalidJobTee;
    job->second.status = chain::JobStatus::kCompleted;
    world.unclaimed[sender] += fee_per_proof;
    const std::uint64_t file = number(job->second.file);
    LogEntry registry;
    registry.log.address = contracts.data_registry;
    registry.log.topics = {chain::FileProofAdded::topic0(), topic(chain::to_word(file)),
                           topic(chain::to_word(job->second.owner)), topic(chain::to_word(1))};
    registry.log.body =
        TupleEncoder{}.uint(++world.proofs_of_file[file]).uint(7).text("u").encoded();
    logs.push_back(registry);
    LogEntry pool;
    pool.log.address = contracts.tee_pool;
    pool.log.topics = {chain::JobProofAdded::topic0(), topic(chain::to_word(sender)),
                       topic(chain::to_word(id)), topic(chain::to_word(file))};
    logs.push_back(pool);
    return std::nullopt;
}

std::optional<std::string> FakeNode::run_reward(ByteView input, World& world,
                                                std::vector<LogEntry>& logs) const {
    const std::uint64_t file = argument(input, 0);
    const std::uint64_t index = argument(input, 1);
    const auto proofs = world.proofs_of_file.find(file);
    if (index == 0 || proofs == world.proofs_of_file.end() || proofs->second < index) return "0x";
    if (world.rewards_of_file[file] > 0) return kFileAlreadyAdded;
    ++world.rewards_of_file[file];
    LogEntry paid;
    paid.log.address = dlp;
    paid.log.topics = {chain::RewardRequested::topic0(), topic(chain::to_word(1)),
                       topic(chain::to_word(file)), topic(chain::to_word(index))};
    paid.log.body = TupleEncoder{}.uint(7).encoded();
    logs.push_back(paid);
    return std::nullopt;
}

}  // namespace pramana::testing_chain
