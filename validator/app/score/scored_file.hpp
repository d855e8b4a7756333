#pragma once

#include "offline_corpus.hpp"
#include "pramana/scoring/document.hpp"
#include "pramana/scoring/engine.hpp"
#include "pramana/scoring/reference.hpp"
#include "pramana/scoring/ruleset.hpp"
#include "reading_json.hpp"

#include <string>

namespace pramana::app {

/// With what a command scores; borrowed, it outlives the calls.
struct Scorer {
    const scoring::Engine& engine;
    const scoring::Ruleset& ruleset;
    std::string_view backend;  ///< name of the one in use
    Hash32 model_digest;
    std::vector<std::shared_ptr<const scoring::ReferenceCorpus>> references{};  ///< public texts
};

/// Where the contribution stands, and what its corpus was before and after it.
struct CorpusPlace {
    store::CorpusKey corpus;
    std::uint64_t place = 0;
    Hash32 previous_root;
    Hash32 new_root;
};

/// One file with its score: all that `score --json` prints of it. The steps are secret.
struct ScoredFile {
    std::string file;
    scoring::Format format = scoring::Format::kText;
    std::uint64_t bytes = 0;
    CorpusPlace at;
    bool committed = false;
    std::optional<Address> owner;  ///< whose own quarantine did not count
    std::optional<Hash32> seed;    ///< of the sample, where only one was scored
    scoring::Score score;
    scoring::ContentSteps steps;
    std::optional<ReadingReport> reading{};  ///< where the ruleset has formats of version 2 or more
};

/// An owner as a corpus knows it.
[[nodiscard]] std::optional<scoring::OwnerTag> tag_of(const store::CorpusKey& corpus,
                                                      const std::optional<Address>& owner);
/// What is appended for a scored contribution: to the quarantine where it was rejected and has an
/// owner. Secret: the caller wipes it.
[[nodiscard]] Bytes entry_of(const scoring::Prepared& prepared, bool rejected,
                             const std::optional<scoring::OwnerTag>& owner);

/// Reads a file as a contribution. Errors: those of read_secret_file and extract.
[[nodiscard]] Result<scoring::Document> read_document(const std::string& file,
                                                      const scoring::ExtractLimits& limits,
                                                      std::uint64_t& bytes);

/// Reads, prepares, scores and appends one file. A file that fails leaves the corpus as it was.
/// Errors: those of read_document, Engine::prepare and OfflineCorpus::append.
[[nodiscard]] Result<ScoredFile> score_file(const std::string& file, const Scorer& scorer,
                                            OfflineCorpus& corpus,
                                            const std::optional<Address>& owner = std::nullopt,
                                            const std::optional<Hash32>& seed = std::nullopt);

/// One line of JSON, docs/commands.md "score"; without `with_chunks` the trace is its root and the
/// document's row only.
[[nodiscard]] std::string json_of(const ScoredFile& scored, const Scorer& scorer, bool with_chunks);
/// The line of a file that could not be scored.
[[nodiscard]] std::string json_of(const std::string& file, Errc code);

/// "new", "exact", "lexical", "semantic", "internal", "public".
inline constexpr std::string_view kCauseNames[] = {"new",      "exact",    "lexical",
                                                   "semantic", "internal", "public"};

/// The names of `mass_by_cause` where each stands alone.
inline constexpr std::string_view kMassNames[] = {"mass_new",      "mass_exact",    "mass_lexical",
                                                  "mass_semantic", "mass_internal", "mass_public"};

}  // namespace pramana::app
