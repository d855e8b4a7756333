#include "novelty/novelty.hpp"

#include "lexical/edited.hpp"
#include "pramana/core/check.hpp"

#include <algorithm>

namespace pramana::scoring {
namespace {

Q16 share(std::uint64_t part, std::uint64_t whole) {
    return static_cast<Q16>(part * kQ16One / whole);
}

/// Where a hash first stands in the contribution.
struct FirstSeen {
    SecretMap<ExactHash, std::size_t> exact;
    SecretMap<std::uint64_t, std::size_t> prints;

    explicit FirstSeen(const std::vector<PreparedChunk>& chunks) {
        for (std::size_t i = 0; i < chunks.size(); ++i) {
            exact.try_emplace(chunks[i].exact, i);
            for (const Window& window : chunks[i].prints.windows)
                if (window.kept) prints.try_emplace(window.hash, i);
            for (const std::uint64_t set : chunks[i].sets) prints.try_emplace(set, i);
        }
    }
    template <class Map, class Key>
    [[nodiscard]] static bool before(const Map& map, const Key& key, std::size_t chunk) {
        const auto found = map.find(key);
        return found != map.end() && found->second < chunk;
    }
};

/// The largest of three shares and where it comes from.
struct Verdict {
    Q16 known = 0;
    Cause cause = Cause::kNew;
};

Verdict verdict(bool exact, Q16 lexical, Q16 semantic) {
    Verdict best{exact ? kQ16One : 0, Cause::kExact};
    if (lexical > best.known) best = {lexical, Cause::kLexical};
    if (semantic > best.known) best = {semantic, Cause::kSemantic};
    return best;
}

/// One contribution against one background. Each layer includes the ones before it: public texts,
/// then the corpus with its quarantine, then the file's own earlier chunks.
class Assessment {
  public:
    Assessment(const Prepared::State& prepared, const Background& background,
               const RulesetValues& rules)
        : prepared_{prepared},
          background_{background},
          rules_{rules.novelty},
          first_{prepared.chunks},
          scan_{prepared, rules.semantic},
          published_(prepared.chunks.size(), 0),
          corpus_(prepared.chunks.size(), 0),
          total_(prepared.chunks.size(), 0) {
        if (background.quarantine != nullptr && background.quarantine->rows() > 0)
            quarantine_.emplace(*background.quarantine, background.owner);
        search_elsewhere();
    }

    void run(std::size_t begin, std::size_t end, std::span<Known> out) {
        search(begin, end);
        for (std::size_t i = begin; i < end; ++i) out[i] = known_of(i);
    }

  private:
    /// Pairs that the background's search found; nothing: they are found here.
    using Found = std::optional<SecretVector<RowHit>>;

    template <class Rows>
    [[nodiscard]] Found found_in(const Rows& index) const {
        if (background_.search == nullptr) return std::nullopt;
        const std::vector<CodeBlock> blocks = index.blocks();
        return scan_.found_by(*background_.search, {.name = index.name(), .blocks = blocks});
    }

    void search_elsewhere() {
        for (const CorpusIndex* reference : background_.references)
            in_references_.push_back(found_in(*reference));
        in_corpus_ = found_in(*background_.corpus);
        if (quarantine_) in_quarantine_ = found_in(*quarantine_);
    }

    void search(std::size_t begin, std::size_t end) {
        const auto hand_on = [=](const std::vector<Q16>& from, std::vector<Q16>& to) {
            std::copy(from.begin() + static_cast<std::ptrdiff_t>(begin),
                      from.begin() + static_cast<std::ptrdiff_t>(end),
                      to.begin() + static_cast<std::ptrdiff_t>(begin));
        };
        const auto scan = [&](const auto& index, const Found& found, std::span<Q16> best) {
            const SemanticScan::RowContent content = [&index](std::size_t row) {
                return std::optional<std::span<const std::uint32_t>>{index.content(row)};
            };
            if (found) return scan_.hits(begin, end, *found, content, best);
            const std::vector<CodeBlock> blocks = index.blocks();
            scan_.rows(begin, end, blocks, content, best);
        };
        for (std::size_t i = 0; i < background_.references.size(); ++i)
            scan(*background_.references[i], in_references_[i], published_);
        hand_on(published_, corpus_);
        scan(*background_.corpus, in_corpus_, corpus_);
        if (quarantine_) scan(*quarantine_, in_quarantine_, corpus_);
        hand_on(corpus_, total_);
        scan_.earlier_chunks(begin, end, total_);
    }

    [[nodiscard]] Known known_of(std::size_t i) const {
        const PreparedChunk& chunk = prepared_.chunks[i];
        const Layers words = words_of(chunk, i);
        const bool exact_published =
            is_published([&](const auto& r) { return r.has_exact(chunk.exact); });
        const bool exact = exact_published || background_.corpus->has_exact(chunk.exact) ||
                           (quarantine_ && quarantine_->has_exact(chunk.exact));
        const bool copied = exact || FirstSeen::before(first_.exact, chunk.exact, i);

        Known known;
        known.published = verdict(exact_published, words.published, published_[i]).known;
        const Verdict found = verdict(exact, words.corpus, corpus_[i]);
        known.corpus = found.known;
        known.cause = found.known > known.published ? found.cause : Cause::kNew;
        known.total = verdict(copied, words.total, total_[i]).known;
        known.copied = copied;
        return known;
    }

    /// What is known of a chunk by its words, to each layer.
    struct Layers {
        Q16 published = 0, corpus = 0, total = 0;
    };
    [[nodiscard]] Layers words_of(const PreparedChunk& chunk, std::size_t i) const {
        std::vector<bool> published, corpus, total;
        for (const Window& window : chunk.prints.windows) {
            const Layer layer = layer_of(window.hash, i);
            published.push_back(layer <= Layer::kPublished);
            corpus.push_back(layer <= Layer::kCorpus);
            total.push_back(layer <= Layer::kOwn);
        }
        std::size_t sets[3] = {};
        for (const std::uint64_t set : chunk.sets) {
            const Layer layer = layer_of(set, i);
            sets[0] += layer <= Layer::kPublished ? 1U : 0U;
            sets[1] += layer <= Layer::kCorpus ? 1U : 0U;
            sets[2] += layer <= Layer::kOwn ? 1U : 0U;
        }
        const auto share = [&](const std::vector<bool>& windows, std::size_t known) {
            return std::max(covered_share(chunk.prints, windows),
                            set_share(known, chunk.sets.size(), rules_));
        };
        return {share(published, sets[0]), share(corpus, sets[1]), share(total, sets[2])};
    }

    /// The first layer that has the hash.
    enum class Layer : std::uint8_t { kPublished, kCorpus, kOwn, kNone };
    [[nodiscard]] Layer layer_of(std::uint64_t hash, std::size_t chunk) const {
        if (is_published([&](const auto& r) { return r.has_print(hash); }))
            return Layer::kPublished;
        if (background_.corpus->has_print(hash) || (quarantine_ && quarantine_->has_print(hash)))
            return Layer::kCorpus;
        return FirstSeen::before(first_.prints, hash, chunk) ? Layer::kOwn : Layer::kNone;
    }

    template <class Has>
    [[nodiscard]] bool is_published(const Has& has) const {
        return std::any_of(background_.references.begin(), background_.references.end(),
                           [&](const CorpusIndex* reference) { return has(*reference); });
    }

    const Prepared::State& prepared_;
    const Background& background_;
    const NoveltyRules& rules_;
    FirstSeen first_;
    SemanticScan scan_;
    std::optional<QuarantineIndex::View> quarantine_;
    std::vector<Found> in_references_;
    Found in_corpus_, in_quarantine_;
    std::vector<Q16> published_, corpus_, total_;  // semantic shares by chunk
};

}  // namespace

Q16 covered_share(const Fingerprints& prints, const std::vector<bool>& known) {
    PRAMANA_CHECK(known.size() == prints.windows.size());
    if (prints.characters == 0) return 0;
    std::uint32_t covered = 0;
    std::uint32_t reached = 0;  // windows are in the order of their begin
    for (std::size_t i = 0; i < known.size(); ++i) {
        if (!known[i]) continue;
        const std::uint32_t from = std::max<std::uint32_t>(reached, prints.windows[i].begin);
        if (prints.windows[i].end > from) covered += prints.windows[i].end - from;
        reached = std::max<std::uint32_t>(reached, prints.windows[i].end);
    }
    const Q16 plain = share(covered, prints.characters);
    if (!prints.by_characters) return plain;
    return plain > kQ16One / 2 ? 2 * plain - kQ16One : 0;
}

std::vector<Known> assess(const Prepared::State& prepared, const Background& background,
                          const RulesetValues& rules, const ParallelFor& parallel_for) {
    PRAMANA_CHECK(background.corpus != nullptr);
    const std::size_t count = prepared.chunks.size();
    std::vector<Known> known(count);
    Assessment assessment{prepared, background, rules};
    const auto work = [&](std::size_t begin, std::size_t end) {
        assessment.run(begin, end, known);
    };
    if (parallel_for)
        parallel_for(count, work);
    else
        work(0, count);
    return known;
}

void add_masses(Score& score, const std::vector<PreparedChunk>& chunks,
                const std::vector<Known>& known) {
    PRAMANA_CHECK(chunks.size() == known.size());
    // Shares of 2^-16 characters, exact; floors are taken once, on running sums, so that the causes
    // add up.
    std::array<std::uint64_t, 6> fine{};
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        const std::uint64_t weight = chunks[i].weight;
        score.mass += weight;
        fine[static_cast<std::size_t>(Cause::kNew)] += weight * (kQ16One - known[i].total);
        fine[static_cast<std::size_t>(Cause::kPublic)] += weight * known[i].published;
        fine[static_cast<std::size_t>(known[i].cause)] +=
            weight * (known[i].corpus - known[i].published);
        fine[static_cast<std::size_t>(Cause::kInternal)] +=
            weight * (known[i].total - known[i].corpus);
    }
    std::uint64_t running = 0;
    for (std::size_t cause = 0; cause < fine.size(); ++cause) {
        const std::uint64_t before = running / kQ16One;
        running += fine[cause];
        score.mass_by_cause[cause] = running / kQ16One - before;
    }
    PRAMANA_CHECK(running == score.mass * kQ16One);
    score.novel_mass = score.mass_by_cause[static_cast<std::size_t>(Cause::kNew)];
    score.uniqueness = score.mass == 0 ? 0 : share(score.novel_mass, score.mass);
}

}  // namespace pramana::scoring
