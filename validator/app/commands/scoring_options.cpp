#include "scoring_options.hpp"

#include "model_file.hpp"
#include "parallel.hpp"
#include "pramana/os/file.hpp"
#include "pramana/scoring/encoder.hpp"

namespace pramana::app {
namespace {

constexpr std::size_t kRulesetBytesMax = std::size_t{64} << 10U;

/// The backends of this machine, for a message.
std::string backends_here() {
    std::string list;
    for (const scoring::Backend backend : scoring::backends())
        if (scoring::backend_available(backend))
            list += (list.empty() ? "" : ", ") + std::string{scoring::name_of(backend)};
    return list;
}

}  // namespace

ChosenBackend backend_of(const Arguments& arguments) {
    const std::string name = arguments.text("backend").value_or("best");
    const std::optional<scoring::Backend> backend = scoring::backend_named(name);
    if (backend && scoring::backend_available(*backend)) return {*backend, {}};
    return {scoring::Backend::kBest,
            "this machine has no backend \"" + printable(name) + "\"; it has " + backends_here()};
}

Outcome<scoring::Ruleset> open_ruleset(const std::string& name) {
    Result<scoring::Ruleset> ruleset = scoring::Ruleset::named(name);
    if (ruleset) return *std::move(ruleset);
    const Result<Bytes> text = read_file(name, kRulesetBytesMax);
    if (!text) {
        Failure failure = failure_of(ruleset.error(), "ruleset " + name);
        failure.next_step = "`version` lists the names; a file must hold a ruleset's text.";
        return failure;
    }
    std::string_view view = as_text(*text);
    if (view.ends_with('\n')) view.remove_suffix(1);
    Result<scoring::Ruleset> read = scoring::Ruleset::parse(view);
    if (read) return *std::move(read);
    return failure_of(
        Errc::kRulesetInvalid,
        "The file holds no ruleset that this version can use: " + printable(name) + '.',
        "It must be the text that `version --ruleset NAME` prints, with other "
        "numbers within their bounds.");
}

Outcome<ScoringTools> open_scoring(const Arguments& arguments, scoring::Backend backend,
                                   const std::string& usual_ruleset) {
    const std::string name = arguments.text("ruleset").value_or(usual_ruleset);
    Outcome<scoring::Ruleset> ruleset = open_ruleset(name);
    if (!ruleset) return ruleset.failure();
    Outcome<std::shared_ptr<const scoring::Model>> model = open_model(arguments.text("model"));
    if (!model) return model.failure();
    ScoringTools tools{*std::move(ruleset), *std::move(model), nullptr};
    tools.engine = std::make_unique<scoring::Engine>(tools.model, parallel_over_machine(), backend);
    return tools;
}

}  // namespace pramana::app
