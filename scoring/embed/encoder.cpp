#include "pramana/scoring/encoder.hpp"

#include "cpu/registry.hpp"
#include "embed/scratch.hpp"
#include "pramana/core/check.hpp"
#include "pramana/scoring/tokenizer.hpp"

#include <cfenv>
#include <vector>

namespace pramana::scoring {
namespace {

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
    void add_linear(const PackedLinear& layer, const NormView& norm, const QuantisedRows& codes,
                    std::size_t first, std::size_t rows, Scratch& scratch) const;
    void quantise(const PackedLinear& reader, std::size_t first, std::size_t rows,
                  Scratch& scratch) const;
    void mix_group(const PackedLinear& qkv, std::span<const std::uint32_t> lengths,
                   std::size_t first, std::size_t tokens, Scratch& scratch) const;
    void run_attention(const PackedLayer& layer, std::span<const std::uint32_t> lengths,
                       Scratch& scratch) const;
    void run_inner(const PackedLayer& layer, const PackedLinear* reader, std::size_t tokens,
                   Scratch& scratch) const;
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

/// narrow = linear of the block's codes; x = LayerNorm(x + narrow), `rows` from `first`.
void Encoder::State::add_linear(const PackedLinear& layer, const NormView& norm,
                                const QuantisedRows& codes, std::size_t first, std::size_t rows,
                                Scratch& scratch) const {
    kernels.linear(layer.view(weights), codes, rows, Activation::kNone, scratch.narrow);
    kernels.add_norm(norm, scratch.narrow, rows, scratch.x + first * kDim);
}

/// The codes of hidden states, for the layer that reads them next.
void Encoder::State::quantise(const PackedLinear& reader, std::size_t first, std::size_t rows,
                              Scratch& scratch) const {
    kernels.quantise_rows(scratch.x + first * kDim, rows, kDim, reader.smoothing(),
                          scratch.codes_of(first));
}

/// mixed = attention(linear(x; qkv)) of the texts of a group, the first of whose tokens is `first`.
void Encoder::State::mix_group(const PackedLinear& qkv, std::span<const std::uint32_t> lengths,
                               std::size_t first, std::size_t tokens, Scratch& scratch) const {
    const QuantisedRows codes = scratch.codes_of(first);
    if (kernels.heads != nullptr)
        return kernels.heads(qkv.view(weights), codes, lengths.data(), lengths.size(), scratch.wide,
                             scratch.attention(), scratch.mixed);
    kernels.linear(qkv.view(weights), codes, tokens, Activation::kNone, scratch.wide);
    const float* from = scratch.wide;
    float* to = scratch.mixed;
    for (const std::uint32_t length : lengths) {
        kernels.attention(from, length, scratch.attention(), to);
        from += std::size_t{length} * kQkvDim;
        to += std::size_t{length} * kDim;
    }
}

/// The first half of a layer, group by group: x = LayerNorm(x + linear(mixed; out)).
void Encoder::State::run_attention(const PackedLayer& layer, std::span<const std::uint32_t> lengths,
                                   Scratch& scratch) const {
    std::size_t begin = 0;
    for (std::size_t first = 0, last = 0; first < lengths.size(); first = last) {
        std::size_t tokens = lengths[last++];
        while (last < lengths.size() && tokens + lengths[last] <= kGroupTokens)
            tokens += lengths[last++];
        mix_group(layer.qkv, lengths.subspan(first, last - first), begin, tokens, scratch);
        for (std::size_t at = 0; at < tokens; at += kBlockRows) {
            const std::size_t rows = std::min(kBlockRows, tokens - at);
            kernels.quantise_rows(scratch.mixed + at * kDim, rows, kDim, layer.out.smoothing(),
                                  scratch.block);
            add_linear(layer.out, layer.norm1, scratch.block, begin + at, rows, scratch);
            quantise(layer.up, begin + at, rows, scratch);
        }
        begin += tokens;
    }
}

/// The second half, block by block: first all inner activations, then what is made of them, so that
/// each has its weights in the cache.
void Encoder::State::run_inner(const PackedLayer& layer, const PackedLinear* reader,
                               std::size_t tokens, Scratch& scratch) const {
    for (std::size_t first = 0; first < tokens; first += kBlockRows) {
        const std::size_t rows = std::min(kBlockRows, tokens - first);
        kernels.linear(layer.up.view(weights), scratch.codes_of(first), rows, Activation::kGelu,
                       scratch.wide);
        kernels.quantise_rows(scratch.wide, rows, kInnerDim, layer.down.smoothing(),
                              scratch.inner_of(first));
    }
    for (std::size_t first = 0; first < tokens; first += kBlockRows) {
        const std::size_t rows = std::min(kBlockRows, tokens - first);
        add_linear(layer.down, layer.norm2, scratch.inner_of(first), first, rows, scratch);
        if (reader != nullptr) quantise(*reader, first, rows, scratch);
    }
}

void Encoder::State::run_tile(std::span<const std::uint32_t> lengths, Scratch& scratch,
                              std::int8_t* codes) const {
    const EmbeddingView embedding = view(model->parts().embedding);
    std::size_t tokens = 0;
    for (const std::uint32_t length : lengths) {
        kernels.embed(embedding, scratch.ids + tokens, length, scratch.x + tokens * kDim);
        tokens += length;
    }
    quantise(packed.front().qkv, 0, tokens, scratch);
    for (std::size_t i = 0; i < packed.size(); ++i) {
        run_attention(packed[i], lengths, scratch);
        run_inner(packed[i], i + 1 < packed.size() ? &packed[i + 1].qkv : nullptr, tokens, scratch);
    }
    std::size_t begin = 0;
    for (const std::uint32_t length : lengths) {
        kernels.pool(scratch.x + begin * kDim, length, codes);
        begin += length;
        codes += kEmbeddingDim;
    }
}

void Encoder::State::fill_tile(const TokenBatch& batch, std::size_t first, std::size_t last,
                               Scratch& scratch) const {
    std::uint16_t* out = scratch.ids;
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
