#include "parity/operations.hpp"

#include "cpu/attention_scratch.hpp"
#include "cpu/registry.hpp"
#include "parity/chance.hpp"
#include "parity/inputs.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/core/sha256.hpp"

namespace pramana::parity {
namespace {

using namespace scoring;

Outcome quantise_rows(const Kernels& kernels) {
    Outcome outcome;
    for (const std::size_t rows : {0U, 1U, 7U, 31U, 33U})
        for (const std::uint32_t dim : {16U, 384U, 1536U})
            for (const bool smoothed : {false, true}) {
                const std::vector<float> x = rows_of(rows, dim, 11);
                const std::vector<float> smoothing = rows_of(1, dim, 12);
                Quantised out{rows, dim};
                kernels.quantise_rows(x.data(), rows, dim, smoothed ? smoothing.data() : nullptr,
                                      out.view());
                outcome.begin(std::to_string(rows) + " rows of " + std::to_string(dim));
                outcome.add(out.codes);
                outcome.add(out.scales);
                outcome.add(out.zeros);
            }
    return outcome;
}

template <Activation kActivation>
Outcome linear(const Kernels& kernels) {
    Outcome outcome;
    for (const auto& [outputs, inputs] : {std::pair{64U, 64U}, {192U, 384U}, {128U, 1536U}}) {
        const Layer layer{outputs, inputs};
        const AlignedVector<std::int8_t> packed = kernels.pack(layer.weights);
        const LinearView view{outputs,
                              inputs,
                              packed.data(),
                              layer.weights.code_sums.data(),
                              layer.weights.scales.data(),
                              layer.weights.bias.data()};
        for (const std::size_t rows : {0U, 1U, 2U, 3U, 5U, 6U, 7U, 15U, 16U, 17U, 33U}) {
            const std::vector<float> x = rows_of(rows, inputs, 21);
            Quantised in{rows, inputs};
            reference_kernels().quantise_rows(x.data(), rows, inputs, nullptr, in.view());
            AlignedVector<float> out(rows * outputs);
            kernels.linear(view, in.view(), rows, kActivation, out.data());
            outcome.begin(std::to_string(rows) + " rows, " + std::to_string(outputs) + " x " +
                          std::to_string(inputs));
            outcome.add(out);
        }
    }
    return outcome;
}

Outcome attention(const Kernels& kernels) {
    Outcome outcome;
    AttentionScratch scratch;
    for (const std::uint32_t tokens :
         {1U, 2U, 3U, 4U, 5U, 15U, 16U, 17U, 31U, 33U, 64U, 127U, 200U, 511U, 512U, 0U}) {
        // Last: 512 equal tokens, whose sums are the largest that fit int32.
        const bool extreme = tokens == 0;
        const std::uint32_t count = extreme ? kTokensMax : tokens;
        std::vector<float> qkv(std::size_t{count} * kQkvDim, 1.0F);
        if (!extreme) qkv = rows_of(count, kQkvDim, tokens);
        AlignedVector<float> out(std::size_t{count} * kDim);
        kernels.attention(qkv.data(), count, scratch.view(), out.data());
        outcome.begin(std::to_string(count) + (extreme ? " equal tokens" : " tokens"));
        outcome.add(out);
    }
    return outcome;
}

Outcome add_norm(const Kernels& kernels) {
    Outcome outcome;
    const std::vector<float> gamma = rows_of(1, kDim, 31);
    const std::vector<float> beta = rows_of(1, kDim, 32);
    for (const std::size_t rows : {0U, 1U, 7U, 33U}) {
        const std::vector<float> start = rows_of(rows, kDim, 33);
        AlignedVector<float> x(start.begin(), start.end());
        const std::vector<float> y = rows_of(rows, kDim, 34);
        kernels.add_norm({gamma.data(), beta.data()}, y.data(), rows, x.data());
        outcome.begin(std::to_string(rows) + " rows");
        outcome.add(x);
    }
    return outcome;
}

Outcome embed(const Kernels& kernels) {
    constexpr std::uint16_t kWords = 50;
    constexpr std::uint32_t kTokens = 41;
    Chance chance{51};
    std::vector<std::int8_t> codes(std::size_t{kWords} * kDim);
    for (std::int8_t& code : codes)
        code = static_cast<std::int8_t>(static_cast<std::int32_t>(chance.below(255)) - 127);
    const std::vector<float> scales = rows_of(1, kWords, 52);
    const std::vector<float> positions = rows_of(kTokens, kDim, 53);
    const std::vector<float> gamma = rows_of(1, kDim, 54);
    const std::vector<float> beta = rows_of(1, kDim, 55);
    std::vector<std::uint16_t> ids(kTokens);
    for (std::uint16_t& id : ids) id = static_cast<std::uint16_t>(chance.below(kWords));
    AlignedVector<float> x(std::size_t{kTokens} * kDim);
    kernels.embed({codes.data(), scales.data(), positions.data(), {gamma.data(), beta.data()}},
                  ids.data(), kTokens, x.data());
    Outcome outcome;
    outcome.begin(std::to_string(kTokens) + " tokens");
    outcome.add(x);
    return outcome;
}

Outcome pool(const Kernels& kernels) {
    Outcome outcome;
    for (const std::uint32_t tokens : {1U, 2U, 3U, 4U, 17U, 512U}) {
        // rows_of's rows of 2^20 would leave the range that LayerNorm can give.
        std::vector<float> x = rows_of(tokens, kDim, tokens + 41);
        for (float& v : x) v = v < -1000.0F ? -1000.0F : v > 1000.0F ? 1000.0F : v;
        std::vector<std::int8_t> codes(kDim);
        kernels.pool(x.data(), tokens, codes.data());
        outcome.begin(std::to_string(tokens) + " tokens");
        outcome.add(codes);
    }
    outcome.begin("zeros");
    const std::vector<float> zeros(kDim);
    std::vector<std::int8_t> codes(kDim, 1);
    kernels.pool(zeros.data(), 1, codes.data());
    outcome.add(codes);
    return outcome;
}

struct Operation {
    const char* name;
    Outcome (*run)(const Kernels&);
};
constexpr Operation kOperations[] = {
    {"embed", embed},
    {"quantise_rows", quantise_rows},
    {"linear", linear<Activation::kNone>},
    {"linear_gelu", linear<Activation::kGelu>},
    {"attention", attention},
    {"add_norm", add_norm},
    {"pool", pool},
};

OperationRow compare(const Operation& operation, const NamedKernels& candidate,
                     const Outcome& wanted) {
    const Outcome found = operation.run(*candidate.kernels);
    OperationRow row{candidate.name, operation.name, wanted.numbers().size(), 0, {}};
    for (std::size_t i = 0; i < wanted.numbers().size(); ++i)
        if (wanted.numbers()[i] != found.numbers()[i] && row.mismatches++ == 0)
            row.first = wanted.place(i);
    return row;
}

}  // namespace

std::vector<NamedKernels> available_kernels() {
    std::vector<NamedKernels> out;
    for (const BackendEntry& entry : registry())
        if (entry.available())
            out.push_back({std::string{name_of(entry.backend)}, &entry.kernels()});
    return out;
}

OperationReport compare_operations(std::span<const NamedKernels> candidates) {
    OperationReport report;
    Sha256 hash;
    for (const Operation& operation : kOperations) {
        const Outcome wanted = operation.run(reference_kernels());
        Bytes bytes;
        for (const std::uint32_t number : wanted.numbers()) append_le(bytes, number);
        hash.update(ByteView{bytes});
        for (const NamedKernels& candidate : candidates)
            report.rows.push_back(compare(operation, candidate, wanted));
    }
    report.digest = hash.finish();
    return report;
}

}  // namespace pramana::parity
