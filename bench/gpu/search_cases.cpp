#include "gpu/search_cases.hpp"

#include "cuda/search.hpp"
#include "index/scan.hpp"
#include "parity/chance.hpp"
#include "parity/gpu/device.hpp"

#include <algorithm>
#include <tuple>

namespace pramana::gpu {
namespace {

using parity::DeviceArray;
using parity::require;
using scoring::kCodeDim;
using scoring::Neighbour;
namespace cuda = scoring::cuda;

using Codes = std::vector<std::int8_t>;

/// What the codes of a case are like.
enum class Kind : std::uint8_t { kRandom, kTies, kEqual, kLate, kExtreme, kRising, kFalling };
constexpr Kind kKinds[] = {Kind::kRandom,  Kind::kTies,   Kind::kEqual,  Kind::kLate,
                           Kind::kExtreme, Kind::kRising, Kind::kFalling};
const char* name_of(Kind kind) {
    switch (kind) {
        case Kind::kRandom: return "random";
        case Kind::kTies: return "ties";
        case Kind::kEqual: return "equal";
        case Kind::kLate: return "late";
        case Kind::kExtreme: return "extreme";
        case Kind::kRising: return "rising";
        case Kind::kFalling: return "falling";
    }
    return "";
}

Codes random_codes(parity::Chance& chance, std::size_t rows, int most) {
    Codes codes(rows * kCodeDim);
    for (std::int8_t& code : codes)
        code = static_cast<std::int8_t>(
            static_cast<int>(chance.below(static_cast<std::uint32_t>(2 * most + 1))) - most);
    return codes;
}

/// Rows whose product with a row of ones rises or falls from row to row.
Codes ordered_codes(std::size_t rows, bool rising) {
    Codes codes(rows * kCodeDim, 0);
    for (std::size_t r = 0; r < rows; ++r) {
        std::size_t ones = std::min<std::size_t>(rising ? r : rows - r, kCodeDim * 127);
        for (std::size_t i = 0; i < kCodeDim && ones > 0; ++i) {
            const std::size_t now = std::min<std::size_t>(ones, 127);
            codes[r * kCodeDim + i] = static_cast<std::int8_t>(now);
            ones -= now;
        }
    }
    return codes;
}

Codes rows_of(Kind kind, parity::Chance& chance, std::size_t rows) {
    switch (kind) {
        case Kind::kRandom: return random_codes(chance, rows, 127);
        case Kind::kTies: return random_codes(chance, rows, 1);
        case Kind::kEqual: return Codes(rows * kCodeDim, 7);
        case Kind::kLate: {  // equal, but for what comes before the second tile of a second block
            Codes codes(rows * kCodeDim, 0);
            if (rows > 386)
                std::fill(codes.begin() + std::ptrdiff_t{386 * kCodeDim}, codes.end(),
                          std::int8_t{7});
            return codes;
        }
        case Kind::kExtreme: {
            Codes codes(rows * kCodeDim);
            for (std::size_t r = 0; r < rows; ++r)
                std::fill_n(codes.begin() + static_cast<std::ptrdiff_t>(r * kCodeDim), kCodeDim,
                            static_cast<std::int8_t>(chance.below(2) == 0 ? 127 : -127));
            return codes;
        }
        case Kind::kRising: return ordered_codes(rows, true);
        case Kind::kFalling: return ordered_codes(rows, false);
    }
    return {};
}

Codes queries_of(Kind kind, parity::Chance& chance, std::size_t count) {
    if (kind == Kind::kRising || kind == Kind::kFalling || kind == Kind::kLate)
        return Codes(count * kCodeDim, 1);
    return rows_of(kind, chance, count);
}

struct Case {
    Kind kind;
    std::uint32_t queries;
    std::uint32_t rows;
    std::uint32_t neighbours;
    std::uint32_t blocks;
    std::uint64_t first_row = 0;
    std::uint32_t parts = 1;  ///< each searched alone, then joined
    bool appended = false;    ///< rows brought in pieces by the device itself
};

std::string text_of(const Case& c) {
    return std::string{name_of(c.kind)} + ", " + std::to_string(c.queries) + " queries x " +
           std::to_string(c.rows) + " rows, " + std::to_string(c.neighbours) + " neighbours, " +
           std::to_string(c.blocks) + " blocks, " + std::to_string(c.parts) + " parts";
}

void note(Comparison& comparison, bool equal, const std::string& where) {
    ++comparison.numbers;
    if (equal) return;
    if (comparison.mismatches++ == 0) comparison.first = where;
}

std::vector<cuda::SearchKey> search(const cuda::SearchRows& rows, const std::int8_t* queries,
                                    const Case& c) {
    std::vector<cuda::SearchKey> keys(std::size_t{c.queries} * c.neighbours, 1);
    const DeviceArray<std::uint8_t> workspace{
        cuda::search_workspace_bytes(c.queries, c.neighbours, c.blocks)};
    const DeviceArray<cuda::SearchKey> out{keys.data(), keys.size()};
    require(cuda::launch_search(rows,
                                {.queries = queries,
                                 .count = c.queries,
                                 .neighbours = c.neighbours,
                                 .blocks = c.blocks,
                                 .workspace = workspace.get(),
                                 .out = out.get()},
                                nullptr),
            "search");
    out.download(keys.data());
    return keys;
}

/// Brings rows to the device at once, or appends them in uneven pieces.
void bring(const Codes& rows, bool appended, DeviceArray<std::int8_t>& corpus) {
    const std::size_t all = rows.size() / kCodeDim;
    const std::size_t first = appended ? 1 : std::max<std::size_t>(all, 1);
    for (std::size_t at = 0, piece = first; at < all; piece = piece * 3 % 101) {
        const std::size_t now = std::min(piece, all - at);
        const DeviceArray<std::int8_t> made{rows.data() + at * kCodeDim, now * kCodeDim};
        require(cuda::launch_append(made.get(), static_cast<std::uint32_t>(now), corpus.get(), at,
                                    nullptr),
                "append");
        at += now;
    }
}

void compare_case(const Case& c, const Codes& rows, const Codes& queries, Comparison& comparison) {
    DeviceArray<std::int8_t> device_rows{rows.size()};
    bring(rows, c.appended, device_rows);
    const DeviceArray<std::int8_t> device_queries{queries.data(), queries.size()};
    std::vector<cuda::SearchKey> found(std::size_t{c.queries} * c.neighbours, cuda::kNoKey);
    for (std::uint32_t part = 0; part < c.parts; ++part) {
        const std::uint64_t begin = std::uint64_t{c.rows} * part / c.parts;
        const std::uint64_t end = std::uint64_t{c.rows} * (part + 1) / c.parts;
        const auto keys =
            search({device_rows.get() + begin * kCodeDim, end - begin, c.first_row + begin},
                   device_queries.get(), c);
        for (std::size_t q = 0; q < c.queries; ++q)
            cuda::merge_keys(std::span{found}.subspan(q * c.neighbours, c.neighbours),
                             std::span{keys}.subspan(q * c.neighbours, c.neighbours));
    }
    const auto wanted = scoring::top_k(scoring::best_scan_kernel(), queries.data(), c.queries,
                                       rows.data(), c.rows, c.neighbours);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const cuda::SearchKey key =
            wanted[i].row == scoring::kNoRow
                ? cuda::kNoKey
                : cuda::search_key(wanted[i].dot, c.first_row + wanted[i].row);
        note(comparison, found[i] == key, text_of(c) + ": place " + std::to_string(i));
    }
}

Comparison compare_cases(const char* what, const std::vector<Case>& cases) {
    Comparison comparison{.what = what};
    for (const Case& c : cases) {
        parity::Chance chance{c.queries * 1'000'003ULL + c.rows};
        const Codes rows = rows_of(c.kind, chance, c.rows);
        const Codes queries = queries_of(c.kind, chance, c.queries);
        compare_case(c, rows, queries, comparison);
    }
    return comparison;
}

std::vector<Case> shapes() {
    std::vector<Case> cases;
    constexpr std::uint32_t kQueries[] = {1, 2, 63, 64, 65, 127, 128, 129, 200, 255, 256};
    constexpr std::uint32_t kRows[] = {0,   1,   2,   15,  16,  17,  31,  127,
                                       128, 129, 255, 256, 257, 383, 640, 1000};
    constexpr std::uint32_t kNeighbours[] = {1, 2, 7, 10, 16, 32};
    constexpr std::uint32_t kBlocks[] = {1, 2, 3, 132};
    std::size_t i = 0;
    for (const std::uint32_t rows : kRows)
        for (std::size_t j = 0; j < 3; ++j, ++i)
            cases.push_back({.kind = Kind::kRandom,
                             .queries = kQueries[i * 5 % std::size(kQueries)],
                             .rows = rows,
                             .neighbours = kNeighbours[i % std::size(kNeighbours)],
                             .blocks = kBlocks[i / 2 % std::size(kBlocks)]});
    return cases;
}

std::vector<Case> values() {
    std::vector<Case> cases;
    for (const Kind kind : kKinds)
        for (const std::uint32_t queries : {5U, 130U})
            for (const std::uint32_t neighbours : {1U, 9U, 32U})
                cases.push_back({.kind = kind,
                                 .queries = queries,
                                 .rows = kind == Kind::kLate ? 640U : 300U,
                                 .neighbours = neighbours,
                                 .blocks = 1 + neighbours % 3});
    return cases;
}

std::vector<Case> random_cases(std::uint32_t count) {
    parity::Chance chance{17};
    std::vector<Case> cases;
    cases.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i)
        cases.push_back({.kind = kKinds[chance.below(std::size(kKinds))],
                         .queries = 1 + chance.below(256),
                         .rows = chance.below(900),
                         .neighbours = 1 + chance.below(32),
                         .blocks = 1 + chance.below(6),
                         .first_row = chance.below(1000),
                         .parts = 1 + chance.below(3),
                         .appended = chance.below(2) == 1});
    return cases;
}

std::vector<Case> parts_and_numbers() {
    std::vector<Case> cases;
    for (const std::uint32_t parts : {2U, 3U, 7U})
        cases.push_back({.kind = parts == 3 ? Kind::kTies : Kind::kRandom,
                         .queries = 33,
                         .rows = 500,
                         .neighbours = 10,
                         .blocks = 2,
                         .parts = parts,
                         .appended = true});
    for (const std::uint64_t first : {(std::uint64_t{1} << 31U) - 100,
                                      (std::uint64_t{1} << 32U) - 100, cuda::kSearchRowsMax - 300})
        cases.push_back({.kind = Kind::kTies,
                         .queries = 20,
                         .rows = 300,
                         .neighbours = 12,
                         .blocks = 2,
                         .first_row = first,
                         .parts = 2});
    return cases;
}

using Hit = std::tuple<std::uint64_t, std::uint64_t, std::int32_t>;  // query, row, dot

std::vector<Hit> hits_of_device(const Codes& rows, const Codes& queries,
                                const std::vector<std::int32_t>& thresholds, std::uint64_t capacity,
                                std::uint64_t& all) {
    const DeviceArray<std::int8_t> device_rows{rows.data(), rows.size()};
    const DeviceArray<std::int8_t> device_queries{queries.data(), queries.size()};
    const DeviceArray<std::int32_t> device_thresholds{thresholds.data(), thresholds.size()};
    std::vector<cuda::SearchHit> hits(capacity);
    const DeviceArray<cuda::SearchHit> device_hits{hits.data(), capacity};
    const DeviceArray<std::uint64_t> found{1};
    require(cuda::launch_scan_above({device_rows.get(), rows.size() / kCodeDim, 0},
                                    {.queries = device_queries.get(),
                                     .thresholds = device_thresholds.get(),
                                     .count = static_cast<std::uint32_t>(thresholds.size()),
                                     .blocks = 3,
                                     .hits = device_hits.get(),
                                     .capacity = capacity,
                                     .found = found.get()},
                                    nullptr),
            "scan");
    found.download(&all);
    device_hits.download(hits.data());
    std::vector<Hit> sorted;
    sorted.reserve(std::min(all, capacity));
    for (std::uint64_t i = 0; i < std::min(all, capacity); ++i)
        sorted.emplace_back(hits[i].query, cuda::row_of(hits[i].key), cuda::dot_of(hits[i].key));
    std::sort(sorted.begin(), sorted.end());
    return sorted;
}

std::vector<Hit> hits_of_processor(const Codes& rows, const Codes& queries,
                                   std::vector<std::int32_t> thresholds) {
    const std::size_t count = thresholds.size();
    const scoring::PackedQueries packed{queries.data(), count};
    thresholds.resize(packed.groups() * scoring::PackedQueries::kGroup, scoring::kNoHit);
    std::vector<Hit> hits;
    scoring::scan_above(scoring::best_scan_kernel(), packed, thresholds, rows.data(),
                        rows.size() / kCodeDim, [&](std::span<const scoring::DotHit> found) {
                            for (const scoring::DotHit& hit : found)
                                hits.emplace_back(hit.query, hit.row, hit.dot);
                        });
    std::sort(hits.begin(), hits.end());
    return hits;
}

Comparison compare_hits() {
    Comparison comparison{.what = "pairs above a threshold"};
    parity::Chance chance{23};
    for (const std::uint32_t count : {1U, 64U, 129U, 256U})
        for (const std::uint32_t row_count : {0U, 1U, 129U, 400U}) {
            const Codes rows = random_codes(chance, row_count, 127);
            const Codes queries = random_codes(chance, count, 127);
            std::vector<std::int32_t> thresholds(count);
            for (std::int32_t& threshold : thresholds)
                threshold = chance.below(4) == 0 ? scoring::kNoHit
                                                 : static_cast<std::int32_t>(chance.below(300'000));
            const std::vector<Hit> wanted = hits_of_processor(rows, queries, thresholds);
            const std::string where =
                std::to_string(count) + " queries x " + std::to_string(row_count) + " rows";
            std::uint64_t all = 0;
            const std::vector<Hit> found =
                hits_of_device(rows, queries, thresholds, wanted.size() + 5, all);
            note(comparison, all == wanted.size() && found == wanted, where);
            comparison.numbers += wanted.size();
            if (wanted.size() < 2) continue;
            // Half of the room: the count is whole, and what is there is right.
            const std::vector<Hit> part =
                hits_of_device(rows, queries, thresholds, wanted.size() / 2, all);
            note(comparison,
                 all == wanted.size() && part.size() == wanted.size() / 2 &&
                     std::includes(wanted.begin(), wanted.end(), part.begin(), part.end()),
                 where + ", half of the room");
        }
    return comparison;
}

}  // namespace

std::vector<Comparison> compare_search(std::uint32_t size) {
    return {compare_cases("search, shapes", shapes()), compare_cases("search, values", values()),
            compare_cases("search, parts and row numbers", parts_and_numbers()),
            compare_cases("search, random cases", random_cases(8 * size)), compare_hits()};
}

Comparison compare_large_search(std::uint64_t rows) {
    Comparison comparison{.what = "search, " + std::to_string(rows) + " rows"};
    parity::Chance chance{rows};
    const Case c{.kind = Kind::kRandom,
                 .queries = cuda::kSearchQueriesMax,
                 .rows = static_cast<std::uint32_t>(rows),
                 .neighbours = 16,
                 .blocks = 132};
    compare_case(c, random_codes(chance, rows, 40), random_codes(chance, c.queries, 40),
                 comparison);
    return comparison;
}

}  // namespace pramana::gpu
