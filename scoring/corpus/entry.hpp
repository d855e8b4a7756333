#pragma once

#include "lexical/fingerprint.hpp"
#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/core/secret_vector.hpp"
#include "pramana/scoring/engine.hpp"

#include <optional>
#include <vector>

namespace pramana::scoring {

/// One chunk as a corpus keeps it. Secret: it reveals the text.
struct ChunkRecord {
    ExactHash exact;
    SecretVector<std::uint64_t> prints;   ///< winnowed windows, strictly ascending
    SecretVector<std::uint32_t> content;  ///< content words, strictly ascending
};

/// One contribution as a corpus keeps it.
struct EntryRecord {
    std::vector<ChunkRecord> chunks;
    std::optional<OwnerTag> quarantined;  ///< set: rejected, counts against other owners only
    SecretVector<std::int8_t>
        codes;  ///< [chunks x 384]; a row of zeros takes no part in semantic matching
};

/// Little-endian, docs/scoring.md "Corpus": "PCE1", u32 chunks; then for each chunk: 16 bytes
/// exact hash, u16 count and u64 prints, u16 count and u32 content words, 384 bytes of codes. A
/// quarantined entry is "PCQ1", 16 bytes owner tag, then the same from the number of chunks on.
[[nodiscard]] Bytes encode_entry(const EntryRecord& entry);
/// Accepts exactly what encode_entry writes. Errors: kCorpusCorrupt.
[[nodiscard]] Result<EntryRecord> decode_entry(ByteView bytes);

}  // namespace pramana::scoring
