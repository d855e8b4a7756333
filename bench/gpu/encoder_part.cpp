#include "gpu/device_clock.hpp"
#include "gpu/report.hpp"

#include "cuda/encoder.hpp"
#include "cuda/model.hpp"
#include "model/parts.hpp"
#include "parity/chance.hpp"
#include "pramana/scoring/encoder.hpp"

#include <cstdio>
#include <cstdlib>

namespace pramana::gpu {
namespace {

using parity::DeviceArray;
using parity::require;
namespace cuda = scoring::cuda;

constexpr std::uint32_t kLengths[] = {16, 32, 64, 128, 256, 512};
constexpr std::uint32_t kBatches[] = {16 << 10, 64 << 10, 128 << 10, 256 << 10};
constexpr std::uint32_t kLength = 128;  // of the goals
constexpr std::uint32_t kLargest = 256 << 10;
constexpr unsigned kRounds = 9;
constexpr unsigned kPairs = 15;

cuda::DeviceModel upload(const scoring::Model& model) {
    Result<cuda::DeviceModel> device = cuda::DeviceModel::upload(model);
    if (device) return std::move(*device);
    std::fputs("gpu_report: no place for the model on the device\n", stderr);
    std::exit(70);
}

/// Texts of one length on the device.
class Texts {
  public:
    Texts(std::uint32_t tokens, std::uint32_t length, std::size_t words)
        : Texts(tokens / length, length, ids_of(tokens / length * length, words)) {}
    [[nodiscard]] cuda::Batch batch() const {
        return {ids_.get(), offsets_.get(), texts_, texts_ * length_};
    }
    [[nodiscard]] double tokens() const { return double{1.0} * texts_ * length_; }
    [[nodiscard]] void* workspace() const { return workspace_.get(); }
    [[nodiscard]] std::int8_t* codes() const { return codes_.get(); }

  private:
    Texts(std::uint32_t texts, std::uint32_t length, const std::vector<std::uint16_t>& ids)
        : texts_{texts},
          length_{length},
          ids_{ids.data(), ids.size()},
          offsets_{offsets_of(texts, length).data(), texts + std::size_t{1}},
          workspace_{cuda::workspace_bytes(texts * length, texts)},
          codes_{std::size_t{texts} * scoring::kEmbeddingDim} {}
    static std::vector<std::uint16_t> ids_of(std::uint32_t tokens, std::size_t words) {
        parity::Chance chance{tokens};
        std::vector<std::uint16_t> ids(tokens);
        for (std::uint16_t& id : ids) id = static_cast<std::uint16_t>(chance.below(words));
        return ids;
    }
    static std::vector<std::uint32_t> offsets_of(std::uint32_t texts, std::uint32_t length) {
        std::vector<std::uint32_t> offsets(texts + std::size_t{1});
        for (std::uint32_t i = 0; i <= texts; ++i) offsets[i] = i * length;
        return offsets;
    }
    std::uint32_t texts_;
    std::uint32_t length_;
    DeviceArray<std::uint16_t> ids_;
    DeviceArray<std::uint32_t> offsets_;
    DeviceArray<std::uint8_t> workspace_;
    DeviceArray<std::int8_t> codes_;
};

void encode(const cuda::ModelArguments& model, const Texts& texts) {
    require(cuda::launch_encode(model, texts.batch(), texts.workspace(), texts.codes(), nullptr),
            "encode");
}

}  // namespace

void measure_encoder(Context& context) {
    const cuda::DeviceModel model = upload(*context.model);
    const std::size_t words = context.model->parts().vocabulary.size();
    for (const std::uint32_t length : kLengths) {
        if (length > context.model->parts().positions) continue;
        for (const std::uint32_t tokens : kBatches) {
            const Texts texts{tokens, length, words};
            const double time =
                median_milliseconds(kRounds, [&] { encode(model.arguments(), texts); });
            context.report.measured("encoder",
                                    "texts of " + std::to_string(length) + " tokens, batch of " +
                                        std::to_string(tokens >> 10U) + " k",
                                    texts.tokens() / time / 1e3, "Mtok/s",
                                    length == kLength ? "at least 5, aim 15" : "");
        }
    }
}

void measure_exactness(Context& context) {
    const cuda::DeviceModel model = upload(*context.model);
    const std::uint32_t length = std::min(kLength, context.model->parts().positions);
    const Texts texts{kLargest, length, context.model->parts().vocabulary.size()};
    DeviceClock clock;
    std::vector<double> exact, inexact, ratios;
    for (unsigned pair = 0; pair < kPairs;
         ++pair) {  // one after the other: the clocks are the same
        exact.push_back(clock.milliseconds([&] { encode(model.arguments(), texts); }));
        inexact.push_back(clock.milliseconds([&] {
            require(cuda::inexact::launch_encode(model.arguments(), texts.batch(),
                                                 texts.workspace(), texts.codes(), nullptr),
                    "inexact encode");
        }));
        ratios.push_back(inexact.back() / exact.back());
    }
    const auto speed = [&](std::vector<double> times) {
        return texts.tokens() / median(std::move(times)) / 1e3;
    };
    context.report.measured("exactness", "exact kernels", speed(exact), "Mtok/s");
    context.report.measured("exactness", "the same with fast-math and contraction", speed(inexact),
                            "Mtok/s");
    context.report.measured("exactness", "speed of the exact ones over the others", median(ratios),
                            "", "at least 0.9");
}

}  // namespace pramana::gpu
