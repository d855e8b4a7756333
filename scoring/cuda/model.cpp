#include "cuda/model.hpp"

#include "model/parts.hpp"

#include <cuda_runtime_api.h>

#include <cstring>
#include <utility>

namespace pramana::scoring::cuda {
namespace {

constexpr std::size_t kAlignment = 256;

/// All arrays of a model one behind the other: run once without memory for their size, then to fill
/// an image of what the device gets. Pointers are those of the device.
class Arrays {
  public:
    Arrays(std::byte* image, std::byte* device) : image_{image}, device_{device} {}

    template <class Range>
    auto put(const Range& from) -> const typename Range::value_type* {
        using T = typename Range::value_type;
        if (from.empty()) return nullptr;
        const std::size_t at = std::exchange(size_, size_ + padded(from.size() * sizeof(T)));
        if (image_ == nullptr) return nullptr;
        std::memcpy(image_ + at, from.data(), from.size() * sizeof(T));
        return reinterpret_cast<const T*>(device_ + at);
    }
    NormArguments put_norm(const NormWeights& norm) { return {put(norm.gamma), put(norm.beta)}; }
    LinearArguments put_linear(const LinearWeights& layer) {
        return {.codes = put(layer.codes),
                .code_sums = put(layer.code_sums),
                .scales = put(layer.scales),
                .bias = put(layer.bias),
                .smoothing = put(layer.smoothing)};
    }
    LayerArguments put_layer(const LayerWeights& layer) {
        return {.qkv = put_linear(layer.qkv),
                .out = put_linear(layer.out),
                .norm1 = put_norm(layer.norm1),
                .up = put_linear(layer.up),
                .down = put_linear(layer.down),
                .norm2 = put_norm(layer.norm2)};
    }
    ModelArguments put_model(const Model::Parts& parts, std::vector<LayerArguments>& layers) {
        ModelArguments model{.word_codes = put(parts.embedding.word_codes),
                             .word_scales = put(parts.embedding.word_scales),
                             .positions = put(parts.embedding.positions),
                             .norm = put_norm(parts.embedding.norm),
                             .layers = {}};
        layers.clear();
        for (const LayerWeights& layer : parts.layers) layers.push_back(put_layer(layer));
        return model;
    }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

  private:
    static std::size_t padded(std::size_t bytes) noexcept {
        return (bytes + kAlignment - 1) / kAlignment * kAlignment;
    }
    std::byte* image_;
    std::byte* device_;
    std::size_t size_ = 0;
};

}  // namespace

Result<DeviceModel> DeviceModel::upload(const Model& model) {
    DeviceModel out;
    Arrays sizes{nullptr, nullptr};
    (void)sizes.put_model(model.parts(), out.layers_);
    std::vector<std::byte> image(sizes.size());
    if (cudaMalloc(&out.memory_, image.size()) != cudaSuccess)
        return Error{Errc::kDeviceLost, "scoring.cuda.model.memory"};
    out.bytes_ = image.size();
    Arrays arrays{image.data(), static_cast<std::byte*>(out.memory_)};
    out.arguments_ = arrays.put_model(model.parts(), out.layers_);
    if (cudaMemcpy(out.memory_, image.data(), image.size(), cudaMemcpyHostToDevice) != cudaSuccess)
        return Error{Errc::kDeviceLost, "scoring.cuda.model.copy"};
    return out;
}

DeviceModel::~DeviceModel() {
    if (memory_ != nullptr) (void)cudaFree(memory_);  // nobody can do more about a lost device
}

DeviceModel::DeviceModel(DeviceModel&& other) noexcept { *this = std::move(other); }

DeviceModel& DeviceModel::operator=(DeviceModel&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(bytes_, other.bytes_);
    std::swap(arguments_, other.arguments_);
    std::swap(layers_, other.layers_);
    return *this;
}

ModelArguments DeviceModel::arguments() const noexcept {
    ModelArguments model = arguments_;
    model.layers = layers_;
    return model;
}

}  // namespace pramana::scoring::cuda
