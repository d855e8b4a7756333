#include "parity/dots.hpp"

#include "index/scan.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/core/secret_vector.hpp"
#include "pramana/core/sha256.hpp"

#include <algorithm>

namespace pramana::parity {
namespace {

using scoring::kCodeDim;

constexpr std::size_t kExtremeRows = 8;
constexpr std::size_t kRowsMax = 1025;
constexpr std::size_t kNeighbours = 9;
struct Shape {
    std::size_t queries;
    std::size_t rows;
};
constexpr Shape kShapes[] = {{1, 0},   {1, 1},    {1, 1025}, {2, 17},  {3, 15},  {4, 16},
                             {5, 33},  {7, 100},  {8, 64},   {16, 63}, {31, 65}, {32, 257},
                             {33, 31}, {64, 300}, {128, 48}, {129, 49}};

/// Extreme rows first (all 127, all -127, alternating, zeros, ...), then the codes, again and
/// again.
SecretVector<std::int8_t> rows_of(std::span<const std::int8_t> codes) {
    constexpr std::int8_t kPairs[kExtremeRows][2] = {
        {127, 127}, {-127, -127}, {127, -127}, {0, 0}, {1, -1}, {127, 0}, {0, -127}, {-1, 1}};
    SecretVector<std::int8_t> rows;
    for (const auto& pair : kPairs)
        for (std::size_t i = 0; i < kCodeDim; ++i) rows.push_back(pair[i % 2]);
    while (rows.size() < kRowsMax * kCodeDim) {
        const std::size_t left = kRowsMax * kCodeDim - rows.size();
        const auto part = codes.first(std::min(left, codes.size()));
        rows.insert(rows.end(), part.begin(), part.end());
        if (part.empty()) rows.resize(kRowsMax * kCodeDim);
    }
    return rows;
}

void compare(const Shape& shape, const std::vector<std::int32_t>& wanted,
             const std::vector<std::int32_t>& found, DotRow& row) {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i] == found[i]) continue;
        if (row.mismatches++ > 0) continue;
        row.first = std::to_string(shape.queries) + " queries x " + std::to_string(shape.rows) +
                    " rows, number " + std::to_string(i) + ": " + std::to_string(wanted[i]) +
                    ", found " + std::to_string(found[i]);
    }
    row.numbers += wanted.size();
}

/// The best rows of each query, as (row, dot): what novelty is measured with.
std::vector<std::int32_t> nearest(const scoring::ScanKernel& kernel, const std::int8_t* queries,
                                  const Shape& shape, const std::int8_t* rows) {
    std::vector<std::int32_t> out;
    for (const scoring::Neighbour& neighbour :
         scoring::top_k(kernel, queries, shape.queries, rows, shape.rows, kNeighbours)) {
        out.push_back(static_cast<std::int32_t>(neighbour.row));
        out.push_back(neighbour.dot);
    }
    return out;
}

std::vector<std::int32_t> products(scoring::DotBlock run, const std::int8_t* queries,
                                   const Shape& shape, const std::int8_t* rows) {
    std::vector<std::int32_t> out(shape.queries * shape.rows, -1);
    run(queries, shape.queries, rows, shape.rows, out.data());
    return out;
}

void update(Sha256& hash, const std::vector<std::int32_t>& numbers) {
    Bytes bytes;
    for (const std::int32_t number : numbers) append_le(bytes, static_cast<std::uint32_t>(number));
    hash.update(ByteView{bytes});
}

}  // namespace

DotReport compare_dots(std::span<const std::int8_t> codes) {
    const SecretVector<std::int8_t> rows = rows_of(codes);
    const scoring::DotKernels dots = scoring::dot_kernels();
    const auto scans = scoring::scan_kernels();
    DotReport report;
    for (std::size_t i = 0; i < dots.count; ++i)
        report.rows.push_back({std::string{"dot "} + dots.kernels[i].name, 0, 0, {}});
    for (const scoring::ScanKernel& scan : scans)
        report.rows.push_back({"nearest " + std::string{scan.name}, 0, 0, {}});
    Sha256 hash;
    for (const Shape& shape : kShapes) {
        // From both ends of the rows, so that extreme rows meet ordinary and extreme queries.
        const std::int8_t* queries =
            rows.data() + (shape.queries % 2 == 0 ? 0 : (kRowsMax - shape.queries) * kCodeDim);
        const auto wanted = products(scoring::dot_block_reference, queries, shape, rows.data());
        const auto wanted_nearest = nearest(scans.front(), queries, shape, rows.data());
        update(hash, wanted);
        update(hash, wanted_nearest);
        for (std::size_t i = 0; i < dots.count; ++i)
            compare(shape, wanted, products(dots.kernels[i].run, queries, shape, rows.data()),
                    report.rows[i]);
        for (std::size_t i = 0; i < scans.size(); ++i)
            compare(shape, wanted_nearest, nearest(scans[i], queries, shape, rows.data()),
                    report.rows[dots.count + i]);
    }
    report.digest = hash.finish();
    return report;
}

}  // namespace pramana::parity
