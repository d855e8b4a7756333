#pragma once

#include "failure.hpp"
#include "options.hpp"
#include "pramana/scoring/engine.hpp"
#include "pramana/scoring/model.hpp"
#include "pramana/scoring/ruleset.hpp"
#include "rulesets.hpp"
#include "score/scored_file.hpp"

#include <memory>

namespace pramana::app {

// Rows that the commands which score share.
inline constexpr Option kRulesetOption{
    "ruleset", "NAME",
    "rules to score by, or a file with them (`help ruleset`); default-1 when not given\n"
    "(`version` lists them, `version --ruleset NAME` prints the text)"};
inline constexpr Option kReferencesOption{
    "references", "DIR",
    "the public texts that the ruleset names: a file for each, called by its name"};
inline constexpr Option kModelOption{"model", "FILE",
                                     "the model file; found by itself in a source tree"};
inline constexpr Option kBackendOption{
    "backend", "NAME",
    "amx, avx512vnni, avx2, neon, reference or best; all give the same bits. Default: best"};
inline constexpr Option kCorpusKeyOption{
    "corpus-key", "FILE", "the 32 bytes that seal the corpus; DIR/key when not given"};

/// Everything that scores, opened once.
struct ScoringTools {
    scoring::Ruleset ruleset;
    std::shared_ptr<const scoring::Model> model;
    std::unique_ptr<scoring::Engine> engine;
    References references;  ///< those that the ruleset names
    [[nodiscard]] Scorer scorer() const {
        return {*engine, ruleset, scoring::name_of(engine->backend()), model->digest(), references};
    }
};

/// The backend that --backend names; a usage error's sentence where this machine has none.
struct ChosenBackend {
    scoring::Backend backend = scoring::Backend::kBest;
    std::string problem;  ///< empty: fine
};
[[nodiscard]] ChosenBackend backend_of(const Arguments& arguments);

/// What counts where the command line does not say otherwise.
struct ScoringDefaults {
    std::optional<scoring::Ruleset> ruleset{};  ///< default-1 when absent
    ReferenceFiles references{};
};

/// From --ruleset, --model and --references.
[[nodiscard]] Outcome<ScoringTools> open_scoring(const Arguments& arguments,
                                                 scoring::Backend backend,
                                                 ScoringDefaults defaults = {});

}  // namespace pramana::app
