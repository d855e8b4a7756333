#include "gpu/device_clock.hpp"
#include "gpu/fill.hpp"
#include "gpu/report.hpp"
#include "gpu/search_cases.hpp"

#include "cuda/search.hpp"

#include <array>
#include <cstring>

namespace pramana::gpu {
namespace {

using parity::DeviceArray;
using parity::require;
namespace cuda = scoring::cuda;

constexpr std::uint32_t kNeighbours = 16;
constexpr std::uint32_t kQueryCounts[] = {1, 64, 128, 256};
constexpr std::uint64_t kSizes[] = {1'000'000, 10'000'000, 100'000'000};
constexpr std::uint64_t kComparedRows = 1'000'000;
constexpr std::uint64_t kSpareBytes = std::uint64_t{2} << 30U;
constexpr std::uint64_t kRowWords = cuda::kSearchDim / sizeof(std::uint64_t);
constexpr std::uint64_t kQueryPlace = std::uint64_t{1} << 50U;  // queries are no rows
constexpr unsigned kRounds = 7;

using Row = std::array<std::int8_t, cuda::kSearchDim>;

Row made_row(std::uint64_t first_place) {
    Row row{};
    for (std::uint64_t i = 0; i < kRowWords; ++i) {
        const std::uint64_t word = fill_word(first_place + i);
        std::memcpy(row.data() + i * sizeof word, &word, sizeof word);
    }
    return row;
}

std::int32_t dot(const Row& a, const Row& b) {
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

/// A corpus that is made on the device, with each query planted as a row somewhere and the first
/// one in three places.
class Corpus {
  public:
    Corpus(std::uint64_t rows, std::uint32_t blocks)
        : rows_{rows},
          blocks_{blocks},
          codes_{rows * cuda::kSearchDim},
          queries_{std::size_t{cuda::kSearchQueriesMax} * cuda::kSearchDim},
          workspace_{cuda::search_workspace_bytes(cuda::kSearchQueriesMax, kNeighbours, blocks)},
          keys_{std::size_t{cuda::kSearchQueriesMax} * kNeighbours} {
        require(launch_fill(codes_.get(), rows * kRowWords, 0, nullptr), "fill");
        require(
            launch_fill(queries_.get(), cuda::kSearchQueriesMax * kRowWords, kQueryPlace, nullptr),
            "fill");
        for (std::uint32_t q = 0; q < cuda::kSearchQueriesMax; ++q) plant(q, planted(q));
        plant(0, rows - 2);
        plant(0, rows / 2);
    }
    /// Spread over all rows; the last query is the last row.
    [[nodiscard]] std::uint64_t planted(std::uint32_t query) const {
        return (query + std::uint64_t{1}) * (rows_ - 1) / cuda::kSearchQueriesMax;
    }
    void search(std::uint32_t count, std::uint64_t begin, std::uint64_t end,
                std::uint32_t blocks) const {
        require(cuda::launch_search({codes_.get() + begin * cuda::kSearchDim, end - begin, begin},
                                    {.queries = queries_.get(),
                                     .count = count,
                                     .neighbours = kNeighbours,
                                     .blocks = blocks,
                                     .workspace = workspace_.get(),
                                     .out = keys_.get()},
                                    nullptr),
                "search");
    }
    [[nodiscard]] std::vector<cuda::SearchKey> found(std::uint64_t begin, std::uint64_t end,
                                                     std::uint32_t blocks) const {
        search(cuda::kSearchQueriesMax, begin, end, blocks);
        std::vector<cuda::SearchKey> keys(std::size_t{cuda::kSearchQueriesMax} * kNeighbours);
        keys_.download(keys.data());
        return keys;
    }
    [[nodiscard]] std::uint64_t rows() const { return rows_; }
    [[nodiscard]] std::uint32_t blocks() const { return blocks_; }
    /// What the row is, as this program makes it.
    [[nodiscard]] Row row(std::uint64_t at) const {
        if (at == rows_ - 2 || at == rows_ / 2) return made_row(kQueryPlace);
        for (std::uint32_t q = 0; q < cuda::kSearchQueriesMax; ++q)
            if (planted(q) == at) return made_row(kQueryPlace + q * kRowWords);
        return made_row(at * kRowWords);
    }

  private:
    void plant(std::uint32_t query, std::uint64_t row) const {
        require(cuda::launch_append(queries_.get() + std::size_t{query} * cuda::kSearchDim, 1,
                                    codes_.get(), row, nullptr),
                "plant");
    }
    std::uint64_t rows_;
    std::uint32_t blocks_;
    DeviceArray<std::int8_t> codes_;
    DeviceArray<std::int8_t> queries_;
    DeviceArray<std::uint8_t> workspace_;
    DeviceArray<cuda::SearchKey> keys_;
};

/// Planted rows are the best, in their order; each key's product is what the processor computes;
/// best first; and the corpus cut in three, with other blocks, gives the same.
void check(Context& context, const Corpus& corpus) {
    const auto keys = corpus.found(0, corpus.rows(), corpus.blocks());
    std::uint64_t wrong = 0;
    std::string first;
    const auto expect = [&](bool right, const char* what, std::size_t place) {
        if (!right && wrong++ == 0) first = std::string{what} + " " + std::to_string(place);
    };
    std::uint64_t numbers = 0;
    for (std::uint32_t q = 0; q < cuda::kSearchQueriesMax; ++q) {
        const Row query = made_row(kQueryPlace + q * kRowWords);
        const auto* const own = keys.data() + std::size_t{q} * kNeighbours;
        expect(cuda::row_of(own[0]) == corpus.planted(q), "planted row of query", q);
        for (std::uint32_t i = 0; i < kNeighbours; ++i, ++numbers) {
            const Row row = corpus.row(cuda::row_of(own[i]));
            expect(cuda::dot_of(own[i]) == dot(query, row), "product", q * kNeighbours + i);
            if (i > 0) expect(own[i] < own[i - 1], "order", q * kNeighbours + i);
        }
    }
    std::vector<cuda::SearchKey> joined(keys.size(), cuda::kNoKey);
    for (std::uint64_t part = 0; part < 3; ++part) {
        const auto some = corpus.found(corpus.rows() * part / 3, corpus.rows() * (part + 1) / 3,
                                       corpus.blocks() / 2 + 1);
        for (std::size_t q = 0; q < cuda::kSearchQueriesMax; ++q)
            cuda::merge_keys(std::span{joined}.subspan(q * kNeighbours, kNeighbours),
                             std::span{some}.subspan(q * kNeighbours, kNeighbours));
    }
    for (std::size_t i = 0; i < keys.size(); ++i) expect(joined[i] == keys[i], "cut in three", i);
    context.report.compared("search",
                            std::to_string(corpus.rows()) + " rows: planted, products, order, cut",
                            numbers * 3, wrong, first);
}

void measure(Context& context, std::uint64_t rows, std::uint32_t blocks) {
    const Corpus corpus{rows, blocks};
    check(context, corpus);
    for (const std::uint32_t count : kQueryCounts) {
        const double time =
            median_milliseconds(kRounds, [&] { corpus.search(count, 0, rows, corpus.blocks()); });
        const std::string what =
            std::to_string(rows / 1'000'000) + " M rows, " + std::to_string(count) + " queries";
        const bool goal = rows == 100'000'000 && count == 256;
        context.report.measured("search", what, time, "ms", goal ? "at most 25 (limit 11.5)" : "");
        const double bytes = static_cast<double>(rows) * cuda::kSearchDim;
        context.report.measured("search", what + ": codes read", bytes / time / 1e6, "GB/s");
        context.report.measured("search", what + ": products", 2 * bytes * count / time / 1e9,
                                "TOPS");
    }
}

}  // namespace

void measure_search(Context& context) {
    const Comparison large =
        compare_large_search(std::min(kComparedRows, context.options.rows_max));
    context.report.compared("search", large.what, large.numbers, large.mismatches, large.first);
    int blocks = 0;
    require(cudaDeviceGetAttribute(&blocks, cudaDevAttrMultiProcessorCount, 0), "multiprocessors");
    std::uint64_t before = 0;
    for (const std::uint64_t size : kSizes) {
        std::size_t unused = 0;
        std::size_t all = 0;
        require(cudaMemGetInfo(&unused, &all), "cudaMemGetInfo");
        const std::uint64_t room =
            unused > kSpareBytes ? (unused - kSpareBytes) / cuda::kSearchDim : 0;
        const std::uint64_t rows = std::min({size, room, context.options.rows_max});
        if (rows < size)
            context.report.left_out("search", std::to_string(size) + " rows: there is room for " +
                                                  std::to_string(rows));
        if (rows <= before || rows < 1'000) break;
        measure(context, rows, static_cast<std::uint32_t>(blocks));
        before = rows;
    }
}

}  // namespace pramana::gpu
