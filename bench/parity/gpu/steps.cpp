#include "parity/gpu/steps.hpp"

#include "cpu/attention_scratch.hpp"
#include "cpu/reference_attention.hpp"
#include "cuda/encoder.hpp"
#include "cuda/steps.hpp"
#include "parity/gpu/step_inputs.hpp"

#include <array>
#include <numeric>

namespace pramana::parity {
namespace {

using namespace scoring;

constexpr std::size_t kRowCounts[] = {0, 1, 2, 31, 63, 64, 65, 130};

std::uint32_t count_of(std::size_t rows) { return static_cast<std::uint32_t>(rows); }

Quantised quantised(const std::vector<float>& x, std::size_t rows, std::size_t dim,
                    const float* smoothing = nullptr) {
    Quantised out{rows, dim};
    reference_kernels().quantise_rows(x.data(), rows, count_of(dim), smoothing, out.view());
    return out;
}

std::vector<float> linear(const Layer& layer, Quantised& x, std::size_t rows,
                          Activation activation) {
    const LinearWeights& w = layer.weights;
    std::vector<float> out(rows * w.outputs);
    reference_kernels().linear(
        {w.outputs, w.inputs, w.codes.data(), w.code_sums.data(), w.scales.data(), w.bias.data()},
        x.view(), rows, activation, out.data());
    return out;
}

void quantise(Both& both) {
    const std::vector<float> factors = rows_of(1, kInnerDim, 12);
    const DeviceArray<float> device_factors{factors.data(), factors.size()};
    for (const std::size_t rows : kRowCounts)
        for (const std::uint32_t dim : {kDim, kInnerDim})
            for (const bool smoothed : {false, true}) {
                const std::vector<float> x = rows_of(rows, dim, 11);
                const DeviceArray<float> device_x{x.data(), x.size()};
                const DeviceRows out{rows, dim};
                require(steps::launch_quantise(device_x.get(), count_of(rows), dim,
                                               smoothed ? device_factors.get() : nullptr,
                                               out.arguments(), nullptr),
                        "quantise");
                both.begin(std::to_string(rows) + " rows of " + std::to_string(dim));
                out.compare(quantised(x, rows, dim, smoothed ? factors.data() : nullptr), both);
            }
}

/// Where the device has dimension `d` of a head: HeadsArguments.
std::size_t place_of(std::size_t d) { return d % 8 / 2 * 8 + d / 8 * 2 + d % 2; }

/// Queries, keys and values in the device's order, made by the reference.
struct Heads {
    Heads(const std::vector<float>& qkv, std::size_t rows)
        : codes(rows * 2 * kDim), scales(rows * 2 * kHeads), values(rows * kDim) {
        for (std::size_t kind = 0; kind < 2; ++kind)
            for (std::size_t head = 0; head < kHeads; ++head) {
                std::vector<std::int8_t> token_codes(rows * kHeadDim);
                float* const to = scales.data() + (kind * kHeads + head) * rows;
                reference::quantise_tokens(qkv.data() + kind * kDim + head * kHeadDim,
                                           count_of(rows), token_codes.data(), to);
                for (std::size_t i = 0; i < token_codes.size(); ++i)
                    codes[(kind * kHeads + head) * rows * kHeadDim + i / kHeadDim * kHeadDim +
                          place_of(i % kHeadDim)] = token_codes[i];
            }
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t i = 0; i < kDim; ++i)
                values[(i / kHeadDim * rows + row) * kHeadDim + place_of(i % kHeadDim)] =
                    qkv[row * kQkvDim + std::size_t{2} * kDim + i];
    }
    std::vector<std::int8_t> codes;
    std::vector<float> scales;
    std::vector<float> values;
};
struct DeviceHeads {
    explicit DeviceHeads(std::size_t rows)
        : codes{rows * 2 * kDim}, scales{rows * 2 * kHeads}, values{rows * kDim} {}
    explicit DeviceHeads(const Heads& from)
        : codes{from.codes.data(), from.codes.size()},
          scales{from.scales.data(), from.scales.size()},
          values{from.values.data(), from.values.size()} {}
    [[nodiscard]] steps::HeadsArguments arguments() const {
        return {codes.get(), scales.get(), values.get()};
    }
    DeviceArray<std::int8_t> codes;
    DeviceArray<float> scales;
    DeviceArray<float> values;
};

void heads(Both& both) {
    const Layer layer{kQkvDim, kDim};
    const DeviceLayer device_layer{layer.weights};
    for (const std::size_t rows : kRowCounts) {
        Quantised x = quantised(rows_of(rows, kDim, 21), rows, kDim);
        const DeviceRows device_x{x, rows, kDim};
        const DeviceHeads out{rows};
        require(steps::launch_heads(device_layer.arguments(), device_x.arguments(), count_of(rows),
                                    out.arguments(), nullptr),
                "heads");
        const Heads wanted{linear(layer, x, rows, Activation::kNone), rows};
        both.begin(std::to_string(rows) + " rows");
        both.add(wanted.codes, downloaded(out.codes, wanted.codes.size()));
        both.add(wanted.scales, downloaded(out.scales, wanted.scales.size()));
        both.add(wanted.values, downloaded(out.values, wanted.values.size()));
    }
}

void inner(Both& both) {
    const Layer layer{kInnerDim, kDim};
    const DeviceLayer device_layer{layer.weights};
    for (const std::size_t rows : kRowCounts) {
        Quantised x = quantised(rows_of(rows, kDim, 22), rows, kDim);
        const DeviceRows device_x{x, rows, kDim};
        const DeviceArray<float> out{rows * kInnerDim};
        require(steps::launch_inner(device_layer.arguments(), device_x.arguments(), count_of(rows),
                                    out.get(), nullptr),
                "inner");
        both.begin(std::to_string(rows) + " rows");
        both.add(linear(layer, x, rows, Activation::kGelu), downloaded(out, rows * kInnerDim));
    }
}

void add_norm(Both& both) {
    const DeviceNorm norm{31};
    const std::vector<float> factors = rows_of(1, kDim, 33);
    const DeviceArray<float> device_factors{factors.data(), factors.size()};
    for (const std::uint32_t inputs : {kDim, kInnerDim}) {
        const Layer layer{kDim, inputs};
        const DeviceLayer device_layer{layer.weights};
        for (const std::size_t rows : kRowCounts) {
            Quantised in = quantised(rows_of(rows, inputs, 34), rows, inputs);
            const DeviceRows device_in{in, rows, inputs};
            std::vector<float> x = rows_of(rows, kDim, 35);
            const DeviceArray<float> device_x{x.data(), x.size()};
            const DeviceRows next{rows, kDim};
            const bool last = rows % 2 == 0;  // nobody reads the codes
            require(steps::launch_add_norm(
                        device_layer.arguments(), device_in.arguments(), count_of(rows), inputs,
                        norm.arguments(),
                        {device_x.get(), last ? steps::RowsArguments{} : next.arguments(),
                         rows % 4 == 1 ? nullptr : device_factors.get()},
                        nullptr),
                    "add_norm");
            const std::vector<float> y = linear(layer, in, rows, Activation::kNone);
            reference_kernels().add_norm(norm.view(), y.data(), rows, x.data());
            both.begin(std::to_string(rows) + " rows of " + std::to_string(inputs));
            both.add(x, downloaded(device_x, x.size()));
            if (!last)
                next.compare(quantised(x, rows, kDim, rows % 4 == 1 ? nullptr : factors.data()),
                             both);
        }
    }
}

/// Texts of these lengths, one behind the other.
struct Texts {
    explicit Texts(std::vector<std::uint32_t> of) : lengths{std::move(of)}, offsets{0} {
        for (const std::uint32_t length : lengths) offsets.push_back(offsets.back() + length);
    }
    [[nodiscard]] std::uint32_t tokens() const { return offsets.back(); }
    std::vector<std::uint32_t> lengths;
    std::vector<std::uint32_t> offsets;
};
struct DeviceTexts {
    explicit DeviceTexts(const Texts& from)
        : offsets{from.offsets.data(), from.offsets.size()},
          texts{count_of(from.lengths.size())},
          tokens{from.tokens()} {}
    [[nodiscard]] cuda::Batch batch(const std::uint16_t* ids = nullptr) const {
        return {ids, offsets.get(), texts, tokens};
    }
    DeviceArray<std::uint32_t> offsets;
    std::uint32_t texts;
    std::uint32_t tokens;
};
std::vector<std::vector<std::uint32_t>> all_lengths() {
    std::vector<std::vector<std::uint32_t>> lengths{
        {}, {0}, {1}, {2, 0, 3}, {15, 16, 17, 31, 32, 33, 1, 64}, {127, 128, 200}, {511, 512}};
    // Twelve blocks of attention a text: more than the 65,535 that two of a grid's sides have.
    std::vector<std::uint32_t> many(5500);
    many[1] = 7;
    many.back() = 3;
    lengths.push_back(std::move(many));
    return lengths;
}

void attention_of(const std::vector<float>& qkv, const Texts& texts, Both& both) {
    AttentionScratch scratch;
    const Heads heads{qkv, texts.tokens()};
    const DeviceHeads device_heads{heads};
    const DeviceTexts device_texts{texts};
    const std::size_t count = std::size_t{texts.tokens()} * kDim;
    const DeviceArray<float> out{count};
    require(
        steps::launch_attention(device_heads.arguments(), device_texts.batch(), out.get(), nullptr),
        "attention");
    std::vector<float> wanted(count);
    for (std::size_t i = 0; i < texts.lengths.size(); ++i) {
        const std::size_t first = texts.offsets[i];
        if (texts.lengths[i] > 0)
            attention_reference(qkv.data() + first * kQkvDim, texts.lengths[i], scratch.view(),
                                wanted.data() + first * kDim);
    }
    both.add(wanted, downloaded(out, count));
}

void attention(Both& both) {
    for (const auto& lengths : all_lengths()) {
        const Texts texts{lengths};
        both.begin("texts up to " + std::to_string(texts.tokens()));
        attention_of(rows_of(texts.tokens(), kQkvDim, texts.tokens() + 1), texts, both);
    }
    both.begin("512 equal tokens, whose sums are the largest that fit int32");
    attention_of(std::vector<float>(std::size_t{kTokensMax} * kQkvDim, 1.0F), Texts{{kTokensMax}},
                 both);
}

void embed(Both& both) {
    constexpr std::uint32_t kWords = 50;
    Chance chance{51};
    std::vector<std::int8_t> codes(std::size_t{kWords} * kDim);
    for (std::int8_t& code : codes)
        code = static_cast<std::int8_t>(static_cast<std::int32_t>(chance.below(255)) - 127);
    const std::vector<float> scales = rows_of(1, kWords, 52);
    const std::vector<float> positions = rows_of(kTokensMax, kDim, 53);
    const std::vector<float> factors = rows_of(1, kDim, 54);
    const DeviceNorm norm{55};
    const DeviceArray<std::int8_t> device_codes{codes.data(), codes.size()};
    const DeviceArray<float> device_scales{scales.data(), kWords};
    const DeviceArray<float> device_positions{positions.data(), positions.size()};
    const DeviceArray<float> device_factors{factors.data(), kDim};
    const cuda::ModelArguments model{
        device_codes.get(), device_scales.get(), device_positions.get(), norm.arguments(), {}};
    for (const auto& lengths : all_lengths()) {
        const Texts texts{lengths};
        const DeviceTexts device_texts{texts};
        const std::size_t tokens = texts.tokens();
        std::vector<std::uint16_t> ids(tokens);
        for (std::uint16_t& id : ids) id = static_cast<std::uint16_t>(chance.below(kWords));
        const DeviceArray<std::uint16_t> device_ids{ids.data(), tokens};
        const DeviceArray<float> out{tokens * kDim};
        const DeviceRows next{tokens, kDim};
        require(steps::launch_embed(model, device_texts.batch(device_ids.get()),
                                    {out.get(), next.arguments(), device_factors.get()}, nullptr),
                "embed");
        std::vector<float> x(tokens * kDim);
        for (std::size_t i = 0; i < lengths.size(); ++i)
            reference_kernels().embed({codes.data(), scales.data(), positions.data(), norm.view()},
                                      ids.data() + texts.offsets[i], lengths[i],
                                      x.data() + std::size_t{texts.offsets[i]} * kDim);
        both.begin("texts up to " + std::to_string(tokens));
        both.add(x, downloaded(out, x.size()));
        next.compare(quantised(x, tokens, kDim, factors.data()), both);
    }
}

void pool(Both& both) {
    for (const auto& lengths : all_lengths()) {
        const Texts texts{lengths};
        const DeviceTexts device_texts{texts};
        // rows_of's rows of 2^20 would leave the range that LayerNorm can give.
        std::vector<float> x = rows_of(texts.tokens(), kDim, texts.tokens() + 61);
        for (float& v : x) v = v < -1000.0F ? -1000.0F : v > 1000.0F ? 1000.0F : v;
        const DeviceArray<float> device_x{x.data(), x.size()};
        const DeviceArray<std::int8_t> out{lengths.size() * kDim};
        require(steps::launch_pool(device_x.get(), device_texts.batch(), out.get(), nullptr),
                "pool");
        std::vector<std::int8_t> wanted(lengths.size() * kDim);
        for (std::size_t i = 0; i < lengths.size(); ++i)
            reference_kernels().pool(x.data() + std::size_t{texts.offsets[i]} * kDim, lengths[i],
                                     wanted.data() + i * kDim);
        both.begin("texts up to " + std::to_string(texts.tokens()));
        both.add(wanted, downloaded(out, wanted.size()));
    }
}

/// What launch_encode refuses, and that it does nothing without texts.
void limits(Both& both) {
    const std::array<cuda::LayerArguments, 1> layers{};
    cuda::ModelArguments model{nullptr, nullptr, nullptr, {nullptr, nullptr}, layers};
    const auto outcome = [&model](std::uint32_t texts, std::uint32_t tokens) {
        const cuda::Batch batch{nullptr, nullptr, texts, tokens};
        return cuda::launch_encode(model, batch, nullptr, nullptr, nullptr) == 0 ? 1 : 0;
    };
    both.begin("no text");
    both.add(std::array{1}, std::array{outcome(0, 0)});
    both.begin("too many texts, too many tokens");
    both.add(std::array{0, 0},
             std::array{outcome(cuda::kTextsMax + 1, 0), outcome(0, cuda::kTokensInBatchMax + 1)});
    model.layers = {};
    both.begin("no layer");
    both.add(std::array{0}, std::array{outcome(0, 0)});
}

struct Step {
    const char* name;
    void (*run)(Both&);
};
constexpr Step kSteps[] = {{"embed", embed},         {"quantise", quantise}, {"heads", heads},
                           {"attention", attention}, {"add_norm", add_norm}, {"inner", inner},
                           {"pool", pool},           {"limits", limits}};

}  // namespace

std::vector<OperationRow> compare_device_steps() {
    std::vector<OperationRow> rows;
    for (const Step& step : kSteps) {
        Both both;
        step.run(both);
        const std::vector<std::uint32_t>& wanted = both.wanted.numbers();
        OperationRow row{"cuda", step.name, wanted.size(), 0, {}};
        for (std::size_t i = 0; i < wanted.size(); ++i)
            if (wanted[i] != both.found.numbers()[i] && row.mismatches++ == 0)
                row.first = both.wanted.place(i);
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace pramana::parity
