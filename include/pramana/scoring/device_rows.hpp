#pragma once

#include "pramana/core/appraised_device.hpp"
#include "pramana/core/result.hpp"
#include "pramana/core/secret_vector.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// Rows of codes that are searched on devices. Source: docs/scoring.md "Search",
/// docs/gpu-runtime.md "Resident corpora".
namespace pramana::scoring {

/// Rows that lie one after the other in memory: [rows x 384], borrowed until the next append.
struct CodeBlock {
    std::size_t first_row = 0;
    std::size_t rows = 0;
    const std::int8_t* codes = nullptr;
};

/// What names a set of rows in this process: never the same for two. Moves with the set, and
/// leaves a new name behind; a copy is another set.
class RowSetName {
  public:
    RowSetName() noexcept : value_{next()} {}
    RowSetName(const RowSetName&) noexcept : RowSetName{} {}
    RowSetName(RowSetName&& other) noexcept : value_{other.value_} { other.value_ = next(); }
    RowSetName& operator=(const RowSetName& other) noexcept {
        if (this != &other) value_ = next();
        return *this;
    }
    RowSetName& operator=(RowSetName&& other) noexcept {
        if (this == &other) return *this;
        value_ = other.value_;
        other.value_ = next();
        return *this;
    }
    ~RowSetName() = default;
    [[nodiscard]] std::uint64_t value() const noexcept { return value_; }

  private:
    [[nodiscard]] static std::uint64_t next() noexcept;
    std::uint64_t value_;
};

/// Rows in the order in which they came. Under one name rows are only added, at the end.
struct RowSet {
    std::uint64_t name = 0;
    std::span<const CodeBlock> blocks;  ///< without gaps
    [[nodiscard]] std::uint64_t rows() const noexcept {
        return blocks.empty() ? 0 : blocks.back().first_row + blocks.back().rows;
    }
};

/// A pair of a query and a row whose dot product reached the query's threshold.
struct RowHit {
    std::uint64_t row = 0;
    std::uint32_t query = 0;
    std::int32_t dot = 0;
    friend bool operator==(const RowHit&, const RowHit&) = default;
};

/// What is looked for: codes [count x 384] and a threshold each. Borrowed.
struct RowQueries {
    std::span<const std::int8_t> codes;
    std::span<const std::int32_t> thresholds;
};

/// Searches rows in the processor's place. Thread: any.
class RowSearch {
  public:
    virtual ~RowSearch() = default;
    /// Every pair with dot >= its query's threshold, by query and row; exactly what the processor
    /// finds. Nothing: the caller searches itself.
    [[nodiscard]] virtual std::optional<SecretVector<RowHit>> scan(const RowSet& set,
                                                                   const RowQueries& queries) = 0;
    /// The set is gone: what is kept of it is wiped.
    virtual void forget(std::uint64_t set) noexcept = 0;
};

/// Room for rows on a device, in one of the device's lives: with a loss all of it is gone.
struct RowPlace {
    std::uint64_t life = 0;
    std::uint32_t number = 0;
    friend bool operator==(const RowPlace&, const RowPlace&) = default;
};

/// One search of rows [begin, end) of a place.
struct RowScan {
    RowPlace place;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    RowQueries queries;  ///< at most kRowQueriesMax
};
inline constexpr std::size_t kRowQueriesMax = 256;

/// Rows on a device outside of the CPU's enclave. Like DeviceEncoder, the only ways to it ask for
/// the right to send. Thread: as the implementation says.
class DeviceRows {
  public:
    virtual ~DeviceRows() = default;
    /// As AppraisedDevice::uuid().
    [[nodiscard]] virtual std::string_view uuid() const noexcept = 0;
    /// Counts the openings of the device; 0: it is not open.
    [[nodiscard]] virtual std::uint64_t life() const noexcept = 0;
    /// How many hits one scan brings back at most.
    [[nodiscard]] virtual std::size_t hits_max() const noexcept = 0;

    // Errors of all: kDeviceNotAppraised (nothing was sent), kDeviceLost, kBusy (not open, or no
    // memory), kNotFound (a place of an earlier life).

    [[nodiscard]] Result<RowPlace> take(const AppraisedDevice& device, std::uint64_t rows);
    /// Writes rows [at, at + codes / 384) of the place.
    [[nodiscard]] Status put(const AppraisedDevice& device, const RowPlace& place, std::uint64_t at,
                             std::span<const std::int8_t> codes);
    /// Adds the hits, rows counted from the place's first one, in no order, and returns how many
    /// there are: above hits_max() none was added, and the caller asks in parts.
    [[nodiscard]] Result<std::uint64_t> scan(const AppraisedDevice& device, const RowScan& scan,
                                             SecretVector<RowHit>& hits);
    /// Wipes the place. Needs no right: nothing is sent.
    virtual void give_back(const RowPlace& place) noexcept = 0;

  private:
    [[nodiscard]] Status check(const AppraisedDevice& device) const;
    [[nodiscard]] virtual Result<RowPlace> take_rows(std::uint64_t rows) = 0;
    [[nodiscard]] virtual Status put_rows(const RowPlace& place, std::uint64_t at,
                                          std::span<const std::int8_t> codes) = 0;
    [[nodiscard]] virtual Result<std::uint64_t> scan_rows(const RowScan& scan,
                                                          SecretVector<RowHit>& hits) = 0;
};

}  // namespace pramana::scoring
