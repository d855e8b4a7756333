#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::chain {

/// One step of a corpus: the contribution at `place` took it from one root to the next. Without a
/// place nothing was appended, and both roots are the corpus as it stood (a contribution that is
/// not valid).
struct CorpusStep {
    Hash32 id;
    std::uint32_t epoch = 0;
    std::optional<std::uint64_t> place;
    Hash32 previous_root;
    Hash32 new_root;
    friend bool operator==(const CorpusStep&, const CorpusStep&) = default;
};

/// The integers that are public with a proof (docs/scoring.md "What leaves the enclave").
struct BoundScore {
    std::uint32_t chunks = 0;
    std::uint64_t novel_mass = 0;
    std::uint32_t uniqueness_milli = 0;
    std::uint32_t quality_milli = 0;
    std::uint32_t pay_1024 = 0;
    std::uint32_t internal_milli = 0;
    std::uint32_t matched_milli = 0;
    std::vector<std::string> reasons;  ///< stable codes, in the engine's order; at most 16
    friend bool operator==(const BoundScore&, const BoundScore&) = default;
};

/// The block that the job was submitted in: its hash is the seed of a sample.
struct SeedBlock {
    std::uint64_t block_number = 0;
    Hash32 block_hash;
    friend bool operator==(const SeedBlock&, const SeedBlock&) = default;
};

/// Evidence of ownership that was asked for and found good (docs/ownership.md).
struct BoundOwnership {
    std::string provider;  ///< [a-z0-9-]{1,32}
    std::string method;
    Hash32 statement;  ///< the digest of the witness statement
    friend bool operator==(const BoundOwnership&, const BoundOwnership&) = default;
};

/// Everything that a proof stands for. Its SHA-256 is the proof's metadata on chain, and the text
/// lies under that hash behind proofUrl (docs/formats.md "Binding document").
struct BindingDocument {
    std::uint64_t chain_id = 0;
    Address dlp;
    Address tee_pool;
    Address data_registry;
    FileId file{};
    JobId job{};
    std::string file_url;  ///< UTF-8, as registered
    Hash32 ciphertext_sha256;
    Hash32 ruleset_digest;
    Hash32 model_digest;
    CorpusStep corpus;
    std::optional<SeedBlock> sample;  ///< absent where the whole contribution was scored
    Hash32 statement_hash;
    BoundScore score;
    std::optional<bool> key_matches_permission;  ///< absent where there was nothing to compare with
    bool key_recovers_to_owner = false;
    // Keyed by the file key and file id; absent without a place (docs/formats.md "Keyed hashes").
    std::optional<Hash32> keyed_text_hash;   ///< of the canonical text
    std::optional<Hash32> keyed_trace_hash;  ///< root of the trace's tree
    /// Absent, and not in the text, where the ruleset asks for none.
    std::optional<BoundOwnership> ownership{};
    std::uint64_t created_block_number = 0;
    Hash32 created_block_hash;
    friend bool operator==(const BindingDocument&, const BindingDocument&) = default;
};

inline constexpr std::size_t kBindingDocumentBytesMax = std::size_t{64} * 1024;

/// The one canonical JSON text: keys sorted, no white space, integers as decimal numbers up to
/// 2^53-1 and as decimal strings above, bytes as 0x hex. Errors: kMalformedChainData if a text in
/// it is not UTF-8, there are too many reasons, or the whole is above kBindingDocumentBytesMax.
[[nodiscard]] Result<std::string> to_canonical_json(const BindingDocument& document);
/// Reads exactly what to_canonical_json() writes and nothing else. Errors: kMalformedChainData.
[[nodiscard]] Result<BindingDocument> parse_binding_document(std::string_view text);
/// SHA-256 of the canonical text.
[[nodiscard]] Hash32 binding_document_hash(std::string_view canonical_text);

}  // namespace pramana::chain
