#pragma once

#include "parity/codes.hpp"
#include "parity/dots.hpp"
#include "parity/operations.hpp"
#include "pramana/core/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace pramana::parity {

/// Everything that one run found.
struct Report {
    std::string model_name;  ///< "pinned", "tiny" or a path
    Hash32 model_digest;
    std::size_t documents;
    std::uint64_t tokens;
    std::size_t longest;
    Hash32 pieces_digest;
    std::uint64_t seed;
    CodeReport codes;
    DotReport dots;
    OperationReport operations;

    [[nodiscard]] std::uint64_t mismatches() const;
};

/// A table to read: a line for each backend and number of threads, a column for each batch.
[[nodiscard]] std::string table_of(const Report& report);
/// The same and more as one JSON object. The four digests are equal on every machine that was given
/// the same model, documents and seed.
[[nodiscard]] std::string json_of(const Report& report);

/// The part about operations alone: lines of the table, and a JSON array.
[[nodiscard]] std::string table_of(const std::vector<OperationRow>& rows);
[[nodiscard]] std::string json_of(const std::vector<OperationRow>& rows);

/// What differs from `expected`, the JSON of a report of another machine, among model, documents,
/// seed and the digests: empty if both computed the same bits. Errors: kBadRequest when it is not a
/// report.
[[nodiscard]] Result<std::vector<std::string>> differences(const Report& report,
                                                           std::string_view expected);

}  // namespace pramana::parity
