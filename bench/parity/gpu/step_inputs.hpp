#pragma once

#include "cuda/steps.hpp"
#include "parity/gpu/device.hpp"
#include "parity/inputs.hpp"

#include <vector>

namespace pramana::parity {

// What the steps of the encoder take, on the device.
namespace steps = scoring::cuda::exact;

/// What the reference gave and what the device gave, number by number.
struct Both {
    Outcome wanted;
    Outcome found;
    void begin(const std::string& name) {
        wanted.begin(name);
        found.begin(name);
    }
    template <class Range>
    void add(const Range& of_reference, const Range& of_device) {
        wanted.add(of_reference);
        found.add(of_device);
    }
};

template <class T>
std::vector<T> downloaded(const DeviceArray<T>& from, std::size_t count) {
    std::vector<T> out(count);
    from.download(out.data());
    return out;
}

/// Quantised rows on the device.
struct DeviceRows {
    DeviceRows(std::size_t rows, std::size_t dim) : codes{rows * dim}, scales{rows}, zeros{rows} {}
    DeviceRows(const Quantised& from, std::size_t rows, std::size_t dim)
        : codes{from.codes.data(), rows * dim},
          scales{from.scales.data(), rows},
          zeros{from.zeros.data(), rows} {}
    [[nodiscard]] steps::RowsArguments arguments() const {
        return {codes.get(), scales.get(), zeros.get()};
    }
    void compare(const Quantised& wanted, Both& both) const {
        const std::size_t rows = wanted.scales.size();
        const auto as_vector = [](const auto& from) {
            return std::vector(from.begin(), from.end());
        };
        both.add(as_vector(wanted.codes), downloaded(codes, wanted.codes.size()));
        both.add(as_vector(wanted.scales), downloaded(scales, rows));
        both.add(as_vector(wanted.zeros), downloaded(zeros, rows));
    }
    DeviceArray<std::uint8_t> codes;
    DeviceArray<float> scales;
    DeviceArray<std::int32_t> zeros;
};

struct DeviceLayer {
    explicit DeviceLayer(const scoring::LinearWeights& from)
        : codes{from.codes.data(), from.codes.size()},
          sums{from.code_sums.data(), from.outputs},
          scales{from.scales.data(), from.outputs},
          bias{from.bias.data(), from.outputs} {}
    [[nodiscard]] scoring::cuda::LinearArguments arguments() const {
        return {codes.get(), sums.get(), scales.get(), bias.get(), nullptr};
    }
    DeviceArray<std::int8_t> codes;
    DeviceArray<std::int32_t> sums;
    DeviceArray<float> scales;
    DeviceArray<float> bias;
};

struct DeviceNorm {
    explicit DeviceNorm(std::uint64_t seed)
        : gamma{rows_of(1, scoring::kDim, seed)},
          beta{rows_of(1, scoring::kDim, seed + 1)},
          device_gamma{gamma.data(), scoring::kDim},
          device_beta{beta.data(), scoring::kDim} {}
    [[nodiscard]] scoring::NormView view() const { return {gamma.data(), beta.data()}; }
    [[nodiscard]] scoring::cuda::NormArguments arguments() const {
        return {device_gamma.get(), device_beta.get()};
    }
    std::vector<float> gamma;
    std::vector<float> beta;
    DeviceArray<float> device_gamma;
    DeviceArray<float> device_beta;
};

}  // namespace pramana::parity
