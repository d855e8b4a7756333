#include "novelty/novelty.hpp"
#include "pramana/core/check.hpp"
#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

namespace pramana::bench {
namespace {

using namespace scoring;

constexpr double kKept = 0.9;  // the uniqueness that an innocent must keep
constexpr std::uint64_t kMassMin = 1024;

/// Collections of one topic are dealt to two sides; texts of one side meet the corpus of the other.
/// Collections of one project stay together, and texts of many authors are dealt one by one.
using Sides = std::array<std::map<std::string, std::vector<const Text*>>, 2>;

Sides deal(const std::vector<Collection>& collections, const EntryCache& cache) {
    Sides sides;
    std::map<std::string, std::size_t> dealt;
    std::size_t manual_pages = 0;
    for (const Collection& collection : collections) {
        std::size_t side = dealt[collection.topic]++ % 2;
        if (collection.name == "manual_pages") manual_pages = side;
        if (collection.name == "programmers_pages") side = manual_pages;
        for (const Text& text : collection.texts) {
            const Bytes* entry = cache.find(text.id);
            if (entry == nullptr || entry->empty()) continue;
            const std::size_t at = collection.many_authors() ? text.id.bytes[1] % 2 : side;
            sides[at][collection.topic].push_back(&text);
        }
    }
    for (auto& topics : sides)
        for (auto& [topic, texts] : topics)
            std::sort(texts.begin(), texts.end(),
                      [](const Text* a, const Text* b) { return a->id < b->id; });
    return sides;
}

/// What one corpus size did.
struct Kept {
    std::size_t texts = 0, kept = 0;
    std::uint64_t mass = 0, novel = 0;
    std::array<std::uint64_t, 6> causes{};
    void add(const Score& score) {
        ++texts;
        mass += score.mass;
        novel += score.novel_mass;
        for (std::size_t i = 0; i < causes.size(); ++i) causes[i] += score.mass_by_cause[i];
        const double own = static_cast<double>(score.mass_by_cause[4]);
        const double new_or_own = static_cast<double>(score.novel_mass) + own;
        kept += new_or_own >= kKept * static_cast<double>(score.mass) ? 1U : 0U;
    }
};

std::vector<Prepared> queries_of(const Bench& bench, const std::vector<const Text*>& texts) {
    std::vector<Prepared> out;
    for (const Text* text : texts) {
        if (out.size() == bench.settings.texts_max) break;
        if (text->for_fitting() != bench.settings.fitting_half) continue;
        std::optional<Prepared> prepared =
            bench.preparer.replay(text->body, *bench.cache.find(text->id));
        PRAMANA_CHECK(prepared.has_value());
        std::uint64_t mass = 0;
        for (const PreparedChunk& chunk : prepared->state().chunks) mass += chunk.weight;
        if (mass >= kMassMin) out.push_back(*std::move(prepared));
    }
    return out;
}

/// The topic's own texts first, so that every corpus size is as hard as can be.
std::vector<const Text*> rows_for(const std::map<std::string, std::vector<const Text*>>& side,
                                  const std::string& topic) {
    std::vector<const Text*> out;
    if (const auto own = side.find(topic); own != side.end()) out = own->second;
    const auto own_end = static_cast<std::ptrdiff_t>(out.size());
    for (const auto& [name, texts] : side)
        if (name != topic) out.insert(out.end(), texts.begin(), texts.end());
    std::sort(out.begin() + own_end, out.end(),
              [](const Text* a, const Text* b) { return a->id < b->id; });
    return out;
}

class Growth {
  public:
    explicit Growth(const Bench& bench) : bench_{bench} {
        for (std::uint64_t size = 1000; size <= bench.settings.rows_max; size *= 10)
            sizes_.push_back(size);
    }

    void run(const std::string& topic, const std::vector<Prepared>& queries,
             const std::vector<const Text*>& rows) {
        CorpusIndex corpus;
        std::size_t next = 0;
        for (const Text* text : rows) {
            if (next == sizes_.size()) return;
            const Result<EntryRecord> entry = decode_entry(*bench_.cache.find(text->id));
            PRAMANA_CHECK(static_cast<bool>(entry));
            corpus.append(*entry);
            if (corpus.rows() < sizes_[next]) continue;
            judge(topic, sizes_[next], queries, corpus);
            ++next;
        }
        judge(topic, corpus.rows() / 1000 * 1000 + 999, queries, corpus);  // all there is
    }

    void tell() const;

  private:
    void judge(const std::string& topic, std::uint64_t size, const std::vector<Prepared>& queries,
               const CorpusIndex& corpus) {
        const bool whole = size % 1000 == 999;
        const Background background{.corpus = &corpus};
        for (const Prepared& query : queries) {
            Score score;
            add_masses(score, query.state().chunks,
                       assess(query.state(), background, bench_.ruleset.values().semantic, {}));
            (whole ? all_ : found_[size]).add(score);
            (whole ? topics_all_[topic] : topics_[topic][size]).add(score);
        }
        if (whole) largest_ = std::max(largest_, static_cast<std::uint64_t>(corpus.rows()));
    }

    const Bench& bench_;
    std::vector<std::uint64_t> sizes_;
    std::map<std::uint64_t, Kept> found_;
    std::map<std::string, std::map<std::uint64_t, Kept>> topics_;
    std::map<std::string, Kept> topics_all_;
    Kept all_;
    std::uint64_t largest_ = 0;
};

std::string words_of(const Kept& kept) {
    const auto mass = static_cast<double>(kept.mass);
    return percent(static_cast<double>(kept.kept), static_cast<double>(kept.texts)) + " of " +
           std::to_string(kept.texts) + " texts; lost in all: exact " +
           percent(static_cast<double>(kept.causes[1]), mass) + ", lexical " +
           percent(static_cast<double>(kept.causes[2]), mass) + ", semantic " +
           percent(static_cast<double>(kept.causes[3]), mass);
}

void Growth::tell() const {
    const auto bound = [](const Kept& kept) {
        return static_cast<double>(kept.kept) >= 0.99 * static_cast<double>(kept.texts);
    };
    for (const auto& [size, kept] : found_)
        bench_.report.require(
            "independent texts that keep U >= 0.9, " + std::to_string(size) + " chunks before them",
            ">= 99 %", words_of(kept), bound(kept));
    if (all_.texts > 0)
        bench_.report.require(
            "the same, all chunks at hand (up to " + std::to_string(largest_) + ")", ">= 99 %",
            words_of(all_), bound(all_));
    for (const auto& [topic, kept] : topics_all_)
        bench_.report.tell("  " + topic + ", all chunks at hand", words_of(kept));
}

}  // namespace

void report_innocents(const Bench& bench) {
    const std::vector<Collection> collections = read_collections(bench.settings.directory);
    const Sides sides = deal(collections, bench.cache);
    Growth growth{bench};
    for (std::size_t side = 0; side < sides.size(); ++side)
        for (const auto& [topic, texts] : sides[side])
            growth.run(topic, queries_of(bench, texts), rows_for(sides[1 - side], topic));
    growth.tell();
}

}  // namespace pramana::bench
