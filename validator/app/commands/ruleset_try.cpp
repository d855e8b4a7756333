#include "ruleset_try.hpp"

#include "corpus_options.hpp"
#include "failure.hpp"
#include "parallel.hpp"
#include "pramana/core/json.hpp"
#include "reward.hpp"
#include "score/scored_file.hpp"
#include "scoring_options.hpp"

#include <sysexits.h>
#include <cstdio>

namespace pramana::app {
namespace {

constexpr std::string_view kTryFormat = "pramana:ruleset-try:1";
constexpr std::size_t kPathCharactersMax = 4'096;

/// One sample under the ruleset: a score, or why there is none.
struct Sample {
    std::string file;
    std::optional<ScoredFile> scored{};
    std::optional<Error> refused{};
    [[nodiscard]] std::uint32_t pay_1024() const { return scored ? scored->score.pay_1024 : 0; }
    [[nodiscard]] std::string_view verdict() const {
        if (!scored) return "refused";
        return pay_1024() > 0 ? "paid" : "worth_nothing";
    }
};

std::string amount_text(std::uint64_t pay_1024, const std::optional<Reward>& reward) {
    const std::string share = thousandths(pay_1024 * 1000 / 1024);
    return reward ? reward->part(pay_1024) + " (" + share + " of the reward)"
                  : share + " of the reward";
}

std::string refusal_text(const Error& error) {
    if (error.code == Errc::kNotFound) return "not_found: There is no such file.";
    std::string out{name_of(error.code)};
    out.append(": ").append(sentence_of(error.code));
    const std::string_view part = scoring::missing_part_of(error);
    if (!part.empty()) out.append(" Missing: ").append(part) += '.';
    return out;
}

std::string scored_text(const ScoredFile& scored, const std::optional<Reward>& reward) {
    const scoring::Score& score = scored.score;
    std::string out = "  " + amount_text(score.pay_1024, reward) + '\n';
    out += "  " + std::string{name_of(scored.format)} + ", " + grouped(score.novel_mass) + " of " +
           grouped(score.mass) + " characters are new, quality " +
           thousandths(std::uint64_t{score.quality} * 1000 / scoring::kQ16One) + '\n';
    for (const scoring::Reason& reason : score.reasons)
        out.append("  ").append(reason.code).append(": ").append(reason.sentence) += '\n';
    if (!scored.reading) return out;
    for (std::size_t i = 0; i < scoring::kNotReadReasons; ++i) {
        const std::uint64_t count = scored.reading->notes.not_read[i];
        if (count == 0) continue;
        const scoring::NotReadText& text = scoring::text_of(static_cast<scoring::NotRead>(i));
        out.append("  not read, ").append(grouped(count)).append(" times: ").append(text.code);
        out.append(": ").append(text.sentence) += '\n';
    }
    for (const scoring::CheckResult& check : scored.reading->authenticity.checks)
        if (!check.passed())
            out.append("  not authentic: ").append(rule_of(check.check).expected) += '\n';
    return out;
}

std::string_view next_step_for(const Error& error) {
    if (error.code == Errc::kNotFound) return "Check its name.";
    return next_step_of(error.code);
}

std::string text_of(const Sample& sample, const std::optional<Reward>& reward) {
    std::string out =
        printable(sample.file, kPathCharactersMax) + ": " +
        (sample.scored ? sample.pay_1024() > 0 ? "paid" : "worth nothing" : "refused") + '\n';
    if (sample.scored) return out + scored_text(*sample.scored, reward);
    return out + "  " + refusal_text(*sample.refused) +
           "\n  next: " + std::string{next_step_for(*sample.refused)} + '\n';
}

std::string sample_json(const Sample& sample, const Scorer& scorer,
                        const std::optional<Reward>& reward) {
    JsonObject out;
    out.text("format", kTryFormat).text("file", sample.file).text("verdict", sample.verdict());
    out.number("pay_1024", sample.pay_1024());
    if (reward) out.text("amount", reward->part(sample.pay_1024()));
    if (sample.refused) {
        out.text("reason", name_of(sample.refused->code));
        const std::string_view part = scoring::missing_part_of(*sample.refused);
        if (!part.empty()) out.text("missing", part);
    }
    return out.raw("score", sample.scored ? json_of(*sample.scored, scorer, false)
                                          : json_of(sample.file, sample.refused->code))
               .str() +
           '\n';
}

Outcome<OfflineCorpus> corpus_of(const Arguments& arguments) {
    const scoring::ParallelFor parallel_for = parallel_over_machine();
    const std::optional<std::string> directory = arguments.text("corpus");
    if (!directory) return OfflineCorpus{store::CorpusKey{}, parallel_for};
    Outcome<std::unique_ptr<CorpusDirectory>> opened =
        open_corpus({.directory = *directory,
                     .key_file = arguments.text("corpus-key"),
                     .expected = std::nullopt,
                     .may_create = false,
                     .places_max = std::nullopt},
                    parallel_for);
    if (!opened) return opened.failure();
    return OfflineCorpus{*std::move(opened), false};
}

/// Errors that are about this sample: the next one may well be scored.
bool is_about_the_file(Errc code) {
    return code == Errc::kNotFound || code == Errc::kIo || blame_of(code) == Blame::kSender;
}

void print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

std::string summary_text(std::span<const std::size_t, 3> counts, std::uint64_t pay,
                         const std::optional<Reward>& reward) {
    return std::to_string(counts[0]) + " paid, " + std::to_string(counts[1]) + " worth nothing, " +
           std::to_string(counts[2]) + " refused; in all " + amount_text(pay, reward) +
           "; nothing was written\n";
}

/// What no sample shows: it belongs to a contribution.
constexpr std::string_view kOwnedToo =
    "A contribution needs a witness's statement of ownership too; `ruleset explain` says whose.\n";

}  // namespace

int try_ruleset(const Arguments& arguments, std::span<const std::string> files) {
    std::optional<Reward> reward;
    if (const std::optional<std::string> given = arguments.text("reward"))
        reward = Reward::read(*given);
    Outcome<scoring::Ruleset> ruleset = open_ruleset(files.front());
    if (!ruleset) return print_failure(ruleset.failure());
    ScoringDefaults defaults;
    defaults.ruleset = *std::move(ruleset);
    Outcome<ScoringTools> tools =
        open_scoring(arguments, scoring::Backend::kBest, std::move(defaults));
    if (!tools) return print_failure(tools.failure());
    Outcome<OfflineCorpus> corpus = corpus_of(arguments);
    if (!corpus) return print_failure(corpus.failure());
    corpus->attach(tools->references);
    const Scorer scorer = tools->scorer();
    std::size_t counts[3] = {};  // paid, worth nothing, refused
    std::uint64_t pay = 0;
    for (const std::string& file : files.subspan(1)) {
        Sample sample{.file = file};
        Result<ScoredFile> scored = score_file(file, scorer, *corpus);
        if (scored)
            sample.scored = *std::move(scored);
        else
            sample.refused = scored.error();
        pay += sample.pay_1024();
        ++counts[sample.refused ? 2 : sample.pay_1024() > 0 ? 0 : 1];
        print(arguments.has("json") ? sample_json(sample, scorer, reward)
                                    : text_of(sample, reward));
        if (sample.refused && !is_about_the_file(sample.refused->code))
            return exit_code_of(sample.refused->code);
    }
    if (!arguments.has("json")) {
        print(summary_text(counts, pay, reward));
        if (scorer.ruleset.values().ownership.version > 1) print(std::string{kOwnedToo});
    }
    return counts[2] == 0 ? kExitOk : EX_DATAERR;
}

}  // namespace pramana::app
