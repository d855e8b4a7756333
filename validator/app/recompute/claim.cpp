#include "claim.hpp"

#include "members.hpp"

#include <filesystem>

namespace pramana::app {
namespace {

constexpr std::string_view kScoreFormat = "pramana:score:1";

CorpusPlace place_in(const Members& corpus) {
    return {.corpus = {corpus.hash("id"), corpus.small("epoch")},
            .place = corpus.number("place"),
            .previous_root = corpus.hash("previous_root"),
            .new_root = corpus.hash("new_root")};
}

void read_score(const Members& from, bool& whole, ScoreClaim& claim) {
    claim.score.chunks = from.small("chunks");
    claim.score.mass = from.number("mass");
    claim.score.novel_mass = from.number("novel_mass");
    claim.score.uniqueness = from.small("uniqueness_q16");
    claim.score.quality = from.small("quality_q16");
    claim.score.pay_1024 = from.small("pay_1024");
    const Members causes = from.object("mass_by_cause");
    for (std::size_t i = 0; i < std::size(kCauseNames); ++i)
        claim.score.mass_by_cause[i] = causes.number(kCauseNames[i]);
    for (const JsonView& reason : from.items("reasons"))
        claim.reasons.push_back(Members{reason, whole}.text("code"));
}

void read_chunks(const std::vector<JsonView>& rows, bool& whole, ScoreClaim& claim) {
    claim.has_chunks = true;
    claim.steps.chunks.reserve(rows.size());
    claim.verdicts.reserve(rows.size());
    for (const JsonView& row : rows) {
        const Members chunk{row, whole};
        claim.steps.chunks.push_back({.words = chunk.hash("words"),
                                      .pieces = chunk.hash("pieces"),
                                      .prints = chunk.hash("prints"),
                                      .codes = chunk.hash("codes"),
                                      .weight = chunk.small("weight")});
        claim.verdicts.push_back({.known_q16 = chunk.small("known_q16"),
                                  .total_q16 = chunk.small("total_q16"),
                                  .cause = chunk.cause("cause"),
                                  .public_q16 = chunk.small("public_q16")});
        if (!whole) return;  // the first wrong row says enough
    }
}

std::optional<ScoreClaim> score_claim_of(const JsonView& line) {
    bool whole = true;
    const Members members{line, whole};
    ScoreClaim claim;
    claim.ruleset = members.object("ruleset").hash("digest");
    claim.model = members.hash("model_digest");
    claim.backend = members.text("backend");
    claim.at = place_in(members.object("corpus"));
    claim.owner = members.address_or_null("owner");
    claim.seed = members.hash_or_null("seed");
    read_score(members.object("score"), whole, claim);
    const Members trace = members.object("trace");
    claim.score.trace = trace.hash("root");
    claim.steps.ruleset = claim.ruleset;
    claim.steps.document = {.records = trace.hash("records"),
                            .canonical = trace.hash("canonical"),
                            .ill_formed = trace.number("ill_formed"),
                            .features = trace.hash("features"),
                            .quality_q16 = claim.score.quality};
    if (line.member("trace") && line.member("trace")->member("chunks"))
        read_chunks(trace.items("chunks"), whole, claim);
    if (!whole) return std::nullopt;
    return claim;
}

/// A line of `score --json`, if it is one.
std::optional<JsonView> score_line(std::string_view text) {
    const Result<JsonView> line = read_json(text, 8);
    if (!line || line->kind() != JsonKind::kObject) return std::nullopt;
    const std::optional<JsonView> format = line->member("format");
    const Result<std::string> name =
        format ? format->text() : Error{Errc::kBadRequest, "app.claim.format"};
    return name && *name == kScoreFormat ? std::optional{*line} : std::nullopt;
}

std::string file_of(const JsonView& line) {
    const std::optional<JsonView> file = line.member("file");
    const Result<std::string> name =
        file ? file->text() : Error{Errc::kBadRequest, "app.claim.file"};
    return name ? *name : std::string{};
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (end > 0) lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

}  // namespace

std::variant<Claim, ClaimProblem> read_claim(std::string_view text, const std::string& file) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    if (const Result<chain::BindingDocument> document = chain::parse_binding_document(text))
        return Claim{*document};
    std::vector<JsonView> all;
    for (const std::string_view line : lines_of(text)) {
        const std::optional<JsonView> score = score_line(line);
        if (!score)
            return ClaimProblem{
                "It is neither a binding document in its canonical form nor lines of "
                "`score --json`."};
        all.push_back(*score);
    }
    const auto fits = [&file](const JsonView& line) {
        return file_of(line) == file || std::filesystem::path{file_of(line)}.filename() ==
                                            std::filesystem::path{file}.filename();
    };
    if (all.size() != 1) std::erase_if(all, [&](const JsonView& line) { return !fits(line); });
    if (all.size() != 1)
        return ClaimProblem{all.empty() ? "None of its scores is of this file."
                                        : "Several of its scores are of this file; keep one line."};
    if (all.front().member("error"))
        return ClaimProblem{"It says that the file could not be scored: there is no score in it."};
    std::optional<ScoreClaim> claim = score_claim_of(all.front());
    if (!claim) return ClaimProblem{"A member of the score is missing or of another kind."};
    return Claim{*std::move(claim)};
}

const Hash32& ruleset_of(const Claim& claim) noexcept {
    if (const auto* document = std::get_if<chain::BindingDocument>(&claim))
        return document->ruleset_digest;
    return std::get_if<ScoreClaim>(&claim)->ruleset;
}

const Hash32& model_of(const Claim& claim) noexcept {
    if (const auto* document = std::get_if<chain::BindingDocument>(&claim))
        return document->model_digest;
    return std::get_if<ScoreClaim>(&claim)->model;
}

std::optional<Hash32> seed_of(const chain::BindingDocument& document) {
    return document.sample ? std::optional{document.sample->block_hash} : std::nullopt;
}

std::optional<Hash32> seed_of(const Claim& claim) {
    const auto* document = std::get_if<chain::BindingDocument>(&claim);
    return document != nullptr ? seed_of(*document) : std::get_if<ScoreClaim>(&claim)->seed;
}

std::optional<CorpusPlace> place_of(const Claim& claim) {
    const auto* document = std::get_if<chain::BindingDocument>(&claim);
    if (document == nullptr) return std::get_if<ScoreClaim>(&claim)->at;
    if (!document->corpus.place) return std::nullopt;
    return CorpusPlace{.corpus = {document->corpus.id, document->corpus.epoch},
                       .place = *document->corpus.place,
                       .previous_root = document->corpus.previous_root,
                       .new_root = document->corpus.new_root};
}

}  // namespace pramana::app
