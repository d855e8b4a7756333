#pragma once

#include "pramana/core/result.hpp"
#include "pramana/scoring/device_rows.hpp"

#include <cstddef>
#include <vector>

struct CUstream_st;

namespace pramana::scoring::cuda {

/// Rows of corpora in the memory of the current device, and their search: the part of a port that
/// is about rows. What a search needs is taken with the first place; after that a search allocates
/// nothing. Thread: the device thread.
class DeviceRowMemory {
  public:
    DeviceRowMemory() = default;
    DeviceRowMemory(const DeviceRowMemory&) = delete;
    DeviceRowMemory& operator=(const DeviceRowMemory&) = delete;
    ~DeviceRowMemory() { close(); }

    /// @param blocks  that the device runs at a time
    void open(std::size_t hits_max, unsigned blocks) noexcept;
    /// Wipes everything and gives it back.
    void close() noexcept;
    /// As DevicePort's calls of these names.
    [[nodiscard]] Result<std::uint32_t> take(std::uint64_t rows);
    [[nodiscard]] Status put(std::uint32_t place, std::uint64_t at,
                             std::span<const std::int8_t> codes);
    [[nodiscard]] Result<std::uint64_t> scan(const RowScan& scan, SecretVector<RowHit>& hits);
    [[nodiscard]] Status give_back(std::uint32_t place);
    /// What searches left; rows stay. Errors: kDeviceLost.
    [[nodiscard]] Status wipe();

  private:
    struct Place {
        std::int8_t* codes = nullptr;  ///< null: the number is free
        std::uint64_t rows = 0;
    };
    [[nodiscard]] Status take_scratch();
    [[nodiscard]] std::size_t question_bytes() const noexcept;
    [[nodiscard]] std::size_t answer_bytes(std::uint64_t hits) const noexcept;
    [[nodiscard]] Status ask(const RowScan& scan);

    std::vector<Place> places_;
    std::size_t hits_max_ = 0;
    unsigned blocks_ = 1;
    CUstream_st* stream_ = nullptr;
    std::byte* staging_ = nullptr;   ///< pinned: rows on their way, then answers
    std::byte* question_ = nullptr;  ///< device: thresholds, then codes
    std::byte* answer_ = nullptr;    ///< device: how many, then hits
};

}  // namespace pramana::scoring::cuda
