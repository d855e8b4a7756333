#include "pramana/scoring/encoder.hpp"

#include "cpu/attention_scratch.hpp"
#include "cpu/registry.hpp"
#include "pramana/core/check.hpp"
#include "pramana/scoring/tokenizer.hpp"

#include <cfenv>
#include <vector>

namespace pramana::scoring {
namespace {

// Three sizes that keep a core's own cache warm; the codes depend on none of them.

/// Tokens that go through a layer before the next one: the more, the seldomer its weights are
/// fetched.
constexpr std::size_t kTileTokens = 512;
/// Tokens, in whole texts, that go through the first half of a layer together: their queries, keys
/// and values stay in the cache until attention has read them.
constexpr std::size_t kGroupTokens = 192;
/// Rows that go through the second half together: their inner activations stay in the cache.
constexpr std::size_t kBlockRows = 64;
constexpr std::size_t kCacheLine = 64;

/// A linear layer with its codes in the order of the backend, at `codes` of State::weights.
struct PackedLinear {
    const LinearWeights* weights;
    std::size_t codes;
    [[nodiscard]] LinearView view(const AlignedVector<std::int8_t>& all) const noexcept {
        return {weights->outputs,          weights->inputs,        all.data() + codes,
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

/// The activations of one tile: at most 512 tokens, 4.5 MB.
struct Scratch {
    Scratch(std::size_t tokens, std::size_t longest)
        : ids(tokens),
          x(tokens * kDim),
          mixed(tokens * kDim),
          wide(std::max(group_tokens(tokens, longest) * kQkvDim, block_rows(tokens) * kInnerDim)),
          narrow(block_rows(tokens) * kDim),
          codes(std::max(group_tokens(tokens, longest) * kDim, block_rows(tokens) * kInnerDim)),
          scales(std::max(group_tokens(tokens, longest), block_rows(tokens))),
          zeros(scales.size()) {}
    [[nodiscard]] QuantisedRows rows() noexcept {
        return {codes.data(), scales.data(), zeros.data()};
    }
    static std::size_t group_tokens(std::size_t tokens, std::size_t longest) noexcept {
        return std::min(tokens, std::max(longest, kGroupTokens));
    }
    static std::size_t block_rows(std::size_t tokens) noexcept {
        return std::min(tokens, kBlockRows);
    }
    AlignedVector<std::uint16_t> ids;
    AlignedVector<float> x;       ///< hidden states
    AlignedVector<float> mixed;   ///< what attention made of them
    AlignedVector<float> wide;    ///< of a group: queries, keys, values; of a block: inner layer
    AlignedVector<float> narrow;  ///< of a block: what is added to the hidden states
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
        std::vector<AlignedVector<std::int8_t>> pieces;
        std::size_t size = 0;
        const auto pack = [&](const LinearWeights& layer) {
            const std::size_t at = size;
            pieces.push_back(kernels.pack(layer));
            size += (pieces.back().size() + kCacheLine - 1) / kCacheLine * kCacheLine;
            return PackedLinear{&layer, at};
        };
        for (const LayerWeights& layer : model->parts().layers)
            packed.push_back({pack(layer.qkv), pack(layer.out), pack(layer.up), pack(layer.down),
                              view(layer.norm1), view(layer.norm2)});
        weights.resize(size);  // in one place: few large pages
        auto to = weights.begin();
        for (const AlignedVector<std::int8_t>& piece : pieces) {
            std::copy(piece.begin(), piece.end(), to);
            to += static_cast<std::ptrdiff_t>((piece.size() + kCacheLine - 1) / kCacheLine *
                                              kCacheLine);
        }
    }

    std::shared_ptr<const Model> model;
    Backend backend;
    const Kernels& kernels;
    std::vector<PackedLayer> packed;
    AlignedVector<std::int8_t> weights;

    void check(const TokenBatch& batch) const;
    void run_linear(const PackedLinear& layer, const float* x, std::size_t rows,
                    Activation activation, Scratch& scratch, float* out) const;
    void run_attention(const PackedLayer& layer, std::span<const std::uint32_t> lengths,
                       Scratch& scratch) const;
    void run_rows(const PackedLayer& layer, std::size_t tokens, Scratch& scratch) const;
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
    kernels.linear(layer.view(weights), scratch.rows(), rows, activation, out);
}

/// mixed = attention(linear(x; qkv)), group by group.
void Encoder::State::run_attention(const PackedLayer& layer, std::span<const std::uint32_t> lengths,
                                   Scratch& scratch) const {
    std::size_t begin = 0;
    for (std::size_t first = 0, last = 0; first < lengths.size(); first = last) {
        std::size_t tokens = lengths[last++];
        while (last < lengths.size() && tokens + lengths[last] <= kGroupTokens)
            tokens += lengths[last++];
        run_linear(layer.qkv, scratch.x.data() + begin * kDim, tokens, Activation::kNone, scratch,
                   scratch.wide.data());
        const float* qkv = scratch.wide.data();
        for (const std::uint32_t length : lengths.subspan(first, last - first)) {
            kernels.attention(qkv, length, scratch.attention.view(),
                              scratch.mixed.data() + begin * kDim);
            qkv += std::size_t{length} * kQkvDim;
            begin += length;
        }
    }
}

/// The rest of a layer, which works row by row, block by block.
void Encoder::State::run_rows(const PackedLayer& layer, std::size_t tokens,
                              Scratch& scratch) const {
    for (std::size_t first = 0; first < tokens; first += kBlockRows) {
        const std::size_t rows = std::min(kBlockRows, tokens - first);
        float* x = scratch.x.data() + first * kDim;
        float* wide = scratch.wide.data();
        float* narrow = scratch.narrow.data();
        run_linear(layer.out, scratch.mixed.data() + first * kDim, rows, Activation::kNone, scratch,
                   narrow);
        kernels.add_norm(layer.norm1, narrow, rows, x);
        run_linear(layer.up, x, rows, Activation::kGelu, scratch, wide);
        run_linear(layer.down, wide, rows, Activation::kNone, scratch, narrow);
        kernels.add_norm(layer.norm2, narrow, rows, x);
    }
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
        run_attention(layer, lengths, scratch);
        run_rows(layer, tokens, scratch);
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
    Scratch scratch{std::min(all, std::max(longest, kTileTokens)), longest};
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
