#pragma once

#include "pramana/scoring/device_rows.hpp"

#include <map>
#include <mutex>
#include <vector>

namespace pramana::scoring {

struct ResidentLimits {
    std::uint64_t rows_min = 65'536;        ///< smaller sets are searched by the processor
    std::uint64_t place_rows_min = 65'536;  ///< of one place on a device: 25 MB
};

struct ResidentCounts {
    std::uint64_t rows = 0;      ///< on devices now
    std::uint64_t put = 0;       ///< rows that were sent
    std::uint64_t scans = 0;     ///< on devices
    std::uint64_t on_cpu = 0;    ///< because of the gate, a loss or missing room
    std::uint64_t lost = 0;      ///< devices that failed meanwhile
    std::uint64_t no_room = 0;   ///< sets for which there was no memory
    std::uint64_t in_parts = 0;  ///< scans that found more than fits and were cut
};

/// Keeps rows of corpora on the devices that the gate admits, in step with them: what was added
/// since the last search is sent before the next one; what a lost device held is sent to another
/// one; what was there under an earlier opening of the gate counts as gone. A set lies in places on
/// several devices, one after the other. The result is the processor's, whatever lies where.
/// Thread: any; one search at a time. Source: docs/gpu-runtime.md "Resident corpora".
class ResidentRows final : public RowSearch {
  public:
    /// All outlive this.
    ResidentRows(DeviceGate& gate, std::vector<DeviceRows*> devices, ResidentLimits limits = {});
    [[nodiscard]] std::optional<SecretVector<RowHit>> scan(const RowSet& set,
                                                           const RowQueries& queries) override;
    void forget(std::uint64_t set) noexcept override;
    [[nodiscard]] ResidentCounts counts() const;

  private:
    /// Consecutive rows on one device.
    struct Part {
        std::uint64_t first_row = 0;
        std::uint64_t rows = 0;
        std::uint64_t capacity = 0;
        std::size_t device = 0;
        RowPlace place;
        std::uint64_t generation = 0;  ///< of the gate when it was taken
    };
    struct Set {
        std::vector<Part> parts;  ///< without gaps, from row 0
        /// When there was no room: tried again once something has changed.
        std::optional<std::uint64_t> refused_at{};
        [[nodiscard]] std::uint64_t rows() const noexcept {
            return parts.empty() ? 0 : parts.back().first_row + parts.back().rows;
        }
    };
    using Rights = std::vector<std::optional<AppraisedDevice>>;

    [[nodiscard]] Rights admitted();
    [[nodiscard]] bool is_there(const Part& part, const Rights& rights) const;
    [[nodiscard]] std::uint64_t rows_on(std::size_t device) const;
    [[nodiscard]] Status keep_in_step(Set& held, const RowSet& set, const Rights& rights);
    [[nodiscard]] Status grow(Set& held, const RowSet& set, const Rights& rights);
    [[nodiscard]] Status settle(Part& part, const RowSet& set, const Rights& rights);
    [[nodiscard]] Status settle_on(std::size_t device, Part& part, const RowSet& set,
                                   const Rights& rights);
    [[nodiscard]] Status send(const Part& part, const RowSet& set, std::uint64_t begin,
                              std::uint64_t end, const Rights& rights);
    [[nodiscard]] Status scan_parts(const Set& held, const RowQueries& queries,
                                    const Rights& rights, SecretVector<RowHit>& hits);
    [[nodiscard]] Status noted(const Status& status, std::size_t device, const Rights& rights);
    void give_back(Part& part) noexcept;

    DeviceGate& gate_;
    const std::vector<DeviceRows*> devices_;
    const ResidentLimits limits_;
    mutable std::mutex mutex_;
    std::map<std::uint64_t, Set> sets_;
    std::uint64_t changes_ = 0;        ///< of what there is room for
    std::vector<std::uint64_t> seen_;  ///< lives and openings, at the last search
    ResidentCounts counts_;
};

}  // namespace pramana::scoring
