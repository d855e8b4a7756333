#include "pramana/scoring/model.hpp"

#include "model/file.hpp"
#include "model/parts.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/scoring/tokenizer.hpp"

#include <cmath>
#include <fstream>
#include <numeric>
#include <string>

namespace pramana::scoring {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{256} << 20U;
constexpr std::uint32_t kLayersMax = 48;
constexpr std::uint32_t kVocabularyMax = 65536;  // ids are uint16
/// Scales, biases and the like above it have no place in a trained model; below it no sum of the
/// law overflows.
constexpr float kMagnitudeMax = 0x1p20F;

LinearWeights read_linear(SectionReader& file, const std::string& name, std::uint32_t outputs,
                          std::uint32_t inputs, bool smoothed) {
    LinearWeights found;
    found.outputs = outputs;
    found.inputs = inputs;
    if (smoothed) found.smoothing = file.floats(name + ".smoothing", inputs);
    found.codes = file.codes(name + ".codes", std::size_t{outputs} * inputs);
    found.scales = file.floats(name + ".scales", outputs);
    found.bias = file.floats(name + ".bias", outputs);
    if (!file.ok()) return found;
    found.code_sums.resize(outputs);
    for (std::size_t n = 0; n < outputs; ++n) {
        const std::span<const std::int8_t> row = found.codes.subspan(n * inputs, inputs);
        found.code_sums[n] = std::accumulate(row.begin(), row.end(), std::int32_t{0});
    }
    return found;
}

NormWeights read_norm(SectionReader& file, const std::string& name) {
    NormWeights found;
    found.gamma = file.floats(name + ".gamma", kDim);
    found.beta = file.floats(name + ".beta", kDim);
    return found;
}

LayerWeights read_layer(SectionReader& file, std::uint32_t index) {
    const std::string name = "layer." + std::to_string(index);
    LayerWeights found;
    found.qkv = read_linear(file, name + ".qkv", kQkvDim, kDim, true);
    found.out = read_linear(file, name + ".out", kDim, kDim, false);
    found.up = read_linear(file, name + ".up", kInnerDim, kDim, true);
    found.down = read_linear(file, name + ".down", kDim, kInnerDim, false);
    found.norm1 = read_norm(file, name + ".norm1");
    found.norm2 = read_norm(file, name + ".norm2");
    return found;
}

/// The lines of vocab.txt, which is a section as it is: each ends with one line feed.
std::vector<std::string_view> read_vocabulary(std::string_view text, std::size_t count) {
    std::vector<std::string_view> words;
    words.reserve(count);
    while (!text.empty() && words.size() <= count) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos || end == 0) return {};
        words.push_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    return words;
}

bool has_special_words(const std::vector<std::string_view>& words) {
    return words.size() > 103 && words[0] == "[PAD]" && words[kPieceUnknown] == "[UNK]" &&
           words[kPieceBegin] == "[CLS]" && words[kPieceEnd] == "[SEP]" && words[103] == "[MASK]";
}

bool moderate(const std::vector<float>& values) {
    return std::all_of(values.begin(), values.end(),
                       [](float v) { return std::fabs(v) <= kMagnitudeMax; });
}
bool moderate(const LinearWeights& linear) {
    return moderate(linear.scales) && moderate(linear.bias) && moderate(linear.smoothing);
}
bool moderate(const NormWeights& norm) { return moderate(norm.gamma) && moderate(norm.beta); }
bool moderate(const Model::Parts& parts) {
    return moderate(parts.embedding.word_scales) && moderate(parts.embedding.positions) &&
           moderate(parts.embedding.norm) &&
           std::all_of(parts.layers.begin(), parts.layers.end(), [](const LayerWeights& layer) {
               return moderate(layer.qkv) && moderate(layer.out) && moderate(layer.up) &&
                      moderate(layer.down) && moderate(layer.norm1) && moderate(layer.norm2);
           });
}

Status read_parts(Model::Parts& parts) {
    const Error mismatch{Errc::kModelMismatch, "scoring.model.parse"};
    SectionReader file{ByteView{parts.file}};
    const FileHead head = file.head();
    if (!file.ok() || head.layers == 0 || head.layers > kLayersMax ||
        head.vocabulary > kVocabularyMax || head.positions < 2 || head.positions > kTokensMax)
        return mismatch;
    parts.positions = head.positions;
    parts.vocabulary = read_vocabulary(as_text(file.any("vocabulary")), head.vocabulary);
    if (parts.vocabulary.size() != head.vocabulary || !has_special_words(parts.vocabulary))
        return mismatch;
    parts.embedding.word_codes = file.codes("words.codes", std::size_t{head.vocabulary} * kDim);
    parts.embedding.word_scales = file.floats("words.scales", head.vocabulary);
    parts.embedding.positions = file.floats("positions", std::size_t{head.positions} * kDim);
    parts.embedding.norm = read_norm(file, "embedding.norm");
    for (std::uint32_t index = 0; index < head.layers && file.ok(); ++index)
        parts.layers.push_back(read_layer(file, index));
    PRAMANA_TRY(file.finish());
    if (!moderate(parts)) return mismatch;
    return Done{};
}

Result<AlignedVector<std::uint8_t>> read_whole(const std::filesystem::path& path) {
    std::error_code failed;
    const std::uintmax_t size = std::filesystem::file_size(path, failed);
    if (failed) return Error{Errc::kNotFound, "scoring.model.open"};
    if (size > kFileBytesMax) return Error{Errc::kModelMismatch, "scoring.model.size"};
    std::ifstream stream{path, std::ios::binary};
    AlignedVector<std::uint8_t> content(static_cast<std::size_t>(size));
    stream.read(reinterpret_cast<char*>(content.data()), static_cast<std::streamsize>(size));
    if (!stream || stream.gcount() != static_cast<std::streamsize>(size))
        return Error{Errc::kIo, "scoring.model.read"};
    return content;
}

}  // namespace

const Hash32& pinned_model_digest() noexcept {
    static const Hash32 digest = fixed_from_hex<Hash32>(
#include "model/pinned_digest.inc"
                                     )
                                     .value();
    return digest;
}

Model::Model(std::unique_ptr<const Parts> parts, const Hash32& digest) noexcept
    : parts_{std::move(parts)}, digest_{digest} {}
Model::~Model() = default;

Result<std::shared_ptr<const Model>> Model::from_file(std::unique_ptr<Parts> parts,
                                                      const Hash32& digest) {
    PRAMANA_TRY(read_parts(*parts));
    return std::shared_ptr<const Model>{new Model{std::move(parts), digest}};
}

Result<std::shared_ptr<const Model>> Model::load(const std::filesystem::path& path,
                                                 const Hash32& expected, Hash32* found) {
    Result<AlignedVector<std::uint8_t>> content = read_whole(path);
    if (!content) return content.error();
    const Hash32 digest = sha256(ByteView{*content});
    if (found != nullptr) *found = digest;
    if (digest != expected) return Error{Errc::kModelMismatch, "scoring.model.digest"};
    auto parts = std::make_unique<Parts>();
    parts->file = std::move(*content);
    return from_file(std::move(parts), digest);
}

Result<std::shared_ptr<const Model>> Model::parse(ByteView file) {
    auto parts = std::make_unique<Parts>();
    parts->file.assign(file.begin(), file.end());
    return from_file(std::move(parts), sha256(file));
}

}  // namespace pramana::scoring
