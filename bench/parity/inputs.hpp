#pragma once

#include "cpu/kernels.hpp"
#include "parity/chance.hpp"

#include <bit>
#include <string>
#include <vector>

namespace pramana::parity {

/// What an operation gave, number by number, with the name of the case that each belongs to.
class Outcome {
  public:
    void begin(std::string name) { cases_.push_back({numbers_.size(), std::move(name)}); }
    template <class Range>
    void add(const Range& range) {
        for (const auto value : range) {
            if constexpr (std::is_same_v<std::decay_t<decltype(value)>, float>)
                numbers_.push_back(std::bit_cast<std::uint32_t>(value));
            else
                numbers_.push_back(static_cast<std::uint32_t>(value));
        }
    }
    [[nodiscard]] const std::vector<std::uint32_t>& numbers() const noexcept { return numbers_; }
    [[nodiscard]] std::string place(std::size_t number) const {
        std::size_t i = cases_.size();
        while (i > 1 && cases_[i - 1].begin > number) --i;
        return cases_[i - 1].name + ", number " + std::to_string(number - cases_[i - 1].begin);
    }

  private:
    struct Case {
        std::size_t begin;
        std::string name;
    };
    std::vector<std::uint32_t> numbers_;
    std::vector<Case> cases_;
};

/// Rows by turns: ordinary, with outliers, zeros, subnormal, all negative, on the ties of rounding,
/// large, below and above the smallest range that is quantised.
[[nodiscard]] std::vector<float> rows_of(std::size_t rows, std::size_t dim, std::uint64_t seed);

/// Memory of quantised rows.
struct Quantised {
    Quantised(std::size_t rows, std::size_t dim) : codes(rows * dim), scales(rows), zeros(rows) {}
    scoring::QuantisedRows view() { return {codes.data(), scales.data(), zeros.data()}; }
    scoring::AlignedVector<std::uint8_t> codes;
    scoring::AlignedVector<float> scales;
    scoring::AlignedVector<std::int32_t> zeros;
};

/// A layer of random weights, of which the first two outputs have the largest sums that there are.
struct Layer {
    Layer(std::uint32_t outputs, std::uint32_t inputs);
    std::vector<std::int8_t> codes;
    scoring::LinearWeights weights;
};

}  // namespace pramana::parity
