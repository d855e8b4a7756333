#pragma once

#include "cpu/registry.hpp"
#include "tiny_model.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

// What the parity tests of the operations share: who is compared, how, and on what.
namespace pramana::scoring::testing {

/// All but the reference.
inline std::vector<Backend> compared_backends() {
    std::vector<Backend> out;
    for (const Backend backend : backends())
        if (backend != Backend::kReference) out.push_back(backend);
    return out;
}

class KernelParity : public ::testing::TestWithParam<Backend> {
  protected:
    void SetUp() override {
        if (!backend_available(GetParam()))
            GTEST_SKIP() << "this CPU has no " << name_of(GetParam()) << ": nothing to compare";
    }
    const Kernels& law_ = reference_kernels();
    const Kernels& fast_ = find_backend(GetParam())->kernels();
};

/// Equal bits, with no tolerance and -0 told from 0.
template <class T>
::testing::AssertionResult same_bits(const std::vector<T>& a, const std::vector<T>& b) {
    for (std::size_t i = 0; i < a.size(); ++i)
        if (std::memcmp(&a[i], &b[i], sizeof(T)) != 0)
            return ::testing::AssertionFailure()
                   << "element " << i << ": " << +a[i] << " and " << +b[i];
    return ::testing::AssertionSuccess();
}

/// Rows with outliers, a row of zeros, one of subnormal numbers and one that is all negative.
inline std::vector<float> rows_of(std::size_t rows, std::size_t dim, std::uint32_t seed) {
    Sequence chance{seed};
    std::vector<float> x(rows * dim);
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t k = 0; k < dim; ++k) {
            float v = chance.symmetric() * (chance.below(50) == 0 ? 30.0F : 2.0F);
            if (row % 7 == 3) v = 0.0F;
            if (row % 7 == 4) v *= 0x1p-126F;
            if (row % 7 == 5) v = -1.0F - v * v;
            x[row * dim + k] = v;
        }
    return x;
}

/// Room for quantised rows.
struct Quantised {
    Quantised(std::size_t rows, std::size_t dim) : codes(rows * dim), scales(rows), zeros(rows) {}
    QuantisedRows view() { return {codes.data(), scales.data(), zeros.data()}; }
    std::vector<std::uint8_t> codes;
    std::vector<float> scales;
    std::vector<std::int32_t> zeros;
};

/// A layer with codes over the whole range.
struct Layer {
    Layer(std::uint32_t outputs, std::uint32_t inputs) : codes(std::size_t{outputs} * inputs) {
        Sequence chance{outputs + inputs};
        for (std::int8_t& code : codes)
            code = static_cast<std::int8_t>(static_cast<std::int32_t>(chance.below(255)) - 127);
        weights.outputs = outputs;
        weights.inputs = inputs;
        weights.codes = codes;
        for (std::uint32_t n = 0; n < outputs; ++n) {
            weights.scales.push_back(chance.symmetric() * 0x1p-8F);
            weights.bias.push_back(chance.symmetric());
            std::int32_t sum = 0;
            for (std::uint32_t k = 0; k < inputs; ++k) sum += codes[std::size_t{n} * inputs + k];
            weights.code_sums.push_back(sum);
        }
    }
    LinearView view(const AlignedVector<std::int8_t>& packed) const {
        return {weights.outputs,          weights.inputs,        packed.data(),
                weights.code_sums.data(), weights.scales.data(), weights.bias.data()};
    }
    std::vector<std::int8_t> codes;
    LinearWeights weights;
};

}  // namespace pramana::scoring::testing
