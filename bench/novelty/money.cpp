#include "pramana/core/check.hpp"
#include "pramana/core/sha256.hpp"
#include "report.hpp"
#include "score.hpp"

#include <algorithm>
#include <functional>
#include <sstream>

namespace pramana::bench {
namespace {

using namespace scoring;

constexpr std::size_t kFileBytes = 60'000;  // below N_ref, so that nothing hides behind the cap
constexpr std::size_t kPieces = 4096;
constexpr std::size_t kPieceBytes = 1'400;  // above N_min, so that every piece can be paid

std::vector<std::string> split(const std::string& text, const std::string& at) {
    std::vector<std::string> out;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find(at, begin), text.size());
        if (end > begin) out.push_back(text.substr(begin, end - begin));
        begin = end + at.size();
    }
    return out;
}

std::string join(const std::vector<std::string>& parts, const std::string& with) {
    std::string out;
    for (const std::string& part : parts) out += out.empty() ? part : with + part;
    return out;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
    return text;
}

/// A, B, A, B, …
std::string interleaved(const std::string& a, const std::string& b, const std::string& at) {
    const std::vector<std::string> as = split(a, at), bs = split(b, at);
    std::vector<std::string> out;
    for (std::size_t i = 0; i < std::max(as.size(), bs.size()); ++i) {
        if (i < as.size()) out.push_back(as[i]);
        if (i < bs.size()) out.push_back(bs[i]);
    }
    return join(out, at);
}

std::string shuffled(const std::string& text, const std::string& at) {
    std::vector<std::string> parts = split(text, at);
    std::sort(parts.begin(), parts.end(), [](const std::string& a, const std::string& b) {
        return sha256(as_bytes_view(a)) < sha256(as_bytes_view(b));
    });
    return join(parts, at);
}

/// Texts of the half that was not fitted on, one after the other, about `bytes` of them.
std::string gather(const Bench& bench, const std::string& topic, std::size_t bytes) {
    std::string out;
    for (const Collection& collection : read_collections(bench.settings.directory)) {
        if (!topic.empty() && collection.topic != topic) continue;
        for (const Text& text : collection.texts) {
            if (text.for_fitting() || out.size() >= bytes) continue;
            out += (out.empty() ? "" : "\n\n") + text.body;
        }
    }
    return out.substr(0, out.rfind("\n\n", std::min(out.size(), bytes)));
}

class Till {
  public:
    explicit Till(const Bench& bench) : bench_{bench}, corpus_{Hash32{}, 1} {}

    Score score(const std::string& body) const {
        const std::optional<Prepared> prepared = bench_.preparer.embed(body);
        PRAMANA_CHECK(prepared.has_value());
        return *corpus_.score(*prepared, bench_.ruleset);
    }
    Score submit(const std::string& body) {
        const std::optional<Prepared> prepared = bench_.preparer.embed(body);
        if (!prepared) return {};
        Result<Score> score = corpus_.score(*prepared, bench_.ruleset);
        PRAMANA_CHECK(score && corpus_.append(prepared->corpus_entry()));
        return *std::move(score);
    }
    /// What a score would be paid if a file were not capped at 1.
    [[nodiscard]] double price(const Score& score) const {
        const PayRules& rules = bench_.ruleset.values().pay;
        if (score.novel_mass < rules.novel_mass_min) return 0;
        const auto files =
            static_cast<double>(score.novel_mass) / static_cast<double>(rules.novel_mass_reference);
        return files * pay_1024(rules.novel_mass_reference, score.mass, score.quality, rules);
    }

  private:
    const Bench& bench_;
    Corpus corpus_;
};

void copies(const Bench& bench, const std::string& original, Till& till) {
    const std::vector<std::pair<const char*, std::string>> attacks = {
        {"exact copy", original},
        {"copy with CR LF and a byte order mark",
         "\xEF\xBB\xBF" + replaced(original, "\n", "\r\n")},
        {"copy with Cyrillic letters", replaced(replaced(original, "a", "\u0430"), "o", "\u043E")},
        {"copy with zero-width spaces", replaced(original, "e", "e\u200B")},
        {"copy with its paragraphs in another order", shuffled(original, "\n\n")},
        {"the file twice over, once known", original + "\n\n" + original},
    };
    for (const auto& [name, body] : attacks) {
        const Score score = till.score(body);
        const bool must_be_nothing =
            std::string_view{name} != "copy with its paragraphs in another order";
        const std::string reached = "pays " + std::to_string(score.pay_1024) + "/1024, U " +
                                    decimals(score.uniqueness / 65536.0);
        bench.report.require(name, must_be_nothing ? "pays 0" : "pays at most 20", reached,
                             score.pay_1024 <= (must_be_nothing ? 0U : 20U));
    }
}

void interleaving(const Bench& bench, const std::string& known, const std::string& fresh,
                  const Till& till) {
    const std::uint32_t honest = till.score(fresh).pay_1024;
    const std::pair<const char*, const char*> kinds[] = {{"paragraph by paragraph", "\n\n"},
                                                         {"sentence by sentence", ". "}};
    for (const auto& [name, at] : kinds) {
        const Score score = till.score(interleaved(known, fresh, at));
        bench.report.require(
            std::string{"a known file interleaved with a new one, "} + name,
            "pays at most the new one alone (" + std::to_string(honest) + ") + 2 %",
            std::to_string(score.pay_1024), score.pay_1024 <= honest + honest / 50);
    }
    const Score twice = till.score(fresh + "\n\n" + fresh);
    bench.report.require("a new file that holds its text twice",
                         "pays at most once (" + std::to_string(honest) + ") + 2 %",
                         std::to_string(twice.pay_1024), twice.pay_1024 <= honest + honest / 50);
}

/// Pieces of about the same size, cut at white space.
std::vector<std::string> cut(const std::string& text, std::size_t pieces) {
    std::vector<std::string> out;
    std::size_t begin = 0;
    for (std::size_t i = 1; i <= pieces; ++i) {
        std::size_t end = i == pieces ? text.size() : text.size() * i / pieces;
        end = std::min(text.find(' ', std::max(end, begin)), text.size());
        out.push_back(text.substr(begin, end - begin));
        begin = end;
    }
    return out;
}

void cutting(const Bench& bench, const std::string& text, std::size_t pieces) {
    const Till whole{bench};
    const Score once = whole.score(text);
    Till till{bench};
    std::uint64_t paid = 0;
    for (const std::string& piece : cut(text, pieces)) paid += till.submit(piece).pay_1024;
    const double price = whole.price(once);
    bench.report.require(
        "a file of " + std::to_string(text.size()) + " bytes cut into " + std::to_string(pieces),
        "earns at most its own price (" + decimals(price, 0) + "/1024 without the cap) + 2 %",
        std::to_string(paid) + "/1024 in all", static_cast<double>(paid) <= price * 1.02);
}

}  // namespace

void report_money(const Bench& bench) {
    const std::string known = gather(bench, "databases", kFileBytes);
    const std::string fresh = gather(bench, "web", kFileBytes / 2);
    if (known.size() < kFileBytes / 2 || fresh.size() < kFileBytes / 4)
        return bench.report.require("texts for the money cases", "there", "missing", false);
    Till till{bench};
    const Score first = till.submit(known);
    bench.report.tell("a file of " + std::to_string(known.size()) + " bytes, first time",
                      "pays " + std::to_string(first.pay_1024) + "/1024, U " +
                          decimals(first.uniqueness / 65536.0));
    copies(bench, known, till);
    interleaving(bench, known, fresh, till);
    for (const std::size_t pieces : {std::size_t{4}, std::size_t{32}, kPieces})
        cutting(bench, known, pieces);
    if (!bench.settings.large) return;
    const std::string large = gather(bench, "", kPieces * kPieceBytes);
    if (large.size() > kPieces * kPieceBytes / 2) cutting(bench, large, kPieces);
}

}  // namespace pramana::bench
