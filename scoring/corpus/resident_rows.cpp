#include "pramana/scoring/resident_rows.hpp"

#include "pramana/core/check.hpp"
#include "pramana/scoring/encoder.hpp"

#include <algorithm>
#include <numeric>
#include <thread>

namespace pramana::scoring {
namespace {

constexpr std::uint64_t kGrowth = 16;  // a place for what is added has a sixteenth of the set

std::uint64_t ceiling(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

/// What one device found, and how.
struct Finding {
    SecretVector<RowHit> hits;
    Status status = Done{};
    std::uint64_t in_parts = 0;
};

/// All pairs of the scan, cut until each part's hits fit.
class PartScan {
  public:
    PartScan(DeviceRows& device, const AppraisedDevice& right, std::uint64_t first_row,
             Finding& out)
        : device_{device}, right_{right}, first_row_{first_row}, out_{out} {}

    Status run(const RowScan& scan, std::size_t first_query) {
        const std::size_t before = out_.hits.size();
        const Result<std::uint64_t> found = device_.scan(right_, scan, out_.hits);
        if (!found) return found.error();
        if (*found <= device_.hits_max()) {
            for (std::size_t i = before; i < out_.hits.size(); ++i) {
                out_.hits[i].row += first_row_;
                out_.hits[i].query += static_cast<std::uint32_t>(first_query);
            }
            return Done{};
        }
        ++out_.in_parts;
        return scan.queries.thresholds.size() > 1 ? halve_queries(scan, first_query)
                                                  : halve_rows(scan, first_query);
    }

  private:
    Status halve_queries(const RowScan& scan, std::size_t first_query) {
        const std::size_t half = scan.queries.thresholds.size() / 2;
        RowScan part = scan;
        part.queries = {scan.queries.codes.first(half * kEmbeddingDim),
                        scan.queries.thresholds.first(half)};
        if (Status first = run(part, first_query); !first) return first;
        part.queries = {scan.queries.codes.subspan(half * kEmbeddingDim),
                        scan.queries.thresholds.subspan(half)};
        return run(part, first_query + half);
    }
    Status halve_rows(const RowScan& scan, std::size_t first_query) {
        PRAMANA_CHECK(scan.end - scan.begin > 1);  // one row is one hit
        RowScan part = scan;
        part.end = scan.begin + (scan.end - scan.begin) / 2;
        if (Status first = run(part, first_query); !first) return first;
        part.begin = part.end;
        part.end = scan.end;
        return run(part, first_query);
    }

    DeviceRows& device_;
    const AppraisedDevice& right_;
    std::uint64_t first_row_;
    Finding& out_;
};

}  // namespace

ResidentRows::ResidentRows(DeviceGate& gate, std::vector<DeviceRows*> devices,
                           ResidentLimits limits)
    : gate_{gate}, devices_{std::move(devices)}, limits_{limits} {
    PRAMANA_CHECK(limits.place_rows_min > 0);
}

std::optional<SecretVector<RowHit>> ResidentRows::scan(const RowSet& set,
                                                       const RowQueries& queries) {
    PRAMANA_CHECK(queries.codes.size() == queries.thresholds.size() * kEmbeddingDim);
    if (set.rows() < std::max<std::uint64_t>(limits_.rows_min, 1)) return std::nullopt;
    const std::lock_guard lock{mutex_};
    const Rights rights = admitted();
    Set& held = sets_[set.name];
    SecretVector<RowHit> hits;
    Status status = keep_in_step(held, set, rights);
    if (status) status = scan_parts(held, queries, rights, hits);
    if (!status) {
        ++counts_.on_cpu;
        return std::nullopt;
    }
    ++counts_.scans;
    std::ranges::sort(hits, [](const RowHit& a, const RowHit& b) {
        return a.query != b.query ? a.query < b.query : a.row < b.row;
    });
    return hits;
}

void ResidentRows::forget(std::uint64_t set) noexcept {
    const std::lock_guard lock{mutex_};
    const auto found = sets_.find(set);
    if (found == sets_.end()) return;
    for (Part& part : found->second.parts) give_back(part);
    sets_.erase(found);
    ++changes_;
}

ResidentCounts ResidentRows::counts() const {
    const std::lock_guard lock{mutex_};
    ResidentCounts counts = counts_;
    for (const auto& [name, set] : sets_)
        for (const Part& part : set.parts)
            if (part.place.life == devices_[part.device]->life()) counts.rows += part.rows;
    return counts;
}

ResidentRows::Rights ResidentRows::admitted() {
    Rights rights;
    std::vector<std::uint64_t> seen;
    for (DeviceRows* device : devices_) {
        rights.push_back(gate_.admit(device->uuid()));
        seen.push_back(device->life());
        seen.push_back(rights.back() ? rights.back()->generation() : 0);
    }
    if (seen != seen_) ++changes_;
    seen_ = std::move(seen);
    return rights;
}

bool ResidentRows::is_there(const Part& part, const Rights& rights) const {
    const auto& right = rights[part.device];
    return part.place.life != 0 && part.place.life == devices_[part.device]->life() && right &&
           right->generation() == part.generation;
}

std::uint64_t ResidentRows::rows_on(std::size_t device) const {
    std::uint64_t rows = 0;
    for (const auto& [name, set] : sets_)
        for (const Part& part : set.parts)
            if (part.device == device && part.place.life == devices_[device]->life())
                rows += part.capacity;
    return rows;
}

Status ResidentRows::keep_in_step(Set& held, const RowSet& set, const Rights& rights) {
    PRAMANA_CHECK(held.rows() <= set.rows());  // under one name nothing is taken away
    if (held.refused_at == changes_) return Error{Errc::kBusy, "scoring.resident.no_room"};
    held.refused_at.reset();
    Status status = Done{};
    for (Part& part : held.parts)
        if (status && !is_there(part, rights)) status = settle(part, set, rights);
    if (status) status = grow(held, set, rights);
    if (status || status.error().code != Errc::kBusy) return status;
    ++counts_.no_room;
    for (Part& part : held.parts) give_back(part);  // a part of a set is of no use
    held.parts.clear();
    held.refused_at = changes_;
    return status;
}

Status ResidentRows::grow(Set& held, const RowSet& set, const Rights& rights) {
    if (!held.parts.empty()) {
        Part& last = held.parts.back();
        const std::uint64_t more = std::min(last.capacity - last.rows, set.rows() - held.rows());
        if (Status sent = send(last, set, last.rows, last.rows + more, rights); !sent) return sent;
        last.rows += more;
    }
    const auto devices = static_cast<std::uint64_t>(
        std::ranges::count_if(rights, [](const auto& right) { return right.has_value(); }));
    const std::uint64_t each =
        ceiling(set.rows() - held.rows(), std::max<std::uint64_t>(devices, 1));
    const std::uint64_t capacity = std::max({limits_.place_rows_min, each, set.rows() / kGrowth});
    while (held.rows() < set.rows()) {
        Part part{.first_row = held.rows(),
                  .rows = std::min(capacity, set.rows() - held.rows()),
                  .capacity = capacity,
                  .place = {}};
        if (Status settled = settle(part, set, rights); !settled) return settled;
        held.parts.push_back(part);
    }
    return Done{};
}

/// On the device that has the fewest rows, or on the next one with room.
Status ResidentRows::settle(Part& part, const RowSet& set, const Rights& rights) {
    give_back(part);
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < devices_.size(); ++i)
        if (rights[i]) order.push_back(i);
    std::ranges::stable_sort(order, {}, [this](std::size_t device) { return rows_on(device); });
    Status status = Error{Errc::kDeviceNotAppraised, "scoring.resident.none_admitted"};
    for (const std::size_t device : order) {
        status = settle_on(device, part, set, rights);
        if (status || status.error().code != Errc::kBusy) break;
    }
    return status;
}

Status ResidentRows::settle_on(std::size_t device, Part& part, const RowSet& set,
                               const Rights& rights) {
    const Result<RowPlace> place = devices_[device]->take(*rights[device], part.capacity);
    if (!place) return noted(place.error(), device, rights);
    Part settled = part;
    settled.device = device;
    settled.place = *place;
    settled.generation = rights[device]->generation();
    if (Status sent = send(settled, set, 0, part.rows, rights); !sent) {
        give_back(settled);
        return sent;
    }
    part = settled;
    return Done{};
}

/// Rows [begin, end) of the part.
Status ResidentRows::send(const Part& part, const RowSet& set, std::uint64_t begin,
                          std::uint64_t end, const Rights& rights) {
    for (const CodeBlock& block : set.blocks) {
        const std::uint64_t from = std::max<std::uint64_t>(part.first_row + begin, block.first_row);
        const std::uint64_t to =
            std::min<std::uint64_t>(part.first_row + end, block.first_row + block.rows);
        if (from >= to) continue;
        const std::span codes{block.codes + (from - block.first_row) * kEmbeddingDim,
                              (to - from) * kEmbeddingDim};
        const Status put = devices_[part.device]->put(*rights[part.device], part.place,
                                                      from - part.first_row, codes);
        if (!put) return noted(put, part.device, rights);
        counts_.put += to - from;
    }
    return Done{};
}

Status ResidentRows::scan_parts(const Set& held, const RowQueries& queries, const Rights& rights,
                                SecretVector<RowHit>& hits) {
    std::vector<Finding> findings(devices_.size());
    const auto scan_device = [&](std::size_t device) {
        Finding& out = findings[device];
        for (const Part& part : held.parts) {
            if (part.device != device) continue;
            PartScan scan{*devices_[device], *rights[device], part.first_row, out};
            for (std::size_t q = 0; out.status && q < queries.thresholds.size();
                 q += kRowQueriesMax) {
                const std::size_t count = std::min(kRowQueriesMax, queries.thresholds.size() - q);
                out.status = scan.run(
                    {.place = part.place,
                     .begin = 0,
                     .end = part.rows,
                     .queries = {queries.codes.subspan(q * kEmbeddingDim, count * kEmbeddingDim),
                                 queries.thresholds.subspan(q, count)}},
                    q);
            }
        }
    };
    {
        std::vector<std::jthread> others;  // joined at the end of the block
        for (std::size_t device = 1; device < devices_.size(); ++device)
            if (std::ranges::any_of(held.parts, [=](const Part& p) { return p.device == device; }))
                others.emplace_back(scan_device, device);
        scan_device(0);
    }
    Status status = Done{};
    for (std::size_t device = 0; device < devices_.size(); ++device) {
        Finding& found = findings[device];
        counts_.in_parts += found.in_parts;
        if (!found.status) status = noted(found.status, device, rights);
        hits.insert(hits.end(), found.hits.begin(), found.hits.end());
    }
    return status;
}

/// The gate hears of a loss.
Status ResidentRows::noted(const Status& status, std::size_t device, const Rights& rights) {
    if (!status && status.error().code == Errc::kDeviceLost) {
        ++counts_.lost;
        gate_.lost(*rights[device]);
    }
    return status;
}

void ResidentRows::give_back(Part& part) noexcept {
    if (part.place.life != 0 && part.place.life == devices_[part.device]->life())
        devices_[part.device]->give_back(part.place);
    part.place = {};
}

}  // namespace pramana::scoring
