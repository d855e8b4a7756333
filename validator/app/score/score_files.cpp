#include "score_files.hpp"

#include "commands/failure.hpp"
#include "pramana/core/hex.hpp"

#include <iomanip>
#include <ostream>
#include <sstream>

namespace pramana::app {
namespace {

constexpr int kExitData = 65;
constexpr std::size_t kNameColumn = 28;
constexpr std::size_t kPathCharactersMax = 4096;

/// A Q16 share in thousandths, rounded down: what is printed is never more than what is paid for.
std::string milli(scoring::Q16 value) {
    const std::uint64_t thousandths = std::uint64_t{value} * 1000 / scoring::kQ16One;
    std::ostringstream text;
    text << thousandths / 1000 << '.' << std::setw(3) << std::setfill('0') << thousandths % 1000;
    return text.str();
}

void print_header(std::ostream& out) {
    out << std::left << std::setw(kNameColumn) << "file" << std::right << std::setw(8) << "chunks"
        << std::setw(10) << "mass" << std::setw(10) << "new" << std::setw(12) << "uniqueness"
        << std::setw(9) << "quality" << std::setw(7) << "pay"
        << "  why\n";
}

/// The end of a long path: its column keeps its width.
std::string short_name(const std::string& file) {
    std::string name = printable(file, kPathCharactersMax);
    if (name.size() < kNameColumn) return name;
    return "..." + name.substr(name.size() - (kNameColumn - 4));
}

void print_row(std::ostream& out, const ScoredFile& scored) {
    const scoring::Score& score = scored.score;
    out << std::left << std::setw(kNameColumn) << short_name(scored.file) << std::right
        << std::setw(8) << score.chunks << std::setw(10) << score.mass << std::setw(10)
        << score.novel_mass << std::setw(12) << milli(score.uniqueness) << std::setw(9)
        << milli(score.quality) << std::setw(7) << milli(score.pay_1024 * (scoring::kQ16One / 1024))
        << ' ';
    for (const scoring::Reason& reason : score.reasons) out << ' ' << reason.code;
    for (std::size_t cause = 1; cause < score.mass_by_cause.size(); ++cause) {
        const std::uint64_t lost = score.mass_by_cause[cause];
        if (lost * 100 >= score.mass && lost > 0)
            out << "  " << kCauseNames[cause] << ' ' << lost * 100 / score.mass << '%';
    }
    out << '\n';
}

void print_corpus(std::ostream& out, const OfflineCorpus& corpus) {
    out << "corpus " << to_hex0x(corpus.key().id.view()) << " epoch " << corpus.key().epoch << ": "
        << corpus.corpus().size() << (corpus.corpus().size() == 1 ? " place" : " places")
        << ", root " << to_hex0x(corpus.corpus().root().view())
        << (corpus.commits() ? "" : "; nothing was written") << '\n';
}

void print_failed(std::ostream& err, const std::string& file, Errc code) {
    const bool missing = code == Errc::kNotFound;
    err << printable(file, kPathCharactersMax) << ": " << name_of(code) << ": "
        << (missing ? "There is no such file." : sentence_of(code))
        << "\n  next: " << (missing ? "Check its name." : next_step_of(code)) << '\n';
}

/// Errors that are about this file: the next one may well be scored.
bool is_about_the_file(Errc code) {
    return code == Errc::kNotFound || code == Errc::kIo || blame_of(code) == Blame::kSender;
}

}  // namespace

int score_files(const ScoreRequest& request, const Scorer& scorer, OfflineCorpus& corpus,
                std::ostream& out, std::ostream& err) {
    int exit_code = 0;
    if (!request.json) print_header(out);
    for (const std::string& file : request.files) {
        const Result<ScoredFile> scored =
            score_file(file, scorer, corpus, request.owner, request.seed);
        if (scored) {
            if (request.json)
                out << json_of(*scored, scorer, request.trace) << '\n';
            else
                print_row(out, *scored);
            out.flush();
            continue;
        }
        const Errc code = scored.error().code;
        print_failed(err, file, code);
        if (request.json) out << json_of(file, code) << '\n';
        if (!is_about_the_file(code)) return exit_code_of(code);
        exit_code = kExitData;
    }
    if (!request.json) print_corpus(out, corpus);
    return exit_code;
}

}  // namespace pramana::app
