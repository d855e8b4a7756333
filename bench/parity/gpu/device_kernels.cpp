#include "parity/gpu/device_kernels.hpp"

#include "cuda/kernels.hpp"
#include "parity/gpu/device.hpp"

#include <algorithm>

namespace pramana::parity {
namespace {

using namespace scoring;

AlignedVector<std::int8_t> pack(const LinearWeights& weights) {
    return {weights.codes.begin(), weights.codes.end()};  // the order of the model file
}

void embed(const EmbeddingView& weights, const std::uint16_t* ids, std::size_t tokens, float* x) {
    if (tokens == 0) return;
    const std::size_t words = std::size_t{*std::max_element(ids, ids + tokens)} + 1;
    const DeviceArray<std::int8_t> codes{weights.word_codes, words * kDim};
    const DeviceArray<float> scales{weights.word_scales, words};
    const DeviceArray<float> positions{weights.positions, tokens * kDim};
    const DeviceArray<float> gamma{weights.norm.gamma, kDim};
    const DeviceArray<float> beta{weights.norm.beta, kDim};
    const DeviceArray<std::uint16_t> device_ids{ids, tokens};
    const DeviceArray<float> out{tokens * kDim};
    require(cuda::launch_embed(
                {codes.get(), scales.get(), positions.get(), gamma.get(), beta.get()},
                device_ids.get(), static_cast<std::uint32_t>(tokens), out.get(), nullptr),
            "embed");
    out.download(x);
}

/// Quantised rows on the device.
struct DeviceRows {
    DeviceRows(std::size_t rows, std::size_t dim) : codes{rows * dim}, scales{rows}, zeros{rows} {}
    DeviceRows(const QuantisedRows& from, std::size_t rows, std::size_t dim)
        : codes{from.codes, rows * dim}, scales{from.scales, rows}, zeros{from.zeros, rows} {}
    [[nodiscard]] cuda::RowsArguments arguments() const {
        return {codes.get(), scales.get(), zeros.get()};
    }
    DeviceArray<std::uint8_t> codes;
    DeviceArray<float> scales;
    DeviceArray<std::int32_t> zeros;
};

void quantise_rows(const float* x, std::size_t rows, std::uint32_t dim, const float* smoothing,
                   const QuantisedRows& out) {
    const DeviceArray<float> device_x{x, rows * dim};
    const DeviceArray<float> factors{smoothing, smoothing == nullptr ? 0 : dim};
    const DeviceRows result{rows, dim};
    require(cuda::launch_quantise_rows(device_x.get(), static_cast<std::uint32_t>(rows), dim,
                                       factors.get(), result.arguments(), nullptr),
            "quantise_rows");
    result.codes.download(out.codes);
    result.scales.download(out.scales);
    result.zeros.download(out.zeros);
}

void linear(const LinearView& layer, const QuantisedRows& x, std::size_t rows,
            Activation activation, float* out) {
    const DeviceArray<std::int8_t> codes{layer.codes, std::size_t{layer.outputs} * layer.inputs};
    const DeviceArray<std::int32_t> sums{layer.code_sums, layer.outputs};
    const DeviceArray<float> scales{layer.scales, layer.outputs};
    const DeviceArray<float> bias{layer.bias, layer.outputs};
    const DeviceRows in{x, rows, layer.inputs};
    const DeviceArray<float> result{rows * layer.outputs};
    require(cuda::launch_linear(
                {layer.outputs, layer.inputs, codes.get(), sums.get(), scales.get(), bias.get()},
                in.arguments(), static_cast<std::uint32_t>(rows), activation == Activation::kGelu,
                result.get(), nullptr),
            "linear");
    result.download(out);
}

void attention(const float* qkv, std::uint32_t tokens, const AttentionView&, float* out) {
    const std::size_t rows = tokens;
    const DeviceArray<float> device_qkv{qkv, rows * kQkvDim};
    const DeviceArray<std::int8_t> codes{rows * kQkvDim};
    const DeviceArray<float> scales{rows * 2 * kHeads + kDim};
    const DeviceArray<float> result{rows * kDim};
    require(cuda::launch_attention(device_qkv.get(), tokens, {codes.get(), scales.get()},
                                   result.get(), nullptr),
            "attention");
    result.download(out);
}

void add_norm(const NormView& weights, const float* y, std::size_t rows, float* x) {
    const DeviceArray<float> gamma{weights.gamma, kDim};
    const DeviceArray<float> beta{weights.beta, kDim};
    const DeviceArray<float> device_y{y, rows * kDim};
    const DeviceArray<float> device_x{x, rows * kDim};
    require(cuda::launch_add_norm(gamma.get(), beta.get(), device_y.get(),
                                  static_cast<std::uint32_t>(rows), device_x.get(), nullptr),
            "add_norm");
    device_x.download(x);
}

void pool(const float* x, std::uint32_t tokens, std::int8_t* codes) {
    const DeviceArray<float> device_x{x, std::size_t{tokens} * kDim};
    const DeviceArray<std::int8_t> result{kDim};
    require(cuda::launch_pool(device_x.get(), tokens, result.get(), nullptr), "pool");
    result.download(codes);
}

}  // namespace

const Kernels& device_kernels() noexcept {
    static constexpr Kernels kernels{pack, embed, quantise_rows, linear, attention, add_norm, pool};
    return kernels;
}

}  // namespace pramana::parity
