#include "unit/chain_rpc/fake_node.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/crypto/keccak.hpp"
#include "unit/chain_rpc/fake_node_words.hpp"

#include <algorithm>

// The world: blocks, the contracts' rules, the pool.
namespace pramana::testing_chain {

FakeNode::FakeNode() {
    contracts.data_registry.bytes.fill(0xd1);
    contracts.tee_pool.bytes.fill(0x7e);
    dlp.bytes.fill(0xd7);
    balance_wei = *chain::parse_decimal("1000000000000000000000");
    mine_one();
}

JobId FakeNode::request_job(const Address& tee, FileId file) {
    TeeJob job{file, chain::to_word(5), chain::JobStatus::kSubmitted, kGenesis_unix_s, {}, tee};
    job.owner.bytes.fill(0x0a);
    requested_.push_back(job);
    return JobId{head().after.jobs.size() + requested_.size()};
}

void FakeNode::foreign_transaction(const SigningKey& key) {
    chain::Transaction transaction;
    transaction.chain_id = chain_id;
    transaction.tx_nonce = chain_.back().after.nonces[key.address()];
    transaction.max_fee_per_gas_wei = chain::to_word(base_fee_wei * 3);
    transaction.gas_limit = chain::to_word(21'000);
    transaction.to = contracts.tee_pool;
    foreign_.push_back(*chain::sign_transaction(transaction, key));
}

void FakeNode::mine(std::size_t blocks) {
    for (std::size_t i = 0; i < blocks; ++i) mine_one();
}

void FakeNode::mine_one() {
    Block block;
    if (!chain_.empty()) {
        block.number = head().number + 1;
        block.parent = head().hash;
        block.after = head().after;
    }
    Bytes seed;
    append_be(seed, block.number);
    append_be(seed, salt_);
    append(seed, block.parent.view());
    block.hash = keccak256(ByteView{seed});
    block.base_fee_wei = base_fee_wei;
    for (const JobId id : cancelled_)
        block.after.jobs.at(number(id)).status = chain::JobStatus::kCanceled;
    for (const TeeJob& job : requested_) {
        const std::uint64_t id = block.after.jobs.size() + 1;
        block.after.jobs[id] = job;
        block.after.jobs[id].added_unix_s = kGenesis_unix_s + block.number * seconds_per_block;
        LogEntry entry;
        entry.log.address = contracts.tee_pool;
        entry.log.topics = {job_topic0, topic(chain::to_word(id)),
                            topic(chain::to_word(number(job.file)))};
        entry.log.body = TupleEncoder{}.address(job.tee).word(job.bid_wei).encoded();
        entry.log_index = block.logs.size();
        block.logs.push_back(entry);
    }
    for (const FileId file : rewarded_) ++block.after.rewards_of_file[number(file)];
    rewarded_.clear();
    cancelled_.clear();
    requested_.clear();
    for (const SignedTransaction& tx : foreign_) execute(tx, block);
    foreign_.clear();
    for (auto& [sender, queue] : pool_) {
        for (auto tx = queue.find(block.after.nonces[sender]); tx != queue.end();
             tx = queue.find(block.after.nonces[sender])) {
            if (tx->second.transaction.max_fee_per_gas_wei < chain::to_word(base_fee_wei)) break;
            if (set_aside.contains(tx->second.hash)) break;
            execute(tx->second, block);
            queue.erase(tx);
        }
        // What can never be mined again leaves the pool, as everywhere.
        queue.erase(queue.begin(), queue.lower_bound(block.after.nonces[sender]));
    }
    for (LogEntry& entry : block.logs) {
        entry.block_number = block.number;
        entry.block_hash = block.hash;
    }
    chain_.push_back(std::move(block));
}

void FakeNode::execute(const SignedTransaction& tx, Block& block) {
    std::uint64_t& nonce = block.after.nonces[tx.sender];
    if (tx.transaction.tx_nonce != nonce) return;
    ++nonce;
    Receipt receipt{tx.hash, block.hash, block.number, true, 21'000, base_fee_wei + 1, {}};
    const chain::Transaction& body = tx.transaction;
    if (!body.input.empty() && body.to) {
        const std::optional<std::string> reverted =
            execution_fails ? std::optional<std::string>{"0x"}
                            : run(tx.sender, *body.to, body.input, block.after, receipt.logs);
        receipt.succeeded = !reverted;
        receipt.gas_used = reverted ? 31'000 : proof_gas;
        for (LogEntry& entry : receipt.logs) {
            entry.tx_hash = tx.hash;
            entry.block_number = block.number;
            entry.block_hash = block.hash;
            block.logs.push_back(entry);
        }
    }
    block.receipts.push_back(std::move(receipt));
}

void FakeNode::reorg(std::size_t depth, bool jobs_return) {
    std::vector<TeeJob> lost;
    const std::size_t jobs_before = chain_[chain_.size() - 1 - depth].after.jobs.size();
    for (const auto& [id, job] : head().after.jobs)
        if (id > jobs_before) lost.push_back(job);
    chain_.resize(chain_.size() - depth);
    ++salt_;
    if (jobs_return) {
        for (TeeJob& job : lost) job.status = chain::JobStatus::kSubmitted;
        if (reorg_turns_jobs_round) std::reverse(lost.begin(), lost.end());
        requested_ = lost;
    }
    mine(depth);
}

bool FakeNode::pool_has(const Hash32& hash) const {
    return std::any_of(pool_.begin(), pool_.end(), [&](const auto& sender) {
        return std::any_of(sender.second.begin(), sender.second.end(),
                           [&](const auto& tx) { return tx.second.hash == hash; });
    });
}

std::size_t FakeNode::pool_size() const {
    std::size_t size = 0;
    for (const auto& [sender, queue] : pool_) size += queue.size();
    return size;
}

std::size_t FakeNode::proofs_of(FileId file) const {
    const auto found = head().after.proofs_of_file.find(number(file));
    return found == head().after.proofs_of_file.end() ? 0 : found->second;
}

int FakeNode::calls_of(const std::string& method) const {
    const auto found = calls_.find(method);
    return found == calls_.end() ? 0 : found->second;
}

std::uint64_t FakeNode::pending_nonce(const Address& account) const {
    const auto mined = head().after.nonces.find(account);
    std::uint64_t nonce = mined == head().after.nonces.end() ? 0 : mined->second;
    const auto queue = pool_.find(account);
    while (queue != pool_.end() && queue->second.contains(nonce)) ++nonce;
    return nonce;
}

/// geth's order of checks (core/txpool); empty = accepted.
std::string FakeNode::pool_verdict(const SignedTransaction& tx) const {
    const chain::Transaction& body = tx.transaction;
    if (body.chain_id != chain_id) return "invalid chain id for signer: have 1 want 31337";
    const auto mined = head().after.nonces.find(tx.sender);
    if (mined != head().after.nonces.end() && body.tx_nonce < mined->second)
        return "nonce too low: next nonce " + std::to_string(mined->second);
    const Result<Word256> cost = chain::multiply(body.gas_limit, body.max_fee_per_gas_wei);
    if (!cost || balance_wei < *cost)
        return "insufficient funds for gas * price + value: balance 0";
    if (body.max_priority_fee_per_gas_wei < chain::to_word(1))
        return "transaction underpriced: tip needed 1";
    const auto queue = pool_.find(tx.sender);
    if (queue == pool_.end()) return "";
    const auto held = queue->second.find(body.tx_nonce);
    if (held == queue->second.end()) return "";
    if (held->second.hash == tx.hash) return "already known";
    const auto enough = [](const Word256& now, const Word256& before) {
        return !(now < *chain::mul_div_up(before, chain::to_word(110), chain::to_word(100)));
    };
    const chain::Transaction& other = held->second.transaction;
    const bool replaces =
        enough(body.max_fee_per_gas_wei, other.max_fee_per_gas_wei) &&
        enough(body.max_priority_fee_per_gas_wei, other.max_priority_fee_per_gas_wei);
    return replaces ? "" : "replacement transaction underpriced";
}

}  // namespace pramana::testing_chain
