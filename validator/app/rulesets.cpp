#include "rulesets.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/os/file.hpp"

#include <algorithm>

namespace pramana::app {
namespace {

std::string expected_and_found(const Hash32& expected, const Hash32& found) {
    return "expected " + to_hex(expected.view()) + ", found " + to_hex(found.view());
}

Outcome<scoring::Ruleset> ruleset_in(const std::filesystem::path& file) {
    Outcome<scoring::RulesetReading> reading = read_ruleset(file);
    if (!reading) return reading.failure();
    if (reading->ruleset) return *std::move(reading->ruleset);
    const std::string name = printable(file.string());
    Failure failure = failure_of(
        Errc::kRulesetInvalid, "The file holds no ruleset that this version can use: " + name + '.',
        "`ruleset check " + name + "` lists everything that is wrong with it.");
    failure.detail = problem_line(reading->problems.front());
    return failure;
}

/// Of this version's only. A file of that name would be pinned by nothing.
Outcome<scoring::Ruleset> named_ruleset(const std::string& name) {
    Result<scoring::Ruleset> ruleset = scoring::Ruleset::named(name);
    if (ruleset) return *std::move(ruleset);
    Failure failure = failure_of(ruleset.error(), name);
    failure.sentence = "There is no ruleset of that name.";
    failure.next_step =
        "`version` lists the rulesets that are known by name; a file is named with a slash or a "
        "dot in it (./my.json) and pinned by ruleset_sha256.";
    return failure;
}

}  // namespace

Outcome<scoring::RulesetReading> read_ruleset(const std::filesystem::path& file) {
    const Result<Bytes> text = read_file(file, scoring::kRulesetFileBytesMax);
    if (!text) return failure_of_file(text.error(), file.string());
    std::string_view view = as_text(*text);
    if (!scoring::is_canonical_ruleset(view)) return scoring::read_ruleset_file(view);
    if (view.ends_with('\n')) view.remove_suffix(1);
    scoring::RulesetReading reading;
    Result<scoring::Ruleset> read = scoring::Ruleset::parse(view);
    if (read)
        reading.ruleset = *std::move(read);
    else
        reading.problems.push_back(
            {1,
             1,
             {},
             "begins as a ruleset's full text does, and is none that this version writes",
             "It must be what `version --ruleset NAME` prints, with other numbers within their "
             "bounds, byte for byte."});
    return reading;
}

std::string problem_line(const scoring::RulesetProblem& problem) {
    return std::to_string(problem.line) + ':' + std::to_string(problem.column) + ": " +
           (problem.path.empty() ? "the file" : printable(problem.path)) + ' ' +
           printable(problem.sentence, 1'000);
}

Outcome<scoring::Ruleset> open_ruleset(const std::string& name_or_file) {
    Result<scoring::Ruleset> ruleset = scoring::Ruleset::named(name_or_file);
    if (ruleset) return *std::move(ruleset);
    std::error_code ignored;
    if (std::filesystem::exists(name_or_file, ignored)) return ruleset_in(name_or_file);
    Failure failure = failure_of(ruleset.error(), name_or_file);
    failure.sentence = "There is no ruleset of that name, and no such file.";
    failure.next_step =
        "Check the file's name; `version` lists the rulesets that are known by name.";
    return failure;
}

Outcome<scoring::Ruleset> open_ruleset(const config::Dlp& dlp) {
    Outcome<scoring::Ruleset> ruleset =
        dlp.ruleset_file.empty() ? named_ruleset(dlp.ruleset) : ruleset_in(dlp.ruleset_file);
    if (!ruleset) return ruleset;
    if (dlp.ruleset_sha256 && *dlp.ruleset_sha256 != ruleset->digest()) {
        Failure failure = failure_of(
            Errc::kRulesetInvalid,
            "The ruleset is another one than ruleset_sha256 names: " + printable(dlp.ruleset) + '.',
            "Bring the ruleset that was pinned, or pin this one and set the DLP's instruction.");
        failure.detail = expected_and_found(*dlp.ruleset_sha256, ruleset->digest());
        return failure;
    }
    if (!ruleset->shared_corpus().empty() && !dlp.shared_corpus_allowed)
        return failure_of(
            Errc::kRulesetInvalid,
            "The ruleset shares its corpus with other DLPs: " + printable(dlp.ruleset) + '.',
            "Set shared_corpus_allowed of this DLP if that is wanted.");
    return ruleset;
}

std::string shown_name(const scoring::Ruleset& ruleset) {
    const std::string& name = ruleset.values().name;
    return ruleset.shared_corpus().empty() ? name : name + '+' + ruleset.values().corpus;
}

std::string ruleset_line(const scoring::Ruleset& ruleset) {
    return "ruleset  " + to_hex(ruleset.digest().view()) + ' ' + shown_name(ruleset) + '\n';
}

Outcome<Done> open_references(const scoring::Ruleset& ruleset, const ReferenceFiles& files,
                              References& open) {
    for (const scoring::PublicText& text : ruleset.values().public_texts) {
        const bool known = std::any_of(open.begin(), open.end(), [&text](const auto& reference) {
            return reference->digest() == text.sha256;
        });
        if (known) continue;
        const auto file = files.find(text.name);
        if (file == files.end())
            return failure_of(
                Errc::kRulesetInvalid,
                "The ruleset " + shown_name(ruleset) + " measures against the public text \"" +
                    text.name + "\", and no file of it was named.",
                "Name it: reference_corpora in the configuration, --references on the command "
                "line.");
        Hash32 found;
        Result<std::shared_ptr<const scoring::ReferenceCorpus>> loaded =
            scoring::ReferenceCorpus::load(file->second, text.sha256, &found);
        if (loaded) {
            open.push_back(*std::move(loaded));
            continue;
        }
        Failure failure = failure_of(loaded.error(), file->second.string());
        if (loaded.error().code != Errc::kCorpusCorrupt) return failure;
        failure.sentence = "This file is not the public text \"" + text.name +
                           "\" of the ruleset: " + printable(file->second.string()) + '.';
        failure.next_step = "Bring the file that the ruleset names by its digest.";
        failure.detail = found == text.sha256 ? "it holds no entries of a corpus"
                                              : expected_and_found(text.sha256, found);
        return failure;
    }
    return Done{};
}

}  // namespace pramana::app
