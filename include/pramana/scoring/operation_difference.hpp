#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pramana::scoring {

/// Where two backends of the encoder part on one text, each given the reference's own input.
struct OperationDifference {
    std::string_view operation;          ///< "embed", "qkv.quantise", "attention", "norm2", …
    std::optional<std::uint32_t> layer;  ///< none before and behind the layers
    std::uint64_t element = 0;           ///< the first number that differs, row-major
};

}  // namespace pramana::scoring
