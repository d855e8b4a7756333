// Search on the integer tensor cores. A block keeps up to 256 queries in shared memory and lets
// tiles of 128 rows pass by, the next one being copied while this one is multiplied; what is found
// is kept or dropped where the sums are, in registers, and no dot product is written down.
#include "cuda/search_tile.cuh"

#include <algorithm>

namespace pramana::scoring::cuda {
namespace {

using namespace device;

/// The best keys of one query in one block, in no order; only one thread touches them.
class BestKeys {
  public:
    __device__ BestKeys(SearchKey* keys, unsigned count) : keys_{keys}, count_{count} {
        for (unsigned i = 0; i < count; ++i) keys[i] = kNoKey;
    }
    __device__ void insert(SearchKey key) {
        if (key <= lowest_) return;
        keys_[lowest_at_] = key;
        lowest_ = key;
        for (unsigned i = 0; i < count_; ++i)
            if (keys_[i] < lowest_) {
                lowest_ = keys_[i];
                lowest_at_ = i;
            }
    }
    [[nodiscard]] __device__ bool full() const { return lowest_ != kNoKey; }
    /// Dot product of the worst of them, if full.
    [[nodiscard]] __device__ int bound() const {
        return static_cast<int>(lowest_ >> kKeyRowBits) - kKeyDotOffset;
    }

  private:
    SearchKey* keys_;
    unsigned count_;
    SearchKey lowest_ = kNoKey;
    unsigned lowest_at_ = 0;
};

/// A search's workspace: lists [blocks x queries x neighbours], then what all blocks have reached
/// together, [kSearchQueriesMax].
struct Lists {
    SearchKey* keys;
    int* bounds;
    std::uint32_t neighbours;
};

/// Gives what reached its threshold to the lists, in rounds, because only kSlots candidates of a
/// query can wait. Behind it `thresholds` are what the lists of this block ask for.
template <unsigned kWarpsWide>
__device__ void keep_best(typename Shape<kWarpsWide>::Shared& shared,
                          typename Shape<kWarpsWide>::Sums& sums, const Place& place,
                          std::uint64_t there, std::uint64_t first_row, bool owns, BestKeys& best,
                          int* bound) {
    for (bool again = true; again;) {
        bool left = false;
        for_each_reached(
            sums, shared.thresholds, place, there, [&](unsigned query, unsigned row, int& sum) {
                const std::uint32_t slot = add_shared(&shared.waiting[query], 1);
                if (slot >= kSlots) {
                    left = true;
                    return;
                }
                shared.slots[query][slot] = sum * int{kTileRows} + static_cast<int>(row);
                sum = kTaken;
            });
        again = block_any(left);
        if (owns) {
            const unsigned query = thread_index();
            const unsigned waiting =
                shared.waiting[query] < kSlots ? shared.waiting[query] : kSlots;
            for (unsigned i = 0; i < waiting; ++i) {
                const int slot = shared.slots[query][i];
                const int row = slot & (int{kTileRows} - 1);
                best.insert(search_key((slot - row) / int{kTileRows},
                                       first_row + static_cast<unsigned>(row)));
            }
            shared.waiting[query] = 0;
            // Rows of later tiles come behind equals; those of this tile may still come before.
            if (best.full()) {
                shared.thresholds[query] = best.bound() + (again ? 0 : 1);
                raise_global(bound, best.bound());
            }
        }
        block_wait();
    }
}

template <unsigned kWarpsWide>
__global__ void __launch_bounds__(kThreads, 1)
    search(SearchRows rows, const std::int8_t* queries, std::uint32_t count, std::uint32_t blocks,
           Lists lists) {
    using S = Shape<kWarpsWide>;
    auto& shared = *reinterpret_cast<typename S::Shared*>(shared_memory());
    const Place place = place_of_warp<kWarpsWide>();
    const unsigned own = thread_index();
    const bool owns = own < count;
    const std::size_t list =
        (std::size_t{block_index()} * count + (owns ? own : 0)) * lists.neighbours;
    BestKeys best{lists.keys + list, owns ? lists.neighbours : 0};
    int* const bound = lists.bounds + (owns ? own : 0);
    if (own < S::kQueries) {
        shared.thresholds[own] = owns ? kBelowAll : kNever;
        shared.waiting[own] = 0;
    }
    copy_rows(shared.queries, queries, S::kQueries, count);
    const auto there = [&](std::uint64_t at) { return at < rows.count ? rows.count - at : 0; };
    std::uint64_t at = std::uint64_t{block_index()} * kTileRows;
    const std::uint64_t stride = std::uint64_t{blocks} * kTileRows;
    if (at < rows.count)
        copy_rows(shared.rows[0], rows.codes + at * kSearchDim, kTileRows, there(at));
    for (unsigned stage = 0; at < rows.count; at += stride, stage ^= 1U) {
        wait_copies();
        block_wait();  // this tile is there, and nobody reads the one before it any more
        if (at + stride < rows.count)
            copy_rows(shared.rows[stage ^ 1U], rows.codes + (at + stride) * kSearchDim, kTileRows,
                      there(at + stride));
        // What the other blocks have reached; the answer arrives while this one multiplies.
        const int heard = owns ? read_raised(bound) : kBelowAll;
        typename S::Sums sums;
        multiply_tile(shared.rows[stage], shared.queries, place, sums);
        if (block_any(any_reaches(sums, shared.thresholds, place)))
            keep_best<kWarpsWide>(shared, sums, place, there(at), rows.first_row + at, owns, best,
                                  bound);
        if (owns) shared.thresholds[own] = larger(shared.thresholds[own], heard);
    }
    wait_copies();
}

template <unsigned kWarpsWide>
__global__ void __launch_bounds__(kThreads, 1) scan(SearchRows rows, ScanArguments a) {
    using S = Shape<kWarpsWide>;
    auto& shared = *reinterpret_cast<typename S::Shared*>(shared_memory());
    const Place place = place_of_warp<kWarpsWide>();
    for (unsigned q = thread_index(); q < S::kQueries; q += kThreads)
        shared.thresholds[q] = q < a.count ? a.thresholds[q] : kNever;
    copy_rows(shared.queries, a.queries, S::kQueries, a.count);
    const auto there = [&](std::uint64_t at) { return at < rows.count ? rows.count - at : 0; };
    std::uint64_t at = std::uint64_t{block_index()} * kTileRows;
    const std::uint64_t stride = std::uint64_t{a.blocks} * kTileRows;
    if (at < rows.count)
        copy_rows(shared.rows[0], rows.codes + at * kSearchDim, kTileRows, there(at));
    for (unsigned stage = 0; at < rows.count; at += stride, stage ^= 1U) {
        wait_copies();
        block_wait();
        if (at + stride < rows.count)
            copy_rows(shared.rows[stage ^ 1U], rows.codes + (at + stride) * kSearchDim, kTileRows,
                      there(at + stride));
        typename S::Sums sums;
        multiply_tile(shared.rows[stage], shared.queries, place, sums);
        if (!any_reaches(sums, shared.thresholds, place)) continue;
        for_each_reached(sums, shared.thresholds, place, there(at),
                         [&](unsigned query, unsigned row, int& sum) {
                             const std::uint64_t slot = add_global(a.found, 1);
                             if (slot < a.capacity)
                                 a.hits[slot] = {search_key(sum, rows.first_row + at + row),
                                                 a.first_query + query};
                         });
    }
    wait_copies();
}

/// One warp to a query: the best of all blocks' lists, one after the other.
__global__ void __launch_bounds__(32)
    merge(Lists lists, std::uint32_t count, std::uint32_t blocks, SearchKey* out) {
    const std::uint32_t k = lists.neighbours;
    SearchKey before = ~SearchKey{0};
    for (std::uint32_t place = 0; place < k; ++place) {
        SearchKey best = kNoKey;
        for (std::uint32_t i = thread_index(); i < blocks * k; i += 32) {
            const std::size_t list = std::size_t{i / k} * count + block_index();
            const SearchKey key = lists.keys[list * k + i % k];
            if (key < before && key > best) best = key;
        }
        before = warp_largest(best);
        if (thread_index() == 0) out[std::size_t{block_index()} * k + place] = before;
    }
}

__global__ void __launch_bounds__(kSearchQueriesMax) clear_bounds(int* bounds) {
    bounds[thread_index()] = kBelowAll;
}
__global__ void __launch_bounds__(32) clear_found(std::uint64_t* found) {
    if (thread_index() == 0) *found = 0;
}

__global__ void __launch_bounds__(kThreads) append(const std::uint64_t* from, std::uint64_t* to,
                                                   std::uint64_t words, std::uint32_t blocks) {
    for (std::uint64_t i = std::uint64_t{block_index()} * kThreads + thread_index(); i < words;
         i += std::uint64_t{blocks} * kThreads)
        to[i] = from[i];
}

/// Queries of one launch: devices before Hopper have no room for more.
std::uint32_t queries_at_once() {
    return shared_bytes_max() >= sizeof(Shape<4>::Shared) ? Shape<4>::kQueries : Shape<2>::kQueries;
}

std::uint32_t blocks_for(const SearchRows& rows, std::uint32_t blocks) {
    const std::uint64_t tiles = (rows.count + kTileRows - 1) / kTileRows;
    return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(tiles, 1, std::max(blocks, 1U)));
}

bool wrong(const SearchRows& rows, std::uint32_t count) {
    return count > kSearchQueriesMax || rows.count > kSearchRowsMax ||
           rows.first_row > kSearchRowsMax - rows.count;
}

}  // namespace

std::size_t search_workspace_bytes(std::uint32_t count, std::uint32_t neighbours,
                                   std::uint32_t blocks) noexcept {
    return std::size_t{count} * neighbours * std::max(blocks, 1U) * sizeof(SearchKey) +
           kSearchQueriesMax * sizeof(int);
}

int launch_search(const SearchRows& rows, const SearchArguments& a, CUstream_st* stream) {
    if (wrong(rows, a.count) || a.neighbours == 0 || a.neighbours > kSearchNeighboursMax)
        return cudaErrorInvalidValue;
    const std::uint32_t blocks = blocks_for(rows, a.blocks);
    for (std::uint32_t first = 0; first < a.count; first += queries_at_once()) {
        const std::uint32_t count = std::min(a.count - first, queries_at_once());
        const bool wide = count > Shape<2>::kQueries;
        auto* const bounds = static_cast<int*>(a.workspace);
        const Lists lists{reinterpret_cast<SearchKey*>(bounds + kSearchQueriesMax), bounds,
                          a.neighbours};
        int failed = launch_blocks(clear_bounds, 1, kSearchQueriesMax, 0, stream, bounds);
        if (failed == cudaSuccess)
            failed = launch_blocks(wide ? search<4> : search<2>, blocks, kThreads,
                                   wide ? sizeof(Shape<4>::Shared) : sizeof(Shape<2>::Shared),
                                   stream, rows, a.queries + std::size_t{first} * kSearchDim, count,
                                   blocks, lists);
        if (failed == cudaSuccess)
            failed = launch_blocks(merge, count, 32, 0, stream, lists, count, blocks,
                                   a.out + std::size_t{first} * a.neighbours);
        if (failed != cudaSuccess) return failed;
    }
    return cudaSuccess;
}

int launch_scan_above(const SearchRows& rows, const ScanArguments& arguments, CUstream_st* stream) {
    if (wrong(rows, arguments.count)) return cudaErrorInvalidValue;
    int failed = launch_blocks(clear_found, 1, 32, 0, stream, arguments.found);
    for (std::uint32_t first = 0; failed == cudaSuccess && first < arguments.count;
         first += queries_at_once()) {
        ScanArguments a = arguments;
        a.count = std::min(arguments.count - first, queries_at_once());
        a.queries += std::size_t{first} * kSearchDim;
        a.thresholds += first;
        a.first_query += first;
        a.blocks = blocks_for(rows, a.blocks);
        const bool wide = a.count > Shape<2>::kQueries;
        failed = launch_blocks(wide ? scan<4> : scan<2>, a.blocks, kThreads,
                               wide ? sizeof(Shape<4>::Shared) : sizeof(Shape<2>::Shared), stream,
                               rows, a);
    }
    return failed;
}

int launch_append(const std::int8_t* codes, std::uint32_t count, std::int8_t* corpus,
                  std::uint64_t row_count, CUstream_st* stream) {
    if (count == 0) return cudaSuccess;
    const std::uint64_t words = std::uint64_t{count} * kSearchDim / sizeof(std::uint64_t);
    const auto blocks =
        static_cast<unsigned>(std::min<std::uint64_t>((words + kThreads - 1) / kThreads, 1024));
    return launch_blocks(
        append, blocks, kThreads, 0, stream, reinterpret_cast<const std::uint64_t*>(codes),
        reinterpret_cast<std::uint64_t*>(corpus + row_count * kSearchDim), words, blocks);
}

}  // namespace pramana::scoring::cuda
