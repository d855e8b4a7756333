#include "canonical/unicode_tables.hpp"
#include "pramana/scoring/encoder.hpp"
#include "pramana/scoring/model.hpp"
#include "pramana/scoring/ruleset.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace pramana::scoring {
namespace {

constexpr std::string_view kNames[] = {"default-1", "default-2"};
// The thresholds of SemanticRules are dot products at this scale; another scale needs others.
static_assert(kIndexScale == 400.0F);

}  // namespace

std::span<const std::string_view> Ruleset::names() noexcept { return kNames; }

Result<Ruleset> Ruleset::named(std::string_view name) {
    const std::string_view own = name.substr(0, name.find('+'));
    if (std::find(std::begin(kNames), std::end(kNames), own) == std::end(kNames))
        return Error{Errc::kRulesetInvalid, "scoring.ruleset.named"};
    RulesetValues values;  // the defaults of the header
    values.name = own;
    if (own != kNames[0]) {
        values.extract.formats = {.version = kFormatsVersion,
                                  .archive_depth_max = FormatRules{}.archive_depth_max,
                                  .authenticity = kAuthenticityVersion};
        values.novelty.version = kNoveltyVersion;
        values.quality.version = kQualityVersion;
    }
    if (own != name) {
        values.corpus = name.substr(own.size() + 1);
        if (values.corpus == RulesetValues{}.corpus)  // one name for each ruleset
            return Error{Errc::kRulesetInvalid, "scoring.ruleset.named"};
    }
    values.unicode_sha256 = unicode::kSha256;
    values.model_sha256 = pinned_model_digest();
    return make(std::move(values));
}

}  // namespace pramana::scoring
