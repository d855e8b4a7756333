#include "score_files.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/os/file.hpp"
#include "pramana/scoring_document/extract.hpp"

#include <iomanip>
#include <ostream>
#include <sstream>

namespace pramana::app {
namespace {

constexpr int kExitData = 65;
constexpr std::string_view kCauses[] = {"new",      "exact",    "lexical",
                                        "semantic", "internal", "public"};

struct Scored {
    scoring::Format format;
    scoring::Score score;
};

/// Opens, prepares, scores and appends one file.
Result<Scored> score_one(const std::string& file, const scoring::Engine& engine,
                         const scoring::Ruleset& ruleset, scoring::Corpus& corpus) {
    const scoring::ExtractLimits& limits = ruleset.values().extract;
    SecretBytes opened;
    {
        Result<SecretBytes> read = read_secret_file(file, limits.expanded_bytes_max);
        if (!read) return read.error();
        opened = *std::move(read);
    }
    const Result<scoring::Document> document = scoring::extract(opened.expose(), limits);
    if (!document) return document.error();
    opened = {};
    const Result<scoring::Prepared> prepared = engine.prepare(*document, ruleset);
    if (!prepared) return prepared.error();
    Result<scoring::Score> score = corpus.score(*prepared, ruleset);
    if (!score) return score.error();
    Bytes entry = prepared->corpus_entry();
    const Status appended = corpus.append(entry);
    wipe(entry);
    if (!appended) return appended.error();
    return Scored{document->format, *std::move(score)};
}

/// A Q16 share in thousandths, rounded down: what is printed is never more than what is paid for.
std::string milli(scoring::Q16 value) {
    const std::uint64_t thousandths = std::uint64_t{value} * 1000 / scoring::kQ16One;
    std::ostringstream text;
    text << thousandths / 1000 << '.' << std::setw(3) << std::setfill('0') << thousandths % 1000;
    return text.str();
}

void print_header(std::ostream& out) {
    out << std::left << std::setw(28) << "file" << std::right << std::setw(8) << "chunks"
        << std::setw(10) << "mass" << std::setw(10) << "new" << std::setw(12) << "uniqueness"
        << std::setw(9) << "quality" << std::setw(7) << "pay"
        << "  why\n";
}

void print_row(std::ostream& out, const std::string& file, const scoring::Score& score) {
    out << std::left << std::setw(28) << file << std::right << std::setw(8) << score.chunks
        << std::setw(10) << score.mass << std::setw(10) << score.novel_mass << std::setw(12)
        << milli(score.uniqueness) << std::setw(9) << milli(score.quality) << std::setw(7)
        << milli(score.pay_1024 * (scoring::kQ16One / 1024)) << ' ';
    for (const scoring::Reason& reason : score.reasons) out << ' ' << reason.code;
    for (std::size_t cause = 1; cause < score.mass_by_cause.size(); ++cause) {
        const std::uint64_t lost = score.mass_by_cause[cause];
        if (lost * 100 >= score.mass && lost > 0)
            out << "  " << kCauses[cause] << ' ' << lost * 100 / score.mass << '%';
    }
    out << '\n';
}

void print_json(std::ostream& out, const std::string& file, const Scored& scored,
                const scoring::Corpus& corpus) {
    const scoring::Score& score = scored.score;
    out << "{\"file\":" << json_quoted(file) << ",\"format\":\"" << name_of(scored.format)
        << "\",\"chunks\":" << score.chunks << ",\"mass\":" << score.mass
        << ",\"novel_mass\":" << score.novel_mass << ",\"uniqueness_q16\":" << score.uniqueness
        << ",\"quality_q16\":" << score.quality << ",\"pay_1024\":" << score.pay_1024
        << ",\"mass_by_cause\":{";
    for (std::size_t cause = 0; cause < score.mass_by_cause.size(); ++cause)
        out << (cause == 0 ? "\"" : ",\"") << kCauses[cause] << "\":" << score.mass_by_cause[cause];
    out << "},\"reasons\":[";
    for (std::size_t i = 0; i < score.reasons.size(); ++i)
        out << (i == 0 ? "\"" : ",\"") << score.reasons[i].code << '"';
    out << "],\"trace\":\"" << to_hex(score.trace.view()) << "\",\"corpus_root\":\""
        << to_hex(corpus.root().view()) << "\",\"place\":" << corpus.size() - 1 << "}\n";
}

}  // namespace

int score_files(const ScoreRequest& request, const scoring::Engine& engine,
                const scoring::Ruleset& ruleset, const scoring::ParallelFor& parallel_for,
                std::ostream& out, std::ostream& err) {
    scoring::Corpus corpus{Hash32{}, 0, parallel_for};
    int exit_code = 0;
    if (!request.json) print_header(out);
    for (const std::string& file : request.files) {
        const Result<Scored> scored = score_one(file, engine, ruleset, corpus);
        if (scored) {
            if (request.json)
                print_json(out, file, *scored, corpus);
            else
                print_row(out, file, scored->score);
            continue;
        }
        exit_code = kExitData;
        const Errc code = scored.error().code;
        err << file << ": " << name_of(code) << ": " << sentence_of(code)
            << "\n  next: " << next_step_of(code) << '\n';
        if (request.json)
            out << "{\"file\":" << json_quoted(file) << ",\"error\":\"" << name_of(code) << "\"}\n";
    }
    return exit_code;
}

}  // namespace pramana::app
