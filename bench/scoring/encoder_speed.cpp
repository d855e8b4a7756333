// Tokens a second of the encoder on one core, by backend and text length, and where a layer's time
// goes.
//   encoder_speed [MODEL [ROUNDS]]
// Ids in, index codes out; tokens include [CLS] and [SEP]. The time is the thread's own processor
// time; backends and lengths take turns in each round and the best round counts, so that a busy
// machine disturbs little and all alike. Products are those of the law, not those of padded tiles.
#include "cpu/attention_scratch.hpp"
#include "cpu/registry.hpp"
#include "pramana/scoring/encoder.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

namespace {

using namespace pramana::scoring;

constexpr std::uint32_t kLengths[] = {32, 64, 128, 256, 512};
constexpr std::uint32_t kTokensPerRound = 2048;
constexpr int kRounds = 12;
constexpr int kSlowRounds = 2;  // of the reference, which takes seconds

double thread_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class Work>
double seconds_of(const Work& work) {
    const double begin = thread_seconds();
    work();
    return thread_seconds() - begin;
}

/// Texts of ordinary words, the same on every run.
struct Texts {
    Texts(std::uint32_t length, std::uint32_t texts) : tokens{length * texts} {
        ids.resize(std::size_t{length - 2} * texts);
        std::uint32_t state = 12345;
        for (std::uint16_t& id : ids) {
            state = state * 1664525U + 1013904223U;
            id = static_cast<std::uint16_t>(1996 + (state >> 16U) % 20000);
        }
        for (std::uint32_t i = 0; i <= texts; ++i) offsets.push_back(i * (length - 2));
        codes.resize(std::size_t{texts} * kEmbeddingDim);
    }
    std::uint32_t tokens;
    std::vector<std::uint16_t> ids;
    std::vector<std::uint32_t> offsets;
    std::vector<std::int8_t> codes;
};

struct Candidate {
    explicit Candidate(const std::shared_ptr<const Model>& model, Backend which)
        : backend{which}, encoder{model, which} {
        for (const std::uint32_t length : kLengths)
            texts.emplace_back(length, slow() ? 1 : kTokensPerRound / length);
        best.assign(texts.size(), 1e9);
    }
    [[nodiscard]] bool slow() const { return backend == Backend::kReference; }
    void round() {
        for (std::size_t i = 0; i < texts.size(); ++i) {
            Texts& of = texts[i];
            best[i] = std::min(best[i],
                               seconds_of([&] { encoder.embed({of.ids, of.offsets}, of.codes); }));
        }
    }
    Backend backend;
    Encoder encoder;
    std::vector<Texts> texts;
    std::vector<double> best;
};

void print_table(const std::vector<Candidate>& candidates, std::size_t layers) {
    std::printf("tokens/s (10^9 products/s) by tokens of a text\n%-12s", "");
    for (const std::uint32_t length : kLengths) std::printf("%18u", length);
    for (const Candidate& candidate : candidates) {
        std::printf("\n%-12s", std::string{name_of(candidate.backend)}.c_str());
        for (std::size_t i = 0; i < candidate.texts.size(); ++i) {
            const double rate = candidate.texts[i].tokens / candidate.best[i];
            constexpr double kLinear = kDim * (kQkvDim + kDim + 2.0 * kInnerDim);
            const double products =
                static_cast<double>(layers) * (kLinear + 2.0 * kLengths[i] * kDim);
            std::printf("%10.0f (%5.0f)", rate, rate * products * 1e-9);
        }
    }
    std::printf("\n");
}

/// One layer's operations over the rows that the encoder gives them, in microseconds a token.
class LayerSplit {
  public:
    LayerSplit(const Model& model, const Kernels& kernels)
        : kernels_{kernels}, layer_{model.parts().layers.front()} {
        std::uint32_t state = 99;
        for (float& v : x_)  // sums of six: about normal, as activations are
            for (int i = 0; i < 6; ++i) {
                state = state * 1664525U + 1013904223U;
                v += static_cast<float>(static_cast<std::int32_t>(state >> 16U) - 32768) * 0x1p-15F;
            }
    }
    void round() {
        linear(layer_.qkv, Activation::kNone, 0);
        linear(layer_.out, Activation::kNone, 1);
        linear(layer_.up, Activation::kGelu, 2);
        linear(layer_.down, Activation::kNone, 3);
        take(4, kText,
             [&] { kernels_.attention(x_.data(), kText, attention_.view(), out_.data()); });
        const NormView norm{layer_.norm1.gamma.data(), layer_.norm1.beta.data()};
        take(5, kRows, [&] { kernels_.add_norm(norm, x_.data(), kRows, out_.data()); });
    }
    void print(Backend backend) const {
        std::printf("%-12s", std::string{name_of(backend)}.c_str());
        for (const double us : best_) std::printf("%11.3f", us);
        std::printf("\n");
    }
    static void print_head() {
        std::printf("\nmicroseconds a token in one layer (quantising counts to its product)\n%-12s",
                    "");
        for (const char* name : {"qkv", "out", "up, gelu", "down", "attention", "add_norm"})
            std::printf("%11s", name);
        std::printf("\n");
    }

  private:
    static constexpr std::uint32_t kRows = 64;
    static constexpr std::uint32_t kText = 128;
    template <class Work>
    void take(std::size_t place, std::uint32_t tokens, const Work& work) {
        best_[place] = std::min(best_[place], seconds_of(work) / tokens * 1e6);
    }
    void linear(const LinearWeights& weights, Activation activation, std::size_t place) {
        const AlignedVector<std::int8_t> packed = kernels_.pack(weights);
        const LinearView view{weights.outputs,          weights.inputs,        packed.data(),
                              weights.code_sums.data(), weights.scales.data(), weights.bias.data()};
        const float* smoothing = weights.smoothing.empty() ? nullptr : weights.smoothing.data();
        const QuantisedRows rows{codes_.data(), scales_.data(), zeros_.data()};
        for (int again = 0; again < 2; ++again)  // the first time fetches the weights
            take(place, kRows, [&] {
                kernels_.quantise_rows(x_.data(), kRows, weights.inputs, smoothing, rows);
                kernels_.linear(view, rows, kRows, activation, out_.data());
            });
    }
    const Kernels& kernels_;
    const LayerWeights& layer_;
    AlignedVector<float> x_ = AlignedVector<float>(std::size_t{kText} * kQkvDim);
    AlignedVector<float> out_ = AlignedVector<float>(std::size_t{kRows} * kInnerDim);
    AlignedVector<std::uint8_t> codes_ =
        AlignedVector<std::uint8_t>(std::size_t{kRows} * kInnerDim);
    AlignedVector<float> scales_ = AlignedVector<float>(kRows);
    AlignedVector<std::int32_t> zeros_ = AlignedVector<std::int32_t>(kRows);
    AttentionScratch attention_;
    std::vector<double> best_ = std::vector<double>(6, 1e9);
};

}  // namespace

int main(int argc, char** argv) {
    const auto model = Model::load(argc > 1 ? argv[1] : kModelPath, pinned_model_digest());
    if (!model) {
        std::fputs("encoder_speed: no model file; run tools/setup in the repository\n", stderr);
        return 1;
    }
    const int rounds = argc > 2 ? std::max(std::atoi(argv[2]), 1) : kRounds;
    std::vector<Candidate> candidates;
    for (const Backend backend : backends())
        if (backend_available(backend)) candidates.emplace_back(*model, backend);
    for (int round = 0; round < rounds; ++round)
        for (Candidate& candidate : candidates)
            if (!candidate.slow() || round < kSlowRounds) candidate.round();
    print_table(candidates, (*model)->parts().layers.size());

    LayerSplit::print_head();
    for (const Candidate& candidate : candidates) {
        LayerSplit split{**model, find_backend(candidate.backend)->kernels()};
        for (int round = 0; round < (candidate.slow() ? kSlowRounds : 4 * rounds); ++round)
            split.round();
        split.print(candidate.backend);
    }
    return 0;
}
