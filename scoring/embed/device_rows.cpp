#include "pramana/scoring/device_rows.hpp"

#include <atomic>

namespace pramana::scoring {

std::uint64_t RowSetName::next() noexcept {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

Status DeviceRows::check(const AppraisedDevice& device) const {
    if (device.uuid() != uuid())
        return Error{Errc::kDeviceNotAppraised, "scoring.rows.other_device"};
    if (!device.current()) return Error{Errc::kDeviceNotAppraised, "scoring.rows.token_ended"};
    return Done{};
}

Result<RowPlace> DeviceRows::take(const AppraisedDevice& device, std::uint64_t rows) {
    if (const Status may = check(device); !may) return may.error();
    return take_rows(rows);
}

Status DeviceRows::put(const AppraisedDevice& device, const RowPlace& place, std::uint64_t at,
                       std::span<const std::int8_t> codes) {
    if (Status may = check(device); !may) return may;
    return put_rows(place, at, codes);
}

Result<std::uint64_t> DeviceRows::scan(const AppraisedDevice& device, const RowScan& scan,
                                       SecretVector<RowHit>& hits) {
    if (const Status may = check(device); !may) return may.error();
    const std::size_t before = hits.size();
    Result<std::uint64_t> found = scan_rows(scan, hits);
    if (found && !device.current()) found = Error{Errc::kDeviceLost, "scoring.rows.closed"};
    if (!found || *found > hits_max()) hits.resize(before);
    return found;
}

}  // namespace pramana::scoring
