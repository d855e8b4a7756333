#pragma once

#include "parity/documents.hpp"

#include <memory>

namespace pramana::parity {

/// What the device made of documents, against an encoder of the processor.
struct DeviceTextsReport {
    std::size_t documents = 0;
    std::uint64_t tokens = 0;
    std::size_t batches = 0;
    std::size_t mismatches = 0;  ///< documents with another code anywhere
    std::size_t first = 0;       ///< the first of them
};

/// Index codes of all documents on the first CUDA device, in batches of at most `batch_tokens`
/// tokens, compared with `wanted`. A CUDA error ends the program.
[[nodiscard]] DeviceTextsReport compare_device_texts(
    const std::shared_ptr<const scoring::Model>& model, const Documents& documents,
    scoring::Backend wanted, std::uint32_t batch_tokens);

}  // namespace pramana::parity
