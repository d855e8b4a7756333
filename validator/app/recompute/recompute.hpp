#pragma once

#include "claim.hpp"
#include "commands/failure.hpp"
#include "findings.hpp"
#include "pramana/os/secret_bytes.hpp"

#include <functional>

namespace pramana::app {

/// Finds the corpus as it was before a place. Absent: none was given.
using CorpusBefore = std::function<Outcome<OfflineCorpus>(const CorpusPlace& at)>;

/// What a replay rests on.
struct ReplayInput {
    const Claim& claim;
    std::string file;              ///< its name, for messages
    SecretBytes content;           ///< the plaintext, or the sealed file where there is a key
    SecretBytes file_key;          ///< the password text; empty: none was given
    std::optional<Address> owner;  ///< of the file; otherwise who signed the file key, if anybody
    CorpusBefore corpus;           ///< may be empty
};

/// The opened file of a proof as a document: unsealed where it is sealed. The failure also says
/// where its content is no contribution.
[[nodiscard]] Outcome<scoring::Document> open_document(const SecretBytes& content,
                                                       const SecretBytes& file_key,
                                                       const std::string& file,
                                                       const scoring::ExtractLimits& limits);

/// Replays a score from plaintext and corpus and compares every value of the proof, in the order of
/// the pipeline. What could not be compared is said. A difference is a finding; a failure is what
/// kept the replay from its end: a corpus that cannot be opened, a sealed file that does not open.
/// Thread: one at a time.
[[nodiscard]] Outcome<Findings> recompute(ReplayInput input, const Scorer& scorer);

}  // namespace pramana::app
