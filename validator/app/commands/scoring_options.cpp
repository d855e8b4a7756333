#include "scoring_options.hpp"

#include "model_file.hpp"
#include "parallel.hpp"
#include "pramana/scoring/encoder.hpp"

namespace pramana::app {
namespace {

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

Outcome<ScoringTools> open_scoring(const Arguments& arguments, scoring::Backend backend,
                                   ScoringDefaults defaults) {
    const std::optional<std::string> name = arguments.text("ruleset");
    Outcome<scoring::Ruleset> ruleset = !name && defaults.ruleset
                                            ? *std::move(defaults.ruleset)
                                            : open_ruleset(name.value_or("default-1"));
    if (!ruleset) return ruleset.failure();
    if (const std::optional<std::string> directory = arguments.text("references")) {
        defaults.references.clear();
        for (const scoring::PublicText& text : ruleset->values().public_texts)
            defaults.references.emplace(text.name, std::filesystem::path{*directory} / text.name);
    }
    References references;
    const Outcome<Done> opened = open_references(*ruleset, defaults.references, references);
    if (!opened) return opened.failure();
    Outcome<std::shared_ptr<const scoring::Model>> model = open_model(arguments.text("model"));
    if (!model) return model.failure();
    ScoringTools tools{*std::move(ruleset), *std::move(model), nullptr, std::move(references)};
    tools.engine = std::make_unique<scoring::Engine>(tools.model, parallel_over_machine(), backend);
    return tools;
}

}  // namespace pramana::app
