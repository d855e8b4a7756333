#include "quotes.hpp"

#include "canonical/canonical.hpp"
#include "chunk/words.hpp"

#include <algorithm>
#include <map>

namespace pramana::bench {
namespace {

using namespace scoring;

std::vector<std::uint64_t> words_of(const std::string& body, KnownWords& known) {
    const CanonicalText text = canonicalize(body);
    Words words;
    append_words({text.utf8.data(), text.utf8.size()}, known, words);
    std::vector<std::uint64_t> out;
    out.reserve(words.words.size());
    for (const Word& word : words.words) out.push_back(word.hash);
    return out;
}

/// The hash of every run of kQuotedRun words, rolling: polynomial over 2^64.
template <class Visit>
void each_run(const std::vector<std::uint64_t>& words, const Visit& visit) {
    constexpr std::uint64_t kBase = 0x9E3779B97F4A7C15;
    std::uint64_t first_factor = 1, hash = 0;
    for (std::size_t i = 1; i < kQuotedRun; ++i) first_factor *= kBase;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i >= kQuotedRun) hash -= words[i - kQuotedRun] * first_factor;
        hash = hash * kBase + words[i];
        if (i + 1 >= kQuotedRun) visit(i + 1 - kQuotedRun, hash);
    }
}

struct Candidate {
    Hash32 id;
    std::size_t fold = 0;
    std::vector<bool> covered;
    std::map<const Collection*, std::size_t> sources;
};
struct Place {
    std::uint32_t candidate = 0;
    std::uint32_t word = 0;
};

}  // namespace

std::unordered_map<Hash32, Quoted> find_quotes(const std::vector<Collection>& collections,
                                               const std::vector<Fold>& folds,
                                               const Judged& judged) {
    std::vector<Candidate> candidates;
    std::unordered_map<std::uint64_t, std::vector<Place>> runs;
    std::unordered_map<Hash32, std::size_t> fold_of;
    KnownWords known;
    for (std::size_t fold = 0; fold < folds.size(); ++fold)
        for (const auto& [topic, texts] : folds[fold].topics)
            for (const Text* text : texts) {
                fold_of[text->id] = fold;
                if (!judged.contains(text->id)) continue;
                const auto number = static_cast<std::uint32_t>(candidates.size());
                const std::vector<std::uint64_t> words = words_of(text->body, known);
                each_run(words, [&](std::size_t word, std::uint64_t hash) {
                    runs[hash].push_back({number, static_cast<std::uint32_t>(word)});
                });
                candidates.push_back({text->id, fold, std::vector<bool>(words.size()), {}});
            }
    for (const Collection& collection : collections)
        for (const Text& text : collection.texts) {
            const std::size_t fold = fold_of.at(text.id);
            each_run(words_of(text.body, known), [&](std::size_t, std::uint64_t hash) {
                const auto found = runs.find(hash);
                if (found == runs.end()) return;
                for (const Place& place : found->second) {
                    Candidate& candidate = candidates[place.candidate];
                    if (candidate.fold == fold) continue;
                    const auto from = candidate.covered.begin() + place.word;
                    std::fill(from, from + kQuotedRun, true);
                    ++candidate.sources[&collection];
                }
            });
        }
    std::unordered_map<Hash32, Quoted> out;
    for (const Candidate& candidate : candidates) {
        if (candidate.sources.empty()) continue;
        const auto most =
            std::max_element(candidate.sources.begin(), candidate.sources.end(),
                             [](const auto& a, const auto& b) { return a.second < b.second; });
        const auto in_runs = std::count(candidate.covered.begin(), candidate.covered.end(), true);
        out[candidate.id] = {candidate.covered.size(), static_cast<std::size_t>(in_runs),
                             most->first};
    }
    return out;
}

}  // namespace pramana::bench
