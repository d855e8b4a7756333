#include "pramana/chain/result_batch.hpp"

#include "pramana/core/check.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace pramana::chain {
namespace {

/// Where a result stands in the order of sending: 0 = it moves nothing, else behind that size.
std::uint64_t rank_of(const PendingResult& pending, std::uint64_t head_size) {
    if (!pending.place || *pending.place < head_size) return 0;
    return *pending.place + 1;
}

/// Whether two results that move the head can follow each other; there may be places between them.
bool joins(std::uint64_t size_before, const Hash32& root_before, const PendingResult& next) {
    return *next.place != size_before || next.previous_root == root_before;
}

}  // namespace

Result<BatchPlan> plan_batch(const CorpusAdvance& corpus, const RecordedHead& head,
                             std::span<const PendingResult> pending, std::size_t results_max) {
    PRAMANA_CHECK(results_max >= 1 && results_max <= kBatchResultsMax);
    if (pending.empty()) return Error{Errc::kNotFound, "chain.batch.nothing"};
    std::vector<const PendingResult*> order;
    order.reserve(pending.size());
    for (const PendingResult& each : pending) order.push_back(&each);
    std::ranges::sort(order, {}, [&](const PendingResult* each) {
        return std::tuple{rank_of(*each, head.size), each->result.job, each->result.pool};
    });

    BatchPlan plan{.advance = corpus, .results = {}};
    plan.advance.previous_root = head.root;
    plan.advance.new_root = head.root;
    std::uint64_t size = head.size;
    std::set<std::pair<Address, JobId>> jobs;
    for (const PendingResult* const each : order) {
        if (!jobs.emplace(each->result.pool, each->result.job).second)
            return Error{Errc::kConflict, "chain.batch.job"};
        if (plan.results.size() == results_max) continue;
        plan.results.push_back(each->result);
        if (rank_of(*each, head.size) == 0) continue;
        if (*each->place < size) return Error{Errc::kConflict, "chain.batch.place"};
        if (!joins(size, plan.advance.new_root, *each))
            return Error{Errc::kCorpusCorrupt, "chain.batch.roots"};
        size = *each->place + 1;
        plan.advance.new_root = each->new_root;
    }
    return plan;
}

}  // namespace pramana::chain
