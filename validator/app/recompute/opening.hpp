#pragma once

#include "findings.hpp"
#include "pramana/chain/binding_document.hpp"
#include "pramana/os/secret_bytes.hpp"
#include "pramana/scoring/trace.hpp"
#include "score/scored_file.hpp"

#include <optional>
#include <string>

namespace pramana::app {

/// One chunk of a proof, shown to the judge of a dispute by who has the file key: with it the
/// proof's keyed trace binds this chunk, and nothing is said about the others. docs/commands.md
/// "recompute".
struct ChunkOpening {
    scoring::TraceOpening opening;
    scoring::ChunkSteps steps;  ///< as the proof's machine had them, if they open its trace
};

/// The chunk of a replay. `chunk` < found.chunks.size().
[[nodiscard]] ChunkOpening open_chunk(const scoring::ContentSteps& found, std::uint32_t chunk,
                                      const SecretBytes& file_key, FileId file);

[[nodiscard]] std::string json_of(const ChunkOpening& opening);
/// Reads what json_of writes; nothing where a member is missing or of another kind.
[[nodiscard]] std::optional<ChunkOpening> read_opening(std::string_view text);

/// Judges one chunk: that the opening is of this proof, and that the text gives its steps. Only
/// this chunk is embedded. `document` is the whole opened file.
[[nodiscard]] Findings judge_chunk(const chain::BindingDocument& proof, const ChunkOpening& shown,
                                   const scoring::Document& document, const Scorer& scorer);

}  // namespace pramana::app
