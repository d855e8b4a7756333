// The block whose hash draws the sample of a very long contribution.
#include "chain_adapters.hpp"
#include "pramana/chain/vana.hpp"

#include <algorithm>

namespace pramana::app {
namespace {

constexpr std::size_t kLookedUpMax = 1024;
/// Blocks of one second that are asked together for the job's event.
constexpr std::uint64_t kSameTimeMax = 16;

}  // namespace

Result<bool> ChainAdapter::is_final(std::uint64_t block, std::uint64_t newest) const {
    if (newest < block || newest - block < finality_.depth) return false;
    if (!finality_.ask_finalized_tag) return true;
    const Result<chain_rpc::BlockHeader> final_block =
        reader_.block(chain_rpc::BlockTag::kFinalized);
    if (!final_block && final_block.error().code == Errc::kNotFound) return false;
    if (!final_block) return final_block.error();
    return block <= final_block->number;
}

Result<std::optional<std::uint64_t>> ChainAdapter::block_of_time(JobId job, std::uint64_t newest) {
    {
        const std::lock_guard lock{mutex_};
        if (const auto known = looked_up_.find(job); known != looked_up_.end())
            return std::optional{known->second};
    }
    const Result<chain::TeeJob> read = reader_.job(job);
    if (!read) return read.error();
    if (read->status == chain::JobStatus::kNone || read->added_unix_s == 0)
        return std::optional<std::uint64_t>{};
    std::uint64_t low = 0, high = newest + 1;  // the first one that is not older is in [low, high]
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        const Result<chain_rpc::BlockHeader> block = reader_.block(chain_rpc::BlockRef{middle});
        if (!block) return block.error();
        if (block->timestamp_s < read->added_unix_s)
            low = middle + 1;
        else
            high = middle;
    }
    if (low > newest) return std::optional<std::uint64_t>{};
    const std::lock_guard lock{mutex_};
    if (looked_up_.size() >= kLookedUpMax) looked_up_.clear();
    looked_up_[job] = low;
    return std::optional{low};
}

Result<std::optional<store::SeedBlock>> ChainAdapter::submission_block(JobId job,
                                                                       std::uint64_t seen) {
    constexpr std::optional<store::SeedBlock> kNotYet;
    const Result<chain_rpc::BlockHeader> newest = reader_.block(chain_rpc::BlockTag::kLatest);
    if (!newest) return newest.error();
    // The state of the pool told it, and not a log: of a previous key, or from before start_block.
    const bool told = seen != 0;
    if (!told) {
        const Result<std::optional<std::uint64_t>> found = block_of_time(job, newest->number);
        if (!found) return found.error();
        if (!*found) return kNotYet;
        seen = **found;
    }
    const Result<bool> old_enough = is_final(seen, newest->number);
    if (!old_enough) return old_enough.error();
    if (!*old_enough) return kNotYet;
    chain_rpc::LogFilter filter;
    filter.address = reader_.contracts().tee_pool;
    filter.topic0 = job_event_.topic0();
    filter.from_block = filter.to_block = seen;
    if (!told) filter.to_block = std::min(seen + kSameTimeMax - 1, newest->number);
    const Result<chain_rpc::LogPage> page = reader_.logs(filter);
    if (!page) return page.error();
    for (const chain_rpc::LogEntry& entry : page->logs) {
        const Result<chain::JobSubmitted> event = job_event_.decode(entry.log);
        if (!event || event->job != job) continue;
        const Result<bool> final_too = is_final(entry.block_number, newest->number);
        if (!final_too) return final_too.error();
        if (!*final_too) return kNotYet;
        return std::optional{
            store::SeedBlock{.number = entry.block_number, .hash = entry.block_hash}};
    }
    const std::lock_guard lock{mutex_};
    looked_up_.erase(job);
    return kNotYet;  // a reorg moved it, and the watcher will say where to
}

}  // namespace pramana::app
