#pragma once

#include "parity/documents.hpp"

#include <memory>
#include <string>
#include <vector>

namespace pramana::parity {

/// Where a row differs first: in document order, whatever order it was computed in.
struct CodeDifference {
    std::size_t document;
    std::uint32_t component;
    std::int8_t wanted;
    std::int8_t found;
};

/// One backend, batch size and number of threads over all documents that it had.
struct CodeRow {
    scoring::Backend backend;
    std::uint32_t batch;
    std::uint32_t threads;
    std::size_t documents;
    std::uint64_t tokens;
    std::size_t mismatches;  ///< documents with another code anywhere
    CodeDifference first;    ///< if mismatches > 0
    double seconds;          ///< wall clock; a hint only, the machine may be busy
};

struct CodePlan {
    std::vector<scoring::Backend> backends;  ///< the reference first
    std::vector<std::uint32_t> batches{1, 2, 3, 8, 32, 256};
    std::vector<std::uint32_t> threads{1, 2, 16};
    /// Documents, spread evenly, whose codes the reference says; it is slow. All others are said by
    /// the second backend, alone and on one thread.
    std::size_t reference_documents;
    /// The reference's own rows run over this many of them.
    std::size_t reference_row_documents;
    std::uint64_t seed;
};

struct CodeReport {
    std::vector<CodeRow> rows;
    std::size_t reference_documents = 0;
    Hash32 digest;                    ///< SHA-256 of all codes in document order
    SecretVector<std::int8_t> codes;  ///< [documents x 384]
};

/// Runs every row of the plan. Each row deals the documents into batches in an order of its own, so
/// that every document meets other neighbours each time.
[[nodiscard]] CodeReport compare_codes(const std::shared_ptr<const scoring::Model>& model,
                                       const Documents& documents, const CodePlan& plan);

}  // namespace pramana::parity
