#include "novelty/novelty.hpp"

#include "index/scan.hpp"
#include "pramana/core/check.hpp"

#include <algorithm>

namespace pramana::scoring {
namespace {

constexpr std::size_t kQueryBlock = 1024;  // 384 KiB packed: rows come from memory once for all

Q16 share(std::uint64_t part, std::uint64_t whole) {
    return static_cast<Q16>(part * kQ16One / whole);
}

/// 0 below `low`, 1 from `high` on, straight in between.
Q16 line(std::int32_t value, std::int32_t low, std::int32_t high) {
    if (value < low) return 0;
    if (value >= high) return kQ16One;
    return share(static_cast<std::uint64_t>(value - low), static_cast<std::uint64_t>(high - low));
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
        }
    }
    template <class Map, class Key>
    [[nodiscard]] static bool before(const Map& map, const Key& key, std::size_t chunk) {
        const auto found = map.find(key);
        return found != map.end() && found->second < chunk;
    }
};

/// Raises `best[q]` by every pair of query q and a row of the corpus, or an earlier chunk.
class SemanticScan {
  public:
    SemanticScan(const Prepared::State& prepared, const SemanticRules& rules)
        : prepared_{prepared}, rules_{rules}, kernel_{best_scan_kernel()} {}

    void corpus(std::size_t begin, std::size_t end, const CorpusIndex& corpus,
                std::span<Q16> best) const {
        for (std::size_t q = begin; q < end; q += kQueryBlock) {
            Queries queries{*this, q, std::min(kQueryBlock, end - q), best};
            for (const CodeBlock& block : corpus.blocks())
                queries.scan(block.codes, block.rows, block.rows, [&](std::size_t row) {
                    return corpus.content(block.first_row + row);
                });
        }
    }
    void earlier_chunks(std::size_t begin, std::size_t end, std::span<Q16> best) const {
        for (std::size_t q = begin; q < end; q += kQueryBlock) {
            const std::size_t count = std::min(kQueryBlock, end - q);
            Queries queries{*this, q, count, best};
            queries.scan(prepared_.codes.data(), q + count, q, [this](std::size_t row) {
                return std::span<const std::uint32_t>{prepared_.chunks[row].content};
            });
        }
    }

  private:
    /// One block of queries, packed for the kernel.
    class Queries {
      public:
        Queries(const SemanticScan& scan, std::size_t first, std::size_t count, std::span<Q16> best)
            : scan_{scan},
              first_{first},
              best_{best},
              packed_{scan.prepared_.codes.data() + first * kCodeDim, count},
              thresholds_(packed_.groups() * PackedQueries::kGroup, kNoHit) {
            for (std::size_t i = 0; i < count; ++i)
                if (best[first + i] < kQ16One) thresholds_[i] = scan.rules_.corroborated_low;
        }
        /// Query i of the block meets the rows below `limit` + i, or all of them if that is fewer.
        template <class Content>
        void scan(const std::int8_t* rows, std::size_t row_count, std::size_t limit,
                  const Content& content) {
            const auto raise = [&](std::span<const DotHit> hits) {
                for (const DotHit& hit : hits) {
                    if (hit.row >= limit + hit.query) continue;
                    Q16& best = best_[first_ + hit.query];
                    const Q16 overlap = content_overlap(
                        scan_.prepared_.chunks[first_ + hit.query].content, content(hit.row));
                    best = std::max(best, semantic_share(hit.dot, overlap, scan_.rules_));
                    if (best == kQ16One) thresholds_[hit.query] = kNoHit;  // nothing raises it more
                }
            };
            scan_above(scan_.kernel_, packed_, thresholds_, rows, row_count, raise);
        }

      private:
        const SemanticScan& scan_;
        std::size_t first_;
        std::span<Q16> best_;
        PackedQueries packed_;
        std::vector<std::int32_t> thresholds_;
    };

    const Prepared::State& prepared_;
    const SemanticRules& rules_;
    const ScanKernel& kernel_;
};

Known verdict(Q16 exact, Q16 lexical, Q16 semantic) {
    Known known{exact, Cause::kExact, 0};
    if (lexical > known.corpus) known = {lexical, Cause::kLexical, 0};
    if (semantic > known.corpus) known = {semantic, Cause::kSemantic, 0};
    if (known.corpus == 0) known.cause = Cause::kNew;
    return known;
}

}  // namespace

Q16 covered_share(const Fingerprints& prints, const std::vector<bool>& known) {
    PRAMANA_CHECK(known.size() == prints.windows.size());
    if (prints.characters == 0) return 0;
    std::uint32_t covered = 0;
    std::uint32_t reached = 0;  // windows are in the order of their begin and of their end
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

Q16 semantic_share(std::int32_t dot, Q16 overlap, const SemanticRules& rules) {
    const Q16 strict = line(dot, rules.strict_low, rules.strict_high);
    if (overlap < rules.overlap_min_q16) return strict;
    return std::max(strict, line(dot, rules.corroborated_low, rules.corroborated_high));
}

Q16 content_overlap(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
    const std::size_t smaller = std::min(a.size(), b.size());
    if (smaller == 0) return 0;
    std::size_t shared = 0, i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
        if (a[i] == b[j]) ++shared;
        const bool step_a = a[i] <= b[j], step_b = b[j] <= a[i];
        i += step_a ? 1 : 0;
        j += step_b ? 1 : 0;
    }
    return share(shared, smaller);
}

std::vector<Known> assess(const Prepared::State& prepared, const CorpusIndex& corpus,
                          const SemanticRules& rules, const ParallelFor& parallel_for) {
    const std::size_t count = prepared.chunks.size();
    std::vector<Known> known(count);
    std::vector<Q16> semantic_corpus(count, 0), semantic_total(count, 0);
    const FirstSeen first{prepared.chunks};
    const SemanticScan scan{prepared, rules};
    const auto work = [&](std::size_t begin, std::size_t end) {
        scan.corpus(begin, end, corpus, semantic_corpus);
        std::copy_n(semantic_corpus.begin() + static_cast<std::ptrdiff_t>(begin), end - begin,
                    semantic_total.begin() + static_cast<std::ptrdiff_t>(begin));
        scan.earlier_chunks(begin, end, semantic_total);
        for (std::size_t i = begin; i < end; ++i) {
            const PreparedChunk& chunk = prepared.chunks[i];
            std::vector<bool> in_corpus, in_either;
            for (const Window& window : chunk.prints.windows) {
                in_corpus.push_back(corpus.has_print(window.hash));
                in_either.push_back(in_corpus.back() ||
                                    FirstSeen::before(first.prints, window.hash, i));
            }
            const bool exact = corpus.has_exact(chunk.exact);
            const bool copied = exact || FirstSeen::before(first.exact, chunk.exact, i);
            known[i] = verdict(exact ? kQ16One : 0, covered_share(chunk.prints, in_corpus),
                               semantic_corpus[i]);
            known[i].total = verdict(copied ? kQ16One : 0, covered_share(chunk.prints, in_either),
                                     semantic_total[i])
                                 .corpus;
        }
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
        fine[static_cast<std::size_t>(known[i].cause)] += weight * known[i].corpus;
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
