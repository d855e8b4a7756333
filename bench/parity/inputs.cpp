#include "parity/inputs.hpp"

namespace pramana::parity {

std::vector<float> rows_of(std::size_t rows, std::size_t dim, std::uint64_t seed) {
    Chance chance{seed};
    std::vector<float> x(rows * dim);
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t k = 0; k < dim; ++k) {
            const float v = chance.symmetric();
            const float by_kind[] = {
                v * 2.0F,      chance.below(50) == 0 ? v * 30.0F : v,
                0.0F,          v * 0x1p-126F,
                -1.0F - v * v, k == 0 ? 255.0F : static_cast<float>(chance.below(510)) * 0.5F,
                v * 0x1p20F,   k == 0 ? 0x1p-100F : v * 0x1p-101F};
            x[row * dim + k] = by_kind[row % std::size(by_kind)];
        }
    return x;
}

Layer::Layer(std::uint32_t outputs, std::uint32_t inputs) : codes(std::size_t{outputs} * inputs) {
    Chance chance{std::uint64_t{outputs} * inputs};
    weights.outputs = outputs;
    weights.inputs = inputs;
    for (std::uint32_t n = 0; n < outputs; ++n) {
        std::int32_t sum = 0;
        for (std::uint32_t k = 0; k < inputs; ++k) {
            // The first two outputs are the largest sums that there are.
            const std::int32_t code = n == 0   ? 127
                                      : n == 1 ? -127
                                               : static_cast<std::int32_t>(chance.below(255)) - 127;
            codes[std::size_t{n} * inputs + k] = static_cast<std::int8_t>(code);
            sum += code;
        }
        weights.scales.push_back(chance.symmetric() * 0x1p-8F);
        weights.bias.push_back(chance.symmetric());
        weights.code_sums.push_back(sum);
    }
    weights.codes = codes;
}

}  // namespace pramana::parity
