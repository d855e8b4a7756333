// The runtime's other work: rows of corpora and their search, between batches.
#include "pramana/core/check.hpp"
#include "pramana/scoring_cuda/runtime.hpp"

namespace pramana::scoring::cuda {

Result<std::uint32_t> DevicePort::take_rows(std::uint64_t) {
    return Error{Errc::kBusy, "scoring.port.no_rows"};
}
Status DevicePort::put_rows(std::uint32_t, std::uint64_t, std::span<const std::int8_t>) {
    return Error{Errc::kBusy, "scoring.port.no_rows"};
}
Result<std::uint64_t> DevicePort::scan_rows(const RowScan&, SecretVector<RowHit>&) {
    return Error{Errc::kBusy, "scoring.port.no_rows"};
}
Status DevicePort::give_back_rows(std::uint32_t) {
    return Error{Errc::kBusy, "scoring.port.no_rows"};
}

std::uint64_t DeviceRuntime::life() const noexcept {
    const std::lock_guard lock{mutex_};
    return life_;
}

/// Of a loss while nobody waited the first caller hears, and with it the gate: nothing is sent to
/// what was built anew before it has been appraised.
Status DeviceRuntime::loss_at_rest() {
    const std::lock_guard lock{mutex_};
    if (std::exchange(unsaid_loss_, false))
        return Error{Errc::kDeviceLost, "scoring.runtime.lost_at_rest"};
    return Done{};
}

Result<RowPlace> DeviceRuntime::take_rows(std::uint64_t rows) {
    if (const Status lost = loss_at_rest(); !lost) return lost.error();
    RowPlace place;
    const Status taken = run_task(std::nullopt, [&](DevicePort& port) -> Status {
        const Result<std::uint32_t> number = port.take_rows(rows);
        if (!number) return number.error();
        place = {.life = life(), .number = *number};
        return Done{};
    });
    if (!taken) return taken.error();
    return place;
}

Status DeviceRuntime::put_rows(const RowPlace& place, std::uint64_t at,
                               std::span<const std::int8_t> codes) {
    PRAMANA_CHECK(codes.size() % kEmbeddingDim == 0);
    if (Status lost = loss_at_rest(); !lost) return lost;
    const Status put = run_task(
        place.life, [&](DevicePort& port) { return port.put_rows(place.number, at, codes); });
    const std::lock_guard lock{mutex_};
    if (put) counts_.rows_put += codes.size() / kEmbeddingDim;
    return put;
}

Result<std::uint64_t> DeviceRuntime::scan_rows(const RowScan& scan, SecretVector<RowHit>& hits) {
    PRAMANA_CHECK(scan.begin <= scan.end && scan.queries.thresholds.size() <= kRowQueriesMax);
    if (const Status lost = loss_at_rest(); !lost) return lost.error();
    std::uint64_t found = 0;
    const Status scanned = run_task(scan.place.life, [&](DevicePort& port) -> Status {
        const Result<std::uint64_t> there = port.scan_rows(scan, hits);
        if (!there) return there.error();
        found = *there;
        return Done{};
    });
    if (!scanned) return scanned.error();
    const std::lock_guard lock{mutex_};
    ++counts_.row_scans;
    return found;
}

/// A place of a life that is over is gone already.
void DeviceRuntime::give_back(const RowPlace& place) noexcept {
    (void)run_task(place.life, [&](DevicePort& port) { return port.give_back_rows(place.number); });
}

/// @param life  which opening of the device the work is about; nothing: any
Status DeviceRuntime::run_task(std::optional<std::uint64_t> life, Work work) {
    Task task{std::move(work)};
    std::unique_lock lock{mutex_};
    if (ending_ || leaving_ || state_ != RuntimeState::kReady)
        return Error{Errc::kBusy, "scoring.runtime.no_device"};
    if (life && *life != life_) return Error{Errc::kNotFound, "scoring.runtime.rows_gone"};
    tasks_.push_back(&task);
    to_device_.notify_one();
    to_callers_.wait(lock, [&task] { return task.done.has_value(); });
    return *task.done;
}

bool DeviceRuntime::has_tasks() const {
    const std::lock_guard lock{mutex_};
    return !tasks_.empty();
}

/// Until none is left, or the device is lost: then the rest fails with it.
Status DeviceRuntime::run_tasks() {
    for (;;) {
        Task* task = nullptr;
        {
            const std::lock_guard lock{mutex_};
            if (tasks_.empty()) return Done{};
            task = tasks_.front();
        }
        const Status done = task->work(*port_);
        if (!done && done.error().code == Errc::kDeviceLost) return done;
        const std::lock_guard lock{mutex_};
        tasks_.pop_front();
        task->done = done;
        to_callers_.notify_all();
    }
}

}  // namespace pramana::scoring::cuda
