#include "pramana/scoring/encoder.hpp"

#include "cpu/attention_scratch.hpp"
#include "cpu/registry.hpp"
#include "pramana/core/check.hpp"
#include "pramana/scoring/tokenizer.hpp"

#include <cfenv>
#include <vector>

namespace pramana::scoring {
namespace {

/// Tokens that go through the layers together: enough rows to reuse the weights, few enough that
/// the activations stay in a core's own cache. The codes do not depend on it.
constexpr std::size_t kTileTokens = 192;

/// A linear layer with its codes in the order of the backend.
struct PackedLinear {
    const LinearWeights* weights;
    AlignedVector<std::int8_t> codes;
    [[nodiscard]] LinearView view() const noexcept {
        return {weights->outputs,          weights->inputs,        codes.data(),
                weights->code_sums.data(), weights->scales.data(), weights->bias.data()};
    }
    [[nodiscard]] const float* smoothing() const noexcept {
        return weights->smoothing.empty() ? nullptr : weights->smoothing.data();
    }
};

struct PackedLayer {
    PackedLinear qkv;
    PackedLinear out;
    PackedLinear up;
    PackedLinear down;
    NormView norm1;
    NormView norm2;
};

NormView view(const NormWeights& norm) noexcept { return {norm.gamma.data(), norm.beta.data()}; }

EmbeddingView view(const EmbeddingWeights& embedding) noexcept {
    return {embedding.word_codes.data(), embedding.word_scales.data(), embedding.positions.data(),
            view(embedding.norm)};
}

/// The activations of one tile.
struct Scratch {
    explicit Scratch(std::size_t tokens)
        : ids(tokens),
          x(tokens * kDim),
          wide(tokens * kInnerDim),
          narrow(tokens * kDim),
          codes(tokens * kInnerDim),
          scales(tokens),
          zeros(tokens) {}
    [[nodiscard]] QuantisedRows rows() noexcept {
        return {codes.data(), scales.data(), zeros.data()};
    }
    AlignedVector<std::uint16_t> ids;
    AlignedVector<float> x;       ///< hidden states
    AlignedVector<float> wide;    ///< queries, keys and values; then the inner layer
    AlignedVector<float> narrow;  ///< what is added to the hidden states
    AlignedVector<std::uint8_t> codes;
    AlignedVector<float> scales;
    AlignedVector<std::int32_t> zeros;
    AttentionScratch attention;
};

/// The law wants rounding to nearest even and subnormal numbers; a library in this process could
/// have switched either off.
bool float_environment_is_lawful() noexcept {
    const volatile float tiny = 0x1p-126F;
    const volatile float half = 0.5F;
    const volatile float subnormal = tiny * half;
    return std::fegetround() == FE_TONEAREST && subnormal * 4.0F == 0x1p-125F;
}

}  // namespace

struct Encoder::State {
    State(std::shared_ptr<const Model> from, const BackendEntry& chosen)
        : model{std::move(from)}, backend{chosen.backend}, kernels{chosen.kernels()} {
        const auto pack = [this](const LinearWeights& weights) {
            return PackedLinear{&weights, kernels.pack(weights)};
        };
        for (const LayerWeights& layer : model->parts().layers)
            packed.push_back({pack(layer.qkv), pack(layer.out), pack(layer.up), pack(layer.down),
                              view(layer.norm1), view(layer.norm2)});
    }

    std::shared_ptr<const Model> model;
    Backend backend;
    const Kernels& kernels;
    std::vector<PackedLayer> packed;

    void check(const TokenBatch& batch) const;
    void run_linear(const PackedLinear& layer, const float* x, std::size_t rows,
                    Activation activation, Scratch& scratch, float* out) const;
    void run_tile(std::span<const std::uint32_t> lengths, Scratch& scratch,
                  std::int8_t* codes) const;
    void fill_tile(const TokenBatch& batch, std::size_t first, std::size_t last,
                   Scratch& scratch) const;
};

void Encoder::State::check(const TokenBatch& batch) const {
    const std::size_t words = model->parts().vocabulary.size();
    for (std::size_t i = 0; i < batch.texts(); ++i) {
        PRAMANA_CHECK(batch.offsets[i] <= batch.offsets[i + 1]);
        PRAMANA_CHECK(batch.offsets[i + 1] <= batch.ids.size());
        PRAMANA_CHECK(batch.offsets[i + 1] - batch.offsets[i] + 2 <= model->parts().positions);
    }
    for (const std::uint16_t id : batch.ids) PRAMANA_CHECK(id < words);
}

void Encoder::State::run_linear(const PackedLinear& layer, const float* x, std::size_t rows,
                                Activation activation, Scratch& scratch, float* out) const {
    kernels.quantise_rows(x, rows, layer.weights->inputs, layer.smoothing(), scratch.rows());
    kernels.linear(layer.view(), scratch.rows(), rows, activation, out);
}

void Encoder::State::run_tile(std::span<const std::uint32_t> lengths, Scratch& scratch,
                              std::int8_t* codes) const {
    const EmbeddingView embedding = view(model->parts().embedding);
    std::size_t tokens = 0;
    for (const std::uint32_t length : lengths) {
        kernels.embed(embedding, scratch.ids.data() + tokens, length,
                      scratch.x.data() + tokens * kDim);
        tokens += length;
    }
    for (const PackedLayer& layer : packed) {
        float* x = scratch.x.data();
        run_linear(layer.qkv, x, tokens, Activation::kNone, scratch, scratch.wide.data());
        std::size_t begin = 0;
        for (const std::uint32_t length : lengths) {
            kernels.attention(scratch.wide.data() + begin * kQkvDim, length,
                              scratch.attention.view(), scratch.narrow.data() + begin * kDim);
            begin += length;
        }
        run_linear(layer.out, scratch.narrow.data(), tokens, Activation::kNone, scratch,
                   scratch.wide.data());
        kernels.add_norm(layer.norm1, scratch.wide.data(), tokens, x);
        run_linear(layer.up, x, tokens, Activation::kGelu, scratch, scratch.wide.data());
        run_linear(layer.down, scratch.wide.data(), tokens, Activation::kNone, scratch,
                   scratch.narrow.data());
        kernels.add_norm(layer.norm2, scratch.narrow.data(), tokens, x);
    }
    std::size_t begin = 0;
    for (const std::uint32_t length : lengths) {
        kernels.pool(scratch.x.data() + begin * kDim, length, codes);
        begin += length;
        codes += kEmbeddingDim;
    }
}

void Encoder::State::fill_tile(const TokenBatch& batch, std::size_t first, std::size_t last,
                               Scratch& scratch) const {
    auto out = scratch.ids.begin();
    for (std::size_t i = first; i < last; ++i) {
        *out++ = kPieceBegin;
        out = std::copy(batch.ids.begin() + batch.offsets[i],
                        batch.ids.begin() + batch.offsets[i + 1], out);
        *out++ = kPieceEnd;
    }
}

Encoder::Encoder(std::shared_ptr<const Model> model, Backend backend) {
    PRAMANA_CHECK(model != nullptr && backend_available(backend));
    state_ = std::make_unique<const State>(std::move(model), *find_backend(backend));
}
Encoder::~Encoder() = default;
Encoder::Encoder(Encoder&&) noexcept = default;
Encoder& Encoder::operator=(Encoder&&) noexcept = default;

Backend Encoder::backend() const noexcept { return state_->backend; }

void Encoder::embed(const TokenBatch& batch, std::span<std::int8_t> codes) const {
    PRAMANA_CHECK(codes.size() == batch.texts() * kEmbeddingDim);
    PRAMANA_CHECK(float_environment_is_lawful());
    state_->check(batch);
    const auto tokens_of = [&batch](std::size_t i) {
        return batch.offsets[i + 1] - batch.offsets[i] + 2;
    };
    std::size_t all = 0;
    std::size_t longest = 0;
    for (std::size_t i = 0; i < batch.texts(); ++i) {
        all += tokens_of(i);
        longest = std::max<std::size_t>(longest, tokens_of(i));
    }
    Scratch scratch{std::min(all, std::max(longest, kTileTokens))};
    std::vector<std::uint32_t> lengths;
    for (std::size_t first = 0; first < batch.texts(); first += lengths.size()) {
        lengths.assign(1, tokens_of(first));
        std::size_t tokens = lengths.front();
        for (std::size_t next = first + 1;
             next < batch.texts() && tokens + tokens_of(next) <= kTileTokens; ++next) {
            lengths.push_back(tokens_of(next));
            tokens += lengths.back();
        }
        state_->fill_tile(batch, first, first + lengths.size(), scratch);
        state_->run_tile(lengths, scratch, codes.data() + first * kEmbeddingDim);
    }
}

}  // namespace pramana::scoring
