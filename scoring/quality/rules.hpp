#pragma once

#include "canonical/canonical.hpp"
#include "quality/language.hpp"
#include "quality/line_survey.hpp"
#include "quality/quality.hpp"
#include "quality/word_survey.hpp"

#include <string>

namespace pramana::scoring {

/// The quality of one contribution, from version 2 on: records are added as they are read, chunks
/// at the end. Source: docs/scoring.md "Quality".
class QualitySurvey {
  public:
    explicit QualitySurvey(const QualityRules& rules) : rules_{rules} {}
    /// One record of the document, in order.
    void add(const Record& record, const CanonicalText& canonical);

    struct Judged {
        Features features{kFeaturesAll};
        Profile profile = Profile::kProse;
        Quality quality;
    };
    /// @param languages  of each chunk, as languages_of() says
    [[nodiscard]] Judged finish(const Document& document, const std::vector<Chunk>& chunks,
                                const SecretVector<Language>& languages) const;

  private:
    const QualityRules& rules_;
    LineSurvey lines_;
    std::uint64_t ill_formed_ = 0;
};

/// What the ruleset says; else history for a browsing history, otherwise what most of the text is.
[[nodiscard]] Profile profile_of(const Document& document, const QualityRules& rules) noexcept;

/// The smallest of what the features give under the profile of version 2; personal data gives a
/// reason only.
[[nodiscard]] Quality judge_rules(const Features& features, Profile profile,
                                  const QualityRules& rules);

/// The knots of all profiles as canonical JSON.
[[nodiscard]] std::string quality_rules_text();

}  // namespace pramana::scoring
