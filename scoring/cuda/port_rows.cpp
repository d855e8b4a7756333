#include "cuda/port_rows.hpp"

#include "cuda/search.hpp"
#include "cuda/status.hpp"
#include "pramana/core/check.hpp"

#include <algorithm>
#include <cstring>

namespace pramana::scoring::cuda {
namespace {

constexpr std::size_t kStagingBytes = std::size_t{16} << 20U;  // rows of one copy
constexpr std::size_t kHeadBytes = 16;                         // of an answer, before its hits
/// Hits that are brought with their number: more cost a second copy.
constexpr std::uint64_t kHitsAtOnce = 4'096;
constexpr std::size_t kThresholdBytes = kSearchQueriesMax * sizeof(std::int32_t);
static_assert(kSearchQueriesMax == kRowQueriesMax);

}  // namespace

void DeviceRowMemory::open(std::size_t hits_max, unsigned blocks) noexcept {
    hits_max_ = hits_max;
    blocks_ = blocks;
}

std::size_t DeviceRowMemory::question_bytes() const noexcept {
    return kThresholdBytes + std::size_t{kSearchQueriesMax} * kSearchDim;
}

std::size_t DeviceRowMemory::answer_bytes(std::uint64_t hits) const noexcept {
    return kHeadBytes + hits * sizeof(SearchHit);
}

Status DeviceRowMemory::take_scratch() {
    if (stream_ != nullptr) return Done{};
    const std::size_t staging = std::max(kStagingBytes, answer_bytes(hits_max_));
    int failed = cudaMallocHost(reinterpret_cast<void**>(&staging_), staging);
    if (failed == cudaSuccess)
        failed = cudaMalloc(reinterpret_cast<void**>(&question_), question_bytes());
    if (failed == cudaSuccess)
        failed = cudaMalloc(reinterpret_cast<void**>(&answer_), answer_bytes(hits_max_));
    if (failed == cudaSuccess) failed = cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking);
    if (failed == cudaSuccess) return Done{};
    (void)cudaGetLastError();
    const std::size_t hits_max = hits_max_;
    const unsigned blocks = blocks_;
    close();
    open(hits_max, blocks);
    return status_of(failed, "scoring.cuda.rows.scratch");
}

Result<std::uint32_t> DeviceRowMemory::take(std::uint64_t rows) {
    if (rows == 0 || rows > kSearchRowsMax) return Error{Errc::kBusy, "scoring.cuda.rows.size"};
    if (const Status there = take_scratch(); !there) return there.error();
    Place place{.rows = rows};
    if (const cudaError_t failed =
            cudaMalloc(reinterpret_cast<void**>(&place.codes), rows * kSearchDim);
        failed != cudaSuccess) {
        (void)cudaGetLastError();  // it does not stay
        return error_of(failed, "scoring.cuda.rows.take");
    }
    const auto free = std::ranges::find(places_, nullptr, &Place::codes);
    const auto number = static_cast<std::uint32_t>(free - places_.begin());
    if (free == places_.end())
        places_.push_back(place);
    else
        *free = place;
    return number;
}

Status DeviceRowMemory::put(std::uint32_t place, std::uint64_t at,
                            std::span<const std::int8_t> codes) {
    const Place& to = places_.at(place);
    PRAMANA_CHECK(to.codes != nullptr && at + codes.size() / kSearchDim <= to.rows);
    int failed = cudaSuccess;
    std::size_t staged_max = 0;
    for (std::size_t sent = 0; failed == cudaSuccess && sent < codes.size();) {
        const std::size_t bytes = std::min(kStagingBytes, codes.size() - sent);
        std::memcpy(staging_, codes.data() + sent, bytes);
        staged_max = std::max(staged_max, bytes);
        failed = cudaMemcpyAsync(to.codes + at * kSearchDim + sent, staging_, bytes,
                                 cudaMemcpyHostToDevice, stream_);
        if (failed == cudaSuccess) failed = cudaStreamSynchronize(stream_);
        sent += bytes;
    }
    wipe_memory(staging_, staged_max);
    return status_of(failed, "scoring.cuda.rows.put");
}

/// Brings the queries and begins the search.
Status DeviceRowMemory::ask(const RowScan& scan) {
    const Place& from = places_.at(scan.place.number);
    PRAMANA_CHECK(from.codes != nullptr && scan.end <= from.rows);
    const std::size_t count = scan.queries.thresholds.size();
    std::memcpy(staging_, scan.queries.thresholds.data(), count * sizeof(std::int32_t));
    std::memcpy(staging_ + kThresholdBytes, scan.queries.codes.data(), count * kSearchDim);
    int failed = cudaMemcpyAsync(question_, staging_, kThresholdBytes + count * kSearchDim,
                                 cudaMemcpyHostToDevice, stream_);
    const SearchRows rows{.codes = from.codes + scan.begin * kSearchDim,
                          .count = scan.end - scan.begin,
                          .first_row = scan.begin};
    const ScanArguments arguments{
        .queries = reinterpret_cast<const std::int8_t*>(question_ + kThresholdBytes),
        .thresholds = reinterpret_cast<const std::int32_t*>(question_),
        .count = static_cast<std::uint32_t>(count),
        .blocks = blocks_,
        .hits = reinterpret_cast<SearchHit*>(answer_ + kHeadBytes),
        .capacity = hits_max_,
        .found = reinterpret_cast<std::uint64_t*>(answer_)};
    if (failed == cudaSuccess) failed = launch_scan_above(rows, arguments, stream_);
    return status_of(failed, "scoring.cuda.rows.ask");
}

Result<std::uint64_t> DeviceRowMemory::scan(const RowScan& scan, SecretVector<RowHit>& hits) {
    if (const Status asked = ask(scan); !asked) return asked.error();
    const std::uint64_t at_once = std::min<std::uint64_t>(kHitsAtOnce, hits_max_);
    const auto fetch = [&](std::size_t from, std::size_t end) {
        int failed = cudaMemcpyAsync(staging_ + from, answer_ + from, end - from,
                                     cudaMemcpyDeviceToHost, stream_);
        if (failed == cudaSuccess) failed = cudaStreamSynchronize(stream_);
        return status_of(failed, "scoring.cuda.rows.fetch");
    };
    // The staging memory still holds the queries until the first copy back is there.
    Status fetched = fetch(0, answer_bytes(at_once));
    std::uint64_t found = 0;
    if (fetched) std::memcpy(&found, staging_, sizeof found);
    const std::uint64_t there = found <= hits_max_ ? found : 0;
    if (fetched && there > at_once) fetched = fetch(answer_bytes(at_once), answer_bytes(there));
    for (std::uint64_t i = 0; fetched && i < there; ++i) {
        SearchHit hit;
        std::memcpy(&hit, staging_ + answer_bytes(i), sizeof hit);
        hits.push_back({.row = row_of(hit.key),
                        .query = static_cast<std::uint32_t>(hit.query),
                        .dot = dot_of(hit.key)});
    }
    wipe_memory(staging_, std::max(question_bytes(), answer_bytes(std::max(there, at_once))));
    if (!fetched) return fetched.error();
    return found;
}

Status DeviceRowMemory::give_back(std::uint32_t place) {
    Place& gone = places_.at(place);
    int failed = cudaMemsetAsync(gone.codes, 0, gone.rows * kSearchDim, stream_);
    if (failed == cudaSuccess) failed = cudaStreamSynchronize(stream_);
    if (failed == cudaSuccess) failed = cudaFree(gone.codes);
    gone = {};
    return status_of(failed, "scoring.cuda.rows.give_back");
}

Status DeviceRowMemory::wipe() {
    if (stream_ == nullptr) return Done{};
    int failed = cudaMemsetAsync(question_, 0, question_bytes(), stream_);
    if (failed == cudaSuccess)
        failed = cudaMemsetAsync(answer_, 0, answer_bytes(hits_max_), stream_);
    if (failed == cudaSuccess) failed = cudaStreamSynchronize(stream_);
    return status_of(failed, "scoring.cuda.rows.wipe");
}

void DeviceRowMemory::close() noexcept {
    (void)wipe();  // what does not answer any more cannot be wiped: its memory is the driver's
    for (std::uint32_t i = 0; i < places_.size(); ++i)
        if (places_[i].codes != nullptr) (void)give_back(i);
    places_.clear();
    if (staging_ != nullptr) {
        wipe_memory(staging_, std::max(kStagingBytes, answer_bytes(hits_max_)));
        (void)cudaFreeHost(staging_);
    }
    if (question_ != nullptr) (void)cudaFree(question_);
    if (answer_ != nullptr) (void)cudaFree(answer_);
    if (stream_ != nullptr) (void)cudaStreamDestroy(stream_);
    staging_ = question_ = answer_ = nullptr;
    stream_ = nullptr;
}

}  // namespace pramana::scoring::cuda
