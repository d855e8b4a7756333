#pragma once

#include "pramana/chain/binding_document.hpp"
#include "score/scored_file.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace pramana::app {

/// What a line of `score --json` says. Steps and verdicts of chunks are there with --trace only.
struct ScoreClaim {
    Hash32 ruleset;
    Hash32 model;
    std::string backend;
    CorpusPlace at;
    std::optional<Address> owner;
    std::optional<Hash32> seed;        ///< of the sample, where only one was scored
    scoring::Score score;              ///< without reasons and verdicts
    std::vector<std::string> reasons;  ///< codes
    scoring::ContentSteps steps;
    SecretVector<scoring::ChunkVerdict> verdicts;
    bool has_chunks = false;
};

/// What a proof says, by either kind of document.
using Claim = std::variant<chain::BindingDocument, ScoreClaim>;

/// Why a proof could not be read, in words.
struct ClaimProblem {
    std::string sentence;
};

/// Reads a binding document (its canonical text, a line end behind it is allowed), or lines of
/// `score --json`: the only one, or else the one of `file`, by its name or the last part of it.
[[nodiscard]] std::variant<Claim, ClaimProblem> read_claim(std::string_view text,
                                                           const std::string& file);

[[nodiscard]] const Hash32& ruleset_of(const Claim& claim) noexcept;
[[nodiscard]] const Hash32& model_of(const Claim& claim) noexcept;
/// The seed of the sample that was scored; nothing where all was.
[[nodiscard]] std::optional<Hash32> seed_of(const Claim& claim);
[[nodiscard]] std::optional<Hash32> seed_of(const chain::BindingDocument& document);
/// Where the contribution stands; nothing for one that took no place.
[[nodiscard]] std::optional<CorpusPlace> place_of(const Claim& claim);

}  // namespace pramana::app
