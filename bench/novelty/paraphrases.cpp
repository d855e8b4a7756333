#include "index/dot.hpp"
#include "novelty/novelty.hpp"
#include "pramana/core/check.hpp"
#include "report.hpp"

#include <algorithm>
#include <map>

namespace pramana::bench {
namespace {

using namespace scoring;

constexpr std::size_t kWordPiecesOfAChunk = 32;  // ChunkRules::pieces_min: what stands alone
constexpr std::size_t kHardest = 8;              // negatives whose wording is compared too
constexpr std::size_t kLongerOneOf = 5;          // passages that are also sought in longer chunks

/// One passage in both translations, each of one chunk.
struct PreparedPair {
    std::string book;
    EntryRecord original;
    Prepared retold;
};

/// How far a pair is known; like the share that is charged, but not cut at 0 and 1.
double evidence(std::int32_t dot, Overlap overlap, const SemanticRules& rules) {
    const auto margin = [](double value, double low, double high) {
        return (value - low) / (high - low);
    };
    const double strict = margin(dot, rules.strict_low, rules.strict_high);
    const double words = static_cast<double>(overlap.all) + rules.overlap_words_added;
    const double sum = dot + 2.0 * rules.overlap_weight * overlap.shared / words;
    return std::max(strict, margin(sum, rules.corroborated_low, rules.corroborated_high));
}

double lexical(const Prepared& query, const ChunkRecord& row) {
    const Fingerprints& prints = query.state().chunks[0].prints;
    std::vector<bool> known;
    for (const Window& window : prints.windows)
        known.push_back(std::binary_search(row.prints.begin(), row.prints.end(), window.hash));
    return static_cast<double>(covered_share(prints, known)) / kQ16One;
}

/// Share of the retold passage's mass that is known when only the original was there before.
double known_share(const PreparedPair& pair, const RulesetValues& rules) {
    CorpusIndex corpus;
    corpus.append(pair.original);
    Score score;
    const Background background{.corpus = &corpus};
    add_masses(score, pair.retold.state().chunks,
               assess(pair.retold.state(), background, rules, {}));
    return 1.0 - static_cast<double>(score.novel_mass) / static_cast<double>(score.mass);
}

std::map<std::string, std::vector<PreparedPair>> by_book(const Bench& bench,
                                                         const std::vector<Pair>& pairs) {
    std::map<std::string, std::vector<PreparedPair>> out;
    for (const Pair& pair : pairs) {
        if (pair.for_fitting() != bench.settings.fitting_half) continue;
        const Bytes* original = bench.cache.find(text_of(pair.original).id);
        const Bytes* retold = bench.cache.find(text_of(pair.retold).id);
        if (original == nullptr || retold == nullptr || original->empty() || retold->empty())
            continue;
        Result<EntryRecord> record = decode_entry(*original);
        std::optional<Prepared> prepared = bench.preparer.replay(pair.retold, *retold);
        PRAMANA_CHECK(record && prepared);
        if (record->chunks.size() != 1 || prepared->chunks() != 1) continue;
        out[pair.book].push_back({pair.book, *std::move(record), *std::move(prepared)});
    }
    return out;
}

/// Evidence of the hardest other passage of the same book for passage `query`.
double hardest_negative(const std::vector<PreparedPair>& book, std::size_t query,
                        const SemanticRules& rules) {
    const Prepared::State& retold = book[query].retold.state();
    std::vector<std::pair<double, std::size_t>> all;
    for (std::size_t row = 0; row < book.size(); ++row) {
        if (row == query) continue;
        std::int32_t dot = 0;
        best_dot_block()(retold.codes.data(), 1, book[row].original.codes.data(), 1, &dot);
        const Overlap overlap =
            content_overlap(retold.chunks[0].content, book[row].original.chunks[0].content);
        all.emplace_back(evidence(dot, overlap, rules), row);
    }
    const std::size_t kept = std::min(kHardest, all.size());
    std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept), all.end(),
                      std::greater<>{});
    double best = -1e9;
    for (std::size_t i = 0; i < kept; ++i)
        best = std::max({best, all[i].first,
                         lexical(book[query].retold, book[all[i].second].original.chunks[0])});
    return best;
}

/// Probability that a positive has more evidence than a negative; equals count half.
double area(std::vector<double> positives, std::vector<double> negatives) {
    std::sort(negatives.begin(), negatives.end());
    double wins = 0;
    for (const double value : positives) {
        const auto [low, high] = std::equal_range(negatives.begin(), negatives.end(), value);
        wins += static_cast<double>(low - negatives.begin()) + static_cast<double>(high - low) / 2;
    }
    return wins / static_cast<double>(positives.size()) / static_cast<double>(negatives.size());
}

struct Found {
    std::size_t pairs = 0, detected = 0;
    double area = 0, known = 0;
};

Found judge(const Bench& bench, const std::vector<Pair>& pairs) {
    const SemanticRules& rules = bench.ruleset.values().semantic;
    Found found;
    std::vector<double> positives, negatives;
    for (const auto& [name, book] : by_book(bench, pairs)) {
        for (std::size_t i = 0; i < book.size(); ++i) {
            const double known = known_share(book[i], bench.ruleset.values());
            ++found.pairs;
            found.detected += known >= 0.5 ? 1U : 0U;
            found.known += known;
            const Prepared::State& retold = book[i].retold.state();
            std::int32_t dot = 0;
            best_dot_block()(retold.codes.data(), 1, book[i].original.codes.data(), 1, &dot);
            const Overlap overlap =
                content_overlap(retold.chunks[0].content, book[i].original.chunks[0].content);
            positives.push_back(std::max(evidence(dot, overlap, rules),
                                         lexical(book[i].retold, book[i].original.chunks[0])));
            if (book.size() > 1) negatives.push_back(hardest_negative(book, i, rules));
        }
    }
    if (found.pairs > 0) found.area = area(std::move(positives), std::move(negatives));
    return found;
}

/// Retold passages whose original stands in one chunk with the passage behind it: chunks of a
/// retold text need not begin and end where those of the original do.
Found judge_in_longer_chunks(const Bench& bench, const std::vector<Pair>& pairs) {
    Found found;
    for (std::size_t i = 0; i + 1 < pairs.size(); i += kLongerOneOf) {
        if (pairs[i].for_fitting() != bench.settings.fitting_half) continue;
        if (pairs[i].book != pairs[i + 1].book) continue;
        const auto longer = bench.preparer.embed(pairs[i].original + ' ' + pairs[i + 1].original);
        auto retold = bench.preparer.embed(pairs[i].retold);
        if (!longer || !retold || longer->chunks() != 1 || retold->chunks() != 1) continue;
        const double known =
            known_share({pairs[i].book, record_of(longer->state()), *std::move(retold)},
                        bench.ruleset.values());
        ++found.pairs;
        found.detected += known >= 0.5 ? 1U : 0U;
        found.known += known;
    }
    return found;
}

}  // namespace

void report_paraphrases(const Bench& bench) {
    const std::vector<Pair> verses = read_verses(bench.settings.directory);
    std::vector<Pair> alone;  // long enough to be a chunk of their own
    for (const Pair& verse : verses)
        if (std::min(count_words(verse.original), count_words(verse.retold)) * 5 / 4 >=
            kWordPiecesOfAChunk)
            alone.push_back(verse);
    const Found passages_found = judge(bench, passages(verses, 50));
    const Found verses_found = judge(bench, alone);
    const auto tell = [&](const char* what, const Found& found, bool required) {
        const auto pairs = static_cast<double>(found.pairs);
        const std::string detected = percent(static_cast<double>(found.detected), pairs) + " of " +
                                     std::to_string(found.pairs) + ", known on average " +
                                     percent(found.known, pairs);
        const std::string name{what};
        if (!required) {
            bench.report.tell(name + ": detected (half of it known)", detected);
            bench.report.tell(name + ": AUC against the hardest of the same book",
                              decimals(found.area));
            return;
        }
        bench.report.require(name + ": detected (half of it known)", ">= 98 %", detected,
                             static_cast<double>(found.detected) >= 0.98 * pairs && pairs > 0);
        bench.report.require(name + ": AUC against the hardest of the same book", ">= 0.93",
                             decimals(found.area), found.area >= 0.93);
    };
    tell("passages of verses, 50 words", passages_found, true);
    tell("single verses of a chunk's length", verses_found, false);
    const Found longer = judge_in_longer_chunks(bench, passages(verses, 50));
    const auto pairs = static_cast<double>(longer.pairs);
    bench.report.tell("one passage in five, its original in a chunk twice as long: detected",
                      percent(static_cast<double>(longer.detected), pairs) + " of " +
                          std::to_string(longer.pairs) + ", known on average " +
                          percent(longer.known, pairs));
}

}  // namespace pramana::bench
