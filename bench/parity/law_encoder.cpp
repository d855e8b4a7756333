// The golden vectors of a whole text.
#include "cpu/attention_scratch.hpp"
#include "cpu/law.hpp"
#include "cpu/reference_attention.hpp"
#include "parity/law_vectors.hpp"
#include "parity/numbers_text.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/scoring/tokenizer.hpp"

namespace pramana::parity {
namespace {

using namespace scoring;

constexpr std::size_t kShown = 8;  // numbers of each result that are written out

/// Runs one text through the layers and writes every intermediate result down.
class Walk {
  public:
    Walk(const Kernels& kernels, const Model& model, std::span<const std::uint16_t> pieces)
        : kernels_{kernels}, parts_{model.parts()} {
        ids_.push_back(kPieceBegin);
        ids_.insert(ids_.end(), pieces.begin(), pieces.end());
        ids_.push_back(kPieceEnd);
    }

    [[nodiscard]] std::string run() {
        std::vector<float> x(ids_.size() * kDim);
        const EmbeddingWeights& embedding = parts_.embedding;
        kernels_.embed({embedding.word_codes.data(), embedding.word_scales.data(),
                        embedding.positions.data(), view(embedding.norm)},
                       ids_.data(), ids_.size(), x.data());
        note("x", kDim, std::span<const float>{x});
        for (std::size_t i = 0; i < parts_.layers.size(); ++i) {
            prefix_ = "layer." + std::to_string(i) + '.';
            layer(parts_.layers[i], x);
        }
        prefix_.clear();
        pool(x);
        return text_;
    }

  private:
    [[nodiscard]] static NormView view(const NormWeights& norm) {
        return {norm.gamma.data(), norm.beta.data()};
    }

    template <Number T>
    void note(const std::string& name, std::size_t columns, std::span<const T> numbers) {
        text_ += prefix_ + name + ' ' + type_name<T>() + ' ' +
                 std::to_string(numbers.size() / columns) + 'x' + std::to_string(columns) + ' ' +
                 to_hex(digest_of(numbers).view()) + ' ' +
                 hex_of(numbers.first(std::min(kShown, numbers.size()))) + '\n';
    }

    [[nodiscard]] std::vector<float> linear(const std::string& name, const LinearWeights& weights,
                                            const std::vector<float>& x, Activation activation) {
        const std::size_t rows = ids_.size();
        const std::size_t inputs = weights.inputs;
        std::vector<std::uint8_t> codes(rows * inputs);
        std::vector<float> scales(rows);
        std::vector<std::int32_t> zeros(rows);
        const QuantisedRows quantised{codes.data(), scales.data(), zeros.data()};
        kernels_.quantise_rows(x.data(), rows, weights.inputs,
                               weights.smoothing.empty() ? nullptr : weights.smoothing.data(),
                               quantised);
        std::vector<std::int32_t> acc(rows * weights.outputs);
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t n = 0; n < weights.outputs; ++n)
                for (std::size_t k = 0; k < inputs; ++k)
                    acc[row * weights.outputs + n] +=
                        (codes[row * inputs + k] - zeros[row]) * weights.codes[n * inputs + k];
        const auto packed = kernels_.pack(weights);
        const LinearView of_layer{weights.outputs,       weights.inputs,
                                  packed.data(),         weights.code_sums.data(),
                                  weights.scales.data(), weights.bias.data()};
        std::vector<float> out(rows * weights.outputs);
        kernels_.linear(of_layer, quantised, rows, Activation::kNone, out.data());
        note(name + ".codes", inputs, std::span<const std::uint8_t>{codes});
        note(name + ".scales", 1, std::span<const float>{scales});
        note(name + ".zeros", 1, std::span<const std::int32_t>{zeros});
        note(name + ".acc", weights.outputs, std::span<const std::int32_t>{acc});
        note(name + ".y", weights.outputs, std::span<const float>{out});
        if (activation == Activation::kNone) return out;
        kernels_.linear(of_layer, quantised, rows, activation, out.data());
        note(name + ".gelu", weights.outputs, std::span<const float>{out});
        return out;
    }

    /// Softmax weights of all heads, head by head: [12 x tokens x tokens].
    void note_weights(const std::vector<float>& qkv, const AttentionView& s) {
        const auto tokens = static_cast<std::uint32_t>(ids_.size());
        std::vector<std::int16_t> all;
        for (std::uint32_t head = 0; head < kHeads; ++head) {
            const float* q = qkv.data() + std::size_t{head} * kHeadDim;
            reference::quantise_tokens(q, tokens, s.queries, s.query_scales);
            reference::quantise_tokens(q + kDim, tokens, s.keys, s.key_scales);
            for (std::uint32_t i = 0; i < tokens; ++i) {
                (void)reference::weigh(s.queries + std::size_t{i} * kHeadDim,
                                       s.query_scales[i] * law::kQueryFactor, tokens, s);
                all.insert(all.end(), s.weights, s.weights + tokens);
            }
        }
        note("attention.weights", tokens, std::span<const std::int16_t>{all});
    }

    void layer(const LayerWeights& weights, std::vector<float>& x) {
        const std::size_t rows = ids_.size();
        const std::vector<float> qkv = linear("qkv", weights.qkv, x, Activation::kNone);
        note_weights(qkv, memory_.view());
        std::vector<float> mixed(rows * kDim);
        kernels_.attention(qkv.data(), static_cast<std::uint32_t>(rows), memory_.view(),
                           mixed.data());
        note("attention", kDim, std::span<const float>{mixed});
        const std::vector<float> out = linear("out", weights.out, mixed, Activation::kNone);
        kernels_.add_norm(view(weights.norm1), out.data(), rows, x.data());
        note("norm1", kDim, std::span<const float>{x});
        const std::vector<float> inner = linear("up", weights.up, x, Activation::kGelu);
        const std::vector<float> down = linear("down", weights.down, inner, Activation::kNone);
        kernels_.add_norm(view(weights.norm2), down.data(), rows, x.data());
        note("norm2", kDim, std::span<const float>{x});
    }

    void pool(const std::vector<float>& x) {
        std::vector<std::int8_t> codes(kDim);
        kernels_.pool(x.data(), static_cast<std::uint32_t>(ids_.size()), codes.data());
        note("codes", kDim, std::span<const std::int8_t>{codes});
        text_ += "all_codes " + hex_of(std::span<const std::int8_t>{codes}) + '\n';
    }

    const Kernels& kernels_;
    const Model::Parts& parts_;
    std::vector<std::uint16_t> ids_;
    AttentionScratch memory_;
    std::string prefix_;
    std::string text_;
};

std::string list_of(std::span<const std::uint16_t> pieces) {
    std::string out = "pieces";
    for (const std::uint16_t piece : pieces) out += ' ' + std::to_string(piece);
    return out + '\n';
}

}  // namespace

std::string encoder_vectors(const Kernels& kernels, const Model& model,
                            std::span<const std::uint16_t> pieces) {
    return "# One text through the small model, step by step: docs/scoring.md \"Golden vectors\"\n"
           "model_sha256 " +
           to_hex(model.digest().view()) + '\n' + list_of(pieces) +
           Walk{kernels, model, pieces}.run();
}

std::string text_vectors(const Encoder& encoder,
                         std::span<const std::vector<std::uint16_t>> texts) {
    std::string out =
        "# Texts through the pinned model: docs/scoring.md \"Golden vectors\"\nmodel_sha256 " +
        to_hex(pinned_model_digest().view()) + '\n';
    for (const std::vector<std::uint16_t>& pieces : texts) {
        const std::vector<std::uint32_t> offsets{0, static_cast<std::uint32_t>(pieces.size())};
        std::vector<std::int8_t> codes(kEmbeddingDim);
        encoder.embed({pieces, offsets}, codes);
        out += list_of(pieces) + "codes " + hex_of(std::span<const std::int8_t>{codes}) + '\n';
    }
    return out;
}

}  // namespace pramana::parity
