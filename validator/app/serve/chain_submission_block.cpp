// The block whose hash draws the sample of a very long contribution.
#include "chain_adapters.hpp"
#include "pramana/chain/vana.hpp"

namespace pramana::app {

Result<std::optional<Hash32>> ChainAdapter::submission_block(JobId job, std::uint64_t seen) {
    constexpr std::optional<Hash32> kNotYet;
    if (seen == 0) return kNotYet;  // the watcher has not come to it
    const Result<chain_rpc::BlockHeader> newest = reader_.block(chain_rpc::BlockTag::kLatest);
    if (!newest) return newest.error();
    if (newest->number < seen || newest->number - seen < finality_.depth) return kNotYet;
    if (finality_.ask_finalized_tag) {
        const Result<chain_rpc::BlockHeader> final_block =
            reader_.block(chain_rpc::BlockTag::kFinalized);
        if (!final_block && final_block.error().code == Errc::kNotFound) return kNotYet;
        if (!final_block) return final_block.error();
        if (final_block->number < seen) return kNotYet;
    }
    chain_rpc::LogFilter filter;
    filter.address = reader_.contracts().tee_pool;
    filter.topic0 = job_event_.topic0();
    filter.from_block = filter.to_block = seen;
    const Result<chain_rpc::LogPage> page = reader_.logs(filter);
    if (!page) return page.error();
    for (const chain_rpc::LogEntry& entry : page->logs) {
        const Result<chain::JobSubmitted> event = job_event_.decode(entry.log);
        if (event && event->job == job) return std::optional{entry.block_hash};
    }
    return kNotYet;  // a reorg moved it, and the watcher will say where to
}

}  // namespace pramana::app
