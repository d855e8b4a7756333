#pragma once

#include "entries.hpp"

#include <string>
#include <vector>

/// The parts of novelty_report. Every part adds lines; a line with a broken bound fails the report.
namespace pramana::bench {

struct Line {
    std::string what;
    std::string goal;  ///< empty: told for information
    std::string reached;
    bool good = true;
};

struct Settings {
    std::filesystem::path directory;
    std::uint64_t rows_max = 1'000'000;  ///< the largest corpus of innocents
    std::size_t texts_max = 10;          ///< texts of one topic, fold and half that are judged
    bool large = false;                  ///< also cut a file of 5.7 MB into 4,096 paid pieces
    std::filesystem::path losses{};      ///< where lost chunks are written beside what took them
    bool fitting_half = false;           ///< for choosing thresholds; a report uses the other half
};

struct Report {
    std::vector<Line> lines;
    void tell(std::string what, std::string reached);
    void require(std::string what, std::string goal, std::string reached, bool good);
};

struct Bench {
    const Settings& settings;
    const scoring::Ruleset& ruleset;
    const Preparer& preparer;
    const EntryCache& cache;
    Report& report;
};

/// Detection of retold passages and the area under the curve against the hardest negatives.
void report_paraphrases(const Bench& bench);
/// Uniqueness of independent texts on one topic as the corpus grows.
void report_innocents(const Bench& bench);
/// What files of other languages and random letters lose to themselves: tools/novelty_texts
/// --languages.
void report_languages(const Bench& bench);
/// What copying, cutting and interleaving earn.
void report_money(const Bench& bench);

/// 4 decimals, and a percentage of one part in a whole.
[[nodiscard]] std::string decimals(double value, int digits = 4);
[[nodiscard]] std::string percent(double part, double whole);

}  // namespace pramana::bench
