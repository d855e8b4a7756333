#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/secret_vector.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

/// What happened to a contribution, operation by operation, as digests: two machines that disagree
/// about a score find the first chunk and the first operation where they do, without showing each
/// other the text. The digests are plain SHA-256 of guessable content, so they are as secret as the
/// text; what leaves the enclave is keyed (keyed_trace_root). Thread: pure functions.
/// Source: docs/scoring.md "Trace".
namespace pramana::scoring {

/// What was made of one chunk before any corpus was asked, in the order of the pipeline.
struct ChunkSteps {
    Hash32 words;   ///< its folded words, one space between them
    Hash32 pieces;  ///< its word-pieces
    Hash32 prints;  ///< its windows and content words
    Hash32 codes;   ///< its index codes; of zeros where meaning is not compared
    std::uint32_t weight = 0;
    friend bool operator==(const ChunkSteps&, const ChunkSteps&) = default;
};

/// What was made of the contribution as a whole, in the order of the pipeline.
struct DocumentSteps {
    Hash32 records;    ///< roles and texts as extraction gave them
    Hash32 canonical;  ///< the canonical text of every record
    std::uint64_t ill_formed = 0;
    Hash32 features;  ///< of quality
    std::uint32_t quality_q16 = 0;
    friend bool operator==(const DocumentSteps&, const DocumentSteps&) = default;
};

/// Everything of a trace that does not depend on a corpus: the contributor can make it again.
struct ContentSteps {
    Hash32 ruleset;
    DocumentSteps document;
    SecretVector<ChunkSteps> chunks;

    /// One digest a chunk, in order, and at the end one of the document: the leaves of every tree.
    [[nodiscard]] SecretVector<Hash32> leaves() const;
    friend bool operator==(const ContentSteps&, const ContentSteps&) = default;
};

/// What the corpus and the earlier chunks said about one chunk; Q16 shares.
struct ChunkVerdict {
    std::uint32_t known_q16 = 0;   ///< to the corpus or to public texts
    std::uint32_t total_q16 = 0;   ///< to those or to earlier chunks
    std::uint8_t cause = 0;        ///< of `known_q16` beyond `public_q16`: the number of a Cause
    std::uint32_t public_q16 = 0;  ///< to public texts
    friend bool operator==(const ChunkVerdict&, const ChunkVerdict&) = default;
};

/// RFC 9162 tree over the leaves of `steps` with each chunk's verdict behind its own; unkeyed, so
/// it stays inside. `verdicts` has one element a chunk.
[[nodiscard]] Hash32 trace_root(const ContentSteps& steps, std::span<const ChunkVerdict> verdicts);

/// The salt of leaf `index` of a keyed tree: an HMAC of it under a key of the file.
using LeafSalt = std::function<Hash32(std::uint64_t index)>;

/// RFC 9162 tree over SHA-256(0x00 || salt || leaf). Without the salts nothing in it can be tested
/// against a guess; to show one chunk, its salt, its leaf and the path suffice, and nothing is said
/// about the others. `leaves` is not empty.
[[nodiscard]] Hash32 keyed_trace_root(std::span<const Hash32> leaves, const LeafSalt& salt);

/// One leaf of a keyed tree, shown to a judge of a dispute.
struct TraceOpening {
    std::uint64_t index = 0;   ///< the chunk; the last one is the document
    std::uint64_t leaves = 0;  ///< chunks + 1
    Hash32 salt;
    std::vector<Hash32> path;
};
/// `index` < leaves.size().
[[nodiscard]] TraceOpening open_trace(std::span<const Hash32> leaves, const LeafSalt& salt,
                                      std::uint64_t index);
/// Whether the tree with `root` has the leaf where the opening says. Any numbers are safe.
[[nodiscard]] bool opens_trace(const TraceOpening& opening, const Hash32& leaf,
                               const Hash32& root) noexcept;
/// The leaf of a chunk; the one of the document.
[[nodiscard]] Hash32 leaf_of(const ChunkSteps& chunk) noexcept;
[[nodiscard]] Hash32 leaf_of(const DocumentSteps& document, const Hash32& ruleset) noexcept;

}  // namespace pramana::scoring
