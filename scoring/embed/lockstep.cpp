#include "embed/lockstep.hpp"

#include "cpu/attention_scratch.hpp"
#include "pramana/core/check.hpp"

#include <bit>
#include <type_traits>
#include <vector>

namespace pramana::scoring {
namespace {

NormView view(const NormWeights& norm) noexcept { return {norm.gamma.data(), norm.beta.data()}; }

const float* smoothing_of(const LinearWeights& weights) noexcept {
    return weights.smoothing.empty() ? nullptr : weights.smoothing.data();
}

LinearView view(const LinearWeights& weights, const AlignedVector<std::int8_t>& codes) noexcept {
    return {weights.outputs,          weights.inputs,        codes.data(),
            weights.code_sums.data(), weights.scales.data(), weights.bias.data()};
}

/// Bits, so that -0 is not 0.
template <class T>
auto bits_of(T value) noexcept {
    if constexpr (std::is_same_v<T, float>)
        return std::bit_cast<std::uint32_t>(value);
    else
        return value;
}

/// Quantised rows with memory of their own.
struct Quantised {
    Quantised(std::size_t rows, std::size_t dim) : codes(rows * dim), scales(rows), zeros(rows) {}
    [[nodiscard]] QuantisedRows view() noexcept {
        return {codes.data(), scales.data(), zeros.data()};
    }
    AlignedVector<std::uint8_t> codes;
    AlignedVector<float> scales;
    AlignedVector<std::int32_t> zeros;
};

class Lockstep {
  public:
    Lockstep(const Model::Parts& parts, const Kernels& law, const Kernels& other,
             std::size_t tokens)
        : parts_{parts}, law_{law}, other_{other}, tokens_{tokens} {}

    std::optional<OperationDifference> run(std::span<const std::uint16_t> ids) {
        const AlignedVector<std::uint16_t> held(ids.begin(), ids.end());
        const EmbeddingWeights& weights = parts_.embedding;
        const EmbeddingView embedding{weights.word_codes.data(), weights.word_scales.data(),
                                      weights.positions.data(), view(weights.norm)};
        AlignedVector<float> x(tokens_ * kDim);
        AlignedVector<float> other_x(tokens_ * kDim);
        law_.embed(embedding, held.data(), tokens_, x.data());
        other_.embed(embedding, held.data(), tokens_, other_x.data());
        if (!same("embed", x, other_x)) return found_;
        for (layer_ = 0; *layer_ < parts_.layers.size(); ++*layer_)
            if (!run_layer(parts_.layers[*layer_], x)) return found_;
        layer_.reset();
        AlignedVector<std::int8_t> codes(kDim), other_codes(kDim);
        law_.pool(x.data(), static_cast<std::uint32_t>(tokens_), codes.data());
        other_.pool(x.data(), static_cast<std::uint32_t>(tokens_), other_codes.data());
        same("pool", codes, other_codes);
        return found_;
    }

  private:
    template <class T>
    bool same(std::string_view operation, const AlignedVector<T>& law,
              const AlignedVector<T>& other) {
        for (std::size_t i = 0; i < law.size(); ++i) {
            if (bits_of(law[i]) == bits_of(other[i])) continue;
            found_ = OperationDifference{operation, layer_, i};
            return false;
        }
        return true;
    }

    bool run_layer(const LayerWeights& layer, AlignedVector<float>& x) {
        AlignedVector<float> wide, narrow;
        if (!run_linear("qkv.quantise", "qkv", layer.qkv, Activation::kNone, x, wide)) return false;
        narrow.assign(tokens_ * kDim, 0.0F);
        AlignedVector<float> other = narrow;
        AttentionScratch scratch;
        const auto tokens = static_cast<std::uint32_t>(tokens_);
        law_.attention(wide.data(), tokens, scratch.view(), narrow.data());
        other_.attention(wide.data(), tokens, scratch.view(), other.data());
        if (!same("attention", narrow, other)) return false;
        if (other_.heads != nullptr && !run_heads(layer.qkv, x, narrow)) return false;
        if (!run_linear("out.quantise", "out", layer.out, Activation::kNone, narrow, wide) ||
            !run_norm("norm1", layer.norm1, wide, x) ||
            !run_linear("up.quantise", "up", layer.up, Activation::kGelu, x, wide) ||
            !run_linear("down.quantise", "down", layer.down, Activation::kNone, wide, narrow))
            return false;
        return run_norm("norm2", layer.norm2, narrow, x);
    }

    /// As the encoder does it where the backend can: queries, keys, values and attention at once.
    bool run_heads(const LinearWeights& weights, const AlignedVector<float>& x,
                   const AlignedVector<float>& wanted) {
        Quantised rows{tokens_, weights.inputs};
        law_.quantise_rows(x.data(), tokens_, weights.inputs, smoothing_of(weights), rows.view());
        const AlignedVector<std::int8_t> codes = other_.pack(weights);
        const auto tokens = static_cast<std::uint32_t>(tokens_);
        AttentionScratch scratch;
        AlignedVector<float> memory(tokens_ * 3 * kHeadDim), found(tokens_ * kDim);
        other_.heads(view(weights, codes), rows.view(), &tokens, 1, memory.data(), scratch.view(),
                     found.data());
        return same("attention", wanted, found);
    }

    bool run_norm(std::string_view operation, const NormWeights& weights,
                  const AlignedVector<float>& y, AlignedVector<float>& x) {
        AlignedVector<float> other = x;
        law_.add_norm(view(weights), y.data(), tokens_, x.data());
        other_.add_norm(view(weights), y.data(), tokens_, other.data());
        return same(operation, x, other);
    }

    bool run_linear(std::string_view quantise, std::string_view linear,
                    const LinearWeights& weights, Activation activation,
                    const AlignedVector<float>& x, AlignedVector<float>& out) {
        const float* smoothing = smoothing_of(weights);
        Quantised rows{tokens_, weights.inputs}, other_rows{tokens_, weights.inputs};
        law_.quantise_rows(x.data(), tokens_, weights.inputs, smoothing, rows.view());
        other_.quantise_rows(x.data(), tokens_, weights.inputs, smoothing, other_rows.view());
        if (!same(quantise, rows.codes, other_rows.codes) ||
            !same(quantise, rows.scales, other_rows.scales) ||
            !same(quantise, rows.zeros, other_rows.zeros))
            return false;
        out.assign(tokens_ * weights.outputs, 0.0F);
        AlignedVector<float> other_out = out;
        multiply(law_, weights, rows, activation, out);
        multiply(other_, weights, rows, activation, other_out);
        return same(linear, out, other_out);
    }

    void multiply(const Kernels& kernels, const LinearWeights& weights, Quantised& rows,
                  Activation activation, AlignedVector<float>& out) const {
        const AlignedVector<std::int8_t> codes = kernels.pack(weights);
        kernels.linear(view(weights, codes), rows.view(), tokens_, activation, out.data());
    }

    const Model::Parts& parts_;
    const Kernels& law_;
    const Kernels& other_;
    std::size_t tokens_;
    std::optional<std::uint32_t> layer_;
    std::optional<OperationDifference> found_;
};

}  // namespace

std::optional<OperationDifference> first_difference(const Model::Parts& parts, const Kernels& law,
                                                    const Kernels& other,
                                                    std::span<const std::uint16_t> ids) {
    PRAMANA_CHECK(ids.size() >= 2 && ids.size() <= parts.positions);
    return Lockstep{parts, law, other, ids.size()}.run(ids);
}

}  // namespace pramana::scoring
