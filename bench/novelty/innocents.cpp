#include "index/dot.hpp"
#include "judged.hpp"
#include "losses.hpp"
#include "novelty/novelty.hpp"
#include "pramana/core/check.hpp"
#include "quotes.hpp"
#include "report.hpp"

#include <algorithm>
#include <map>

namespace pramana::bench {
namespace {

using namespace scoring;

constexpr double kKept = 0.9;  // the uniqueness that an innocent must keep
constexpr std::uint64_t kMassMin = 1024;
/// Up to here a topic's own texts come first; larger corpora mix all topics.
constexpr std::uint64_t kTopicFirstMax = 10'000;

/// What one corpus size did.
struct Kept {
    std::size_t texts = 0, kept = 0, chunks = 0;
    std::uint64_t mass = 0;
    std::size_t independent = 0, independent_kept = 0;  ///< without texts that quote
    std::array<std::uint64_t, 6> causes{};
    bool add(const Score& score, bool quotes) {
        ++texts;
        independent += quotes ? 0U : 1U;
        mass += score.mass;
        for (std::size_t i = 0; i < causes.size(); ++i) causes[i] += score.mass_by_cause[i];
        // A text's own repetitions, and notices that are public, are not taken from anybody.
        const std::uint64_t own = score.mass_by_cause[static_cast<std::size_t>(Cause::kInternal)] +
                                  score.mass_by_cause[static_cast<std::size_t>(Cause::kPublic)];
        const bool good =
            static_cast<double>(score.novel_mass + own) >= kKept * static_cast<double>(score.mass);
        kept += good ? 1U : 0U;
        independent_kept += good && !quotes ? 1U : 0U;
        return good;
    }
};

struct Query {
    const Text* text;
    Prepared prepared;
};

/// Judged texts of the half that is asked for, embedded whole.
std::vector<Query> queries_of(const Bench& bench, const Judged& judged,
                              const std::vector<const Text*>& texts) {
    std::vector<Query> out;
    for (const Text* text : texts) {
        if (text->for_fitting() != bench.settings.fitting_half || !judged.contains(text->id))
            continue;
        const Bytes* entry = bench.cache.find(text->id);
        if (entry == nullptr || entry->empty()) continue;
        std::optional<Prepared> prepared = bench.preparer.replay(text->body, *entry);
        if (!prepared) continue;
        std::uint64_t mass = 0;
        for (const PreparedChunk& chunk : prepared->state().chunks) mass += chunk.weight;
        if (mass >= kMassMin) out.push_back({text, *std::move(prepared)});
    }
    return out;
}

/// Texts of all folds but one, those of `topic` first.
std::vector<const Text*> rows_for(const std::vector<Fold>& folds, std::size_t left_out,
                                  const std::string& topic) {
    std::vector<const Text*> out, others;
    for (std::size_t i = 0; i < folds.size(); ++i) {
        if (i == left_out) continue;
        for (const auto& [name, texts] : folds[i].topics) {
            std::vector<const Text*>& to = name == topic ? out : others;
            to.insert(to.end(), texts.begin(), texts.end());
        }
    }
    const auto by_id = [](const Text* a, const Text* b) { return a->id < b->id; };
    std::sort(out.begin(), out.end(), by_id);
    std::sort(others.begin(), others.end(), by_id);
    out.insert(out.end(), others.begin(), others.end());
    return out;
}

class Growth {
  public:
    Growth(const Bench& bench, std::span<const CorpusIndex* const> references,
           const std::unordered_map<Hash32, Quoted>& quotes)
        : bench_{bench}, references_{references}, quotes_{quotes} {}

    /// Judges at 10^k chunks, `from` to `to`, and at the end of the rows if that is asked for.
    void run(const std::vector<Query>& queries, const std::vector<const Text*>& rows,
             std::uint64_t from, std::uint64_t to, bool whole) {
        CorpusIndex corpus;
        std::uint64_t next = from;
        for (const Text* text : rows) {
            if (next > to && !whole) return;
            const Bytes* bytes = bench_.cache.find(text->id);
            if (bytes == nullptr || bytes->empty()) continue;
            const Result<EntryRecord> entry = decode_entry(*bytes);
            PRAMANA_CHECK(static_cast<bool>(entry));
            corpus.append(*entry);
            if (next > to || corpus.rows() < next) continue;
            judge(queries, corpus, found_[next], nullptr);
            next *= 10;
        }
        if (!whole) return;
        judge(queries, corpus, all_, &lost_);
        smallest_ = smallest_ == 0 ? corpus.rows() : std::min(smallest_, corpus.rows());
        largest_ = std::max(largest_, corpus.rows());
    }

    void tell() const;
    [[nodiscard]] const std::vector<LostChunk>& lost() const noexcept { return lost_; }

  private:
    void judge(const std::vector<Query>& queries, const CorpusIndex& corpus, Kept& kept,
               std::vector<LostChunk>* lost) {
        const Background background{.corpus = &corpus, .references = references_};
        for (const Query& query : queries) {
            const Prepared::State& state = query.prepared.state();
            const std::vector<Known> known = assess(state, background, bench_.ruleset.values(), {});
            Score score;
            add_masses(score, state.chunks, known);
            kept.chunks += state.chunks.size();
            const auto quoted = quotes_.find(query.text->id);
            const bool quotes = quoted != quotes_.end() && quoted->second.quotes();
            const bool good = kept.add(score, quotes);
            if (lost == nullptr) continue;
            if (quotes) left_out_.push_back({&quoted->second, good});
            if (good) continue;
            for (std::size_t i = 0; i < known.size(); ++i)
                if (known[i].corpus > known[i].published + kQ16One / 10)
                    lost->push_back({query.text, i, known[i].corpus, known[i].cause});
        }
    }

    const Bench& bench_;
    std::span<const CorpusIndex* const> references_;
    const std::unordered_map<Hash32, Quoted>& quotes_;
    struct LeftOut {
        const Quoted* quoted;
        bool kept;
    };
    std::vector<LeftOut> left_out_;
    std::map<std::uint64_t, Kept> found_;
    Kept all_;
    std::vector<LostChunk> lost_;
    std::size_t smallest_ = 0, largest_ = 0;
};

std::string words_of(const Kept& kept) {
    const auto mass = static_cast<double>(kept.mass);
    const auto part = [&](Cause cause) {
        return percent(static_cast<double>(kept.causes[static_cast<std::size_t>(cause)]), mass);
    };
    const auto share = [](std::size_t good, std::size_t all) {
        return percent(static_cast<double>(good), static_cast<double>(all)) + " of " +
               std::to_string(all);
    };
    return share(kept.independent_kept, kept.independent) + " texts that quote nobody; " +
           share(kept.kept, kept.texts) + " of all (" + std::to_string(kept.chunks) +
           " chunks); lost in all: exact " + part(Cause::kExact) + ", lexical " +
           part(Cause::kLexical) + ", semantic " + part(Cause::kSemantic) + ", public " +
           part(Cause::kPublic);
}

void Growth::tell() const {
    const auto bound = [](const Kept& kept) {
        return static_cast<double>(kept.independent_kept) >=
               0.99 * static_cast<double>(kept.independent);
    };
    for (const auto& [size, kept] : found_)
        bench_.report.require(
            "independent texts that keep U >= 0.9, " + std::to_string(size) + " chunks before them",
            ">= 99 %", words_of(kept), bound(kept));
    if (all_.texts == 0) return;
    bench_.report.require("the same, all chunks at hand (" + std::to_string(smallest_) + " to " +
                              std::to_string(largest_) + ")",
                          ">= 99 %", words_of(all_), bound(all_));
    for (const LeftOut& one : left_out_)
        bench_.report.tell("left out: quotes " + one.quoted->source->name,
                           percent(static_cast<double>(one.quoted->in_runs),
                                   static_cast<double>(one.quoted->words)) +
                               " of " + std::to_string(one.quoted->words) + " words; " +
                               (one.kept ? "kept" : "lost"));
}

}  // namespace

void report_innocents(const Bench& bench) {
    std::vector<Collection> collections = read_collections(bench.settings.directory);
    collections.push_back({kVerses, kVerses, {}});  // rows for all but those who comment on them
    for (const Pair& verse : read_verses(bench.settings.directory)) {
        collections.back().texts.push_back(text_of(verse.original));
        collections.back().texts.push_back(text_of(verse.retold));
    }
    const std::vector<Fold> folds = deal(collections);
    const Judged judged = judged_texts(bench.settings.directory, folds, bench.settings.texts_max);
    const std::optional<CorpusIndex> notices = public_notices(bench);
    std::vector<const CorpusIndex*> references;
    if (notices) references.push_back(&*notices);
    const auto quotes = find_quotes(collections, folds, judged);
    Growth growth{bench, references, quotes};
    for (std::size_t fold = 0; fold < folds.size(); ++fold) {
        std::vector<Query> all;
        for (const auto& [topic, texts] : folds[fold].topics) {
            std::vector<Query> queries = queries_of(bench, judged, texts);
            if (queries.empty()) continue;
            growth.run(queries, rows_for(folds, fold, topic), 1000,
                       std::min(kTopicFirstMax, bench.settings.rows_max), false);
            std::move(queries.begin(), queries.end(), std::back_inserter(all));
        }
        if (bench.settings.rows_max > kTopicFirstMax && !all.empty())
            growth.run(all, rows_for(folds, fold, ""), 10 * kTopicFirstMax, bench.settings.rows_max,
                       true);
    }
    growth.tell();
    if (!bench.settings.losses.empty()) write_losses(bench, collections, growth.lost(), quotes);
}

}  // namespace pramana::bench
