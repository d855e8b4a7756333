#include "parity/gpu/texts.hpp"

#include "cuda/encoder.hpp"
#include "cuda/model.hpp"
#include "parity/gpu/device.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace pramana::parity {
namespace {

using namespace scoring;

/// Documents [first, last) as a device and as the processor's encoder want them.
struct Batch {
    Batch(const Documents& documents, std::size_t begin, std::uint32_t batch_tokens)
        : first{begin}, last{begin} {
        std::size_t tokens = 0;
        do {
            tokens += documents.pieces(last++).size() + 2;
        } while (last < documents.size() &&
                 tokens + documents.pieces(last).size() + 2 <= batch_tokens);
        for (std::size_t i = first; i < last; ++i) {
            const std::span<const std::uint16_t> text = documents.pieces(i);
            pieces.insert(pieces.end(), text.begin(), text.end());
            piece_offsets.push_back(static_cast<std::uint32_t>(pieces.size()));
            ids.push_back(kPieceBegin);
            ids.insert(ids.end(), text.begin(), text.end());
            ids.push_back(kPieceEnd);
            offsets.push_back(static_cast<std::uint32_t>(ids.size()));
        }
    }
    std::size_t first;
    std::size_t last;
    SecretVector<std::uint16_t> pieces;
    SecretVector<std::uint32_t> piece_offsets = SecretVector<std::uint32_t>(1);
    SecretVector<std::uint16_t> ids;
    SecretVector<std::uint32_t> offsets = SecretVector<std::uint32_t>(1);
};

SecretVector<std::int8_t> codes_on_device(const cuda::DeviceModel& model, const Batch& batch) {
    const auto texts = static_cast<std::uint32_t>(batch.last - batch.first);
    const std::uint32_t tokens = batch.offsets.back();
    const DeviceArray<std::uint16_t> ids{batch.ids.data(), batch.ids.size()};
    const DeviceArray<std::uint32_t> offsets{batch.offsets.data(), batch.offsets.size()};
    const DeviceArray<std::uint8_t> workspace{cuda::workspace_bytes(tokens, texts)};
    const DeviceArray<std::int8_t> codes{std::size_t{texts} * kEmbeddingDim};
    require(cuda::launch_encode(model.arguments(), {ids.get(), offsets.get(), texts, tokens},
                                workspace.get(), codes.get(), nullptr),
            "encode");
    SecretVector<std::int8_t> out(std::size_t{texts} * kEmbeddingDim);
    codes.download(out.data());
    return out;
}

}  // namespace

DeviceTextsReport compare_device_texts(const std::shared_ptr<const Model>& model,
                                       const Documents& documents, Backend wanted,
                                       std::uint32_t batch_tokens) {
    const Encoder encoder{model, wanted};
    const Result<cuda::DeviceModel> device = cuda::DeviceModel::upload(*model);
    if (!device) {
        std::fputs("gpu_parity: no place for the model on the device\n", stderr);
        std::exit(70);
    }
    DeviceTextsReport report;
    for (std::size_t at = 0; at < documents.size();) {
        const Batch batch{documents, at, batch_tokens};
        SecretVector<std::int8_t> codes((batch.last - batch.first) * kEmbeddingDim);
        encoder.embed({batch.pieces, batch.piece_offsets}, codes);
        const SecretVector<std::int8_t> found = codes_on_device(*device, batch);
        for (std::size_t i = 0; i < batch.last - batch.first; ++i) {
            const auto* const row = codes.data() + i * kEmbeddingDim;
            if (std::equal(row, row + kEmbeddingDim, found.data() + i * kEmbeddingDim)) continue;
            if (report.mismatches++ == 0) report.first = batch.first + i;
        }
        report.tokens += batch.ids.size();
        report.documents += batch.last - batch.first;
        ++report.batches;
        at = batch.last;
    }
    return report;
}

}  // namespace pramana::parity
